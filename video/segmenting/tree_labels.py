"""Labels of shots in a tree of categories: smoothed level by level from the top, and no deeper than is certain.

What is sure at the top is decided there first: a forest and a mountain that look alike lose nothing to a third class. A
segment whose best child does not lead the next by the back-off margin keeps the label of their parent (see
`labeling.scoring.tree`).
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from labeling.scoring import tree, tree_classifier
from labeling.scoring.tree import Nodes
from naming import class_parts
from video.segmenting.smoothing import Smoothed, SmoothOptions, runs, smooth
from video.segmenting.span import Span


@dataclass(frozen=True)
class Tree:
    """Where the classes stand.

    Attributes:
        names: of all nodes: the classes first, in the order of the scores, then those above them.
        parents: for each the index of its parent, or None at the top.
        least: the lead in [0, 1], of what their parent has, that a child needs over the next; 0 always ends at a class.
    """

    names: list[str]
    parents: tuple[int | None, ...]
    least: float

    def nodes(self, scores: NDArray[np.float32]) -> Nodes:
        """Probabilities of all nodes from those of the classes, float32 [n, c], rows sum to 1."""
        return tree_classifier.from_leaves(scores, self.parents)

    def widened(self, scores: NDArray[np.float32]) -> NDArray[np.float32]:
        """float32 [n, m] from [n, c]: a node has the sum of what lies below it."""
        return self.nodes(scores).joint

    def best(self, scores: NDArray[np.float32]) -> NDArray[np.int64]:
        """The class of each row, from the top down, int64 [n]."""
        return tree.choose(self.nodes(scores))

    def children(self, node: int | None) -> list[int]:
        """Indices of what lies right below a node, or at the top."""
        return [k for k, above in enumerate(self.parents) if above == node]

    def settled(self, label: int, shares: NDArray[np.float32]) -> int:
        """The node as deep as a label is certain.

        Args:
            label: a class. shares: float32 [m], of each node among its siblings (`Nodes.conditional`).
        """
        chain = tree.path(self.parents, label)[::-1]
        for above, node in pairwise(chain):
            rivals = [k for k in self.children(above) if k != node]
            lead = shares[node] - max((shares[k] for k in rivals), default=0.0)
            if self.least > 0 and lead < self.least:
                return above
        return label

    def reason(self, node: int, shares: NDArray[np.float32]) -> str:
        """Why a label goes no deeper than a node, in words."""
        ranked = sorted(self.children(node), key=lambda k: -shares[k])[:2]
        ranking = " and ".join(f"{class_parts(self.names[k])[-1]} {shares[k]:.0%}" for k in ranked)
        needed = f"a sub-category needs a lead of {100 * self.least:.0f} points"
        return f"{self.names[node]} and no deeper: of it {ranking}, and {needed}"


def smooth_tree(
    scores: NDArray[np.float32], spans: list[Span], tree: Tree, options: SmoothOptions | None = None
) -> Smoothed:
    """The class of each shot: `video.segmenting.smoothing` among the top nodes, then within each run of one of them among its children.

    Args:
        scores: float32 [n, c], class probabilities of each shot. spans: the n shots.
    """
    shares = tree.nodes(scores).conditional
    labels = np.zeros(len(spans), np.int64)
    reasons: list[str | None] = [None] * len(spans)

    def descend(node: int | None, first: int, end: int) -> None:
        children = tree.children(node)
        if not children:
            labels[first:end] = -1 if node is None else node
            return
        smoothed = smooth(shares[first:end, children], spans[first:end], [tree.names[k] for k in children], options)
        for at, reason in enumerate(smoothed.reasons, start=first):
            reasons[at] = reasons[at] or reason
        for a, b in runs(smoothed.labels):
            descend(children[smoothed.labels[a]], first + a, first + b)

    descend(None, 0, len(spans))
    return Smoothed(labels, reasons)
