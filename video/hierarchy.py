"""Labels of a tree: the most exact one that the scores still support, else its parent."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def rolled_up(leaf_scores: NDArray[np.float32], parents: list[int | None]) -> NDArray[np.float32]:
    """Scores of all nodes: a node's own plus those below it.

    Args:
        leaf_scores: float32 [..., c], what the classifier gives each node itself.
        parents: for each node its parent's index, or None for a root.
    """
    total = np.array(leaf_scores, np.float32)
    for node, parent in enumerate(parents):
        above = parent
        while above is not None:
            total[..., above] += leaf_scores[..., node]
            above = parents[above]
    return total


def back_off(scores: NDArray[np.float32], parents: list[int | None], least: float = 0.5) -> int:
    """The deepest node on the best path whose rolled-up score is at least `least`; the best root where none is.

    Args:
        scores: float32 [c], probabilities of the nodes themselves, sum 1.
        parents: as in `rolled_up`.
    """
    total = rolled_up(scores, parents)
    chosen = max((i for i, parent in enumerate(parents) if parent is None), key=lambda i: float(total[i]))
    while True:
        children = [i for i, parent in enumerate(parents) if parent == chosen]
        best = max(children, key=lambda i: float(total[i]), default=None)
        if best is None or total[best] < least:
            return chosen
        chosen = best
