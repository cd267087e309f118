"""Names that mean one item alone, for one batch of items after another, in a memory that does not grow with them.

Where a name is that of one item, an index says so. Where it is not, a longer one is looked for: whatever any of them could mean ends
in the same last part (`file_names`), so only items that share one need be held together. They are dealt into temporary files by it.
SQLite does not sort them: the build that pysqlite3 brings sorts in memory alone.
"""

from __future__ import annotations

import json
import tempfile
import zlib
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Any, NamedTuple

from sqlalchemy import Connection

from errors import StoreError
from store.database.sqlite import driver
from store.items.file_names import Entry, NameTable, aliases, entries, last_part, plain_handles

PILES = 256  # temporary files; of ten million items some forty thousand are held at a time
_MARK = "#"  # before a digest or a number in a name; an item that has one in its own is held beside every pile


class _Place(NamedTuple):
    """A last part that an item has: of its name or path, or of a further name."""

    part: str
    item_id: int
    entry: Entry
    alias: str | None


class DistinctNames:
    """`Names.handle` of any items, in batches. A context manager, which deletes its temporary files."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._open = ExitStack()
        self._longer: Any = None

    def __enter__(self) -> DistinctNames:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._open.close()

    @property
    def dealt(self) -> bool:
        """Whether a name was shared, so that all of them were dealt into temporary files."""
        return self._longer is not None

    def of(self, ids: Sequence[int]) -> dict[int, str]:
        """The shortest name that means each item alone.

        Raises:
            StoreError: the disk of temporary files is full.
        """
        handles = plain_handles(self._connection, ids)
        shared = [number for number in set(ids) if number not in handles]
        if shared:
            try:
                find = (self._longer or self._worked_out()).cursor()
                rows = (find.execute("SELECT text FROM handle WHERE id = ?", (number,)).fetchone() for number in shared)
                handles.update({number: text for number, (text,) in zip(shared, rows, strict=True)})
            except (OSError, driver.OperationalError) as error:
                raise StoreError(
                    f"{tempfile.gettempdir()} cannot be written ({error}). Nothing was exported. Free that disk, then try again."
                ) from error
        return handles

    def _worked_out(self) -> Any:
        """A temporary database of the names of all items that do not have one for themselves."""
        folder = Path(self._open.enter_context(tempfile.TemporaryDirectory()))
        database = driver.connect(folder / "names.db")
        self._open.callback(database.close)
        for statement in ("PRAGMA journal_mode = OFF", "PRAGMA synchronous = OFF", "PRAGMA cache_size = -32768"):
            database.execute(statement)
        database.execute("CREATE TABLE handle (id INTEGER PRIMARY KEY, text TEXT)")
        marked = self._deal(folder)
        for pile in range(PILES):
            database.executemany("INSERT INTO handle VALUES (?, ?)", _named(_read(folder / str(pile)), marked))
            (folder / str(pile)).unlink()
        self._longer = database
        return database

    def _deal(self, folder: Path) -> list[_Place]:
        """Write each place to the pile of its last part; those with a mark are returned."""
        marked = []
        with ExitStack() as stack:
            piles = [stack.enter_context((folder / str(pile)).open("w", encoding="utf-8")) for pile in range(PILES)]
            for place in _places(self._connection):
                piles[zlib.crc32(place.part.encode("utf-8", "surrogatepass")) % PILES].write(json.dumps(place) + "\n")
                if _MARK in place.part:
                    marked.append(place)
        return marked


def _places(connection: Connection) -> Iterator[_Place]:
    for number, entry in entries(connection):
        for part in {last_part(entry.name), last_part(entry.full)}:
            yield _Place(part, number, entry, None)
    for number, entry, name in aliases(connection):
        yield _Place(last_part(name), number, entry, name)


def _read(pile: Path) -> list[_Place]:
    with pile.open(encoding="utf-8") as lines:
        return [_Place(part, number, Entry(*entry), alias) for part, number, entry, alias in map(json.loads, lines)]


def _named(places: Sequence[_Place], marked: Sequence[_Place]) -> Iterator[tuple[int, str]]:
    """Ids and handles of the items that share their last part with others, or were replaced."""
    groups: dict[str, list[_Place]] = {}
    for place in places:
        groups.setdefault(place.part, []).append(place)
    for part, group in groups.items():
        if len(group) == 1 and not group[0].entry.replaced:
            continue
        together = [*group, *marked]
        further = [(place.item_id, place.alias) for place in together if place.alias is not None]
        table = NameTable({place.item_id: place.entry for place in together}, further)
        own = {place.item_id for place in group if place.alias is None and last_part(place.entry.name) == part}
        yield from ((number, table.handle(number)) for number in sorted(own))
