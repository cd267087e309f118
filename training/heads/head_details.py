"""Details of a head for the Train page: scores per class and source, calibration, and changed answers."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from typing_extensions import TypedDict

from labeling.scoring.calibration import Reliability
from labeling.snapshot.snapshot import Snapshot
from store.items import items
from store.project.heads import HeadRow
from training.heads.comparison import HeldOut, Ints
from training.heads.out_of_fold import honest_probabilities
from training.metrics.accuracy import (
    CoveragePoint,
    Interval,
    Metric,
    Scores,
    calibration,
    coverage_curve,
    interval,
    intervals,
)

MOST = 200  # items of a list
FEWEST = 5  # held-out items that a source needs for a line of its own
Line = tuple[str, HeadRow | None, Ints]  # name, head or None for zero-shot, answers on the held-out rows


class ModelScores(TypedDict):
    """Figures of one model on the held-out items, with their 95 % intervals; `state` is None for zero-shot."""

    model: str
    state: str | None
    accuracy: float | None
    precision: float | None
    recall: float | None
    macro_f1: float | None
    intervals: dict[Metric, Interval]


# Figures of one class: its index, items, precision and recall of the newest model, F1 of every model.
ClassRow = TypedDict(
    "ClassRow", {"class": int, "n": int, "precision": float, "recall": float, "f1": list[float]}
)  # fmt: skip


class SourceRow(TypedDict):
    """Accuracy of every model on the images of one source, with the 95 % interval of the newest model's."""

    source: str
    n: int
    accuracy: list[float]
    low: float
    high: float


class Confidence(Reliability):
    """Calibration of a head, and its precision by coverage."""

    coverage: list[CoveragePoint]


class ChangedAnswer(TypedDict):
    """Answers on one item, as class ids: None for a class that the newer head does not know."""

    id: int
    before: int | None
    after: int | None
    truth: int


class Sides(TypedDict):
    """Held-out items whose answer changed; `other` was wrong before and after."""

    put_right: list[ChangedAnswer]
    made_wrong: list[ChangedAnswer]
    other: list[ChangedAnswer]


def compared(lines: Sequence[Line], held: HeldOut, scored: Sequence[Scores]) -> list[ModelScores]:
    """Compare the models on the same items.

    Args:
        scored: figures of each line.
    """
    return [
        {
            "model": name,
            "state": None if row is None else row.state,
            "accuracy": scores["accuracy"],
            "precision": scores["precision"],
            "recall": scores["recall"],
            "macro_f1": scores["macro_f1"],
            "intervals": intervals(held.truth, answers),
        }
        for (name, row, answers), scores in zip(lines, scored, strict=True)
    ]


def per_class(scored: Sequence[Scores], names: Sequence[str]) -> list[ClassRow]:
    """Figures of each class that occurs.

    Args:
        scored: figures of each line. names: of the classes, by index.
    """
    each = [one["per_class"] for one in scored]
    return [
        {
            "class": k, "n": each[-1][name]["n"], "precision": each[-1][name]["precision"],
            "recall": each[-1][name]["recall"], "f1": [one[name]["f1"] for one in each],
        }
        for k, name in enumerate(names)
        if each and name in each[-1]
    ]  # fmt: skip


def per_source(snapshot: Snapshot, lines: Sequence[Line], held: HeldOut) -> list[SourceRow]:
    """Accuracy by source, the most frequent first; sources with few items are joined as "others"."""
    if not len(held.rows):
        return []
    with snapshot.workspace.read() as connection:
        origin = items.origins(connection, snapshot.ids[held.rows].tolist())
    name = np.array([origin[int(number)] for number in snapshot.ids[held.rows]])
    kinds, count = np.unique(name, return_counts=True)
    name = np.where(np.isin(name, kinds[count < FEWEST]), "others", np.where(name == "", "no source", name))
    sources: list[SourceRow] = []
    for kind in sorted(set(name.tolist()), key=lambda one: -int((name == one).sum())):
        mine = name == kind
        right = [answers[mine] == held.truth[mine] for _, _, answers in lines]
        low, high = interval(right[-1].astype(np.float64))
        accuracy = [float(one.mean()) for one in right]
        sources.append({"source": kind, "n": int(mine.sum()), "accuracy": accuracy, "low": low, "high": high})
    return sources


def confidence(snapshot: Snapshot, row: HeadRow, held: HeldOut) -> Confidence | None:
    """Calibration of a head on held-out items; None where its out-of-fold probabilities were not kept."""
    probabilities = honest_probabilities(snapshot, row, held.rows) if len(held.rows) else None
    if probabilities is None:
        return None
    leaf = held.truth < probabilities.shape[1]  # a label on a parent leaves the true child open
    if not leaf.any():
        return None
    probabilities, truth = probabilities[leaf], held.truth[leaf]
    return {
        **calibration(probabilities, truth),
        "coverage": coverage_curve(probabilities, truth),
    }


def sides(snapshot: Snapshot, before: Ints, after: Ints, held: HeldOut, classes: Sequence[int]) -> Sides:
    """Held-out items whose answer changed, at most 200 of each kind.

    Args:
        before, after: answers int64 [held], index into `classes`. classes: ids.
    """
    was, now, moved = before == held.truth, after == held.truth, before != after

    def listed(which: npt.NDArray[np.bool_]) -> list[ChangedAnswer]:
        return [
            {
                "id": int(snapshot.ids[held.rows[row]]),
                "before": int(classes[before[row]]) if before[row] >= 0 else None,
                "after": int(classes[after[row]]) if after[row] >= 0 else None,
                "truth": int(classes[held.truth[row]]),
            }
            for row in np.flatnonzero(which)[:MOST]
        ]

    return {"put_right": listed(~was & now), "made_wrong": listed(was & ~now), "other": listed(moved & ~was & ~now)}
