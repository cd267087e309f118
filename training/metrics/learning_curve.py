"""The learning curve: accuracy by number of labels, and the gain that more of them promise.

Heads are fitted on growing parts of the labels and judged on the rest; the error is continued as a power law of the number of labels
(Hestness et al. 2017).
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from labeling.cleaning.grouped_split import folds
from training.fitting.candidates import (
    Material,
    SharedRows,
    TrainOptions,
    fit_way,
    free_rows,
    labels_of,
    posterior,
    text_posterior,
    ways,
)

Ints = npt.NDArray[np.int64]
FLATTEST, STEEPEST = 0.0, 1.0  # exponents of the power law


@dataclass(frozen=True)
class Curve:
    """Accuracy by number of labels.

    Attributes:
        labels: int64 [p]. accuracy: float64 [p], each on labels that were not learned from.
        more: number of further labels. expected_gain: in accuracy, for that many; None while the curve is too short to continue.
    """

    labels: Ints
    accuracy: npt.NDArray[np.float64]
    more: int
    expected_gain: float | None


def curve(
    material: Material, options: TrainOptions | None = None, *, way: str | None = None, points: int = 4, more: int = 50
) -> Curve:
    """Accuracy of one candidate (the middle one by default) on growing parts of the labels.

    A fifth of the groups is held out in turn; of the rest 1/8, 1/4, 1/2 and all are learned from.
    """
    options = options or TrainOptions()
    labels = labels_of(material)
    rows = np.flatnonzero(labels >= 0)
    tried = ways(material, options)
    middle = f"text and graph, pull {options.pulls[len(options.pulls) // 2]:g}"
    chosen = tried.get(way or middle) or next(iter(tried.values()))
    fold = folds(material.group[rows], labels[rows], count=5, seed=options.seed)
    text, free = text_posterior(material), free_rows(material, options)
    order = np.random.default_rng(options.seed).permutation(len(rows))
    sizes, accuracy = [], []
    for power in range(points - 1, -1, -1):
        right, used = [], []
        for number in range(int(fold.max()) + 1):
            mine = order[fold[order] != number]
            kept = mine[: max(1, len(mine) // 2**power)]
            forgotten = np.setdiff1d(rows, rows[kept])
            known = material.without(forgotten)
            shared = SharedRows(known, posterior(known, text, options), free, options)
            linear = fit_way(known.zero_shot, chosen, shared).linear
            held = rows[fold == number]
            right.append(linear.logits(material.vectors[held]).argmax(axis=1) == labels[held])
            used.append(len(kept))
        sizes.append(round(float(np.mean(used))))
        accuracy.append(float(np.concatenate(right).mean()))
    measured = Curve(np.array(sizes, np.int64), np.array(accuracy), more, None)
    return replace(measured, expected_gain=expected(measured, len(rows), more))


def expected(measured: Curve, labels: int, more: int) -> float | None:
    """Gain in accuracy, at least 0, that `more` labels on top of `labels` promise; None with fewer than three distinct points."""
    if len(np.unique(measured.labels)) < 3:
        return None
    error = np.maximum(1 - measured.accuracy, 1e-3)
    slope, level = np.polyfit(np.log(measured.labels), np.log(error), 1)
    exponent = float(np.clip(-slope, FLATTEST, STEEPEST))
    at = float(np.exp(level + slope * np.log(labels)))
    return float(max(at * (1 - (labels / (labels + more)) ** exponent), 0.0))
