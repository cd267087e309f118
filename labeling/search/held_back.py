"""Images that the background prompts hold back from every class."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from errors import InputError
from labeling.cleaning.label_table import HUMAN
from labeling.scoring import rejection, zero_shot
from labeling.scoring.zero_shot import Floats
from labeling.snapshot.snapshot import Snapshot
from store.project.prompt_set import PromptSet

Ints = npt.NDArray[np.int64]
LEAST = 3  # answers of none of the classes that teach
DEFAULT = ("a picture", "an image", "a blank picture", "noise", "something else")


def is_on(prompt_set: PromptSet) -> bool:
    """Whether a lane holds anything back: it takes a threshold and a background."""
    return prompt_set.options.reject is not None and bool(prompt_set.background)


def holds(snapshot: Snapshot, prompt_set: PromptSet) -> npt.NDArray[np.bool_]:
    """bool [n]: items that the lane in use holds back; none where it is off."""
    reject = prompt_set.options.reject
    if reject is None or not is_on(prompt_set) or not len(snapshot.ids):
        return np.zeros(len(snapshot.ids), np.bool_)
    classes, background = logits(snapshot, prompt_set)
    return rejection.rejected(classes, background, reject)


def logits(snapshot: Snapshot, prompt_set: PromptSet) -> tuple[Floats, Floats]:
    """Logits of the leaves side by side, float32 [n, k], and of the background, float32 [n], raised by what people called none of them.

    Raises:
        EncoderError: the encoder has no text side. InputError: mean-centring is on.
    """
    classes = snapshot.prompts.zero_shot(prompt_set, snapshot.categories.classes())
    vector = snapshot.texts.class_vectors([prompt_set.background or DEFAULT])[0]
    scale = snapshot.texts.logit_scale / prompt_set.options.temperature
    plain = zero_shot.Linear((0,), np.asarray(scale * vector[None], np.float32), np.zeros(1, np.float32))
    if classes.mean is not None:
        raise InputError("The lane compares plain cosines. Switch mean-centring off to use it.")
    scores, background = classes.logits(snapshot.vectors), plain.logits(snapshot.vectors)[:, 0]
    likeness = _likeness(snapshot)
    return scores, background if likeness is None else rejection.lifted(scores, background, likeness)


def verified(snapshot: Snapshot) -> tuple[Ints, Ints]:
    """(rows, class index or NONE) of what people have decided: a class, a "not this" of each class, or none of them."""
    board, classes = snapshot.labels.board(), snapshot.categories.classes()
    truth = board.class_index(tuple(c.id for c in classes))
    mine = (board.source >= HUMAN) & (truth >= 0)
    every = {c.id for c in classes}
    refused = [row for row, gone in board.rejected.items() if every <= gone]
    rows = np.unique(np.concatenate([np.flatnonzero(mine | board.no_class), np.array(refused, np.int64)]))
    return rows, np.where(mine[rows], truth[rows], rejection.NONE)


def _likeness(snapshot: Snapshot) -> Floats | None:
    """How much more each item looks like none of the classes, float32 [n]; None below the answers that it takes."""
    rows, truth = verified(snapshot)
    none = truth == rejection.NONE
    if min(none.sum(), (~none).sum()) < LEAST:
        return None
    key = (len(snapshot.ids), rows.tobytes(), none.tobytes())
    groups = snapshot.labels.board().group
    return snapshot.cached("likeness", key, lambda: rejection.likeness(snapshot.vectors, rows, none, groups))
