"""Another encoder: computed, switched to, and what that does to people's labels and to the images."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from typing_extensions import TypedDict

from embedding.ingest import encoder_change
from embedding.ingest.new_items import FrameSource
from errors import InputError
from labeling.snapshot.snapshot import Snapshot
from progress import Progress, silent
from store.team import people
from store.workspace import Workspace
from training.fitting import selection
from training.heads.comparison import Ints, material_of
from training.metrics import accuracy
from training.metrics.accuracy import Scores

MOST_MOVED = 60
PIECE = 20_000  # rows that are scored at once


class EncoderScores(TypedDict):
    """Figures of an encoder on people's labels, None where they cannot be measured."""

    zero_shot: Scores | None
    head: Scores | None


class Change(TypedDict):
    """What another encoder does to the images, by the prompts alone.

    Attributes:
        of: images that both have a vector of. moved: how many of them get another class.
        items: some of those, the surest first: [item, category before, category after].
    """

    of: int
    moved: int
    items: list[tuple[int, int, int]]


class EncoderComparison(TypedDict):
    """A change of encoder.

    Attributes:
        encoder, before: names. embedded: number of items. missing: paths that cannot be read. compared: by name.
        change: what it does to the images, None where one of them has no text side.
    """

    encoder: str
    before: str
    embedded: int
    missing: list[str]
    compared: dict[str, EncoderScores]
    change: Change | None


def change_encoder(
    workspace: Workspace,
    spec: str,
    *,
    actor: str = people.MACHINE,
    frames: FrameSource | None = None,
    progress: Progress = silent,
) -> EncoderComparison:
    """Embed all items with another encoder, then compare both on people's labels; every label stays.

    Args:
        spec, actor, frames, progress: as in `encoder_change.change_encoder`.

    Raises:
        EncoderError: the model cannot be loaded; nothing was written.
    """
    old = Snapshot(workspace)
    if old.has_text and old.categories.tree:
        old.prompts.down_the_tree()  # the text side of the encoder before is out of reach behind the switch
    done = encoder_change.change_encoder(workspace, spec, actor=actor, frames=frames, progress=progress)
    new = Snapshot(workspace)
    # Both now: the labels that people gave while it was computed speak of both.
    compared = {old.encoder_row.name: _on_labels(old), new.encoder_row.name: _on_labels(new)}
    return {
        "encoder": done.encoder.name, "before": old.encoder_row.name, "embedded": done.embedded,
        "missing": [str(bad.path) for bad in done.missing], "compared": compared, "change": _moved(old, new),
    }  # fmt: skip


def _moved(old: Snapshot, new: Snapshot) -> Change | None:
    """Images that get another class by the prompts, the surest of the new classes first."""
    if not (old.has_text and new.has_text) or not old.categories.tree or not len(new.ids):
        return None
    both = np.intersect1d(old.ids, new.ids)
    before, _ = _by_prompts(old, both)
    after, margin = _by_prompts(new, both)
    moved = np.flatnonzero(before != after)
    surest = moved[np.argsort(-margin[moved], kind="stable")][:MOST_MOVED]
    items = [(int(both[k]), int(before[k]), int(after[k])) for k in surest]
    return {"of": len(both), "moved": len(moved), "items": items}


def _by_prompts(snapshot: Snapshot, ids: Ints) -> tuple[Ints, npt.NDArray[np.float32]]:
    """Category int64 [n] that the prompts give to items int64 [n], and its margin float32 [n] over the runner-up."""
    linear = snapshot.prompts.down_the_tree()
    rows = np.searchsorted(snapshot.ids, ids)
    chosen, margins = np.empty(len(ids), np.int64), np.zeros(len(ids), np.float32)
    classes = np.array(linear.classes, np.int64)
    for start in range(0, len(ids), PIECE):
        logits = linear.logits(snapshot.vectors[rows[start : start + PIECE]])
        chosen[start : start + PIECE] = classes[logits.argmax(axis=1)]
        if len(classes) > 1:
            top = np.partition(logits, -2, axis=1)[:, -2:]
            margins[start : start + PIECE] = top[:, 1] - top[:, 0]
    return chosen, margins


def _on_labels(snapshot: Snapshot) -> EncoderScores:
    """Zero-shot, and a new head out of fold, on people's labels."""
    if not snapshot.categories.tree or not len(snapshot.ids) or not snapshot.has_text:
        return {"zero_shot": None, "head": None}
    material, board = material_of(snapshot)
    labels = board.class_index(material.zero_shot.classes)
    rows = np.flatnonzero(board.person & (labels >= 0))
    names = snapshot.categories.path_names(material.zero_shot.classes)
    zero = accuracy.scores(labels[rows], material.zero_shot.logits(snapshot.vectors[rows]).argmax(axis=1), names)
    try:
        chosen = selection.choose(material)
    except InputError:
        return {"zero_shot": zero, "head": None}
    return {
        "zero_shot": zero,
        "head": accuracy.scores(chosen.truth, chosen.predicted, names),
    }
