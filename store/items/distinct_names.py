"""Names that mean one item alone, for one batch of items after another, in a memory that does not grow with them.

Where a name is that of one item, an index says so. Where it is not, a longer one is looked for: whatever any of them could mean ends
in the same last part (`file_names`), so only items that share one are held at a time. They are sorted by it in a temporary file.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from operator import itemgetter
from types import TracebackType
from typing import Any

from sqlalchemy import Connection

from errors import StoreError
from store.database.sqlite import driver
from store.items.file_names import Entry, NameTable, aliases, entries, last_part, plain_handles

_TABLES = """
    CREATE TABLE place (part TEXT, id INTEGER, name TEXT, full TEXT, sha256 TEXT, replaced INTEGER, alias TEXT);
    CREATE TABLE handle (id INTEGER PRIMARY KEY, text TEXT);
"""
_MARK = "#"  # before a digest or a number in a name; a name that has one is held beside every group


class DistinctNames:
    """`Names.handle` of any items, in batches. A context manager, which deletes its temporary file."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._sorted: Any = None

    def __enter__(self) -> DistinctNames:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        if self._sorted is not None:
            self._sorted.close()

    @property
    def sorted_apart(self) -> bool:
        """Whether a name was shared, so that all were sorted in a temporary file."""
        return self._sorted is not None

    def of(self, ids: Sequence[int]) -> dict[int, str]:
        """The shortest name that means each item alone.

        Raises:
            StoreError: the disk of temporary files is full.
        """
        plain = plain_handles(self._connection, ids)
        return plain | self._longer([number for number in set(ids) if number not in plain])

    def _longer(self, ids: Sequence[int]) -> dict[int, str]:
        if not ids:
            return {}
        try:
            if self._sorted is None:
                self._sorted = driver.connect("")  # SQLite's own temporary file: it is in no folder, and goes with us
                self._sort()
            find = self._sorted.cursor()
            return {
                number: find.execute("SELECT text FROM handle WHERE id = ?", (number,)).fetchone()[0] for number in ids
            }
        except driver.OperationalError as error:
            raise StoreError(
                f"Names cannot be sorted ({error}). Nothing was written. Free the disk of temporary files, then try again."
            ) from error

    def _sort(self) -> None:
        self._sorted.executescript(_TABLES)
        self._sorted.executemany("INSERT INTO place VALUES (?, ?, ?, ?, ?, ?, NULL)", _own(self._connection))
        self._sorted.execute("CREATE INDEX place_id ON place (id)")
        further = ((last_part(name), number, name) for number, name in aliases(self._connection))
        self._sorted.executemany(
            "INSERT INTO place SELECT ?1, id, name, full, sha256, replaced, ?3 FROM place WHERE id = ?2 AND alias IS NULL LIMIT 1",
            further,
        )
        self._sorted.executemany("INSERT INTO handle VALUES (?, ?)", self._named())
        self._sorted.execute("DROP TABLE place")

    def _named(self) -> Iterator[tuple[int, str]]:
        """Ids and handles of the items of each last part that several items share, or that was replaced."""
        marked = self._sorted.execute("SELECT * FROM place WHERE instr(part, ?)", (_MARK,)).fetchall()
        for part, rows in groupby(self._sorted.execute("SELECT * FROM place ORDER BY part"), itemgetter(0)):
            group = list(rows)
            if len(group) == 1 and not group[0][5]:
                continue
            table = _table([*group, *marked])
            yield from {
                number: table.handle(number)
                for _, number, name, *_, alias in group
                if last_part(name) == part and not alias
            }.items()


def _own(connection: Connection) -> Iterator[tuple[str, int, str, str, str | None, bool]]:
    """A row for each last part of an item's name and path."""
    for number, entry in entries(connection):
        for part in {last_part(entry.name), last_part(entry.full)}:
            yield part, number, *entry


def _table(rows: Sequence[Any]) -> NameTable:
    held = {number: Entry(name, full, sha256, bool(replaced)) for _, number, name, full, sha256, replaced, _ in rows}
    return NameTable(held, [(row[1], row[6]) for row in rows if row[6] is not None])
