"""How suspicious a label is: one minus the posterior that others give it. 0 is trusted, 1 is most suspicious.

The others are its neighbours in the graph, with a weak prior from the machine and the clusters that the images form, and, where
people or files gave enough labels, a classifier that did not see this one (Northcutt et al. 2021, confident learning, ranks by
such a classifier alone). Pseudo-labels are left to graph and clusters: they are a function of the vectors, and a classifier on
the same vectors would learn their errors.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
from scipy import sparse

from embedding.half_precision import widen
from labeling.cleaning.graph import Graph, one_hot, propagate
from labeling.scoring.zero_shot import softmax

Floats = npt.NDArray[np.float32]
Ints = npt.NDArray[np.int64]
BLOCK = 65_536  # rows whose product is taken at once


@dataclass(frozen=True)
class HeldOutOptions:
    """The classifier that judges a label without having seen it.

    Attributes:
        shrinkages: of the covariance towards a multiple of the identity, in [0, 1]; the one under which the labels are likeliest is used.
        sharpnesses: the logits are multiplied by one of these, chosen likewise: dimensions of a vector are not independent.
        folds: each label is judged by a fit on the others' folds.
        least: fewer labels than this are left to the graph alone.
        enough: so many labels at most choose shrinkage and sharpness.
        share: its weight beside the graph, in [0, 1].
        seed: of the folds.
    """

    shrinkages: tuple[float, ...] = (0.02, 0.05, 0.1, 0.2, 0.4, 0.7)
    sharpnesses: tuple[float, ...] = (0.3, 0.5, 0.7, 1.0)
    folds: int = 5
    least: int = 200
    enough: int = 5000
    share: float = 0.5
    seed: int = 0


@dataclass(frozen=True)
class _Moments:
    """What a fold adds to the fit: products float64 [d, d], sums by class float64 [k, d], rows by class float64 [k]."""

    products: npt.NDArray[np.float64]
    sums: npt.NDArray[np.float64]
    counts: npt.NDArray[np.float64]


def held_out(
    vectors: npt.NDArray[np.floating], labels: Ints, classes: int, options: HeldOutOptions | None = None
) -> Floats | None:
    """What a linear discriminant, fitted without a row's own label, says of each labelled row.

    One Gaussian a class with a shared covariance: as good as a converged logistic regression at finding wrong labels, or better,
    and fitted in one pass over the vectors (`bench mislabels`).

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
    parts = [rows[fold == number] for number in range(options.folds)]
    mean = np.asarray(vectors[rows].mean(axis=0, dtype=np.float64), np.float32)
    moments = [_moments(vectors, part, labels, mean, classes) for part in parts]
    fits = [_discriminants(moments, number, options.shrinkages) for number in range(options.folds)]
    chosen, sharpness = _likeliest(vectors, parts, labels, mean, fits, options)
    out = np.zeros((len(labels), classes), np.float32)
    for part, fit in zip(parts, fits, strict=True):
        for start in range(0, len(part), BLOCK):
            some = part[start : start + BLOCK]
            out[some] = softmax(sharpness * _logits(vectors[some], mean, fit[chosen]))
    return out


def _moments(vectors: npt.NDArray[np.floating], rows: Ints, labels: Ints, mean: Floats, classes: int) -> _Moments:
    """Moments of some rows, centred."""
    size = len(mean)
    products, sums = np.zeros((size, size)), np.zeros((classes, size))
    for start in range(0, len(rows), BLOCK):
        part = rows[start : start + BLOCK]
        points = widen(vectors[part]) - mean
        products += points.T @ points
        sums += one_hot(labels[part], classes).T @ points
    return _Moments(products, sums, np.bincount(labels[rows], minlength=classes).astype(np.float64))


def _discriminants(
    moments: list[_Moments], left_out: int, shrinkages: tuple[float, ...]
) -> list[tuple[Floats, Floats]]:
    """Weights float32 [k, d] and bias float32 [k] for each shrinkage, fitted without one fold."""
    others = [part for number, part in enumerate(moments) if number != left_out]
    products, sums, counts = (
        np.sum([getattr(part, name) for part in others], axis=0) for name in ("products", "sums", "counts")
    )
    means = sums / np.maximum(counts, 1)[:, None]
    values, axes = np.linalg.eigh((products - (means.T * counts) @ means) / counts.sum())
    values, along = np.maximum(values, 0), means @ axes
    prior = np.log(np.maximum(counts, 1e-6) / counts.sum())
    fits = []
    for shrinkage in shrinkages:
        spread = (1 - shrinkage) * values + shrinkage * (values.mean() + 1e-9) + 1e-9
        weights = (along / spread) @ axes.T
        fits.append((weights.astype(np.float32), (prior - 0.5 * (weights * means).sum(axis=1)).astype(np.float32)))
    return fits


def _likeliest(
    vectors: npt.NDArray[np.floating],
    parts: list[Ints],
    labels: Ints,
    mean: Floats,
    fits: list[list[tuple[Floats, Floats]]],
    options: HeldOutOptions,
) -> tuple[int, float]:
    """The place of the shrinkage, and the sharpness, under which labels are likeliest that the fits have not seen."""
    some = [part[: options.enough // options.folds] for part in parts]
    known = np.concatenate([labels[part] for part in some])
    best = (-np.inf, 0, 1.0)
    for place in range(len(options.shrinkages)):
        logits = np.concatenate(
            [_logits(vectors[part], mean, fit[place]) for part, fit in zip(some, fits, strict=True)]
        )
        for sharpness in options.sharpnesses:
            chance = softmax(sharpness * logits)[np.arange(len(known)), known]
            best = max(best, (float(np.log(np.maximum(chance, 1e-6)).mean()), place, sharpness))
    return best[1], best[2]


def _logits(vectors: npt.NDArray[np.floating], mean: Floats, fit: tuple[Floats, Floats]) -> Floats:
    return np.asarray((widen(vectors) - mean) @ fit[0].T + fit[1], np.float32)


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


def among(ranked: Suspicion, rows: Ints, elsewhere: Ints) -> Suspicion:
    """The suspicion of some rows int64 [m] as one of all rows; the others have no score, and what is proposed there is `elsewhere`, int64 [n]."""
    score, proposed = np.full(len(elsewhere), np.nan, np.float32), elsewhere.copy()
    score[rows], proposed[rows] = ranked.score, ranked.proposed
    return Suspicion(score, proposed)


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
    nodes: Ints | None = None,
) -> list[Cluster]:
    """Groups that one decision can fix, the largest expected gain first (size times mean suspicion).

    Args:
        open_rows: bool [n], rows that may be questioned (not labelled by a person).
        threshold: least suspicion of a member. smallest: least number of members.
        nodes: int64 [m], ascending, the row of each node of the graph, where it is not of all rows; others are in no group.
    """
    if nodes is not None:
        part = Suspicion(suspicion.score[nodes], suspicion.proposed[nodes])
        inside = clusters(graph, part, labels[nodes], open_rows[nodes], threshold=threshold, smallest=smallest)
        return [replace(cluster, rows=nodes[cluster.rows]) for cluster in inside]
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
