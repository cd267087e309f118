"""The lane for what is none of the classes: a background's logit competes with theirs, moved by an offset that few good items pass.

A softmax always names a class. Here the background prompts stand beside the classes (a background class, after Dhamija et al. 2018).
What people called none of them lifts the background of what looks like it. The offset lets at most ALLOWED of the items that people
gave a class go, as split conformal prediction does (Vovk et al. 2005); the temperature is fitted by likelihood (Guo et al. 2017).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from typing_extensions import TypedDict

from embedding.half_precision import widen
from labeling.scoring.calibration import calibration_error
from labeling.scoring.zero_shot import Floats, fit_temperature, softmax, unit

Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]
NONE = -1
ALLOWED = 0.05  # of the items that people gave a class may be rejected
FOLDS = 5
NEAREST, MOST = 3, 500  # items of a kind that likeness averages, and that it looks through
TAUGHT = 1.2  # weight of likeness, in standard deviations of the background's lead over the classes (`bench unfit`)
BLOCK = 4096


@dataclass(frozen=True)
class Lane:
    """`reject`: added to the background's logit. `temperature`: divides all logits, above 0."""

    reject: float
    temperature: float


class LaneFigures(TypedDict):
    """How a classifier with or without the lane does, as shares: error of the confidence of what is kept, rejected, right."""

    calibration_error: float
    reject_rate: float
    right: float


class LaneMeasured(TypedDict):
    """A lane against none; `caught` is the share of the items of no class that it rejects, None without any."""

    before: LaneFigures
    after: LaneFigures
    caught: float | None


def likeness(vectors: npt.NDArray[np.floating], rows: Ints, none: Bools, groups: Ints) -> Floats:
    """How much more each item looks like what is none of the classes than like what has one, float32 [n].

    The mean cosine to the three nearest of the one kind minus that to the three nearest of the other, between centred vectors. What
    lies in an item's own group is not asked: its own answer does not tell. Where one kind is not left, 0.

    Args:
        vectors: float [n, d], unit rows. rows: int64 [m], items that people decided on. none: bool [m], of these.
        groups: int64 [n].
    """
    mean = vectors.mean(axis=0, dtype=np.float32)
    random = np.random.default_rng(0)
    kinds = [random.permutation(rows[kind])[:MOST] for kind in (none, ~none)]
    known = [(unit(np.asarray(vectors[kind], np.float32) - mean), groups[kind]) for kind in kinds]
    score = np.zeros(len(vectors), np.float32)
    for start in range(0, len(vectors), BLOCK):
        part = slice(start, start + BLOCK)
        centred = unit(widen(vectors[part]) - mean)
        near = [_nearest(centred, others, groups[part, None] == theirs) for others, theirs in known]
        score[part] = np.nan_to_num(near[0] - near[1])
    return score


def _nearest(vectors: Floats, others: Floats, own: Bools) -> Floats:
    """Mean cosine of each row to its nearest others that are not its own (bool [n, m]), float32 [n]; NaN where there is none."""
    cosines = np.where(own, -np.inf, vectors @ others.T)
    best = -np.sort(-cosines, axis=1)[:, :NEAREST]
    known = np.isfinite(best)
    total, count = np.where(known, best, 0).sum(axis=1), known.sum(axis=1)
    return np.where(count > 0, total / np.maximum(count, 1), np.nan).astype(np.float32)


def lifted(logits: Floats, background: Floats, likeness: Floats) -> Floats:
    """The background's logit, float32 [n], raised where an item looks like what people called none of the classes."""
    spread = float((background - logits.max(axis=1)).std())
    return np.asarray(background + TAUGHT * spread * likeness, np.float32)


def fit(logits: Floats, background: Floats, truth: Ints) -> Lane:
    """Fit offset and temperature.

    Args:
        logits: float32 [n, k] of the classes. background: float32 [n], of the background. truth: int64 [n], class index or NONE.
    """
    known = truth != NONE
    if not known.any():
        return Lane(0.0, 1.0)
    lead = np.sort((logits.max(axis=1) - background)[known])
    reject = float(lead[max(int(ALLOWED * (len(lead) + 1)) - 1, 0)])
    every = np.concatenate([logits, (background + reject)[:, None]], axis=1)
    return Lane(reject, fit_temperature(every, np.where(known, truth, logits.shape[1])))


def rejected(logits: Floats, background: Floats, reject: float) -> Bools:
    """bool [n]: the background wins."""
    return np.asarray(background + reject > logits.max(axis=1))


def measure(logits: Floats, background: Floats, truth: Ints, *, seed: int = 0) -> LaneMeasured:
    """The lane judged by items that it was not fitted on, against no lane and against a bare background.

    Returns:
        `before` (no lane) and `after`: each `calibration_error` (of what is not rejected), `reject_rate`, `right` (share of all
        items whose class, or none, is right); and `caught`, the share of the none items that are rejected (None without any).
    """
    fold = np.random.default_rng(seed).permutation(len(truth)) % min(FOLDS, len(truth))
    gone = np.zeros(len(truth), np.bool_)
    confidence = np.zeros(len(truth), np.float32)
    for number in range(int(fold.max()) + 1):
        inside, outside = fold != number, fold == number
        lane = fit(logits[inside], background[inside], truth[inside])
        gone[outside] = rejected(logits[outside], background[outside], lane.reject)
        every = np.concatenate([logits, (background + lane.reject)[:, None]], axis=1)[outside] / lane.temperature
        confidence[outside] = softmax(every)[:, :-1].max(axis=1)
    best = logits.argmax(axis=1)
    plain = softmax(logits).max(axis=1)
    none = truth == NONE
    return {
        "before": {
            "calibration_error": calibration_error(plain, best == truth),
            "reject_rate": 0.0,
            "right": float((best == truth).mean()),
        },
        "after": {
            "calibration_error": calibration_error(confidence[~gone], (best == truth)[~gone]),
            "reject_rate": float(gone.mean()),
            "right": float(np.where(gone, none, best == truth).mean()),
        },
        "caught": float(gone[none].mean()) if none.any() else None,
    }
