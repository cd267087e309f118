"""Whether the file of an item is still the one that was added: by size and time, by its bytes where those differ."""

from __future__ import annotations

import datetime as dt
import hashlib
import os
import stat
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from enum import StrEnum
from functools import lru_cache
from pathlib import Path

from sqlalchemy import Connection

from errors import AppError
from reading import Stamp
from store.blobs import buckets
from store.blobs.blob import Blob
from store.items import items
from store.items.item_rows import ItemRow
from store.workspace import Workspace

ASKED_AT_ONCE = 16


class State(StrEnum):
    """What lies at an item's path now.

    `INTACT`: the bytes that were added. `MISSING`: no file, or the item was added as a vector without its picture.
    `CHANGED`: other bytes, which must not be given out for this item. `AWAY`: the store that keeps it does not answer now.
    """

    INTACT = "intact"
    MISSING = "missing"
    CHANGED = "changed"
    AWAY = "away"


def states(connection: Connection, rows: Iterable[ItemRow]) -> dict[int, State]:
    """State of the file of each item, by id; frames and segments are asked for their video, which is read once.

    A file whose size and time are those noted when it was added is not read. One that was noted without a time counts
    as untouched when it was last written before it was added. An object is compared by its etag.

    Raises:
        InputError: an object lies in no bucket that may be read. StoreError: a store does not answer.
    """
    rows = list(rows)
    films = items.get_many(connection, sorted({row.parent_id for row in rows if row.parent_id is not None}))
    own = of_rows([*films.values(), *(row for row in rows if row.parent_id is None)])
    return {row.id: own.get(row.id if row.parent_id is None else row.parent_id, State.MISSING) for row in rows}


def of_rows(rows: Sequence[ItemRow]) -> dict[int, State]:
    """State of the files of images and videos, by id; objects are asked for side by side. Errors as `states`."""
    far = [row for row in rows if buckets.is_uri(row.path)]
    result = {row.id: of_row(row) for row in rows if not buckets.is_uri(row.path)}
    if far:
        result[far[0].id] = of_row(far[0])  # where the store is away, it is asked once
        with ThreadPoolExecutor(ASKED_AT_ONCE) as pool:
            result.update(zip((row.id for row in far[1:]), pool.map(of_row, far[1:]), strict=True))
    return result


def seen(connection: Connection, row: ItemRow) -> State:
    """State of one item's file as a page shows it: that its store is away is a state too."""
    try:
        return states(connection, [row])[row.id]
    except AppError:
        return State.AWAY


def state(workspace: Workspace, item_id: int) -> State:
    """State of one item's file.

    Raises:
        InputError: there is no such item.
    """
    with workspace.read() as connection:
        row = items.get(connection, item_id)
        return states(connection, [row])[item_id]


def of_row(row: ItemRow) -> State:
    """State of the file of an image or a video; for a frame ask `states`. Errors as there."""
    if buckets.is_uri(row.path):
        return _of_object(row, Blob(row.path))
    try:
        there = os.stat(row.path)
    except (OSError, ValueError):
        return State.MISSING
    if row.sha256 is None or not stat.S_ISREG(there.st_mode):
        return State.MISSING
    if row.bytes is not None and there.st_size != row.bytes:
        return State.CHANGED
    if row.bytes is not None and _untouched(there.st_mtime_ns, row.mtime_ns, row.added_at):
        return State.INTACT
    try:
        checksum = digest(row.path, there)
    except OSError:
        return State.MISSING
    return State.INTACT if checksum == row.sha256 else State.CHANGED


def _of_object(row: ItemRow, blob: Blob) -> State:
    try:
        there = blob.head(patient=False)
        if row.sha256 is None:
            return State.MISSING
        if row.etag is not None and there.etag == row.etag:
            return State.INTACT
        if row.bytes is not None and there.size != row.bytes:
            return State.CHANGED
        checksum = _digest_of_object(blob.uri, there)
    except OSError:
        return State.MISSING
    return State.INTACT if checksum == row.sha256 else State.CHANGED


@lru_cache(maxsize=20_000)
def _digest_of_object(uri: str, stamp: Stamp) -> str:
    with Blob(uri, stamp).opened() as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def unchanged(connection: Connection, kind: str, etags: Mapping[str, str | None]) -> dict[str, str]:
    """sha256 of the items whose object is still in the state in which it was read, by URI."""
    there = items.at_paths(connection, kind, list(etags))
    return {row.path: row.sha256 for row in there if row.sha256 and row.etag and row.etag == etags[row.path]}


def digest(path: str | Path, there: os.stat_result | None = None) -> str:
    """sha256 of a file's bytes, read in pieces; remembered while place, size and time of the file stay.

    Raises:
        OSError: it cannot be read.
    """
    there = there or os.stat(path)
    return _digest(str(path), there.st_ino, there.st_size, there.st_mtime_ns)


@lru_cache(maxsize=20_000)
def _digest(path: str, _inode: int, _size: int, _mtime_ns: int) -> str:
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _untouched(mtime_ns: int, noted_ns: int | None, added_at: dt.datetime) -> bool:
    return mtime_ns == noted_ns if noted_ns is not None else mtime_ns / 1e9 < added_at.timestamp()
