"""How well several labels at once are told: mAP, F1, Hit@k, each label by itself, intervals, and the gain of one model over another."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import numpy.typing as npt

from labeling.scoring.multilabel import NO, UNKNOWN, YES, Tri
from labeling.scoring.zero_shot import Floats

Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]
RESAMPLES, AT_ONCE = 1000, 100


def measure(values: Floats, truth: Tri, thresholds: Floats | float = 0.5) -> dict[str, Any]:
    """How well several labels are told; unknown answers are left out.

    Args:
        values: float32 [n, k] scores. truth: int8 [n, k]. thresholds: float32 [k], or [n, k] where each item has its own.

    Returns:
        `map` (mean over the labels that occur), `hit1`, `hit2` (one of an item's best 1 or 2 is true, over items with a label),
        `peak_f1` (the best micro F1 of any one threshold), `micro_f1` and `macro_f1` at the thresholds, the same with `_fixed` at 0.5.
    """
    known, positive = truth != UNKNOWN, truth == YES
    occurs = np.flatnonzero(positive.any(axis=0))
    average = [average_precision(values[known[:, k], k], positive[known[:, k], k]) for k in occurs]
    own = values >= thresholds
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


def average_precision(values: Floats, positive: Bools) -> float:
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


def _f1(said: Bools, positive: Bools) -> float:
    return float(2 * (said & positive).sum() / max(int(said.sum() + positive.sum()), 1))


def _macro(said: Bools, positive: Bools, known: Bools, occurs: Ints) -> float:
    return float(np.mean([_f1(said[known[:, k], k], positive[known[:, k], k]) for k in occurs])) if len(occurs) else 0.0


def _peak_f1(values: Floats, positive: Bools) -> float:
    order = np.argsort(-values, kind="stable")
    hits = np.cumsum(positive[order])
    return float((2 * hits / (np.arange(1, len(values) + 1) + positive.sum())).max())


def per_label(values: Floats, truth: Tri, thresholds: Floats) -> list[dict[str, Any]]:
    """For each label `yes` and `no` (answers), `average_precision` (None without a yes), and at the thresholds `precision`, `recall`, `f1`.

    Args:
        values, thresholds: float32 [n, k]. truth: int8 [n, k].
    """
    found = []
    for k in range(truth.shape[1]):
        rows = truth[:, k] != UNKNOWN
        said, positive = (values >= thresholds)[rows, k], truth[rows, k] == YES
        hits = int((said & positive).sum())
        found.append({
            "yes": int(positive.sum()),
            "no": int((truth[:, k] == NO).sum()),
            "average_precision": average_precision(values[rows, k], positive) if positive.any() else None,
            "precision": hits / max(int(said.sum()), 1),
            "recall": hits / max(int(positive.sum()), 1),
            "f1": _f1(said, positive),
        })  # fmt: skip
    return found


def intervals(values: Floats, truth: Tri, thresholds: Floats, group: Ints) -> dict[str, tuple[float, float]]:
    """Percentile bootstrap intervals (95 %) of `map`, `micro_f1` and `macro_f1`, groups drawn whole; empty without a yes.

    Args:
        values, thresholds: float32 [n, k]. truth: int8 [n, k]. group: int64 [n], equal for items that belong together.
    """
    occurs = np.flatnonzero((truth == YES).any(axis=0)).tolist()
    if not occurs:
        return {}
    counts = _counts(values >= thresholds, truth, group)
    place = np.unique(group, return_inverse=True)[1]
    drawn: dict[str, list[Floats]] = {"map": [], "micro_f1": [], "macro_f1": []}
    for weights in _draws(len(counts)):
        sums = np.tensordot(weights, counts, axes=1)  # [draws, k, 3]
        drawn["micro_f1"].append(_ratio(sums.sum(axis=1)))
        drawn["macro_f1"].append(_ratio(sums[:, occurs]).mean(axis=1))
        each = np.stack([_weighted_precision(values[:, k], truth[:, k], weights[:, place]) for k in occurs])
        drawn["map"].append(np.nansum(each, axis=0) / np.maximum((~np.isnan(each)).sum(axis=0), 1))
    return {name: _edges(np.concatenate(parts)) for name, parts in drawn.items()}


def gain(before: Bools, after: Bools, truth: Tri, group: Ints) -> dict[str, float] | None:
    """Paired bootstrap of the difference in micro F1, 95 %, groups drawn whole; None without an answer.

    Args:
        before, after: bool [n, k], whether each model says yes. truth: int8 [n, k]. group: int64 [n].

    Returns:
        `micro_f1` (after minus before), `low`, `high`.
    """
    if not (truth != UNKNOWN).any():
        return None
    first, second = (_counts(said, truth, group).sum(axis=1) for said in (before, after))
    drawn = [_ratio(weights @ second) - _ratio(weights @ first) for weights in _draws(len(first))]
    low, high = _edges(np.concatenate(drawn))
    lead = _ratio(second.sum(axis=0)) - _ratio(first.sum(axis=0))
    return {"micro_f1": float(lead), "low": low, "high": high}


def _counts(said: Bools, truth: Tri, group: Ints) -> npt.NDArray[np.float64]:
    """float64 [groups, k, 3]: of the known answers the hits, what was said, what is so."""
    known, positive = truth != UNKNOWN, truth == YES
    each = np.stack([said & positive, said & known, positive], axis=2)
    unique, place = np.unique(group, return_inverse=True)
    counts = np.zeros((len(unique), *each.shape[1:]))
    np.add.at(counts, place, each)
    return counts


def _ratio(counts: npt.NDArray[np.float64]) -> Floats:
    """F1 over the last axis of [..., 3]."""
    return np.asarray(2 * counts[..., 0] / np.maximum(counts[..., 1] + counts[..., 2], 1), np.float32)


def _draws(groups: int) -> Iterator[npt.NDArray[np.float64]]:
    """How often each group is drawn, float64 [draws, groups], some draws at a time; the same draws for every model."""
    random = np.random.default_rng(0)
    for _ in range(RESAMPLES // AT_ONCE):
        yield random.multinomial(groups, np.full(groups, 1 / groups), AT_ONCE).astype(np.float64)


def _weighted_precision(values: Floats, truth: Tri, weights: npt.NDArray[np.float64]) -> Floats:
    """Average precision of one label in each draw, float32 [draws]; NaN where no yes was drawn. weights: float64 [draws, n]."""
    rows = np.flatnonzero(truth != UNKNOWN)
    rows = rows[np.argsort(-values[rows], kind="stable")]
    mine, positive = weights[:, rows], truth[rows] == YES
    precision = np.cumsum(mine * positive, axis=1) / np.maximum(np.cumsum(mine, axis=1), 1)
    total = (mine * positive).sum(axis=1)
    found = (precision * mine * positive).sum(axis=1) / np.where(total > 0, total, np.nan)
    return np.asarray(found, np.float32)


def _edges(drawn: npt.NDArray[np.floating]) -> tuple[float, float]:
    low, high = np.quantile(drawn, [0.025, 0.975])
    return float(low), float(high)
