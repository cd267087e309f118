"""How suspicious a label is: one minus the posterior that its neighbours give it. 0 is trusted, 1 is most suspicious."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import sparse

from labeling.graph import Graph


@dataclass(frozen=True)
class Suspicion:
    """Attributes.

    score: float32 [n] in [0, 1]; NaN for a node without a label.
    proposed: int64 [n], the class index that the neighbours favour.
    """

    score: npt.NDArray[np.float32]
    proposed: npt.NDArray[np.int64]


def suspect(others: npt.NDArray[np.float32], labels: npt.NDArray[np.int64]) -> Suspicion:
    """Score labels int64 [n] (-1 where there is none) with a posterior float32 [n, k] that left them out."""
    score = np.full(len(labels), np.nan, np.float32)
    known = np.flatnonzero(labels >= 0)
    score[known] = 1.0 - others[known, labels[known]]
    return Suspicion(score, others.argmax(axis=1).astype(np.int64))


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
    found = []
    for label, proposed in {(int(a), int(b)) for a, b in zip(labels[wrong], suspicion.proposed[wrong], strict=True)}:
        rows = np.flatnonzero(wrong & (labels == label) & (suspicion.proposed == proposed))
        count, part = sparse.csgraph.connected_components(graph.affinity[rows][:, rows], directed=False)
        for number in range(count):
            members = rows[part == number]
            if len(members) >= smallest:
                order = np.argsort(-suspicion.score[members])
                found.append(Cluster(members[order], label, proposed, float(suspicion.score[members].mean())))
    return sorted(found, key=lambda cluster: -len(cluster.rows) * cluster.score)
