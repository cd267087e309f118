"""A sigmoid head for open facets: any number of labels an item, on answers that are yes, no or unknown."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize
from threadpoolctl import threadpool_limits

from labeling.cleaning.grouped_split import folds
from labeling.scoring.multilabel import UNKNOWN, YES, Thresholds, Tri, fit_thresholds, scores, sigmoid
from labeling.scoring.zero_shot import Floats, Linear
from progress import Progress, silent
from training.fitting.fit_progress import FitProgress

Ints = npt.NDArray[np.int64]


@dataclass(frozen=True)
class MultiOptions:
    """Options of the fit.

    Attributes:
        pulls: candidate weights of the squared distance to the start, per label. balance: yes and no of a label count the same.
        folds: groups held out in turn, for the choice of the pull and for the thresholds. iterations: steps of L-BFGS at most.
    """

    pulls: tuple[float, ...] = (1.0, 0.1, 0.01, 0.001)
    balance: bool = False
    folds: int = 5
    iterations: int = 100
    seed: int = 0


@dataclass(frozen=True)
class MultiHead:
    """A fitted head.

    Attributes:
        thresholds: fitted on all held-out scores.
        held_out: float32 [n, k], out-of-fold scores of the training rows; the pull was chosen out of fold too.
        row_thresholds: float32 [n, k], for each training row the thresholds of the other folds.
        pull: the chosen one. likelihood: by pull, the mean log-likelihood of held-out answers.
    """

    linear: Linear
    thresholds: Thresholds
    held_out: Floats
    row_thresholds: Floats
    pull: float
    likelihood: dict[float, float]


def train(
    vectors: npt.NDArray[np.floating], truth: Tri, group: Ints, start: Linear, options: MultiOptions | None = None,
    progress: Progress = silent,
) -> MultiHead:  # fmt: skip
    """Fit a head that starts from a zero-shot classifier and is pulled to it; pull and thresholds come from held-out groups.

    Args:
        vectors: float [n, d] unit rows. truth: int8 [n, k]; unknown answers are left out of the loss.
        group: int64 [n], equal for items that must stay together.
        progress: called after each fit.

    Raises:
        InputError: all items lie in one group. CancelledError: `progress` stopped it.
    """
    options = options or MultiOptions()
    points = np.asarray(vectors, np.float32)
    fold = folds(group, np.zeros(len(group), np.int64), count=options.folds, seed=options.seed)
    out = {pull: np.zeros(truth.shape, np.float32) for pull in options.pulls}
    work = [(number, pull) for number in range(int(fold.max()) + 1) for pull in options.pulls]
    with threadpool_limits(1, user_api="blas"):  # the products are small: threads only wait for each other
        fits = FitProgress(progress, len(work) + 1)
        for number, pull in work:
            inside = fold != number
            fitted = fit(points[inside], truth[inside], start, options, pull)
            out[pull][~inside] = scores(fitted, points[~inside])
            fits.fitted()
        likelihood = {pull: _likelihood(held, truth) for pull, held in out.items()}
        best = max(likelihood, key=lambda pull: likelihood[pull])
        fits.final()
        linear = fit(points, truth, start, options, best)
    held = np.empty(truth.shape, np.float32)
    for number in range(int(fold.max()) + 1):
        rest = fold != number
        chosen = max(options.pulls, key=lambda pull: _likelihood(out[pull][rest], truth[rest]))
        held[~rest] = out[chosen][~rest]
    return MultiHead(linear, fit_thresholds(held, truth), held, crossed(held, truth, fold), best, likelihood)


def crossed(values: Floats, truth: Tri, fold: Ints) -> Floats:
    """Thresholds float32 [n, k] of each row from the rows of other folds."""
    thresholds = np.empty(values.shape, np.float32)
    for number in np.unique(fold):
        thresholds[fold == number] = fit_thresholds(values[fold != number], truth[fold != number]).values
    return thresholds


def _likelihood(values: Floats, truth: Tri) -> float:
    """Mean log-likelihood of known answers, every label the same weight."""
    given = np.where(truth == YES, values, 1 - values)
    known = truth != UNKNOWN
    each = np.where(known, np.log(np.maximum(given, 1e-6)), 0).sum(axis=0) / np.maximum(known.sum(axis=0), 1)
    return float(each[known.any(axis=0)].mean()) if known.any() else 0.0


def fit(vectors: Floats, truth: Tri, start: Linear, options: MultiOptions, pull: float) -> Linear:
    """Logistic regression of every label, pulled to its start (L2-SP, Li et al. 2018)."""
    known = truth != UNKNOWN
    wanted = (truth == YES).astype(np.float32)
    weight = _weights(wanted, known, balance=options.balance)
    k, d = start.weights.shape
    anchor = np.concatenate([start.weights.ravel(), start.bias]).astype(np.float64)
    pull = pull / max(float(np.abs(start.weights).max()), 1.0) ** 2

    def objective(flat: npt.NDArray[np.float64]) -> tuple[float, npt.NDArray[np.float64]]:
        logits = vectors @ flat[: k * d].reshape(k, d).astype(np.float32).T + flat[k * d :].astype(np.float32)
        loss = float((weight * (np.logaddexp(0, logits) - wanted * logits)).sum())
        error = weight * (sigmoid(logits) - wanted)
        away = flat - anchor
        gradient = np.concatenate([(error.T @ vectors).ravel(), error.sum(axis=0)]).astype(np.float64)
        return loss + 0.5 * pull * float(away @ away), gradient + pull * away

    optimum = minimize(objective, anchor, jac=True, method="L-BFGS-B", options={"maxiter": options.iterations})
    flat = optimum.x.astype(np.float32)
    return Linear(start.classes, flat[: k * d].reshape(k, d), flat[k * d :], start.mean)


def _weights(wanted: Floats, known: npt.NDArray[np.bool_], *, balance: bool) -> Floats:
    """Weights float32 [n, k] that sum to 1 for each label; with `balance` half for yes and half for no."""
    if not balance:
        return np.asarray(known / np.maximum(known.sum(axis=0), 1), np.float32)
    yes, no = known & (wanted > 0), known & (wanted == 0)
    return np.asarray(0.5 * yes / np.maximum(yes.sum(axis=0), 1) + 0.5 * no / np.maximum(no.sum(axis=0), 1), np.float32)
