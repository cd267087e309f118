"""Tags on one scale: Platt scaling of held-out logits, and thresholds on what comes out (Platt 1999)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize

from labeling.scoring.multilabel import UNKNOWN, YES, Thresholds, Tri, fit_thresholds, sigmoid
from training.videos.video_set import Bools, Floats, Ints

PSEUDO = 5.0  # positives of its own that a tag needs to count as much as all tags together


@dataclass(frozen=True)
class Platt:
    """Probability `sigmoid(slope * logit + offset)` of each tag. float32 [k] each."""

    slope: Floats
    offset: Floats

    def probabilities(self, logits: Floats) -> Floats:
        """float32 [n, k] of logits float32 [n, k]."""
        return sigmoid(logits * self.slope + self.offset)


def platt(held_out: Floats, truth: Tri) -> Platt:
    """Fit on held-out logits float32 [n, k]; a tag with few positives stays near the scaling of all tags together."""
    known, yes = truth != UNKNOWN, truth == YES
    k = truth.shape[1]
    shared = _fit(held_out[known], yes[known], (1.0, 0.0), 1.0) if yes[known].any() else (1.0, 0.0)
    slope, offset = np.full(k, shared[0], np.float32), np.full(k, shared[1], np.float32)
    for tag in range(k):
        rows = known[:, tag]
        positives = int(yes[rows, tag].sum())
        if 0 < positives < rows.sum():
            slope[tag], offset[tag] = _fit(held_out[rows, tag], yes[rows, tag], shared, PSEUDO)
    return Platt(slope, offset)


def _fit(logits: Floats, positive: Bools, start: tuple[float, float], pull: float) -> tuple[float, float]:
    """(slope, offset) near `start`; Platt's smoothed targets, the slope never below 0."""
    yes = int(positive.sum())
    high, low = (yes + 1) / (yes + 2), 1 / (len(positive) - yes + 2)
    target = np.where(positive, high, low)
    values = logits.astype(np.float64)

    def objective(both: npt.NDArray[np.float64]) -> tuple[float, npt.NDArray[np.float64]]:
        raw = both[0] * values + both[1]
        error = 0.5 * (1 + np.tanh(0.5 * raw)) - target
        away = both - np.array(start)
        loss = float((np.logaddexp(0, raw) - target * raw).sum() + 0.5 * pull * (away**2).sum())
        return loss, np.array([error @ values, error.sum()]) + pull * away

    fitted = minimize(objective, np.array(start), jac=True, method="L-BFGS-B", bounds=[(0.0, None), (None, None)]).x
    return float(fitted[0]), float(fitted[1])


@dataclass(frozen=True)
class Calibrated:
    """Held-out answers on one scale.

    Attributes:
        platt, thresholds: fitted on all held-out logits; a probability at or above its threshold is a yes.
        probabilities, row_thresholds: float32 [n, k], each video by the scaling and thresholds of the other folds.
    """

    platt: Platt
    thresholds: Thresholds
    probabilities: Floats
    row_thresholds: Floats


def calibrate(held_out: Floats, truth: Tri, fold: Ints) -> Calibrated:
    """Scale held-out logits float32 [n, k] and choose thresholds; what is judged never sees its own fold."""
    own = platt(held_out, truth)
    probabilities, limits = np.empty_like(held_out), np.empty_like(held_out)
    for number in np.unique(fold):
        held = fold == number
        other = platt(held_out[~held], truth[~held])
        probabilities[held] = other.probabilities(held_out[held])
        limits[held] = fit_thresholds(other.probabilities(held_out[~held]), truth[~held]).values
    return Calibrated(own, fit_thresholds(own.probabilities(held_out), truth), probabilities, limits)
