"""Fit of a linear head on frozen vectors.

A logistic regression that starts from the zero-shot classifier and is pulled back to it with an L2 penalty (after CLAP, Silva-Rodriguez
et al. 2024, and L2-SP, Li et al. 2018), on people's labels and down-weighted soft labels. L-BFGS from scipy on numpy arrays:
a few thousand rows take a fraction of a second, and the same inputs give the same weights.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize
from threadpoolctl import threadpool_limits

from labeling.scoring.zero_shot import Linear, softmax, unit

Floats = npt.NDArray[np.float32]
Reals = npt.NDArray[np.float64]


@dataclass(frozen=True)
class FitOptions:
    """Options of a fit.

    Attributes:
        pull: weight of the squared distance to the start beside the mean loss of a row. The distance is measured in lengths of
            the start's class vectors (a length of 1 where it starts at zero), so that a pull means the same for every encoder.
        balance: weigh classes so that each counts the same.
        iterations: steps of L-BFGS at most. tolerance: relative decrease of the loss at which the search ends.
    """

    pull: float = 0.1
    balance: bool = False
    iterations: int = 200
    tolerance: float = 1e-7


@dataclass(frozen=True)
class Fitted:
    """A head and the loss after each iteration."""

    linear: Linear
    losses: tuple[float, ...]


def fit(
    vectors: npt.NDArray[np.floating],
    targets: npt.NDArray[np.floating],
    weights: npt.NDArray[np.floating],
    start: Linear,
    options: FitOptions | None = None,
    on_loss: Callable[[float], None] | None = None,
    *,
    first: Linear | None = None,
) -> Fitted:
    """Fit a head.

    Args:
        vectors: float [n, d] unit rows. targets: float [n, k], each row a distribution over `start.classes`.
        weights: float [n], of the rows; only their ratios count.
        start: start of the search, and centre of the pull.
        on_loss: called with the loss after each iteration. What it raises ends the fit.
        first: another start of the search: saves steps, changes nothing else (the loss is convex).
    """
    options = options or FitOptions()
    points = np.asarray(vectors, np.float32)
    if start.mean is not None:
        points = unit(points - start.mean)
    targets = np.asarray(targets, np.float32)
    row_weights = _row_weights(targets, np.asarray(weights, np.float32), balance=options.balance)
    loss = _Loss(points, targets, row_weights, start, options.pull)
    losses: list[float] = []

    def watch(flat: Reals) -> None:
        losses.append(loss(flat)[0])
        if on_loss is not None:
            on_loss(losses[-1])

    with threadpool_limits(1, user_api="blas"):  # the products are small: threads only wait for each other
        optimum = minimize(
            loss,
            loss.anchor if first is None else _flat(first),
            jac=True,
            method="L-BFGS-B",
            callback=watch if on_loss is not None else None,
            options={"maxiter": options.iterations, "ftol": options.tolerance},
        )
    matrix, bias = loss.parts(optimum.x)
    return Fitted(Linear(start.classes, matrix, bias, start.mean), tuple(losses))


class _Loss:
    """Weighted cross-entropy plus the pull to the start, with its gradient.

    Attributes:
        anchor: float64 [k * d + k], weights and bias of the start.
    """

    def __init__(self, points: Floats, targets: Floats, row_weights: Floats, start: Linear, pull: float) -> None:
        self._points, self._targets, self._row_weights = points, targets, row_weights
        self._shape = start.weights.shape
        self.anchor = _flat(start)
        scale = float(np.linalg.norm(start.weights, axis=1).mean()) or 1.0
        self._pull = pull / scale**2

    def parts(self, flat: Reals) -> tuple[Floats, Floats]:
        """Weights float32 [k, d] and bias float32 [k]."""
        k, d = self._shape
        return flat[: k * d].reshape(k, d).astype(np.float32), flat[k * d :].astype(np.float32)

    def __call__(self, flat: Reals) -> tuple[float, Reals]:
        """The loss and its gradient float64 [k * d + k]."""
        matrix, bias = self.parts(flat)
        logits = self._points @ matrix.T + bias
        probabilities = softmax(logits)
        fit_of_rows = (self._targets * np.log(np.maximum(probabilities, 1e-12))).sum(axis=1)
        loss = -float((self._row_weights * fit_of_rows).sum())
        error = self._row_weights[:, None] * (probabilities - self._targets)
        away = flat - self.anchor
        gradient = np.concatenate([(error.T @ self._points).ravel(), error.sum(axis=0)]).astype(np.float64)
        return loss + 0.5 * self._pull * float(away @ away), gradient + self._pull * away


def _flat(linear: Linear) -> Reals:
    return np.concatenate([linear.weights.ravel(), linear.bias]).astype(np.float64)


def _row_weights(targets: Floats, weights: Floats, *, balance: bool) -> Floats:
    """Weights that sum to 1; with `balance` every class that occurs has the same share."""
    if balance:
        share = (targets * weights[:, None]).sum(axis=0)
        per_class = np.where(share > 0, 1.0 / np.maximum(share, 1e-12), 0.0)
        weights = weights * (targets @ per_class.astype(np.float32))
    return np.asarray(weights / max(float(weights.sum()), 1e-12), np.float32)


def plain(classes: tuple[int, ...], dim: int, mean: Floats | None = None) -> Linear:
    """A start at zero: with it `fit` is plain logistic regression with an L2 penalty."""
    return Linear(classes, np.zeros((len(classes), dim), np.float32), np.zeros(len(classes), np.float32), mean)
