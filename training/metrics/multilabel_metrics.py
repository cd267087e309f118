"""Metrics of several labels at once: mAP, F1, Hit@k, each label by itself, intervals, and the gain of one model over another."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal, NotRequired, get_args

import numpy as np
import numpy.typing as npt
from sklearn.metrics import average_precision_score, f1_score, precision_recall_fscore_support
from typing_extensions import TypedDict

from labeling.scoring.multilabel import NO, UNKNOWN, YES, Tri
from labeling.scoring.zero_shot import Floats
from training.metrics.accuracy import Interval

Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]
MultilabelMetric = Literal[
    "map", "hit1", "hit2", "peak_f1", "micro_f1", "macro_f1", "micro_f1_fixed", "macro_f1_fixed"
]  # fmt: skip
METRICS: tuple[MultilabelMetric, ...] = get_args(MultilabelMetric)
RESAMPLES, AT_ONCE = 1000, 100


class MultilabelScores(TypedDict):
    """Figures of a model that gives any number of labels, each in [0, 1].

    Attributes:
        map: mean average precision over the labels that occur, None without any.
        hit1, hit2: share of the items with a label for which one of the best 1 or 2 is true, None without such items.
        peak_f1: the best micro F1 of any single threshold.
        micro_f1, macro_f1: at the thresholds given; with `_fixed` at 0.5.
    """

    map: float | None
    hit1: float | None
    hit2: float | None
    peak_f1: float
    micro_f1: float
    macro_f1: float
    micro_f1_fixed: float
    macro_f1_fixed: float


class LabelScores(TypedDict):
    """Figures of one label at its thresholds.

    Attributes:
        yes, no: numbers of answers. average_precision: None without a yes.
    """

    yes: int
    no: int
    average_precision: float | None
    precision: float
    recall: float
    f1: float


class MicroF1Gain(TypedDict):
    """Difference in micro F1, the newer model minus the older one, with its 95 % interval.

    Attributes:
        sure: lower bound of the gain over all images; only where the answers are a fair sample of them.
    """

    micro_f1: float
    low: float
    high: float
    sure: NotRequired[float]


class MapGain(TypedDict):
    """Difference in macro mAP, the newer model minus the older one, with its 95 % interval."""

    map: float
    low: float
    high: float


def measure(values: Floats, truth: Tri, thresholds: Floats | float = 0.5) -> MultilabelScores:
    """Score several labels at once; unknown answers are left out.

    Args:
        values: float32 [n, k] scores. truth: int8 [n, k]. thresholds: float32 [k], or [n, k] where each item has its own.
    """
    known, positive = truth != UNKNOWN, truth == YES
    occurs = np.flatnonzero(positive.any(axis=0))
    average = [average_precision(values[known[:, k], k], positive[known[:, k], k]) for k in occurs]
    own = (values >= thresholds) & known
    fixed = (values >= 0.5) & known
    return {
        "map": float(np.mean(average)) if average else None,
        "hit1": _hit(values, truth, 1),
        "hit2": _hit(values, truth, 2),
        "peak_f1": _peak_f1(values[known], positive[known]),
        "micro_f1": _micro(own, positive),
        "macro_f1": _macro(own, positive, occurs),
        "micro_f1_fixed": _micro(fixed, positive),
        "macro_f1_fixed": _macro(fixed, positive, occurs),
    }


def average_precision(values: Floats, positive: Bools) -> float:
    """Average precision of one label; equal scores are one threshold, so the order of the items says nothing."""
    return float(average_precision_score(positive, values))


def _hit(values: Floats, truth: Tri, count: int) -> float | None:
    rows = (truth == YES).any(axis=1)
    if not rows.any():
        return None
    best = np.argsort(-values[rows], axis=1, kind="stable")[:, :count]
    return float((np.take_along_axis(truth[rows], best, axis=1) == YES).any(axis=1).mean())


def _micro(predicted: Bools, positive: Bools) -> float:
    return float(f1_score(_padded(positive), _padded(predicted), average="micro", zero_division=0.0))


def _macro(predicted: Bools, positive: Bools, occurs: Ints) -> float:
    if not len(occurs):
        return 0.0
    return float(f1_score(_padded(positive), _padded(predicted), labels=occurs, average="macro", zero_division=0.0))


def _padded(labels: Bools) -> Bools:
    """Labels bool [n, k + 1]: with the empty column scikit-learn does not take a single label for two classes."""
    return np.pad(labels, ((0, 0), (0, 1)))


def _peak_f1(values: Floats, positive: Bools) -> float:
    order = np.argsort(-values, kind="stable")
    hits = np.cumsum(positive[order])
    return float((2 * hits / (np.arange(1, len(values) + 1) + positive.sum())).max())


def per_label(values: Floats, truth: Tri, thresholds: Floats) -> list[LabelScores]:
    """Score each label by itself, in the order of the columns.

    Args:
        values, thresholds: float32 [n, k]. truth: int8 [n, k].
    """
    known, positive = truth != UNKNOWN, truth == YES
    precision, recall, f1, yes = precision_recall_fscore_support(
        _padded(positive), _padded((values >= thresholds) & known), average=None, zero_division=0.0
    )
    return [
        {
            "yes": int(yes[k]),
            "no": int((truth[:, k] == NO).sum()),
            "average_precision": average_precision(values[known[:, k], k], positive[known[:, k], k])
            if yes[k]
            else None,
            "precision": float(precision[k]),
            "recall": float(recall[k]),
            "f1": float(f1[k]),
        }
        for k in range(truth.shape[1])
    ]


def intervals(values: Floats, truth: Tri, thresholds: Floats, group: Ints) -> dict[MultilabelMetric, Interval]:
    """Percentile bootstrap intervals (95 %) of `map`, `micro_f1` and `macro_f1`, groups drawn whole; empty without a yes.

    Args:
        values, thresholds: float32 [n, k]. truth: int8 [n, k]. group: int64 [n], equal for items that belong together.
    """
    occurs = np.flatnonzero((truth == YES).any(axis=0)).tolist()
    if not occurs:
        return {}
    counts = _counts(values >= thresholds, truth, group)
    place = np.unique(group, return_inverse=True)[1]
    drawn: dict[MultilabelMetric, list[Floats]] = {"map": [], "micro_f1": [], "macro_f1": []}
    for weights in _draws(len(counts)):
        sums = np.tensordot(weights, counts, axes=1)  # [draws, k, 3]
        drawn["micro_f1"].append(_ratio(sums.sum(axis=1)))
        drawn["macro_f1"].append(_ratio(sums[:, occurs]).mean(axis=1))
        each = np.stack([_weighted_precision(values[:, k], truth[:, k], weights[:, place]) for k in occurs])
        drawn["map"].append(np.nansum(each, axis=0) / np.maximum((~np.isnan(each)).sum(axis=0), 1))
    return {name: _edges(np.concatenate(parts)) for name, parts in drawn.items()}


def precision_intervals(values: Floats, truth: Tri, group: Ints) -> list[tuple[float | None, float | None]]:
    """95 % interval of the average precision of each label, groups drawn whole; (None, None) without both answers.

    Args:
        values: float32 [n, k]. truth: int8 [n, k]. group: int64 [n], equal for items that belong together.
    """
    unique, place = np.unique(group, return_inverse=True)
    both = np.flatnonzero((truth == YES).any(axis=0) & (truth == NO).any(axis=0)).tolist()
    drawn: dict[int, list[Floats]] = {k: [] for k in both}
    for weights in _draws(len(unique)) if both else ():
        for k in both:
            drawn[k].append(_weighted_precision(values[:, k], truth[:, k], weights[:, place]))
    edges: list[tuple[float | None, float | None]] = [(None, None)] * truth.shape[1]
    for k, parts in drawn.items():
        every = np.concatenate(parts)
        edges[k] = _edges(every[~np.isnan(every)])
    return edges


def gain(before: Bools, after: Bools, truth: Tri, group: Ints) -> MicroF1Gain | None:
    """Paired bootstrap of the difference in micro F1, groups drawn whole; None without an answer.

    Args:
        before, after: bool [n, k], the yes of each model. truth: int8 [n, k]. group: int64 [n].
    """
    if not (truth != UNKNOWN).any():
        return None
    first, second = (_counts(predicted, truth, group).sum(axis=1) for predicted in (before, after))
    drawn = [_ratio(weights @ second) - _ratio(weights @ first) for weights in _draws(len(first))]
    low, high = _edges(np.concatenate(drawn))
    lead = _ratio(second.sum(axis=0)) - _ratio(first.sum(axis=0))
    return {"micro_f1": float(lead), "low": low, "high": high}


def map_gain(before: Floats, after: Floats, truth: Tri, group: Ints) -> MapGain | None:
    """Paired bootstrap of the difference in macro mAP, groups drawn whole; None without a label that has both answers.

    Args:
        before, after: float32 [n, k], scores of each model on any scale. truth: int8 [n, k]. group: int64 [n].
    """
    both = np.flatnonzero((truth == YES).any(axis=0) & (truth == NO).any(axis=0)).tolist()
    if not both:
        return None
    unique, place = np.unique(group, return_inverse=True)

    def mean(values: Floats, weights: npt.NDArray[np.float64]) -> Floats:
        each = np.stack([_weighted_precision(values[:, k], truth[:, k], weights[:, place]) for k in both])
        return np.asarray(np.nansum(each, axis=0) / np.maximum((~np.isnan(each)).sum(axis=0), 1), np.float32)

    drawn = [mean(after, weights) - mean(before, weights) for weights in _draws(len(unique))]
    once = np.ones((1, len(unique)))
    low, high = _edges(np.concatenate(drawn))
    return {"map": float((mean(after, once) - mean(before, once))[0]), "low": low, "high": high}


def _counts(predicted: Bools, truth: Tri, group: Ints) -> npt.NDArray[np.float64]:
    """float64 [groups, k, 3]: hits, predictions and positives among the known answers."""
    known, positive = truth != UNKNOWN, truth == YES
    each = np.stack([predicted & positive, predicted & known, positive], axis=2)
    unique, place = np.unique(group, return_inverse=True)
    counts = np.zeros((len(unique), *each.shape[1:]))
    np.add.at(counts, place, each)
    return counts


def _ratio(counts: npt.NDArray[np.float64]) -> Floats:
    """F1 over the last axis of [..., 3]."""
    return np.asarray(2 * counts[..., 0] / np.maximum(counts[..., 1] + counts[..., 2], 1), np.float32)


def _draws(groups: int) -> Iterator[npt.NDArray[np.float64]]:
    """Number of times that each group is drawn, float64 [draws, groups], some draws at a time; the same for every model."""
    random = np.random.default_rng(0)
    for _ in range(RESAMPLES // AT_ONCE):
        yield random.multinomial(groups, np.full(groups, 1 / groups), AT_ONCE).astype(np.float64)


def _weighted_precision(values: Floats, truth: Tri, weights: npt.NDArray[np.float64]) -> Floats:
    """Average precision of one label in each draw, float32 [draws]; NaN where no yes was drawn. weights: float64 [draws, n]."""
    rows = np.flatnonzero(truth != UNKNOWN)
    rows = rows[np.argsort(-values[rows], kind="stable")]
    places = np.flatnonzero(truth[rows] == YES)
    if not len(places):
        return np.full(len(weights), np.nan, np.float32)
    falling = -values[rows]
    # Only the thresholds at which a positive comes in count; the rows down to each are summed from one to the next, in one pass.
    ends, first = np.unique(np.searchsorted(falling, falling[places], side="right"), return_index=True)
    mine = weights[:, rows[: ends[-1]]]
    hits = np.add.reduceat(mine[:, places], first, axis=1)
    seen = np.cumsum(np.add.reduceat(mine, np.concatenate([[0], ends[:-1]]), axis=1), axis=1)
    total = hits.sum(axis=1)
    average = (np.cumsum(hits, axis=1) / np.maximum(seen, 1) * hits).sum(axis=1) / np.where(total > 0, total, np.nan)
    return np.asarray(average, np.float32)


def _edges(drawn: npt.NDArray[np.floating]) -> Interval:
    low, high = np.quantile(drawn, [0.025, 0.975])
    return float(low), float(high)
