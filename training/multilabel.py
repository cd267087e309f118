"""A sigmoid head for open facets, and how well several labels at once are told: mAP, F1, Hit@k."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize
from threadpoolctl import threadpool_limits

from labeling.multilabel import UNKNOWN, YES, Thresholds, Tri, fit_thresholds, scores, sigmoid
from labeling.zero_shot import Floats, Linear
from training.split import folds

Ints = npt.NDArray[np.int64]


@dataclass(frozen=True)
class MultiOptions:
    """How the head is fitted.

    Attributes:
        pull: weight of the squared distance to the start, per label. balance: yes and no of a label count the same.
        folds: groups held out in turn for the thresholds. iterations: steps of L-BFGS at most.
    """

    pull: float = 0.1
    balance: bool = False
    folds: int = 5
    iterations: int = 100
    seed: int = 0


@dataclass(frozen=True)
class MultiHead:
    """A fitted head, its thresholds, and the scores float32 [n, k] of the training rows from folds that did not see them."""

    linear: Linear
    thresholds: Thresholds
    held_out: Floats


def train(
    vectors: npt.NDArray[np.floating], truth: Tri, group: Ints, start: Linear, options: MultiOptions | None = None
) -> MultiHead:
    """Fit a head that starts from a zero-shot classifier and is pulled to it; thresholds come from held-out groups.

    Args:
        vectors: float [n, d] unit rows. truth: int8 [n, k]; unknown answers are left out of the loss.
        group: int64 [n], equal for items that must stay together.
    """
    options = options or MultiOptions()
    points = np.asarray(vectors, np.float32)
    fold = folds(group, np.zeros(len(group), np.int64), count=options.folds, seed=options.seed)
    held = np.zeros(truth.shape, np.float32)
    with threadpool_limits(1, user_api="blas"):  # the products are small: threads only wait for each other
        for number in range(int(fold.max()) + 1):
            inside = fold != number
            fitted = fit(points[inside], truth[inside], start, options)
            held[~inside] = scores(fitted, points[~inside])
        linear = fit(points, truth, start, options)
    return MultiHead(linear, fit_thresholds(held, truth), held)


def fit(vectors: Floats, truth: Tri, start: Linear, options: MultiOptions) -> Linear:
    """Logistic regression of every label, pulled to its start (L2-SP, Li et al. 2018)."""
    known = truth != UNKNOWN
    wanted = (truth == YES).astype(np.float32)
    weight = _weights(wanted, known, balance=options.balance)
    k, d = start.weights.shape
    anchor = np.concatenate([start.weights.ravel(), start.bias]).astype(np.float64)
    pull = options.pull / max(float(np.abs(start.weights).max()), 1.0) ** 2

    def objective(flat: npt.NDArray[np.float64]) -> tuple[float, npt.NDArray[np.float64]]:
        logits = vectors @ flat[: k * d].reshape(k, d).astype(np.float32).T + flat[k * d :].astype(np.float32)
        loss = float((weight * (np.logaddexp(0, logits) - wanted * logits)).sum())
        error = weight * (sigmoid(logits) - wanted)
        away = flat - anchor
        gradient = np.concatenate([(error.T @ vectors).ravel(), error.sum(axis=0)]).astype(np.float64)
        return loss + 0.5 * pull * float(away @ away), gradient + pull * away

    found = minimize(objective, anchor, jac=True, method="L-BFGS-B", options={"maxiter": options.iterations})
    flat = found.x.astype(np.float32)
    return Linear(start.classes, flat[: k * d].reshape(k, d), flat[k * d :], start.mean)


def _weights(wanted: Floats, known: npt.NDArray[np.bool_], *, balance: bool) -> Floats:
    """float32 [n, k], each label's sum to 1; with `balance` its yes and no have half each."""
    if not balance:
        return np.asarray(known / np.maximum(known.sum(axis=0), 1), np.float32)
    yes, no = known & (wanted > 0), known & (wanted == 0)
    return np.asarray(0.5 * yes / np.maximum(yes.sum(axis=0), 1) + 0.5 * no / np.maximum(no.sum(axis=0), 1), np.float32)


def measure(values: Floats, truth: Tri, thresholds: Thresholds | None = None) -> dict[str, Any]:
    """How well several labels are told; unknown answers are left out.

    Args:
        values: float32 [n, k] scores. truth: int8 [n, k].

    Returns:
        `map` (mean over the labels that occur), `hit1`, `hit2` (one of an item's best 1 or 2 is true, over items with a label),
        `peak_f1` (the best micro F1 of any one threshold), `micro_f1` and `macro_f1` at the thresholds, the same with `_fixed` at 0.5.
    """
    known, positive = truth != UNKNOWN, truth == YES
    occurs = np.flatnonzero(positive.any(axis=0))
    average = [_average_precision(values[known[:, k], k], positive[known[:, k], k]) for k in occurs]
    own = values >= (thresholds.values if thresholds is not None else 0.5)
    fixed = values >= 0.5
    return {
        "map": float(np.mean(average)) if average else None,
        "hit1": _hit(values, truth, 1),
        "hit2": _hit(values, truth, 2),
        "peak_f1": _peak_f1(values[known], positive[known]),
        "micro_f1": _f1(own[known], positive[known]),
        "macro_f1": _macro(own, positive, known, occurs),
        "micro_f1_fixed": _f1(fixed[known], positive[known]),
        "macro_f1_fixed": _macro(fixed, positive, known, occurs),
    }


def _average_precision(values: Floats, positive: npt.NDArray[np.bool_]) -> float:
    """Mean of the precision at each positive, ranked by falling score."""
    ranked = positive[np.argsort(-values, kind="stable")]
    precision = np.cumsum(ranked) / np.arange(1, len(ranked) + 1)
    return float(precision[ranked].mean())


def _hit(values: Floats, truth: Tri, count: int) -> float | None:
    rows = (truth == YES).any(axis=1)
    if not rows.any():
        return None
    best = np.argsort(-values[rows], axis=1, kind="stable")[:, :count]
    return float((np.take_along_axis(truth[rows], best, axis=1) == YES).any(axis=1).mean())


def _f1(said: npt.NDArray[np.bool_], positive: npt.NDArray[np.bool_]) -> float:
    return float(2 * (said & positive).sum() / max(int(said.sum() + positive.sum()), 1))


def _macro(
    said: npt.NDArray[np.bool_], positive: npt.NDArray[np.bool_], known: npt.NDArray[np.bool_], occurs: Ints
) -> float:
    return float(np.mean([_f1(said[known[:, k], k], positive[known[:, k], k]) for k in occurs])) if len(occurs) else 0.0


def _peak_f1(values: Floats, positive: npt.NDArray[np.bool_]) -> float:
    order = np.argsort(-values, kind="stable")
    hits = np.cumsum(positive[order])
    return float((2 * hits / (np.arange(1, len(values) + 1) + positive.sum())).max())
