"""Groups of near-duplicates from pairs: connected, and none of them far from the middle of its group.

A chain of pictures, each like the next (a slow pan, a sheet that fills line by line), is connected while its ends are not alike. So each
group has a centre, and what is not like the centre is left for another group.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt
from scipy.sparse import coo_matrix, csgraph, csr_matrix

Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]


def groups(pairs: Ints, alike: Callable[[Ints], Bools]) -> list[Ints]:
    """Groups of at least two, the largest first.

    Args:
        pairs: int64 [m, 2], pairs of rows that are near-duplicates.
        alike: whether further pairs, int64 [k, 2], may be in one group; bool [k].

    Returns:
        ascending rows of each group, int64. No row is in two of them.
    """
    if not len(pairs):
        return []
    rows, places = np.unique(pairs, return_inverse=True)
    left, right = places.reshape(pairs.shape).T
    both = np.concatenate([left, right]), np.concatenate([right, left])
    links = coo_matrix((np.ones(2 * len(pairs), np.int8), both), shape=(len(rows), len(rows))).tocsr()
    whole: list[Ints] = []
    waiting = _components(links, np.arange(len(rows)))
    while waiting:
        members = waiting.pop()
        centre = members[int(np.argmax(np.diff(links[members][:, members].indptr)))]
        others = members[members != centre]
        near = np.ones(1, np.bool_) if len(others) == 1 else _like(rows, int(centre), others, alike)
        whole.append(np.sort(rows[np.append(others[near], centre)]))
        waiting += _components(links, others[~near])
    return sorted((group for group in whole if len(group) > 1), key=lambda group: (-len(group), int(group[0])))


def _like(rows: Ints, centre: int, others: Ints, alike: Callable[[Ints], Bools]) -> Bools:
    return alike(np.stack([np.full(len(others), rows[centre]), rows[others]], axis=1))


def _components(links: csr_matrix, members: Ints) -> list[Ints]:
    """The connected parts of some nodes, those of at least two."""
    if len(members) < 2:
        return []
    _, part_of = csgraph.connected_components(links[members][:, members], directed=False)
    order = np.argsort(part_of, kind="stable")
    parts = np.split(members[order], np.flatnonzero(np.diff(part_of[order])) + 1)
    return [part for part in parts if len(part) > 1]
