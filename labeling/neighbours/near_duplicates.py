"""Near-duplicates: one picture saved again, scaled, trimmed, brightened or with a logo, and neighbouring frames.

Perceptual hashes and the neighbour graph say which pairs may be; their thumbnails, laid over each other, say which are.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import numpy as np
import numpy.typing as npt
from PIL import Image
from typing_extensions import TypedDict

from embedding.pictures import likeness
from labeling.cleaning import duplicate_candidates, duplicate_groups
from labeling.review.grid import tile
from labeling.review.machine_view import view
from labeling.review.tile import Tile
from labeling.snapshot import array_files
from labeling.snapshot.snapshot import Snapshot
from settings import current
from store.items import items

SAME_COSINE = 0.995  # of items without a picture, which only their vectors tell apart
NEAR_COSINE = 0.95  # of pictures that are worth a look though their hashes differ
STRUCTURE, COLOUR = 0.85, 12.0
IN_GROUP = 0.1  # how much less alike two pictures of a group may be than a pair
FLAT_GREY = 6.0
SHOWN = 8
PAIRS = 4096  # that are compared at once
DECODERS = 4
RULE = 1  # counts changes of the rule: groups that are kept from an older one are found anew

Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]


class DuplicateGroup(TypedDict):
    """Items that are nearly the same; tiles of the first eight."""

    items: list[int]
    tiles: list[Tile]


class Duplicates(TypedDict):
    """All groups of near-duplicates, the largest first."""

    total: int
    groups: list[DuplicateGroup]


def duplicates(snapshot: Snapshot) -> Duplicates:
    """All groups of near-duplicates, the largest first."""
    seen = view(snapshot)
    alike = groups(snapshot)
    return {
        "total": len(alike),
        "groups": [
            {
                "items": snapshot.ids[rows].tolist(),
                "tiles": [tile(seen, row, None) for row in rows[:SHOWN].tolist()],
            }
            for rows in alike
        ],
    }


def groups(snapshot: Snapshot) -> list[Ints]:
    """Rows of each group, ascending, int64; the largest group first."""
    return snapshot.cached("duplicates", snapshot.working.key(), lambda: _groups(snapshot))


def _groups(snapshot: Snapshot) -> list[Ints]:
    """The same, from a file beside the index where that is fresh."""
    name = f"duplicates-{snapshot.encoder_row.id}-{snapshot.vectors_revision}-{len(snapshot.ids)}-{RULE}{_of(snapshot)}.npz"
    path = snapshot.workspace.folder("index") / name
    stored = array_files.read(path, "rows", "ends")
    if stored is None:
        groups = _search(snapshot)
        ends = np.cumsum([len(rows) for rows in groups], dtype=np.int64)
        stored = np.concatenate([*groups, np.empty(0, np.int64)]), ends
        with suppress(OSError):  # a cache: without its file it is only computed again next time
            array_files.write(path, rows=stored[0], ends=stored[1])
            for old in path.parent.glob(f"duplicates-{snapshot.encoder_row.id}-*.npz"):
                if old != path:
                    old.unlink(missing_ok=True)
    return list(np.split(stored[0], stored[1][:-1])) if len(stored[1]) else []


def _of(snapshot: Snapshot) -> str:
    """What names the images that were compared: nothing where all were."""
    worked = snapshot.working.rows()
    return "" if worked is None else f"-{zlib.crc32(worked.tobytes()):08x}"


def _search(snapshot: Snapshot) -> list[Ints]:
    texts = _hashes(snapshot)
    pictured = np.array([text is not None for text in texts], np.bool_)
    near, cosines = _neighbours(snapshot)
    bare = near[(cosines >= SAME_COSINE) & ~pictured[near].all(axis=1)]
    rows, codes = duplicate_candidates.codes(texts)
    by_hash = rows[duplicate_candidates.by_hash(codes, threads=current().threads)]
    worth_a_look = near[(cosines >= NEAR_COSINE) & pictured[near].all(axis=1)]
    candidates = np.unique(np.concatenate([by_hash, worth_a_look]), axis=0)
    album = _Album(snapshot, np.unique(candidates))
    pairs = np.concatenate([bare, candidates[album.alike(candidates)]])

    def may_share(further: Ints) -> Bools:
        """Whether pairs that were not linked may be in one group."""
        seen = album.has(further)
        alike = np.einsum("nd,nd->n", *(np.asarray(snapshot.vectors[side], np.float32) for side in further.T))
        fits = np.asarray(alike >= SAME_COSINE)
        fits[seen] = album.alike(further[seen], IN_GROUP)
        return fits

    return duplicate_groups.groups(pairs, may_share)


def _hashes(snapshot: Snapshot) -> list[str | None]:
    """The perceptual hash of each row; None where it has none or is not in the working set."""
    worked = snapshot.working.rows()
    with snapshot.workspace.read() as connection:
        hashes = items.hashes(connection, None if worked is None else snapshot.ids[worked].tolist())
    return [hashes.get(number) for number in snapshot.ids.tolist()]


def _neighbours(snapshot: Snapshot) -> tuple[Ints, npt.NDArray[np.float32]]:
    """Linked pairs of the neighbour graph, int64 [m, 2], the smaller row first, and their cosines."""
    links = snapshot.working.graph().affinity.tocoo()
    upper = links.row < links.col
    pairs = np.stack([links.row[upper], links.col[upper]], axis=1).astype(np.int64)
    worked = snapshot.working.rows()
    pairs = pairs if worked is None else worked[pairs]
    cosines = [
        np.einsum(
            "nd,nd->n", *(np.asarray(snapshot.vectors[side], np.float32) for side in pairs[start : start + 65_536].T)
        )
        for start in range(0, len(pairs), 65_536)
    ]
    return pairs, np.concatenate([*cosines, np.empty(0, np.float32)])


class _Album:
    """Sketches of the thumbnails of some rows."""

    def __init__(self, snapshot: Snapshot, rows: Ints) -> None:
        paths = [snapshot.workspace.thumb(int(number)) for number in snapshot.ids[rows]]
        with ThreadPoolExecutor(DECODERS) as pool:
            sketches = list(pool.map(_sketched, paths))
        there = [number for number, picture in enumerate(sketches) if picture is not None]
        self._rows = rows[there]
        self._sketches = _stack(picture for picture in sketches if picture is not None)

    def has(self, pairs: Ints) -> Bools:
        """bool [n]: both thumbnails of a pair are there."""
        return np.asarray(np.isin(pairs, self._rows).all(axis=1), np.bool_)

    def alike(self, pairs: Ints, slack: float = 0.0) -> Bools:
        """Whether pairs of rows, int64 [n, 2], show one picture; those without a thumbnail do not."""
        alike = np.zeros(len(pairs), np.bool_)
        seen = np.flatnonzero(self.has(pairs))
        for start in range(0, len(seen), PAIRS):
            part = seen[start : start + PAIRS]
            places = np.searchsorted(self._rows, pairs[part])
            alike[part] = _same(likeness.compare(*(self._sketches[side] for side in places.T)), slack)
        return alike


def _same(compared: likeness.Likeness, slack: float) -> Bools:
    """The decision on pairs, bool [n]: structure for pictures that have some, grey for blank ones, and colour for both."""
    shown = np.where(compared.flat, compared.grey <= FLAT_GREY, compared.structure >= STRUCTURE - slack)
    return np.asarray(shown & (compared.colour <= COLOUR))


def _sketched(path: Path) -> likeness.Sketches | None:
    try:
        with Image.open(path) as picture:
            return likeness.sketch(np.asarray(picture.convert("RGB")))
    except OSError:  # it is gone or damaged: the item has no picture to compare
        return None


def _stack(sketches: Iterable[likeness.Sketches]) -> likeness.Sketches:
    empty = np.empty((0, likeness.SIDE, likeness.SIDE, 3), np.uint8)
    return np.concatenate([empty, *(sketch[None] for sketch in sketches)])
