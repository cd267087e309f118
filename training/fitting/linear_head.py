"""Fitting a linear head on frozen vectors.

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

from errors import CancelledError
from labeling.scoring.zero_shot import Linear, softmax, unit

Floats = npt.NDArray[np.float32]
Progress = Callable[[int, float], bool]  # (iteration, loss) -> whether to go on


@dataclass(frozen=True)
class FitOptions:
    """How a head is fitted.

    Attributes:
        pull: weight of the squared distance to the start beside the mean loss of a row. The distance is measured in lengths of
            the start's class vectors (a length of 1 where it starts at zero), so that a pull means the same for every encoder.
        balance: weigh classes so that each counts the same.
        iterations: at most so many steps of L-BFGS. tolerance: it ends where a step lowers the loss by less than this part of it.
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
    progress: Progress | None = None,
    *,
    first: Linear | None = None,
) -> Fitted:
    """Fit a head.

    Args:
        vectors: float [n, d] unit rows. targets: float [n, k], each row a distribution over `start.classes`.
        weights: float [n], how much each row counts; they are scaled to a mean of 1.
        start: where it starts and what it is pulled to.
        progress: told after each iteration; returning False cancels.
        first: where the search begins instead of at `start`: saves steps, changes nothing else (the loss is convex).

    Raises:
        CancelledError: `progress` returned False.
    """
    options = options or FitOptions()
    points = np.asarray(vectors, np.float32)
    if start.mean is not None:
        points = unit(points - start.mean)
    targets = np.asarray(targets, np.float32)
    row_weights = _row_weights(targets, np.asarray(weights, np.float32), balance=options.balance)
    k, d = start.weights.shape
    anchor = np.concatenate([start.weights.ravel(), start.bias]).astype(np.float64)
    scale = float(np.linalg.norm(start.weights, axis=1).mean()) or 1.0
    losses: list[float] = []

    def objective(flat: npt.NDArray[np.float64]) -> tuple[float, npt.NDArray[np.float64]]:
        matrix = flat[: k * d].reshape(k, d).astype(np.float32)
        logits = points @ matrix.T + flat[k * d :].astype(np.float32)
        probabilities = softmax(logits)
        loss = -float((row_weights * (targets * np.log(np.maximum(probabilities, 1e-12))).sum(axis=1)).sum())
        error = row_weights[:, None] * (probabilities - targets)
        away = flat - anchor
        pull = options.pull / scale**2
        gradient = np.concatenate([(error.T @ points).ravel(), error.sum(axis=0)]).astype(np.float64)
        return loss + 0.5 * pull * float(away @ away), gradient + pull * away

    def watch(flat: npt.NDArray[np.float64]) -> None:
        losses.append(objective(flat)[0])
        if progress is not None and not progress(len(losses), losses[-1]):
            raise CancelledError("Training was cancelled. The head in use stays as it is.")

    with threadpool_limits(1, user_api="blas"):  # the products are small: threads only wait for each other
        found = minimize(
            objective,
            anchor if first is None else np.concatenate([first.weights.ravel(), first.bias]).astype(np.float64),
            jac=True,
            method="L-BFGS-B",
            callback=watch if progress is not None else None,
            options={"maxiter": options.iterations, "ftol": options.tolerance},
        )
    matrix = found.x[: k * d].reshape(k, d).astype(np.float32)
    return Fitted(Linear(start.classes, matrix, found.x[k * d :].astype(np.float32), start.mean), tuple(losses))


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
