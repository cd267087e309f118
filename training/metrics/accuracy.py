"""Accuracy, precision, recall, macro F1, calibration and paired intervals of a classifier on labelled items."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
from sklearn.metrics import confusion_matrix, precision_recall_fscore_support

from labeling.scoring.calibration import reliability

Ints = npt.NDArray[np.int64]
RESAMPLES = 2000


def scores(truth: Ints, predicted: Ints, names: Sequence[str]) -> dict[str, Any]:
    """The metrics of the project's contract.

    Args:
        truth: class indices int [n]. predicted: class indices int [n]; -1 (no answer) counts as wrong.
        names: of the classes; macro averages run over those that occur in the truth.

    Returns:
        `n`, `accuracy`, `precision`, `recall`, `macro_f1`, each in [0, 1] (None where n is 0), and `per_class` by name with
        `precision`, `recall`, `f1`, `n`.
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


def intervals(truth: Ints, predicted: Ints, *, seed: int = 0, level: float = 0.95) -> dict[str, tuple[float, float]]:
    """Percentile bootstrap intervals of `accuracy`, `precision`, `recall` and `macro_f1`; empty without items.

    Resampling items is drawing the counts of the (true, predicted) pairs that occur, which is what is done here.

    Args:
        truth, predicted: class indices int [n]; -1 (no answer) counts as wrong. Averages run over the classes of the truth.
    """
    if not len(truth):
        return {}
    present, true = np.unique(truth, return_inverse=True)
    said = np.searchsorted(present, predicted)
    said = np.where(np.isin(predicted, present), np.minimum(said, len(present) - 1), len(present))
    k = len(present)
    cells, pair = np.unique(true * (k + 1) + said, return_inverse=True)
    share = np.bincount(pair) / len(truth)
    drawn = np.random.default_rng(seed).multinomial(len(truth), share, RESAMPLES).astype(np.float64)
    own, answer = cells // (k + 1), cells % (k + 1)
    truths = np.stack([drawn[:, own == c].sum(axis=1) for c in range(k)], axis=1)
    answers = np.stack([drawn[:, answer == c].sum(axis=1) for c in range(k)], axis=1)
    hits = np.stack([drawn[:, (own == c) & (answer == c)].sum(axis=1) for c in range(k)], axis=1)
    counted = np.maximum((truths > 0).sum(axis=1), 1)  # a class that a draw left out has no say in its averages
    precision, recall = hits / np.maximum(answers, 1), hits / np.maximum(truths, 1)
    f1 = 2 * hits / np.maximum(answers + truths, 1)
    found = {"accuracy": hits.sum(axis=1) / len(truth)}
    found |= {
        name: np.where(truths > 0, values, 0).sum(axis=1) / counted
        for name, values in (("precision", precision), ("recall", recall), ("macro_f1", f1))
    }
    edges = [(1 - level) / 2, (1 + level) / 2]
    return {
        name: (float(low), float(high)) for name, (low, high) in ((n, np.quantile(v, edges)) for n, v in found.items())
    }


def confusion(truth: Ints, predicted: Ints, classes: int) -> npt.NDArray[np.int64]:
    """Counts int64 [k, k]: rows true, columns predicted; rows without an answer are left out."""
    answered = predicted >= 0
    if not answered.any():
        return np.zeros((classes, classes), np.int64)
    return np.asarray(confusion_matrix(truth[answered], predicted[answered], labels=np.arange(classes)), np.int64)


def gain(before: npt.NDArray[np.bool_], after: npt.NDArray[np.bool_], *, seed: int = 0) -> dict[str, float] | None:
    """Paired bootstrap of the difference in accuracy, 95 %.

    Args:
        before, after: bool [n], whether each item was right, in the same order.

    Returns:
        `accuracy` (after minus before), `low`, `high`; None without items.
    """
    if not len(before):
        return None
    difference = after.astype(np.float64) - before.astype(np.float64)
    low, high = interval(difference, seed=seed)
    return {"accuracy": float(difference.mean()), "low": low, "high": high}


def interval(values: npt.NDArray[np.floating], *, seed: int = 0, level: float = 0.95) -> tuple[float, float]:
    """Percentile bootstrap interval of a mean. values: float [n]."""
    random = np.random.default_rng(seed)
    means = np.empty(RESAMPLES)
    for start in range(0, RESAMPLES, 200):
        means[start : start + 200] = values[random.integers(0, len(values), (200, len(values)))].mean(axis=1)
    low, high = np.quantile(means, [(1 - level) / 2, (1 + level) / 2])
    return float(low), float(high)


def calibration(probabilities: npt.NDArray[np.floating], truth: Ints) -> dict[str, Any]:
    """Reliability diagram and expected calibration error of the likeliest class, as `labeling.scoring.calibration.reliability`."""
    return reliability(probabilities.max(axis=1), probabilities.argmax(axis=1) == truth)


def coverage_curve(probabilities: npt.NDArray[np.floating], truth: Ints, *, points: int = 20) -> list[dict[str, float]]:
    """Accuracy of the most confident share of the items: [{"coverage", "precision", "threshold"}]."""
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
