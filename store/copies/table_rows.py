"""All rows of a database into an empty one, of the same or another kind; and digests that say whether two hold the same.

Ids, times and texts stay as they are. What a kind of database stores in its own way (booleans, times, JSON) goes through the types of
the columns, so a row that comes back is the row that left.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    JSON,
    Column,
    ColumnElement,
    Connection,
    Insert,
    MetaData,
    Row,
    Table,
    bindparam,
    collate,
    func,
    insert,
    literal_column,
    select,
    text,
    update,
)
from sqlalchemy.exc import DataError, IntegrityError
from sqlalchemy.types import String

from errors import InputError, StoreError
from store.database import schema

PIECE = 2_000  # rows in memory at once
_EVENTS = (schema.batch, schema.label_event)
_STATE = (schema.label_state, schema.label_version)


@dataclass(frozen=True)
class Digests:
    """SHA-256 of the label events with their batches, and of the labels that stand; equal where both are, on any kind of database."""

    events: str
    state: str


def digests(connection: Connection) -> Digests:
    """The digests of a workspace as a transaction sees it."""
    return Digests(digest(connection, _EVENTS), digest(connection, _STATE))


def copy(source: Connection, target: Connection) -> None:
    """Copy every row of a workspace into a database that has the tables and no project.

    Args:
        source: a transaction that sees one moment.
        target: a transaction; the caller commits.

    Raises:
        InputError: the target holds a workspace already.
        StoreError: it takes a row that is there not.
    """
    held = target.execute(select(schema.project.c.name)).scalar()
    if held is not None:
        raise InputError(
            f"That database holds the workspace {held} already. Nothing was changed. Give the copy a database of its own, "
            "or a schema (ADDRESS?options=-csearch_path=SCHEMA)."
        )
    copy_tables(source, target, schema.metadata)


def copy_tables(source: Connection, target: Connection, tables: MetaData) -> None:
    """Copy every row of some tables into a database where they are empty.

    Args:
        source: a transaction that sees one moment.
        target: a transaction; the caller commits.

    Raises:
        StoreError: the target takes a row that is there not.
    """
    for table in tables.sorted_tables:
        try:
            _copy_table(source, target, table)
        except (DataError, IntegrityError) as error:
            raise StoreError(
                f"A row of {table.name} cannot be kept in that database ({str(error.orig).splitlines()[0]}). Nothing was "
                "copied. Mend that row, or run `sceneloop doctor` on the workspace that it is of."
            ) from error
    if target.dialect.name == "postgresql":
        _count_on(target, tables)


def _copy_table(source: Connection, target: Connection, table: Table) -> None:
    own = [column for column in table.c if any(key.column.table is table for key in column.foreign_keys)]
    statement, first = _insertion(table), True
    for rows in _pieces(source, table):
        values = [dict(row._mapping) for row in rows]
        for column in own:  # a row may name one that comes later
            for row in values:
                row[column.name] = None
        target.execute(statement, values)
        first = False
    if own and not first:
        _refer(source, target, table, own)


def _insertion(table: Table) -> Insert:
    """None in a JSON column is not a value at all, not JSON's null."""
    empty = {
        column.name: bindparam(column.name, type_=JSON(none_as_null=True))
        for column in table.c
        if column.nullable and isinstance(column.type, JSON)
    }
    plain = {column.name: bindparam(column.name, type_=column.type) for column in table.c if column.name not in empty}
    return insert(table).values({**plain, **empty})


def _refer(source: Connection, target: Connection, table: Table, own: Sequence[Column[object]]) -> None:
    """Set the columns that name rows of the same table."""
    for column in own:
        query = update(table).where(table.c.id == bindparam("row")).values({column.name: bindparam("named")})
        named = select(table.c.id.label("row"), column.label("named")).where(column.is_not(None))
        for rows in source.execute(named.execution_options(yield_per=PIECE)).partitions():
            target.execute(query, [dict(row._mapping) for row in rows])


def _count_on(target: Connection, tables: MetaData) -> None:
    """Let PostgreSQL's own counting of ids go on behind those that came."""
    for table in tables.sorted_tables:
        counted = table.autoincrement_column
        if counted is None:
            continue
        name = target.execute(select(func.pg_get_serial_sequence(table.name, counted.name))).scalar()
        newest = target.execute(select(func.max(counted))).scalar()
        if name is not None and newest is not None:
            target.execute(text("SELECT setval(CAST(:name AS regclass), :newest)"), {"name": name, "newest": newest})


def _pieces(connection: Connection, table: Table) -> Iterator[Sequence[Row[tuple[object, ...]]]]:
    """All rows, in the order of the key, whatever order of letters the database has."""
    binary = "C" if connection.dialect.name == "postgresql" else "BINARY"
    key: list[ColumnElement[Any]] = list(table.primary_key)
    order = [collate(column, binary) if isinstance(column.type, String) else column for column in key]
    query = select(table).order_by(*order).execution_options(yield_per=PIECE)
    yield from connection.execute(query).partitions()


def digest(connection: Connection, tables: Sequence[Table]) -> str:
    """SHA-256 of all rows of some tables, in hexadecimal; equal where the rows are, on any kind of database."""
    hashed = hashlib.sha256()
    for table in tables:
        hashed.update(f"{table.name}\n".encode())
        for rows in _pieces(connection, table):
            lines = [json.dumps([*row], default=str, ensure_ascii=False) for row in rows]
            hashed.update(("\n".join(lines) + "\n").encode("utf-8", "surrogatepass"))
    return hashed.hexdigest()


def count(connection: Connection) -> tuple[int, int]:
    """(items, label events) of a workspace."""
    items, events = (
        connection.execute(select(func.count(literal_column("*"))).select_from(table)).scalar_one()
        for table in (schema.item, schema.label_event)
    )
    return items, events
