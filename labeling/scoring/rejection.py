"""The lane for what is none of the classes: a background's logit competes with theirs, moved by an offset fitted on labels.

A softmax always names a class. Here the background prompts stand beside the classes, with one offset and one temperature fitted
by likelihood on items that people have called one of the classes or none of them (a binary form of open-set recognition by a
background class; after Dhamija et al. 2018 and, for the temperature, Guo et al. 2017).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize
from typing_extensions import TypedDict

from labeling.scoring.calibration import calibration_error
from labeling.scoring.zero_shot import Floats, fit_temperature, softmax

Ints = npt.NDArray[np.int64]
NONE = -1
ALLOWED = 0.05  # of the verified items of a class may be rejected where nobody has said "none" yet
FOLDS = 5


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


def fit(logits: Floats, background: Floats, truth: Ints) -> Lane:
    """Fit offset and temperature.

    Args:
        logits: float32 [n, k] of the classes. background: float32 [n], of the background. truth: int64 [n], class index or NONE.
    """
    known = truth != NONE
    if known.all():  # nothing says where "none" begins: let few of what is known go
        reject = float(np.quantile(logits.max(axis=1) - background, ALLOWED))
        return Lane(reject, fit_temperature(logits, truth))
    target = np.where(known, truth, logits.shape[1])

    def loss(point: npt.NDArray[np.float64]) -> float:
        every = np.concatenate([logits, (background + point[0])[:, None]], axis=1) / np.exp(point[1])
        top = every.max(axis=1)
        partition = np.log(np.exp(every - top[:, None]).sum(axis=1)) + top
        # A weak pull keeps both finite where the labels can be told apart perfectly.
        return float(
            (partition - every[np.arange(len(truth)), target]).mean() + 1e-3 * (0.01 * point[0] ** 2 + point[1] ** 2)
        )

    start = float(np.median((logits.max(axis=1) - background)[known]))
    optimum = minimize(loss, np.array([start, 0.0]), method="Nelder-Mead", options={"maxiter": 200})
    return Lane(float(optimum.x[0]), float(np.exp(np.clip(optimum.x[1], -3, 3))))


def rejected(logits: Floats, background: Floats, reject: float) -> npt.NDArray[np.bool_]:
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
