"""Metrics of choices in a tree: accuracy and coverage per level, and hierarchical precision, recall and F1.

Hierarchical precision and recall compare the sets of ancestors of what was chosen and what is true (Kiritchenko et al. 2006).
"""

from __future__ import annotations

from typing import Any

from labeling.scoring.tree import Ints, Parents, at_level, levels, path


def measure(chosen: Ints, truth: Ints, parents: Parents) -> dict[str, Any]:
    """How well nodes are told.

    Args:
        chosen, truth: node indices int64 [n], n at least 1; truth at the deepest level that is known of an item.

    Returns:
        `levels`: [{"level", "n", "coverage", "precision", "recall", "f1"}], over the items whose truth reaches that level:
        `coverage` is the share that was given a node there, `precision` the share of those that are right, `recall` the share of all;
        and `precision`, `recall`, `f1` of the whole tree.
    """
    deep = levels(parents)
    found = []
    for level in range(1, int(deep.max()) + 1):
        wanted = at_level(truth, parents, level)
        rows = wanted >= 0
        given = at_level(chosen, parents, level)[rows]
        right = int((given == wanted[rows]).sum())
        answered = int((given >= 0).sum())
        precision, recall = right / max(answered, 1), right / max(int(rows.sum()), 1)
        found.append(
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
    return {"levels": found, "precision": precision, "recall": recall, "f1": _f1(precision, recall)}


def coverage_curve(
    choices: list[tuple[float, Ints]], truth: Ints, parents: Parents, *, level: int
) -> list[dict[str, float]]:
    """[{"least", "coverage", "precision"}] at a level for choices made at several margins."""
    wanted = at_level(truth, parents, level)
    found = []
    for least, chosen in choices:
        given = at_level(chosen, parents, level)
        answered = (given >= 0) & (wanted >= 0)
        right = float((given == wanted)[answered].mean()) if answered.any() else 1.0
        found.append({"least": least, "coverage": float(answered.mean()), "precision": right})
    return found


def _f1(precision: float, recall: float) -> float:
    return 2 * precision * recall / (precision + recall) if precision + recall else 0.0
