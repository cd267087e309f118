"""Metrics of choices in a tree: accuracy and coverage per level, and hierarchical precision, recall and F1.

Hierarchical precision and recall compare the sets of ancestors of what was chosen and what is true (Kiritchenko et al. 2006).
"""

from __future__ import annotations

from typing_extensions import TypedDict

from labeling.scoring.tree import Ints, Parents, at_level, levels, path


class LevelScores(TypedDict):
    """Figures of one level, over the `n` items whose truth reaches it.

    Attributes:
        coverage: share of the items that were given a node there. precision: share of those that are right.
        recall: share of all items that are right.
    """

    level: int
    n: int
    coverage: float
    precision: float
    recall: float
    f1: float


class TreeScores(TypedDict):
    """Figures of each level, and hierarchical precision, recall and F1 of the whole tree."""

    levels: list[LevelScores]
    precision: float
    recall: float
    f1: float


class MarginPoint(TypedDict):
    """Coverage and precision at one back-off margin."""

    least: float
    coverage: float
    precision: float


def measure(chosen: Ints, truth: Ints, parents: Parents) -> TreeScores:
    """Score the nodes that were chosen.

    Args:
        chosen, truth: node indices int64 [n], n at least 1; truth at the deepest level that is known of an item.
    """
    deep = levels(parents)
    by_level: list[LevelScores] = []
    for level in range(1, int(deep.max()) + 1):
        wanted = at_level(truth, parents, level)
        rows = wanted >= 0
        given = at_level(chosen, parents, level)[rows]
        right = int((given == wanted[rows]).sum())
        answered = int((given >= 0).sum())
        precision, recall = right / max(answered, 1), right / max(int(rows.sum()), 1)
        by_level.append(
            {
                "level": level,
                "n": int(rows.sum()),
                "coverage": answered / max(int(rows.sum()), 1),
                "precision": precision,
                "recall": recall,
                "f1": _f1(precision, recall),
            }
        )
    chains = [set(path(parents, node)) for node in range(len(parents))]
    shared = sum(len(chains[a] & chains[b]) for a, b in zip(chosen.tolist(), truth.tolist(), strict=True))
    precision = shared / int(deep[chosen].sum())
    recall = shared / int(deep[truth].sum())
    return {"levels": by_level, "precision": precision, "recall": recall, "f1": _f1(precision, recall)}


def coverage_curve(
    choices: list[tuple[float, Ints]], truth: Ints, parents: Parents, *, level: int
) -> list[MarginPoint]:
    """Coverage and precision at one level, by back-off margin.

    Args:
        choices: (margin, node indices int64 [n]). truth: node indices int64 [n].
    """
    wanted = at_level(truth, parents, level)
    points: list[MarginPoint] = []
    for least, chosen in choices:
        given = at_level(chosen, parents, level)
        answered = (given >= 0) & (wanted >= 0)
        right = float((given == wanted)[answered].mean()) if answered.any() else 1.0
        points.append({"least": least, "coverage": float(answered.mean()), "precision": right})
    return points


def _f1(precision: float, recall: float) -> float:
    return 2 * precision * recall / (precision + recall) if precision + recall else 0.0
