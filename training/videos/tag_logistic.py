"""Logistic regression of many tags on one block of features, with an L2 penalty: convex, so that nothing but the data decides."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize

from labeling.scoring.multilabel import UNKNOWN, YES, Tri, sigmoid
from training.videos.video_set import Bools, Floats

WIDTH = 64.0  # a standardised block has the squared length of so many numbers, whatever its size
DAMPING = (
    0.1  # of the block's mean variance is added to a column's own: one that hardly ever varies is not blown up to noise
)
ITERATIONS = 60


@dataclass(frozen=True)
class Scaling:
    """Columns of about the same variance, the block of the squared length 64: a penalty means the same for every block. float32 [d] each."""

    mean: Floats
    factor: Floats

    def apply(self, features: Floats) -> Floats:
        """Scaled features float32 [n, d]."""
        return np.asarray((features - self.mean) * self.factor, np.float32)


def scaling(features: Floats) -> Scaling:
    """The scaling of a block by its rows float32 [n, d]; a column that is constant counts nothing."""
    if not len(features):
        return Scaling(np.zeros(features.shape[1], np.float32), np.zeros(features.shape[1], np.float32))
    mean, variance = features.mean(axis=0, dtype=np.float64), features.var(axis=0, dtype=np.float64)
    damped = variance + DAMPING * max(float(variance.mean()), 1e-12)
    whole = max(float((variance / damped).sum()), 1e-6)
    factor = np.where(variance > 1e-12 * max(float(variance.max()), 1e-12), np.sqrt(WIDTH / whole / damped), 0.0)
    return Scaling(np.asarray(mean, np.float32), np.asarray(factor, np.float32))


@dataclass(frozen=True)
class TagLinear:
    """Logits of tags: `features @ weights + bias`. weights: float32 [d, k]; bias: float32 [k]."""

    weights: Floats
    bias: Floats

    def logits(self, features: Floats) -> Floats:
        """float32 [n, k] of scaled features float32 [n, d]."""
        return np.asarray(features @ self.weights + self.bias, np.float32)


def fit(features: Floats, truth: Tri, penalty: float, weight: Floats | None = None) -> TagLinear:
    """Fit all tags at once; a tag without both answers gets its frequency alone.

    Args:
        features: float32 [n, d], scaled. truth: int8 [n, k]; unknown answers are left out.
        penalty: half of it times the squared length of a tag's weights is added to the sum of its losses.
        weight: float32 [n] of the rows, 1 unless given.
    """
    known = truth != UNKNOWN
    wanted = (truth == YES).astype(np.float32)
    rows = known.astype(np.float32) if weight is None else known * weight[:, None]
    prior = prior_logits(truth, known)
    learned = (known & (truth == YES)).any(axis=0) & (known & (truth != YES)).any(axis=0)
    weights = np.zeros((features.shape[1], truth.shape[1]), np.float32)
    bias = prior.copy()
    if learned.any() and len(features):
        basis, turned = _reduced(features)
        small, own = _descend(turned, wanted[:, learned], rows[:, learned], prior[learned], penalty)
        weights[:, learned] = small if basis is None else basis @ small
        bias[learned] = own
    return TagLinear(weights, bias)


def prior_logits(truth: Tri, known: Bools) -> Floats:
    """Log-odds float32 [k] of each tag's frequency, drawn a little to the middle."""
    yes, seen = (truth == YES).sum(axis=0), known.sum(axis=0)
    return np.asarray(np.log((yes + 0.5) / (seen - yes + 0.5)), np.float32)


def _reduced(features: Floats) -> tuple[Floats | None, Floats]:
    """(basis float32 [d, r] or None, features float32 [n, r] in it): the optimum lies in the span of the rows."""
    n, d = features.shape
    if d <= n:
        return None, features
    _, _, basis = np.linalg.svd(features, full_matrices=False)
    return np.asarray(basis.T, np.float32), np.asarray(features @ basis.T, np.float32)


def _descend(features: Floats, wanted: Floats, rows: Floats, prior: Floats, penalty: float) -> tuple[Floats, Floats]:
    """Weights float32 [r, k] and bias float32 [k] by L-BFGS."""
    r, k = features.shape[1], wanted.shape[1]

    def objective(flat: npt.NDArray[np.float64]) -> tuple[float, npt.NDArray[np.float64]]:
        weights = flat[: r * k].reshape(r, k).astype(np.float32)
        logits = features @ weights + flat[r * k :].astype(np.float32)
        loss = float((rows * (np.logaddexp(0, logits) - wanted * logits)).sum(dtype=np.float64))
        error = rows * (sigmoid(logits) - wanted)
        gradient = np.concatenate([(features.T @ error + penalty * weights).ravel(), error.sum(axis=0)])
        return loss + 0.5 * penalty * float((weights**2).sum(dtype=np.float64)), gradient.astype(np.float64)

    start = np.concatenate([np.zeros(r * k), prior.astype(np.float64)])
    flat = minimize(objective, start, jac=True, method="L-BFGS-B", options={"maxiter": ITERATIONS, "ftol": 1e-6}).x
    return flat[: r * k].reshape(r, k).astype(np.float32), flat[r * k :].astype(np.float32)
