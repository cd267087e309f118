"""Accuracy, precision, recall, macro F1, calibration and paired intervals of a classifier on labelled items."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, get_args

import numpy as np
import numpy.typing as npt
from sklearn.metrics import confusion_matrix, precision_recall_fscore_support
from typing_extensions import TypedDict

from labeling.scoring.calibration import Reliability, reliability

Ints = npt.NDArray[np.int64]
Interval = tuple[float, float]
Metric = Literal["accuracy", "precision", "recall", "macro_f1"]
METRICS: tuple[Metric, ...] = get_args(Metric)
RESAMPLES = 2000


class ClassScores(TypedDict):
    """Figures of one class, each in [0, 1], and its number of items."""

    precision: float
    recall: float
    f1: float
    n: int


class Scores(TypedDict):
    """Figures of a classifier on `n` items, each in [0, 1]; None where there are no items.

    Attributes:
        precision, recall, macro_f1: means over the classes of the truth. per_class: by name of the class.
    """

    n: int
    accuracy: float | None
    precision: float | None
    recall: float | None
    macro_f1: float | None
    per_class: dict[str, ClassScores]


class Gain(TypedDict):
    """Difference in accuracy, the newer classifier minus the older one, with its 95 % interval."""

    accuracy: float
    low: float
    high: float


class CoveragePoint(TypedDict):
    """Precision of the most confident share of the items, and the confidence at which that share ends."""

    coverage: float
    precision: float
    threshold: float


def scores(truth: Ints, predicted: Ints, names: Sequence[str]) -> Scores:
    """Score predictions by the project's contract.

    Args:
        truth: class indices int [n]. predicted: class indices int [n]; -1 (no answer) counts as wrong.
        names: of the classes; macro averages run over those that occur in the truth.
    """
    if not len(truth):
        return {"n": 0, "accuracy": None, "precision": None, "recall": None, "macro_f1": None, "per_class": {}}
    present = np.unique(truth)
    precision, recall, f1, count = precision_recall_fscore_support(truth, predicted, labels=present, zero_division=0.0)
    return {
        "n": len(truth),
        "accuracy": float((truth == predicted).mean()),
        "precision": float(precision.mean()),
        "recall": float(recall.mean()),
        "macro_f1": float(f1.mean()),
        "per_class": {
            names[k]: {"precision": float(p), "recall": float(r), "f1": float(f), "n": int(n)}
            for k, p, r, f, n in zip(present, precision, recall, f1, count, strict=True)
        },
    }


def intervals(truth: Ints, predicted: Ints, *, seed: int = 0, level: float = 0.95) -> dict[Metric, Interval]:
    """Percentile bootstrap intervals of the four metrics; empty without items.

    Resampling items amounts to drawing the counts of the (true, predicted) pairs that occur, as is done here.

    Args:
        truth, predicted: class indices int [n]; -1 (no answer) counts as wrong. Averages run over the classes of the truth.
    """
    if not len(truth):
        return {}
    present, true = np.unique(truth, return_inverse=True)
    answer_index = np.searchsorted(present, predicted)
    answer_index = np.where(np.isin(predicted, present), np.minimum(answer_index, len(present) - 1), len(present))
    k = len(present)
    cells, pair = np.unique(true * (k + 1) + answer_index, return_inverse=True)
    share = np.bincount(pair) / len(truth)
    drawn = np.random.default_rng(seed).multinomial(len(truth), share, RESAMPLES).astype(np.float64)
    own, answer = cells // (k + 1), cells % (k + 1)
    truths = np.stack([drawn[:, own == c].sum(axis=1) for c in range(k)], axis=1)
    answers = np.stack([drawn[:, answer == c].sum(axis=1) for c in range(k)], axis=1)
    hits = np.stack([drawn[:, (own == c) & (answer == c)].sum(axis=1) for c in range(k)], axis=1)
    occurring = np.maximum((truths > 0).sum(axis=1), 1)  # a draw averages over the classes that it holds

    def mean(values: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        return np.asarray(np.where(truths > 0, values, 0).sum(axis=1) / occurring)

    resampled: dict[Metric, npt.NDArray[np.float64]] = {
        "accuracy": hits.sum(axis=1) / len(truth),
        "precision": mean(hits / np.maximum(answers, 1)),
        "recall": mean(hits / np.maximum(truths, 1)),
        "macro_f1": mean(2 * hits / np.maximum(answers + truths, 1)),
    }
    return {name: _edges(values, level) for name, values in resampled.items()}


def confusion(truth: Ints, predicted: Ints, classes: int) -> Ints:
    """Confusion matrix int64 [k, k]: rows true, columns predicted; items without an answer are left out."""
    answered = predicted >= 0
    if not answered.any():
        return np.zeros((classes, classes), np.int64)
    return np.asarray(confusion_matrix(truth[answered], predicted[answered], labels=np.arange(classes)), np.int64)


def gain(before: npt.NDArray[np.bool_], after: npt.NDArray[np.bool_], *, seed: int = 0) -> Gain | None:
    """Paired bootstrap of the difference in accuracy; None without items.

    Args:
        before, after: bool [n], the right answers of each classifier, items in the same order.
    """
    if not len(before):
        return None
    difference = after.astype(np.float64) - before.astype(np.float64)
    low, high = interval(difference, seed=seed)
    return {"accuracy": float(difference.mean()), "low": low, "high": high}


def interval(values: npt.NDArray[np.floating], *, seed: int = 0, level: float = 0.95) -> Interval:
    """Percentile bootstrap interval of a mean. values: float [n]."""
    random = np.random.default_rng(seed)
    means = np.empty(RESAMPLES)
    for start in range(0, RESAMPLES, 200):
        means[start : start + 200] = values[random.integers(0, len(values), (200, len(values)))].mean(axis=1)
    return _edges(means, level)


def _edges(resampled: npt.NDArray[np.float64], level: float) -> Interval:
    low, high = np.quantile(resampled, [(1 - level) / 2, (1 + level) / 2])
    return float(low), float(high)


def calibration(probabilities: npt.NDArray[np.floating], truth: Ints) -> Reliability:
    """Reliability diagram and expected calibration error of the likeliest class. probabilities: float [n, k]. truth: int [n]."""
    return reliability(probabilities.max(axis=1), probabilities.argmax(axis=1) == truth)


def coverage_curve(probabilities: npt.NDArray[np.floating], truth: Ints, *, points: int = 20) -> list[CoveragePoint]:
    """Accuracy of the most confident share of the items, for growing shares.

    Args:
        probabilities: float [n, k]. truth: class indices int [n]. points: length of the curve at most.
    """
    confidence = probabilities.max(axis=1)
    order = np.argsort(-confidence, kind="stable")
    right = (probabilities.argmax(axis=1) == truth)[order]
    running = np.cumsum(right) / np.arange(1, len(right) + 1)
    places = np.unique(np.linspace(1, len(right), min(points, len(right))).round().astype(int)) - 1
    return [
        {
            "coverage": float((p + 1) / len(right)),
            "precision": float(running[p]),
            "threshold": float(confidence[order[p]]),
        }
        for p in places
    ]
