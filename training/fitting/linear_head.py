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
CURVATURE = 0.25  # of the cross-entropy along a logit, at most
SMALLEST = 1e-9  # of the largest scatter, below which a direction holds no row


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


@dataclass(frozen=True)
class Rows:
    """Training rows in coordinates in which the loss is nearly round, so that a search takes a tenth of the steps.

    The curvature of a softmax is bounded by that of a fixed quadratic (Boehning 1992), the same for each class: the weighted scatter
    of the rows. Its eigenvectors are the axes here. Directions in which no row lies are left out: a head never leaves its start there.

    Attributes:
        turned: float32 [n, r], the rows with a one behind each, along the axes. axes: float32 [d + 1, r].
        spread: float64 [r], weighted scatter along each axis.
        targets: float32 [n, k]. weights: float32 [n], sum to 1. mean: as in `Linear`.
    """

    turned: Floats
    axes: Floats
    spread: Reals
    targets: Floats
    weights: Floats
    mean: Floats | None


def rows_of(
    vectors: npt.NDArray[np.floating],
    targets: npt.NDArray[np.floating],
    weights: npt.NDArray[np.floating],
    mean: Floats | None = None,
    *,
    balance: bool = False,
) -> Rows:
    """Prepare training rows; several fits may share them.

    Args:
        vectors: float [n, d] unit rows. targets: float [n, k], each row a distribution over the classes.
        weights: float [n], of the rows; only their ratios count. mean: taken off the vectors first, as the start of the fits has it.
        balance: weigh classes so that each counts the same.
    """
    points = np.asarray(vectors, np.float32)
    if mean is not None:
        points = unit(points - mean)
    targets = np.asarray(targets, np.float32)
    row_weights = _row_weights(targets, np.asarray(weights, np.float32), balance=balance)
    points = np.concatenate([points, np.ones((len(points), 1), np.float32)], axis=1)
    axes, spread = _axes(points * np.sqrt(row_weights)[:, None])
    return Rows(points @ axes, axes, spread, targets, row_weights, mean)


def fit(
    vectors: npt.NDArray[np.floating],
    targets: npt.NDArray[np.floating],
    weights: npt.NDArray[np.floating],
    start: Linear,
    options: FitOptions | None = None,
    on_loss: Callable[[float], None] | None = None,
) -> Fitted:
    """Fit a head; the arguments are those of `rows_of` and `fit_rows`."""
    options = options or FitOptions()
    rows = rows_of(vectors, targets, weights, start.mean, balance=options.balance)
    return fit_rows(rows, start, options, on_loss)


def fit_rows(
    rows: Rows,
    start: Linear,
    options: FitOptions | None = None,
    on_loss: Callable[[float], None] | None = None,
    *,
    first: Linear | None = None,
) -> Fitted:
    """Fit a head.

    Args:
        rows: from `rows_of`, with the `mean` of the start.
        start: start of the search, and centre of the pull.
        on_loss: called with the loss after each iteration. What it raises ends the fit.
        first: another start of the search: saves steps, changes nothing else (the loss is convex).
    """
    options = options or FitOptions()  # its `balance` is in the rows
    loss = _Loss(rows, start, options.pull)
    losses: list[float] = []

    def watch(flat: Reals) -> None:
        losses.append(loss(flat)[0])
        if on_loss is not None:
            on_loss(losses[-1])

    with threadpool_limits(1, user_api="blas"):  # the products are small: threads only wait for each other
        optimum = minimize(
            loss,
            loss.of(start if first is None else first),
            jac=True,
            method="L-BFGS-B",
            callback=watch if on_loss is not None else None,
            options={"maxiter": options.iterations, "ftol": options.tolerance},
        )
    return Fitted(loss.linear(optimum.x), tuple(losses))


class _Loss:
    """Weighted cross-entropy plus the pull to the start, with its gradient, over a head's distance to the start along the axes."""

    def __init__(self, rows: Rows, start: Linear, pull: float) -> None:
        scale = float(np.linalg.norm(start.weights, axis=1).mean()) or 1.0
        self._rows, self._start = rows, start
        self._pull = pull / scale**2
        self._step = 1 / np.sqrt(CURVATURE * rows.spread + self._pull)
        self._points = rows.turned * self._step.astype(np.float32)
        self._from_start = rows.turned @ (rows.axes.T @ _matrix(start).T)
        self._penalty = self._pull * self._step**2

    def of(self, linear: Linear) -> Reals:
        """Coordinates float64 [k * r] of a head."""
        away = (_matrix(linear) - _matrix(self._start)) @ self._rows.axes
        return np.asarray(away / self._step, np.float64).ravel()

    def linear(self, flat: Reals) -> Linear:
        """The head at some coordinates."""
        away = (flat.reshape(-1, len(self._step)) * self._step).astype(np.float32) @ self._rows.axes.T
        matrix = _matrix(self._start) + away
        return Linear(self._start.classes, matrix[:, :-1], matrix[:, -1], self._start.mean)

    def __call__(self, flat: Reals) -> tuple[float, Reals]:
        """The loss and its gradient float64 [k * r]."""
        rows = self._rows
        away = flat.reshape(-1, len(self._step))
        probabilities = softmax(self._from_start + self._points @ away.T.astype(np.float32))
        fit_of_rows = (rows.targets * np.log(np.maximum(probabilities, 1e-12))).sum(axis=1)
        loss = -float((rows.weights * fit_of_rows).sum())
        error = rows.weights[:, None] * (probabilities - rows.targets)
        gradient = (error.T @ self._points).astype(np.float64) + self._penalty * away
        return loss + 0.5 * float((self._penalty * away**2).sum()), gradient.ravel()


def _matrix(linear: Linear) -> Floats:
    """Weights and bias as one matrix, float32 [k, d + 1]."""
    return np.concatenate([linear.weights, linear.bias[:, None]], axis=1).astype(np.float32)


def _axes(points: Floats) -> tuple[Floats, Reals]:
    """Directions float32 [d, r] in which rows float32 [n, d] scatter, and how much, float64 [r]."""
    n, d = points.shape
    wide = points.astype(np.float64)
    if n < d:
        spread, left = np.linalg.eigh(wide @ wide.T)
        kept = spread > spread[-1] * SMALLEST
        axes = wide.T @ (left[:, kept] / np.sqrt(spread[kept]))
    else:
        spread, axes = np.linalg.eigh(wide.T @ wide)
        kept = spread > spread[-1] * SMALLEST
        axes = axes[:, kept]
    return np.asarray(axes, np.float32), spread[kept]


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
