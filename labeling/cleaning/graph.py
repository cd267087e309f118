"""A kNN graph over the vectors, and labels propagated on it.

Zhou et al. 2004 (learning with local and global consistency), with the text posterior as a weak prior on every node.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import sparse

Floats = npt.NDArray[np.float32]
ENOUGH = 200  # imported labels from which on they say how far to trust the text


@dataclass(frozen=True)
class GraphOptions:
    """How the graph is built and used.

    Attributes:
        neighbours: edges a node.
        sharpness: an edge weighs `exp(sharpness * (cosine - nearest cosine))`.
        text: weight of the text posterior at each node.
        own: the same in `others`, what a label is judged by: less, because a pseudo-label came from that posterior.
        human: weight of a person's label.
        given: weight of an imported label.
        message: weight of the neighbours' mean.
        steps: rounds of propagation.
    """

    neighbours: int = 20
    sharpness: float = 5.0
    text: float = 0.3
    own: float = 0.2
    human: float = 3.0
    given: float = 0.5
    message: float = 1.0
    steps: int = 10


@dataclass(frozen=True)
class Graph:
    """Row-normalised affinities, sparse float32 [n, n] with an empty diagonal."""

    affinity: sparse.csr_matrix

    def __len__(self) -> int:
        """Number of nodes."""
        return int(self.affinity.shape[0])


def build(
    neighbours: npt.NDArray[np.int64], cosines: npt.NDArray[np.float32], options: GraphOptions | None = None
) -> Graph:
    """A symmetric graph from each row's nearest rows.

    Args:
        neighbours: int64 [n, k] row numbers; the row itself and -1 are left out.
        cosines: float32 [n, k].
    """
    options = options or GraphOptions()
    n, k = neighbours.shape
    rows = np.repeat(np.arange(n), k)
    columns, values = neighbours.ravel(), cosines.ravel()
    keep = (columns >= 0) & (columns != rows)
    rows, columns, values = rows[keep], columns[keep], values[keep]
    nearest = np.full(n, -1.0, np.float32)
    np.maximum.at(nearest, rows, values)
    weights = np.exp(options.sharpness * (values - np.maximum(nearest[rows], nearest[columns])))
    one_way = sparse.csr_matrix((weights.astype(np.float32), (rows, columns)), shape=(n, n))
    both = one_way.maximum(one_way.T)
    degree = np.maximum(np.asarray(both.sum(axis=1)).ravel(), 1e-12)
    return Graph(sparse.diags(1.0 / degree).dot(both).astype(np.float32).tocsr())


def propagate(
    graph: Graph,
    text: npt.NDArray[np.float32] | None,
    human: npt.NDArray[np.int64],
    given: npt.NDArray[np.int64],
    classes: int,
    options: GraphOptions | None = None,
) -> tuple[Floats, Floats]:
    """Posterior of every node.

    Args:
        text: float32 [n, k] zero-shot probabilities, or None where the encoder has no text side.
        human: int64 [n] class index that a person gave, or -1.
        given: int64 [n] class index that was imported, or -1.

    Returns:
        posterior float32 [n, k] with every node's own evidence, and `others` float32 [n, k]: the same without the node's
        own human or given label, which is what a suspicion has to be measured with.
    """
    options = options or GraphOptions()
    prior = np.full((len(graph), classes), 1.0 / classes, np.float32) if text is None else _trusted(text, given)
    weak = options.text * prior
    seeds = weak + options.human * one_hot(human, classes) + options.given * one_hot(given, classes)
    field = _normalised(seeds)
    message = field
    for _ in range(options.steps):
        message = np.asarray(graph.affinity @ field, np.float32)
        field = _normalised(options.message * message + seeds)
    return field, _normalised(options.message * message + options.own * prior)


def _trusted(text: npt.NDArray[np.float32], given: npt.NDArray[np.int64]) -> npt.NDArray[np.float32]:
    """The text posterior, flattened where it hardly agrees with imported labels: by Cohen's kappa between the two."""
    rows = np.flatnonzero(given >= 0)
    if len(rows) < ENOUGH:
        return text
    predicted, known = text[rows].argmax(axis=1), given[rows]
    classes = text.shape[1]
    share = np.bincount(predicted, minlength=classes) @ np.bincount(known, minlength=classes) / len(rows) ** 2
    kappa = max(0.0, float((predicted == known).mean() - share) / max(1.0 - float(share), 1e-6))
    return np.asarray(kappa * text + (1.0 - kappa) / classes, np.float32)


def one_hot(labels: npt.NDArray[np.int64], classes: int) -> Floats:
    """float32 [n, k] with a one at each label; a row of -1 stays zero."""
    out = np.zeros((len(labels), classes), np.float32)
    known = labels >= 0
    out[np.flatnonzero(known), labels[known]] = 1.0
    return out


def _normalised(rows: npt.NDArray[np.floating]) -> Floats:
    return np.asarray(rows / np.maximum(rows.sum(axis=1, keepdims=True), 1e-12), np.float32)
