"""Clusters of suspected errors: connected neighbours that one fix corrects."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from typing_extensions import TypedDict

from labeling.cleaning import suspicion
from labeling.review.grid import tile
from labeling.review.machine_view import View, view
from labeling.review.tile import Tile
from labeling.snapshot.snapshot import Snapshot


class SuspectCluster(TypedDict):
    """Neighbours that share a suspected error: [item, version] each, cosines to the first, tiles of the first four."""

    id: str
    category: int
    proposed: int
    suspicion: float
    items: list[tuple[int, int]]
    similarities: list[float]
    tiles: list[Tile]


class SuspectClusters(TypedDict):
    """The clusters of largest gain out of `total`."""

    total: int
    clusters: list[SuspectCluster]


def clusters(snapshot: Snapshot, limit: int = 20) -> SuspectClusters:
    """Groups of connected neighbours that share a suspected error, largest gain first."""
    seen = view(snapshot, suspicion=True, best_by_neighbours=True)
    linear, _ = snapshot.classifiers.probabilities()
    labels = seen.board.class_index(linear.classes)
    groups = suspicion.clusters(
        snapshot.working.graph(), snapshot.labels.suspicion(), labels, ~seen.board.person, nodes=snapshot.working.rows()
    )
    return {
        "total": len(groups),
        "clusters": [
            {
                "id": f"{int(seen.board.ids[cluster.rows].min())}-{linear.classes[cluster.proposed]}",
                "category": linear.classes[cluster.label],
                "proposed": linear.classes[cluster.proposed],
                "suspicion": round(cluster.score, 4),
                "items": [(int(seen.board.ids[row]), int(seen.board.version[row])) for row in cluster.rows],
                "similarities": _to_first(snapshot, cluster.rows),
                "tiles": [tile(seen, int(row), _score(seen, row)) for row in cluster.rows[:4]],
            }
            for cluster in groups[:limit]
        ],
    }


def _to_first(snapshot: Snapshot, rows: npt.NDArray[np.int64]) -> list[float]:
    """Cosine of each row (int64 [k]) to the first of them."""
    vectors = np.asarray(snapshot.vectors[rows], np.float32)
    return [round(float(cosine), 4) for cosine in vectors @ vectors[0]]


def _score(seen: View, row: int) -> float | None:
    return None if seen.suspicion is None else float(seen.suspicion[row])
