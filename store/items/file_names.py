"""The items that a `file` column means, and a name for each item that means it alone: one rule for all that reads or writes one.

What is asked for is looked up in this order, and the first step that finds something decides. Where it finds several items, the
name is ambiguous and none of them is meant.

1. the relative name, letter for letter: the path below the folder that was added, or one of its further names;
2. the full path, letter for letter;
3. both in normal form: composed letters (NFC), forward slashes, no `./`;
4. both without spaces at the ends of their parts;
5. the end of one full path: a base name, or more of the path;
6. a path from elsewhere that ends in a relative name, where nothing that is known of the item contradicts it.

An item whose file was replaced is none of these: its name means what lies there now. It is called `NAME#sha256=...`.
"""

from __future__ import annotations

import os
import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property, lru_cache
from typing import NamedTuple

from sqlalchemy import Connection, func, select

from naming import file_name, without_edges
from store.database import schema
from store.database.bulk import among, unindexed
from store.items import items

KINDS = ("image", "frame", "segment", "video")
SHOWN = 5
BATCH = 5_000  # rows that are held at once where all of them are gone through
_ITEM = schema.item.c
_ENTRY = (_ITEM.kind, _ITEM.name, _ITEM.path, _ITEM.sha256, _ITEM.replaced_at)
_MARKED = re.compile(r"(?s).*#(sha256|item)=([0-9a-f]+)")
_DRIVE = re.compile(r"[A-Za-z]:/|//")
_MARK = 16  # hex digits of a hash that stand in a name
_IdsByText = dict[str, list[int]]


class Entry(NamedTuple):
    """What is known of an item: `full` is its path, for a frame or segment with its time behind it."""

    name: str
    full: str
    sha256: str | None
    replaced: bool


class NameTable:
    """Names of items, given as they are."""

    def __init__(self, entries: Mapping[int, Entry], aliases: Iterable[tuple[int, str]]) -> None:
        self._entries = entries
        self._aliases = [pair for pair in aliases if pair[0] in self._live]

    def find(self, asked: str) -> int | None:
        """The item's id, or None where nothing or more than one thing is meant."""
        ids = self.match(asked)
        return ids[0] if len(ids) == 1 else None

    def match(self, asked: str) -> tuple[int, ...]:
        """Ids of all items that a name means: one, none, or several where it is ambiguous."""
        return next((tuple(sorted(ids)) for ids in self._steps(asked) if ids), ())

    def with_digest(self, sha256: str) -> tuple[int, ...]:
        """Ids of the items with these bytes: at most one, for the same bytes stay one item."""
        return self._digests.get(sha256, ())

    @cached_property
    def _digests(self) -> dict[str, tuple[int, ...]]:
        return {entry.sha256: (number,) for number, entry in self._entries.items() if entry.sha256 is not None}

    def _steps(self, asked: str) -> Iterator[set[int]]:
        for exact in (self._names, self._paths):
            yield set(exact.get(asked, ()))
        yield self._marked(asked)
        normal = file_name(asked)
        for among_normal in (self._normal_names, self._normal_paths):
            yield set(among_normal.get(normal, ()))
        loose = without_edges(normal)
        for among_loose in (self._loose_names, self._loose_paths):
            yield set(among_loose.get(loose, ()))
        if loose.strip("/"):
            yield self._by_end(loose)
            yield self._from_elsewhere(loose)

    def handle(self, item_id: int) -> str:
        """The shortest name, from the relative one on, that means this item alone; else its full path, else a marked name."""
        entry = self._entries[item_id]
        if not entry.replaced:
            parts, own = file_name(entry.full).split("/"), file_name(entry.name).count("/") + 1
            ends = ("/".join(parts[-k:]) for k in range(own + 1, len(parts)) if parts[-k])
            for name in (entry.name, *ends, entry.full):
                if self.match(name) == (item_id,):
                    return name
        if entry.sha256 is not None:
            name = f"{entry.name}#sha256={entry.sha256[:_MARK]}"
            if self.match(name) == (item_id,):
                return name
        return f"{entry.name}#item={item_id:x}"

    def choices(self, ids: Sequence[int]) -> str:
        """What an ambiguous name could mean, in words."""
        shown = " or ".join(self.handle(number) for number in ids[:SHOWN])
        return f"{shown} or {len(ids) - SHOWN} more" if len(ids) > SHOWN else shown

    @cached_property
    def _live(self) -> Mapping[int, Entry]:
        return {number: entry for number, entry in self._entries.items() if not entry.replaced}

    @cached_property
    def _names(self) -> _IdsByText:
        own = [(number, entry.name) for number, entry in self._live.items()]
        return _by_text(own + [(number, name) for number, name in self._aliases if not os.path.isabs(name)])

    @cached_property
    def _paths(self) -> _IdsByText:
        own = [(number, entry.full) for number, entry in self._live.items()]
        return _by_text(own + [(number, name) for number, name in self._aliases if os.path.isabs(name)])

    @cached_property
    def _normal_names(self) -> _IdsByText:
        return _by_text([(number, file_name(name)) for name, ids in self._names.items() for number in ids])

    @cached_property
    def _normal_paths(self) -> _IdsByText:
        return _by_text([(number, file_name(path)) for path, ids in self._paths.items() for number in ids])

    @cached_property
    def _loose_names(self) -> _IdsByText:
        return _by_text([(number, without_edges(name)) for name, ids in self._normal_names.items() for number in ids])

    @cached_property
    def _loose_paths(self) -> _IdsByText:
        return _by_text([(number, without_edges(path)) for path, ids in self._normal_paths.items() for number in ids])

    @cached_property
    def _ends(self) -> list[tuple[str, int]]:
        """Paths and names written from their last part on, in order: what ends alike stands side by side."""
        every = [(path, ids) for index in (self._loose_paths, self._loose_names) for path, ids in index.items()]
        return sorted((_backwards(path), number) for path, ids in every for number in ids)

    def _by_end(self, loose: str) -> set[int]:
        start = _backwards(loose)
        ids: set[int] = set()
        for place in range(bisect_left(self._ends, (start, -1)), len(self._ends)):
            text, number = self._ends[place]
            if not text.startswith(start):
                break
            ids.add(number)
        return ids

    def _from_elsewhere(self, loose: str) -> set[int]:
        """Items whose whole relative name ends what was asked; the best agreement with their path wins."""
        parts = loose.split("/")
        for k in range(len(parts) - 1, 0, -1):
            agreeing: dict[int, int] = {}
            for number in self._loose_names.get("/".join(parts[-k:]), ()):
                path = without_edges(file_name(self._entries[number].full)).split("/")
                alike = _alike(parts, path)
                if alike > k or alike == len(path) or _is_elsewhere(loose.rpartition("/")[0]):
                    agreeing[number] = alike
            if agreeing:
                return {number for number, alike in agreeing.items() if alike == max(agreeing.values())}
        return set()

    def _marked(self, asked: str) -> set[int]:
        mark = _MARKED.fullmatch(asked)
        if mark is None:
            return set()
        if mark[1] == "item":
            return {int(mark[2], 16)} & self._entries.keys()
        if len(mark[2]) < _MARK:
            return set()
        return {number for number, entry in self._entries.items() if (entry.sha256 or "").startswith(mark[2])}


class Names(NameTable):
    """The names of all items, or of those of some kinds, as they are when it is made."""

    def __init__(self, connection: Connection, kinds: Sequence[str] = KINDS) -> None:
        further = [(number, name) for number, _, name in aliases(connection)]
        super().__init__(dict(entries(connection, kinds)), further)


def entries(connection: Connection, kinds: Sequence[str] = KINDS) -> Iterator[tuple[int, Entry]]:
    """Ids and names of all items of some kinds, a few thousand held at a time."""
    query = select(_ITEM.id, *_ENTRY).where(_ITEM.kind.in_(kinds)).execution_options(yield_per=BATCH)
    with connection.execute(query) as rows:
        for number, *known in rows:
            yield number, _entry(*known)


def aliases(connection: Connection) -> Iterator[tuple[int, Entry, str]]:
    """Ids, names and further names of all items that have such, a few thousand held at a time."""
    alias = schema.alias.c
    query = select(_ITEM.id, alias.name, *_ENTRY).join(schema.alias, alias.item_id == _ITEM.id)
    with connection.execute(query.execution_options(yield_per=BATCH)) as rows:
        for number, further, *known in rows:
            yield number, _entry(*known), further


def _entry(kind: str, name: str, path: str, sha256: str | None, replaced_at: object) -> Entry:
    time = name[name.rfind("#t=") :] if kind in ("frame", "segment") and "#t=" in name else ""
    return Entry(name, path + time, sha256, replaced_at is not None)


def handles(connection: Connection, ids: Sequence[int]) -> dict[int, str]:
    """`Names.handle` of some items; where their names are unique, only those are looked up."""
    plain = plain_handles(connection, ids)
    if len(plain) == len(set(ids)):
        return plain
    names = Names(connection)
    return {number: plain.get(number) or names.handle(number) for number in items.get_many(connection, ids)}


def plain_handles(connection: Connection, ids: Sequence[int]) -> dict[int, str]:
    """Those of some items that are meant by their own name alone, with it."""
    column = schema.item.c
    query = select(column.id, column.name).where(among(column.id, ids), column.replaced_at.is_(None))
    names = {int(number): str(name) for number, name in connection.execute(query)}
    wanted = sorted(set(names.values()))
    living = select(column.name).where(
        among(column.name, wanted), unindexed(column.kind).in_(KINDS), column.replaced_at.is_(None)
    )
    several = set(connection.execute(living.group_by(column.name).having(func.count() > 1)).scalars())
    several |= set(connection.execute(select(schema.alias.c.name).where(among(schema.alias.c.name, wanted))).scalars())
    return {number: name for number, name in names.items() if name not in several}


def _by_text(pairs: Sequence[tuple[int, str]]) -> _IdsByText:
    ids_by_text: _IdsByText = {}
    for number, text in pairs:
        ids_by_text.setdefault(text, []).append(number)
    return ids_by_text


def last_part(text: str) -> str:
    """What a name or path ends in, as far as names are compared: whatever a name means ends in the same."""
    return without_edges(file_name(text)).rpartition("/")[2]


def _backwards(path: str) -> str:
    return "/".join(reversed(path.split("/"))) + "/"


def _alike(one: Sequence[str], other: Sequence[str]) -> int:
    """How many parts two paths have in common, from the end."""
    return next(
        (k for k, (a, b) in enumerate(zip(reversed(one), reversed(other), strict=False)) if a != b),
        min(len(one), len(other)),
    )


@lru_cache(maxsize=10_000)
def _is_elsewhere(folder: str) -> bool:
    """Whether a full path's folder is none of this computer."""
    return bool(_DRIVE.match(folder + "/")) or (folder.startswith("/") and not os.path.isdir(folder))
