"""Where the bytes of items lie: second places, files that were moved, and files that other bytes have replaced."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from pathlib import PurePath

import reading
from embedding.encoders.batches import cores
from embedding.pictures.file_walk import FoundFile
from errors import AppError
from store.blobs import blob, buckets
from store.blobs.blob import Blob
from store.database.connection import Connection
from store.items import items, originals
from store.items.item_rows import ItemRow
from store.items.originals import State

LONG_AGO = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)  # so that bytes are compared, whatever a file's time says
OBJECTS_AT_ONCE = 16


def note(connection: Connection, files: Sequence[tuple[FoundFile, int]]) -> None:
    """Note where the bytes of items were seen.

    An item whose own file is intact gets the place as a second one. Where its file is gone or holds other bytes, the item moves
    to the place; its old name stays one of its names unless something else lies there.

    Args:
        files: files, and the items that have their bytes.
    """
    rows = items.get_many(connection, [number for _, number in files])
    home = {number: row.path for number, row in rows.items()}
    further: list[tuple[int, str]] = []
    for file, number in files:
        row, path = rows[number], str(file.path)
        if home[number] == path:
            further += _at_home(connection, row, file)
        elif home[number] != row.path or (row.replaced_at is None and originals.of_row(row) is State.INTACT):
            further += [(number, file.name), (number, path)]
        else:
            items.relocate(connection, number, path, file.name, reading.stamp(file.path))
            home[number] = path
            if row.name != file.name and originals.of_row(row) is State.MISSING:
                further.append((number, row.name))
    items.add_aliases(connection, further)


def _at_home(connection: Connection, row: ItemRow, file: FoundFile) -> list[tuple[int, str]]:
    """An item's own file, read again: its time is noted. Returns the further name under which it was added now."""
    stamp = reading.stamp(file.path)
    if row.replaced_at is not None:  # the old bytes are back
        items.relocate(connection, row.id, row.path, file.name, stamp)
    elif (row.mtime_ns, row.etag) != (stamp.mtime_ns, stamp.etag):
        items.touch(connection, row.id, stamp)
    return [(row.id, file.name)] if row.name != file.name else []


def unchanged(connection: Connection, kind: str, files: Sequence[FoundFile]) -> dict[FoundFile, str]:
    """sha256 of the objects that were added before and, by their etag, still are what they were: they are not read again."""
    objects = {str(file.path): file for file in files if isinstance(file.path, Blob) and file.path.listed is not None}
    etags = {uri: reading.stamp(file.path).etag for uri, file in objects.items()}
    return (
        {objects[uri]: sha256 for uri, sha256 in originals.unchanged(connection, kind, etags).items()} if etags else {}
    )


def readers(files: Sequence[FoundFile]) -> int:
    """How many files are read at once: a store of objects answers many as fast as one."""
    return OBJECTS_AT_ONCE if any(isinstance(file.path, Blob) for file in files) else cores()


def replaced(connection: Connection, kind: str, files: Sequence[tuple[FoundFile, int | None]]) -> list[str]:
    """Mark items whose file now holds other bytes; returns the paths.

    An item whose bytes also lie in a second place moves there. `note` has been called before, so that what was moved is not taken
    for replaced.

    Args:
        files: files as they are now, and the items that have their bytes, None where the bytes are unusable.
    """
    now = {str(file.path): (file, number) for file, number in files}
    changed: list[str] = []
    old = [row for row in items.at_paths(connection, kind, list(now)) if row.sha256 and row.id != now[row.path][1]]
    second = [(number, path) for number, path in items.aliases_at(connection, list(now)) if number != now[path][1]]
    items.forget_aliases(connection, [*second, *((number, now[path][0].name) for number, path in second)])
    places = items.aliases(connection, [row.id for row in old])
    for row in old:
        if not _move_to_a_second_place(connection, row, places.get(row.id, [])):
            items.mark_replaced(connection, [row.id])
    changed = [row.path for row in old] + [path for _, path in second]
    return sorted(set(changed))


def _move_to_a_second_place(connection: Connection, row: ItemRow, names: Sequence[str]) -> bool:
    for path in names:
        if not (PurePath(path).is_absolute() or buckets.is_uri(path)):
            continue
        try:
            there = reading.stamp(blob.named(path))
            placed = row._replace(path=path, mtime_ns=None, etag=None, added_at=LONG_AGO)
            if there.size != row.bytes or originals.of_row(placed) is not State.INTACT:
                continue
        except (OSError, AppError):
            continue
        ends = [
            name
            for name in names
            if name != path and PurePath(path).parts[-len(PurePath(name).parts) :] == PurePath(name).parts
        ]
        items.relocate(connection, row.id, path, max(ends, key=len, default=PurePath(path).name), there)
        items.forget_aliases(connection, [(row.id, path)])
        return True
    return False
