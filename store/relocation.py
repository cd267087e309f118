"""Paths that are brought along when a workspace or this program is moved: uploads lie in the one, the demo's pictures in the other.

The project notes where both lay when its paths were last right. Where that differs as it is opened, paths that began there begin
where they lie now. A workspace of an older version has no such note: there the files behind `uploads/` and `sample_data/` tell.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Column, ColumnElement, Connection, Engine, event, exists, func, select, update

from settings import ROOT
from store.database import schema
from store.database.engine import is_sealed, reading
from written.json_values import JsonObject

NOTE = "places"
WORKSPACE, PROGRAM = "workspace", "program"
INSIDE = {WORKSPACE: "/uploads/", PROGRAM: "/sample_data/"}  # what items name of each
NAMED = (schema.item.c.path, schema.source.c.path, schema.quarantine.c.path, schema.alias.c.name)


@dataclass(frozen=True)
class Move:
    """What paths began with, and what they begin with now; both end with a slash."""

    old: str
    new: str

    def of(self, path: str) -> str:
        """Where a file of the old place lies now."""
        return self.new + path.removeprefix(self.old)


def here(folder: Path) -> JsonObject:
    """The note: where the workspace and this program lie."""
    return {WORKSPACE: str(folder), PROGRAM: str(ROOT)}


def follow(engine: Engine, folder: Path) -> None:
    """Bring the paths of a workspace that is opened along. One that cannot be written is read as if its paths had been.

    Args:
        engine: of its database. folder: where it lies, without symbolic links.
    """
    with reading(engine).connect() as connection:
        noted = _noted(connection)
        if noted is None or noted[1].get(NOTE) == here(folder):
            return
        moved = moves(connection, folder) if is_sealed(engine) else []
    if not is_sealed(engine):
        with engine.begin() as connection:
            rewrite(connection, folder)
    elif moved:
        shown = _as_moved(moved)
        event.listen(engine, "connect", lambda opened, _record: opened.execute(shown))


def rewrite(connection: Connection, folder: Path) -> None:
    """Bring the paths along and note where they lie, in the caller's transaction."""
    noted = _noted(connection)
    if noted is None or noted[1].get(NOTE) == here(folder):
        return  # another process was first
    for move in moves(connection, folder):
        follow_move(connection, move)
    project, kept = noted
    connection.execute(
        update(schema.project).where(schema.project.c.id == project).values(settings={**kept, NOTE: here(folder)})
    )


def follow_move(connection: Connection, move: Move) -> None:
    """Let every path that began in the old place begin in the new one."""
    for column in NAMED:
        _rewrite(connection, column, move)


def moves(connection: Connection, folder: Path) -> list[Move]:
    """What was moved since the paths were right: only where files lie at the new place and none is left behind at the old."""
    noted = _noted(connection)
    known = {} if noted is None else noted[1].get(NOTE, {})
    sure: list[Move] = []
    for place, now in here(folder).items():
        inside = INSIDE[place]
        if not isinstance(known, dict) or place not in known:
            tried = {Move(old + inside, f"{now}{inside}") for old in _before(connection, inside)}
        elif place == PROGRAM:
            tried = {Move(f"{known[place]}{inside}", f"{now}{inside}")}
        else:
            tried = {Move(f"{known[place]}/", f"{now}/")}
        sure += [move for move in tried if move.old != move.new and _has_moved(connection, move)]
    return sorted(sure, key=lambda move: -len(move.old))


def _noted(connection: Connection) -> tuple[int, JsonObject] | None:
    row = connection.execute(select(schema.project.c.id, schema.project.c.settings)).first()
    return None if row is None else (int(row[0]), dict(row[1]))


def _before(connection: Connection, inside: str) -> set[str]:
    """Every folder in which paths name this one."""
    folders: set[str] = set()
    for (path,) in connection.execute(select(schema.item.c.path).distinct().where(schema.item.c.path.contains(inside))):
        parts = path.split(inside)
        folders |= {inside.join(parts[:count]) for count in range(1, len(parts))}
    return folders


def _has_moved(connection: Connection, move: Move) -> bool:
    path = schema.item.c.path
    files = select(path, schema.item.c.bytes).where(_begins(path, move), schema.item.c.sha256.is_not(None))
    is_here = False
    for old, size in connection.execute(files):
        if _size(move.of(old)) == size:
            is_here = True
        elif os.path.lexists(old):
            return False
    return is_here


def _size(path: str) -> int | None:
    try:
        return os.stat(path).st_size
    except OSError:
        return None


def _begins(column: Column[str], move: Move) -> ColumnElement[bool]:
    return func.substr(column, 1, len(move.old)) == move.old  # LIKE would take capitals for small letters


def _moved(column: Column[str], move: Move) -> ColumnElement[str]:
    return (move.new + func.substr(column, len(move.old) + 1)).cast(column.type)


def _rewrite(connection: Connection, column: Column[str], move: Move) -> None:
    """One column; where the new path stands in a row already, the old one stays beside it."""
    table: Any = column.table
    change = update(table).where(_begins(column, move)).values({column: _moved(column, move)})
    if table is not schema.item:
        other = table.alias()
        same = [other.c.item_id == table.c.item_id] if table is schema.alias else []
        change = change.where(~exists().where(other.c[column.name] == _moved(column, move), *same))
    connection.execute(change)


def _as_moved(moved: Iterable[Move]) -> str:
    """A view for one connection, over the table of items that it cannot write: a temporary name comes before a kept one."""
    whens = " ".join(
        f"WHEN substr(path, 1, {len(move.old)}) = {_quoted(move.old)} THEN {_quoted(move.new)} || substr(path, {len(move.old) + 1})"
        for move in moved
    )
    columns = [f"CASE {whens} ELSE path END AS path" if c.name == "path" else c.name for c in schema.item.columns]
    return f"CREATE TEMP VIEW item AS SELECT {', '.join(columns)} FROM main.item"


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
