"""What the Train page shows of a head beneath its accuracy: per class and source, calibration, and which answers changed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from labeling.snapshot.snapshot import Snapshot
from store.items import items
from store.project.heads import HeadRow
from training.heads.comparison import HeldOut, Ints, honest_probabilities
from training.metrics import accuracy as metrics

MOST = 200  # items of a list
FEWEST = 5  # held-out items that a source needs for a line of its own
Line = tuple[str, HeadRow | None, Ints]  # name, head or None for zero-shot, answers on the held-out rows


def compared(lines: Sequence[Line], held: HeldOut, scored: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Each model on the same items: `model`, `state`, the four metrics, and `intervals` of each (95 %).

    Args:
        scored: `metrics.scores` of each line.
    """
    found = []
    for (name, row, said), scores in zip(lines, scored, strict=True):
        short = {key: scores[key] for key in ("accuracy", "precision", "recall", "macro_f1")}
        state = None if row is None else row.state
        found.append({"model": name, "state": state, **short, "intervals": metrics.intervals(held.truth, said)})
    return found


def per_class(scored: Sequence[dict[str, Any]], names: Sequence[str]) -> list[dict[str, Any]]:
    """[{"class", "n", "precision", "recall", "f1"}]: of the last line, `f1` a list with one for each line.

    Args:
        scored: `metrics.scores` of each line.
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


def per_source(snapshot: Snapshot, lines: Sequence[Line], held: HeldOut) -> list[dict[str, Any]]:
    """[{"source", "n", "accuracy": one a line, "low", "high"}], the most frequent first; few items go under "others"."""
    if not len(held.rows):
        return []
    with snapshot.workspace.read() as connection:
        origin = items.origins(connection, snapshot.ids[held.rows].tolist())
    name = np.array([origin[int(number)] for number in snapshot.ids[held.rows]])
    kinds, count = np.unique(name, return_counts=True)
    name = np.where(np.isin(name, kinds[count < FEWEST]), "others", np.where(name == "", "no source", name))
    found = []
    for kind in sorted(set(name.tolist()), key=lambda one: -int((name == one).sum())):
        mine = name == kind
        right = [said[mine] == held.truth[mine] for _, _, said in lines]
        low, high = metrics.interval(right[-1].astype(np.float64))
        accuracy = [float(one.mean()) for one in right]
        found.append({"source": kind, "n": int(mine.sum()), "accuracy": accuracy, "low": low, "high": high})
    return found


def confidence(snapshot: Snapshot, row: HeadRow, held: HeldOut) -> dict[str, Any] | None:
    """`ece`, `bins` and `coverage` of a head on items that it did not learn from; None where that was not kept."""
    said = honest_probabilities(snapshot, row, held.rows) if len(held.rows) else None
    if said is None:
        return None
    leaf = held.truth < said.shape[1]  # a label on a parent does not say which of its children is true
    if not leaf.any():
        return None
    said, truth = said[leaf], held.truth[leaf]
    return {**metrics.calibration(said, truth), "coverage": metrics.coverage_curve(said, truth)}


def sides(snapshot: Snapshot, before: Ints, after: Ints, held: HeldOut, classes: Sequence[int]) -> dict[str, Any]:
    """Held-out items whose answer changed: `put_right`, `made_wrong` and `other` (wrong before and after).

    Each is a list of {"id", "before", "after", "truth"}, class ids; None for a class that the newer head does not know.
    """
    was, now, moved = before == held.truth, after == held.truth, before != after

    def listed(which: npt.NDArray[np.bool_]) -> list[dict[str, int | None]]:
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
