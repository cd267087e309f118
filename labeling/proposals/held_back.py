"""Images that the background prompts hold back from every class."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from errors import InputError
from labeling.scoring import rejection, zero_shot
from labeling.scoring.zero_shot import Floats
from labeling.snapshot.snapshot import Snapshot
from store.project.prompt_set import PromptSet

DEFAULT = ("a picture", "an image", "a blank picture", "noise", "something else")


def holds(snapshot: Snapshot, prompt_set: PromptSet) -> npt.NDArray[np.bool_]:
    """bool [n]: items that the lane in use holds back; none where it is off."""
    reject = prompt_set.options.reject
    if reject is None or not prompt_set.background or not len(snapshot.ids):
        return np.zeros(len(snapshot.ids), np.bool_)
    classes, background = logits(snapshot, prompt_set)
    return rejection.rejected(classes, background, reject)


def logits(snapshot: Snapshot, prompt_set: PromptSet) -> tuple[Floats, Floats]:
    """Logits of the leaves side by side, float32 [n, k], and of the background, float32 [n].

    Raises:
        EncoderError: the encoder has no text side. InputError: mean-centring is on.
    """
    classes = snapshot.prompts.zero_shot(prompt_set, snapshot.categories.classes())
    vector = snapshot.texts.class_vectors([prompt_set.background or DEFAULT])[0]
    scale = snapshot.texts.logit_scale / prompt_set.options.temperature
    plain = zero_shot.Linear((0,), np.asarray(scale * vector[None], np.float32), np.zeros(1, np.float32))
    if classes.mean is not None:
        raise InputError("The lane compares plain cosines. Switch mean-centring off to use it.")
    return classes.logits(snapshot.vectors), plain.logits(snapshot.vectors)[:, 0]
