"""Scores in a tree of categories: a softmax among siblings, multiplied down the path, and back-off where a child is not certain.

The product of conditional probabilities along the path is the classic form (Redmon & Farhadi 2017, YOLO9000); stopping at the
parent trades detail for certainty (Deng et al. 2012, Hedging your bets).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from labeling.scoring.zero_shot import Floats, softmax

Ints = npt.NDArray[np.int64]
Parents = Sequence[int | None]  # for each node the index of its parent, or None at the top


@dataclass(frozen=True)
class Nodes:
    """Probabilities in a tree.

    Attributes:
        conditional: float32 [n, m], of each node among its siblings, given its parent; siblings sum to 1.
        joint: float32 [n, m], of the whole path down to each node; the top nodes sum to 1.
        parents: for each node the index of its parent, or None.
    """

    conditional: Floats
    joint: Floats
    parents: tuple[int | None, ...]


def levels(parents: Parents) -> Ints:
    """int64 [m], 1 for a top node, 2 for its children, and so on.

    Raises:
        ValueError: the parents make a cycle.
    """
    depths = []
    for node in range(len(parents)):
        chain = path(parents, node)
        depths.append(len(chain))
    return np.array(depths, np.int64)


def path(parents: Parents, node: int) -> list[int]:
    """Indices from a node up to its top, itself first.

    Raises:
        ValueError: the parents make a cycle.
    """
    chain: list[int] = []
    above: int | None = node
    while above is not None:
        if above in chain:
            raise ValueError("the parents make a cycle")
        chain.append(above)
        above = parents[above]
    return chain


def score(logits: npt.NDArray[np.floating], parents: Parents) -> Nodes:
    """Probabilities of all nodes.

    Args:
        logits: float [n, m], of every node, inner ones too. parents: m of them, in any order.
    """
    conditional = np.zeros(logits.shape, np.float32)
    for parent in dict.fromkeys(parents):
        siblings = [k for k, above in enumerate(parents) if above == parent]
        conditional[:, siblings] = softmax(logits[:, siblings])
    joint = conditional.copy()
    for node in np.argsort(levels(parents), kind="stable").tolist():
        above = parents[node]
        if above is not None:
            joint[:, node] *= joint[:, above]
    return Nodes(conditional, joint, tuple(parents))


def choose(nodes: Nodes, least: float = 0.0) -> Ints:
    """The node chosen for each row, int64 [n]: the best top node, then down as long as the best child is certain.

    Args:
        least: a child is entered where its conditional probability exceeds its next sibling's by this margin, in [0, 1]; 0
            always ends at a leaf. A single child has the margin 1.
    """
    chosen = np.full(len(nodes.joint), -1, np.int64)
    roots = [k for k, above in enumerate(nodes.parents) if above is None]
    chosen[:] = np.array(roots)[nodes.conditional[:, roots].argmax(axis=1)]
    for node in np.argsort(levels(nodes.parents), kind="stable").tolist():
        children = [k for k, above in enumerate(nodes.parents) if above == node]
        rows = np.flatnonzero(chosen == node)
        if not children or not len(rows):
            continue
        part = nodes.conditional[rows][:, children]
        best = part.argmax(axis=1)
        first = part[np.arange(len(rows)), best]
        second = np.partition(part, -2, axis=1)[:, -2] if len(children) > 1 else np.zeros(len(rows), np.float32)
        enters = first - second >= least
        chosen[rows[enters]] = np.array(children)[best[enters]]
    return chosen


def at_level(chosen: Ints, parents: Parents, level: int) -> Ints:
    """The ancestor of each chosen node at a level, int64 [n]; -1 where the choice stopped above it."""
    chains = [path(parents, node)[::-1] for node in range(len(parents))]
    table = np.array([chain[level - 1] if len(chain) >= level else -1 for chain in chains], np.int64)
    return np.asarray(np.where(chosen >= 0, table[np.maximum(chosen, 0)], -1))
