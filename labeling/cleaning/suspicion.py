"""How suspicious a label is: one minus the posterior that others give it. 0 is trusted, 1 is most suspicious.

The others are its neighbours in the graph, with a weak prior from the machine and the clusters that the images form, and, where
people or files gave enough labels, a classifier that did not see this one (Northcutt et al. 2021, confident learning, ranks by
such a classifier alone). Pseudo-labels are left to graph and clusters: they are a function of the vectors, and a classifier on
the same vectors would learn their errors.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import sparse

from labeling.cleaning.graph import Graph, one_hot, propagate

Floats = npt.NDArray[np.float32]
Ints = npt.NDArray[np.int64]
BLOCK = 65_536  # rows whose product is taken at once


@dataclass(frozen=True)
class HeldOutOptions:
    """The classifier that judges a label without having seen it.

    Attributes:
        ridge: weight of the squared norm.
        sharpness: its scores, about 0 to 1, are multiplied by this before the softmax.
        folds: each label is judged by a fit on the others' folds.
        least: fewer labels than this are left to the graph alone.
        share: its weight beside the graph, in [0, 1].
        seed: of the folds.
    """

    ridge: float = 1.0
    sharpness: float = 8.0
    folds: int = 5
    least: int = 200
    share: float = 0.5
    seed: int = 0


def held_out(
    vectors: npt.NDArray[np.floating], labels: Ints, classes: int, options: HeldOutOptions | None = None
) -> Floats | None:
    """What a ridge classifier, fitted without a row's own label, says of each labelled row.

    Args:
        vectors: float [n, d] unit rows. labels: int64 [n] class index that a person or a file gave, or -1.

    Returns:
        float32 [n, classes], rows without a label are zero; None where there are too few labels to learn from.
    """
    options = options or HeldOutOptions()
    rows = np.flatnonzero(labels >= 0)
    if len(rows) < options.least or len(np.unique(labels[rows])) < 2:
        return None
    fold = np.random.default_rng(options.seed).permutation(len(rows)) % options.folds
    targets = one_hot(labels[rows], classes)
    mean = np.asarray(vectors[rows].mean(axis=0, dtype=np.float64), np.float32)
    parts = [_sums(vectors, rows[fold == number], targets[fold == number], mean) for number in range(options.folds)]
    gram, cross = np.sum([part[0] for part in parts], axis=0), np.sum([part[1] for part in parts], axis=0)
    penalty = options.ridge * np.eye(len(gram))
    penalty[-1, -1] = 1e-6
    out = np.zeros((len(labels), classes), np.float32)
    for number, (own_gram, own_cross) in enumerate(parts):
        weights = np.linalg.solve(gram - own_gram + penalty, cross - own_cross)
        held = rows[fold == number]
        scores = options.sharpness * (_extended(vectors[held], mean) @ weights.astype(np.float32))
        raised = np.exp(scores - scores.max(axis=1, keepdims=True))
        out[held] = raised / raised.sum(axis=1, keepdims=True)
    return out


def _sums(
    vectors: npt.NDArray[np.floating], rows: Ints, targets: Floats, mean: Floats
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Gram matrix [d + 1, d + 1] and products with the targets [d + 1, k] of some rows."""
    size = vectors.shape[1] + 1
    gram, cross = np.zeros((size, size)), np.zeros((size, targets.shape[1]))
    for start in range(0, len(rows), BLOCK):
        points = _extended(vectors[rows[start : start + BLOCK]], mean)
        gram += points.T @ points
        cross += points.T @ targets[start : start + BLOCK]
    return gram, cross


def _extended(vectors: npt.NDArray[np.floating], mean: Floats) -> Floats:
    """Centred rows with a one behind each, for the constant term."""
    return np.hstack([np.asarray(vectors, np.float32) - mean, np.ones((len(vectors), 1), np.float32)])


def combine(others: Floats, held: Floats | None, options: HeldOutOptions | None = None) -> Floats:
    """The graph's posterior float32 [n, k], averaged with `held_out` where that has an opinion."""
    if held is None:
        return others
    options = options or HeldOutOptions()
    heard = held.sum(axis=1) > 0
    out = others.copy()
    out[heard] = (1 - options.share) * others[heard] + options.share * held[heard]
    return out


def others(
    graph: Graph, prior: Floats | None, human: Ints, given: Ints, classes: int, held: Floats | None = None
) -> Floats:
    """The posterior float32 [n, k] that everything but a label itself gives each row.

    Args:
        prior: float32 [n, k], what machine and clusters say (`mixture.posterior`), or None where the machine has no opinion.
        human: int64 [n] class index that a person gave, or -1. given: int64 [n] the same for imported labels.
        held: from `held_out`.
    """
    return combine(propagate(graph, prior, human, given, classes)[1], held)


@dataclass(frozen=True)
class Suspicion:
    """Attributes.

    score: float32 [n] in [0, 1]; NaN for a node without a label.
    proposed: int64 [n], the class index that the neighbours favour.
    """

    score: npt.NDArray[np.float32]
    proposed: npt.NDArray[np.int64]


def favoured(others: Floats) -> Ints:
    """int64 [n]: the class index that a posterior float32 [n, k] holds for likeliest."""
    return np.asarray(others.argmax(axis=1), np.int64)


def suspect(others: Floats, labels: Ints, proposed: Ints | None = None) -> Suspicion:
    """Score labels int64 [n] (-1 where there is none) with a posterior float32 [n, k] that left them out.

    Args:
        proposed: `favoured(others)`, where it is known already.
    """
    score = np.full(len(labels), np.nan, np.float32)
    known = np.flatnonzero(labels >= 0)
    score[known] = 1.0 - others[known, labels[known]]
    return Suspicion(score, favoured(others) if proposed is None else proposed)


@dataclass(frozen=True)
class Cluster:
    """Connected neighbours that carry the same label and for which the same other class is proposed."""

    rows: npt.NDArray[np.int64]
    label: int
    proposed: int
    score: float


def clusters(
    graph: Graph,
    suspicion: Suspicion,
    labels: npt.NDArray[np.int64],
    open_rows: npt.NDArray[np.bool_],
    *,
    threshold: float = 0.5,
    smallest: int = 2,
) -> list[Cluster]:
    """Groups that one decision can fix, the largest expected gain first (size times mean suspicion).

    Args:
        open_rows: bool [n], rows that may be questioned (not labelled by a person).
        threshold: least suspicion of a member. smallest: least number of members.
    """
    wrong = open_rows & (labels >= 0) & (suspicion.proposed != labels) & (np.nan_to_num(suspicion.score) >= threshold)
    groups = []
    for label, proposed in {(int(a), int(b)) for a, b in zip(labels[wrong], suspicion.proposed[wrong], strict=True)}:
        rows = np.flatnonzero(wrong & (labels == label) & (suspicion.proposed == proposed))
        count, part = sparse.csgraph.connected_components(graph.affinity[rows][:, rows], directed=False)
        for number in range(count):
            members = rows[part == number]
            if len(members) >= smallest:
                order = np.argsort(-suspicion.score[members])
                groups.append(Cluster(members[order], label, proposed, float(suspicion.score[members].mean())))
    return sorted(groups, key=lambda cluster: -len(cluster.rows) * cluster.score)
