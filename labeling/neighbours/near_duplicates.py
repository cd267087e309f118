"""Near-duplicates: images that only bytes tell apart."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy.sparse import coo_matrix, csgraph
from typing_extensions import TypedDict

from labeling.review.grid import tile
from labeling.review.machine_view import view
from labeling.review.tile import Tile
from labeling.snapshot.snapshot import Snapshot
from store.items import items

DUPLICATE_COSINE = 0.995
DUPLICATE_BITS = 6


class DuplicateGroup(TypedDict):
    """Items that are nearly the same; tiles of the first eight."""

    items: list[int]
    tiles: list[Tile]


class Duplicates(TypedDict):
    """All groups of near-duplicates, the largest first."""

    total: int
    groups: list[DuplicateGroup]


def duplicates(snapshot: Snapshot) -> Duplicates:
    """Near-duplicates: linked in the graph, a cosine of at least .995, and perceptual hashes at most 6 bits apart."""
    seen = view(snapshot)
    with snapshot.workspace.read() as connection:
        stored = items.get_many(connection, [int(number) for number in seen.board.ids])
    hashes = [stored[int(number)].phash for number in seen.board.ids]
    groups = _linked(snapshot, hashes)
    return {
        "total": len(groups),
        "groups": [
            {
                "items": [int(seen.board.ids[row]) for row in rows],
                "tiles": [tile(seen, int(row), None) for row in rows[:8]],
            }
            for rows in groups
        ],
    }


def _linked(snapshot: Snapshot, hashes: list[str | None]) -> list[npt.NDArray[np.int64]]:
    links = snapshot.geometry.graph.affinity.tocoo()
    upper = links.row < links.col
    a, b = links.row[upper], links.col[upper]
    keep = []
    for start in range(0, len(a), 65_536):
        part = slice(start, start + 65_536)
        cosine = np.einsum(
            "nd,nd->n",
            np.asarray(snapshot.vectors[a[part]], np.float32),
            np.asarray(snapshot.vectors[b[part]], np.float32),
        )
        keep.append(cosine >= DUPLICATE_COSINE)
    near = np.concatenate(keep) if keep else np.empty(0, np.bool_)
    pairs = [(i, j) for i, j in zip(a[near], b[near], strict=True) if _alike(hashes[i], hashes[j])]
    if not pairs:
        return []
    left, right = np.array(pairs).T
    matrix = coo_matrix((np.ones(len(pairs)), (left, right)), shape=links.shape)
    _, part_of = csgraph.connected_components(matrix, directed=False)
    components = [np.flatnonzero(part_of == number) for number in np.unique(part_of[left])]
    return sorted(components, key=lambda rows: -len(rows))


def _alike(one: str | None, other: str | None) -> bool:
    if one is None or other is None:
        return True
    return (int(one, 16) ^ int(other, 16)).bit_count() <= DUPLICATE_BITS
