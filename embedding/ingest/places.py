"""Where the bytes of items lie: second places, files that were moved, and files that other bytes have replaced."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path, PurePath

from embedding.pictures.file_walk import FoundFile
from store.database.connection import Connection
from store.items import items, originals
from store.items.item_rows import ItemRow
from store.items.originals import State


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
            items.relocate(connection, number, path, file.name, mtime_ns=os.stat(path).st_mtime_ns)
            home[number] = path
            if row.name != file.name and not os.path.lexists(row.path):
                further.append((number, row.name))
    items.add_aliases(connection, further)


def _at_home(connection: Connection, row: ItemRow, file: FoundFile) -> list[tuple[int, str]]:
    """An item's own file, read again: its time is noted. Returns the further name under which it was added now."""
    mtime_ns = os.stat(file.path).st_mtime_ns
    if row.replaced_at is not None:  # the old bytes are back
        items.relocate(connection, row.id, row.path, file.name, mtime_ns=mtime_ns)
    elif row.mtime_ns != mtime_ns:
        items.touch(connection, row.id, mtime_ns)
    return [(row.id, file.name)] if row.name != file.name else []


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
        if not os.path.isabs(path):
            continue
        try:
            there = os.stat(path)
            if there.st_size != row.bytes or originals.digest(path, there) != row.sha256:
                continue
        except OSError:
            continue
        ends = [
            name
            for name in names
            if name != path and PurePath(path).parts[-len(PurePath(name).parts) :] == PurePath(name).parts
        ]
        items.relocate(
            connection, row.id, path, max(ends, key=len, default=Path(path).name), mtime_ns=there.st_mtime_ns
        )
        items.forget_aliases(connection, [(row.id, path)])
        return True
    return False
