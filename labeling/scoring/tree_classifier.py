"""A classifier of a tree: logits of every node, a softmax among siblings multiplied down the path; its classes are the leaves."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from labeling.scoring.tree import Ints, Nodes, choose, path, score
from labeling.scoring.zero_shot import Floats, Linear

TINY = 1e-30


@dataclass(frozen=True, kw_only=True)
class Paths(Linear):
    """The leaves as classes, scored by their path.

    Its logits are the logarithms of the paths' probabilities, so that a softmax gives those back. `weights` are those of the
    leaves alone, for who starts a head from them.

    Attributes:
        nodes: logits of all nodes, inner ones too; its `classes` are category ids.
        parents: for each node the index of its parent, or None at the top.
    """

    nodes: Linear
    parents: tuple[int | None, ...]

    @classmethod
    def of(cls, nodes: Linear, parents: Sequence[int | None]) -> Paths:
        """From the logits of all nodes."""
        at = leaves(parents)
        ids = tuple(nodes.classes[k] for k in at)
        return cls(ids, nodes.weights[at], nodes.bias[at], nodes.mean, nodes=nodes, parents=tuple(parents))

    def tree(self, vectors: npt.NDArray[np.floating]) -> Nodes:
        """Probabilities of all nodes for unit rows float [n, d]."""
        return score(self.nodes.logits(vectors), self.parents)

    def logits(self, vectors: npt.NDArray[np.floating]) -> Floats:
        """Logarithm of each leaf's path, float32 [n, leaves]."""
        joint = self.tree(vectors).joint[:, leaves(self.parents)]
        return np.asarray(np.log(np.maximum(joint, TINY)), np.float32)


def leaves(parents: Sequence[int | None]) -> list[int]:
    """Indices of the nodes that have none below them."""
    inner = set(parents)
    return [k for k in range(len(parents)) if k not in inner]


def from_leaves(probabilities: Floats, parents: Sequence[int | None]) -> Nodes:
    """Probabilities of all nodes from those of the leaves: a node has what lies below it.

    Args:
        probabilities: float32 [n, leaves], rows sum to 1, in the order of `leaves`.
    """
    joint = np.zeros((len(probabilities), len(parents)), np.float32)
    for column, leaf in enumerate(leaves(parents)):
        for node in path(parents, leaf):
            joint[:, node] += probabilities[:, column]
    above = np.stack([np.ones(len(joint), np.float32) if up is None else joint[:, up] for up in parents], axis=1)
    return Nodes(np.asarray(joint / np.maximum(above, TINY), np.float32), joint, tuple(parents))


def stop(probabilities: Floats, parents: Sequence[int | None], least: float) -> tuple[Ints, Floats]:
    """(chosen node int64 [n], its probability float32 [n]): down the tree as long as the best child is certain (see `tree.choose`)."""
    nodes = from_leaves(probabilities, parents)
    chosen = choose(nodes, least)
    return chosen, nodes.joint[np.arange(len(chosen)), chosen]
