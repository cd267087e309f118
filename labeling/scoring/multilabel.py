"""Several labels at once: each label has its own sigmoid score and its own threshold.

Thresholds are chosen on scores that the classifier gave to items it did not see, and pulled towards one threshold for all labels
where a label has few positives (after Lewis et al. 2004, SCut with shrinkage).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from labeling.scoring.zero_shot import Floats, Linear

Tri = npt.NDArray[np.int8]  # 1 yes, 0 no, -1 unknown
YES, NO, UNKNOWN = 1, 0, -1
FEW = 10  # positives below which a threshold is pulled to the global one


@dataclass(frozen=True)
class Thresholds:
    """`values`: float32 [k], a score at or above it is a yes. `shared`: the global one."""

    values: Floats
    shared: float


def sigmoid(logits: npt.NDArray[np.floating]) -> Floats:
    """1 / (1 + exp(-x)), float32, without overflow."""
    return np.asarray(0.5 * (1 + np.tanh(0.5 * np.asarray(logits, np.float32))), np.float32)


def contrast(yes: npt.NDArray[np.float32], background: npt.NDArray[np.float32], *, scale: float) -> Linear:
    """A zero-shot classifier of open labels: each label's vector against a neutral background prompt.

    Args:
        yes: float32 [k, d], unit rows. background: float32 [d], unit. scale: logits per cosine.
    """
    weights = np.asarray(scale * (yes - background), np.float32)
    return Linear(tuple(range(len(yes))), weights, np.zeros(len(yes), np.float32))


def scores(linear: Linear, vectors: npt.NDArray[np.floating]) -> Floats:
    """float32 [n, k], each label for itself, in (0, 1)."""
    return sigmoid(linear.logits(vectors))


def fit_thresholds(held_out: Floats, truth: Tri, *, few: int = FEW) -> Thresholds:
    """The thresholds with the best F1, shrunk to a global one where positives are few.

    Args:
        held_out: float32 [n, k], scores of items that the classifier did not see. truth: int8 [n, k]; unknown is ignored.
        few: with p positives below this count a threshold is p/few its own and the rest the global one.
    """
    known = truth != UNKNOWN
    shared = _best(held_out[known], truth[known] == YES) if known.any() else 0.5
    values = np.full(truth.shape[1], shared, np.float32)
    for k in range(truth.shape[1]):
        rows = known[:, k]
        positives = int((truth[rows, k] == YES).sum())
        if positives and positives < rows.sum():
            share = min(1.0, positives / few)
            values[k] = share * _best(held_out[rows, k], truth[rows, k] == YES) + (1 - share) * shared
    return Thresholds(values, float(shared))


def _best(values: Floats, positive: npt.NDArray[np.bool_]) -> float:
    """The threshold of the best F1, halfway to the next score below it; 0.5 without positives."""
    if not positive.any():
        return 0.5
    order = np.argsort(-values, kind="stable")
    ranked, hits = values[order], np.cumsum(positive[order])
    f1 = 2 * hits / (np.arange(1, len(values) + 1) + positive.sum())
    last = np.append(ranked[1:] != ranked[:-1], True)  # a threshold cannot part equal scores
    place = int(np.argmax(np.where(last, f1, -1)))
    below = float(ranked[place + 1]) if place + 1 < len(ranked) else 0.0
    return (float(ranked[place]) + below) / 2
