"""How well several labels at once are told on people's answers: by the prompts, and by a sigmoid head fitted on the other folds."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from labeling import multilabel
from labeling.multilabel import UNKNOWN, YES, Tri
from labeling.pipeline import tags
from labeling.pipeline.scene import Scene
from labeling.zero_shot import Floats
from store.taxonomy import Facet
from training import multilabel as heads
from training.split import folds

ENOUGH = 20  # items with an answer; so many positives and negatives in all a head needs as well
Ints = npt.NDArray[np.int64]


def report(scene: Scene, facet: Facet) -> dict[str, Any]:
    """Figures of an open facet; thresholds are fitted on folds that do not hold the item that they judge.

    Returns:
        `n` items with an answer, `answers`, and `zero_shot` and `head` (None where answers are too few): each `map`, `micro_f1`,
        `macro_f1`, the same with `_fixed` at 0.5, `peak_f1`, `hit1`, `hit2`.

    Raises:
        EncoderError: the encoder has no text side.
    """
    truth = tags.tags(scene, facet).verified
    rows = np.flatnonzero((truth != UNKNOWN).any(axis=1))
    found: dict[str, Any] = {"n": len(rows), "answers": int((truth != UNKNOWN).sum()), "zero_shot": None, "head": None}
    if len(rows) < ENOUGH or not (truth[rows] == YES).any():
        return found
    board = scene.board()
    group = board.group[board.rows(scene.ids[rows])]
    scored = tags.scored(scene, facet)
    found["zero_shot"] = _judged(scored.scores[rows], truth[rows], group)
    if _learnable(truth[rows]):
        head = heads.train(scene.vectors[rows], truth[rows], group, scored.linear)
        found["head"] = _judged(head.held_out, truth[rows], group)
    return found


def _learnable(truth: Tri) -> bool:
    """Whether some label has both answers often enough."""
    yes, no = (truth == YES).sum(axis=0), (truth == multilabel.NO).sum(axis=0)
    return bool(((yes >= 3) & (no >= 3)).any())


def _judged(values: Floats, truth: Tri, group: Ints) -> dict[str, Any]:
    """The metrics, with each row's thresholds from the other folds."""
    fold = folds(group, np.zeros(len(group), np.int64), count=5, seed=0)
    moved = np.empty_like(values)  # so that a threshold of 0.5 means the fitted one
    for number in np.unique(fold):
        inside, outside = fold != number, fold == number
        fitted = multilabel.fit_thresholds(values[inside], truth[inside])
        moved[outside] = values[outside] - fitted.values + 0.5
    tuned, plain = heads.measure(moved, truth), heads.measure(values, truth)
    return {**plain, "micro_f1": tuned["micro_f1_fixed"], "macro_f1": tuned["macro_f1_fixed"]}
