"""A workspace's vectors in memory, its index, and the searches over them, kept up to date by the store's revision."""

from __future__ import annotations

import threading
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from embedding import index as indexes
from embedding.index import Index, Stamp
from embedding.ingest.current_encoder import open_encoder
from errors import InputError, StoreError
from settings import current
from store import workspace
from store.items import vectors
from store.items.vectors import EncoderRow
from store.workspace import Workspace

KEPT = 4  # workspaces in memory at a time

Ids = npt.NDArray[np.int64]
Vectors = npt.NDArray[np.float32]


@dataclass(frozen=True)
class Hits:
    """Neighbours, nearest first.

    Attributes:
        ids: int64 [k], item ids.
        similarities: float32 [k], cosines.
    """

    ids: Ids
    similarities: Vectors


@dataclass(frozen=True)
class _Held:
    stamp: Stamp
    ids: Ids
    vectors: Vectors
    index: Index | None = None


_held: dict[tuple[Path, int], _Held] = {}
_lock = threading.RLock()


def matrix(target: Workspace) -> tuple[Ids, Vectors]:
    """All vectors of the encoder in use; read from disk once, later only what is new.

    Returns:
        item ids int64 [n] and float32 [n, d], rows of unit length; both read-only.

    Raises:
        EncoderError: the workspace has no encoder yet.
        StoreError: a shard is missing or damaged.
    """
    held = _current(target)
    return held.ids, held.vectors


def index(target: Workspace) -> Index:
    """The FAISS index of the encoder in use, from memory or disk where it is fresh, else built.

    Raises:
        EncoderError: the workspace has no encoder yet.
        StoreError: a shard is missing or damaged.
    """
    with _lock:
        row, held = _row(target), _current(target)
        if held.index is not None:
            return held.index
        path = target.folder("index") / f"{row.id}.faiss"
        threads = current().threads
        found = indexes.load(path, held.stamp, threads)
        if found is None or len(found) != len(held.ids):
            found = Index.build(held.ids, held.vectors, held.stamp, threads=threads)
            with suppress(StoreError):  # a cache: without its file it is only built again next time
                found.save(path)
        _held[target.path, row.id] = _Held(held.stamp, held.ids, held.vectors, found)
        return found


def search_text(target: Workspace, text: str, limit: int = 50) -> Hits:
    """The items nearest to a text.

    Raises:
        InputError: the text is empty.
        EncoderError: the workspace's encoder has no model.
    """
    if not text.strip():
        raise InputError("There is nothing to search for. Type a few words.")
    _, encoder = open_encoder(target)
    return _nearest(target, encoder.encode_text([text.strip()]), limit)


def search_image(target: Workspace, path: Path, limit: int = 50) -> Hits:
    """The items nearest to an image file, which need not be in the workspace.

    Raises:
        BadImage: the file is not a usable image.
        EncoderError: the workspace's encoder has no model.
    """
    _, encoder = open_encoder(target)
    return _nearest(target, encoder.encode_files([path])[1], limit)


def search_item(target: Workspace, item_id: int, limit: int = 50) -> Hits:
    """The items nearest to one of them, itself left out.

    Raises:
        InputError: the item has no vector.
    """
    ids, rows = matrix(target)
    at = np.flatnonzero(ids == item_id)
    if not len(at):
        raise InputError(f"Item {item_id} has no vector with this encoder. Run `sceneloop embed` to make it.")
    hits = _nearest(target, rows[at[:1]], limit + 1)
    others = hits.ids != item_id
    return Hits(hits.ids[others][:limit], hits.similarities[others][:limit])


def _nearest(target: Workspace, query: Vectors, limit: int) -> Hits:
    ids, similarities = index(target).search(query, limit)
    real = ids[0] >= 0
    return Hits(ids[0][real], similarities[0][real])


def _row(target: Workspace) -> EncoderRow:
    with target.read() as connection:
        return vectors.current_encoder(connection)


def _current(target: Workspace) -> _Held:
    with target.read() as connection:
        row = vectors.current_encoder(connection)
        stamp = Stamp(row.fingerprint, workspace.revision(connection).vectors)
    key = (target.path, row.id)
    with _lock:
        held = _held.get(key)
        if held is not None and held.stamp == stamp:
            return held
        fresh = _extended(target, row, stamp, held)
        _held.pop(key, None)
        _held[key] = fresh
        while len(_held) > KEPT:
            _held.pop(next(iter(_held)))
        return fresh


def _extended(target: Workspace, row: EncoderRow, stamp: Stamp, held: _Held | None) -> _Held:
    """What is held plus the shards that came since; the index grows with it."""
    after = held.stamp.revision if held is not None else 0
    ids, half = vectors.load(target, row.id, after_shard=after)
    unit = half.astype(np.float32)
    if held is not None:
        # A shard that was committed while the last load ran may have come with it already.
        new = ~np.isin(ids, held.ids)
        ids, unit = ids[new], unit[new]
    # fp16 rounding moves the length by up to .0005.
    unit /= np.linalg.norm(unit, axis=1, keepdims=True)
    index = None
    if held is not None:
        if held.index is not None:
            index = held.index
            index.add(ids, unit)
            index.stamp = stamp
        ids, unit = np.concatenate([held.ids, ids]), np.concatenate([held.vectors, unit])
    ids.flags.writeable = unit.flags.writeable = False
    return _Held(stamp, ids, unit, index)
