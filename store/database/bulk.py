"""Many values in one statement: a list of ids that travels as one parameter, and rows that the driver takes as they are.

A statement with a parameter for each id is written anew for each number of ids, and SQLAlchemy's own insert of many rows stops
at each value of each row; for a bulk of labels either took longer than the database did.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    BindParameter,
    Boolean,
    ColumnElement,
    Connection,
    Select,
    Table,
    Text,
    TypeDecorator,
    bindparam,
    func,
    insert,
    select,
    text,
)
from sqlalchemy.engine import Dialect
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import TypeEngine


class _List(TypeDecorator[Sequence[Any]]):
    """Ids or texts as the text of a JSON list. What is not Python's own (numpy's integers) is refused by `json` with a TypeError."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Sequence[Any] | None, dialect: Dialect) -> str:
        del dialect
        return json.dumps(list(value or ()))


class _Members(FunctionElement[Any]):
    """The members of a JSON list, as a subquery of one column of that type."""

    inherit_cache = True

    def __init__(self, given: BindParameter[Any], kind: TypeEngine[Any]) -> None:
        super().__init__(given)
        self.kind = kind


@compiles(_Members, "sqlite")
def _members_in_sqlite(element: _Members, compiler: SQLCompiler, **options: Any) -> str:
    return f"(SELECT value FROM json_each({compiler.process(element.clauses, **options)}))"


@compiles(_Members, "postgresql")
def _members_in_postgresql(element: _Members, compiler: SQLCompiler, **options: Any) -> str:
    given = compiler.process(element.clauses, **options)
    kind = element.kind.compile(dialect=compiler.dialect)
    return f"(SELECT CAST(value AS {kind}) FROM json_array_elements_text(CAST({given} AS JSON)))"


def among(column: ColumnElement[int] | ColumnElement[str], wanted: Sequence[int | str] | str) -> ColumnElement[bool]:
    """`column IN (...)` for any number of ids or texts: a list, or the name of the parameter that gives it when the statement runs."""
    if isinstance(wanted, str):
        given = bindparam(wanted, type_=_List())
    else:
        given = bindparam(None, list(wanted), type_=_List(), unique=True)
    return column.op("IN", is_comparison=True, return_type=Boolean())(_Members(given, column.type))


def unindexed(column: ColumnElement[str]) -> ColumnElement[str]:
    """A column of text as a value that no index is chosen for.

    SQLite knows nothing of the length of a list in `among`: beside it, an index of two columns of which the first is named looks
    better, and is a walk through all rows of a kind.
    """
    return column.op("||", return_type=Text())("")


@dataclass(frozen=True)
class _Prepared:
    """An insert as the driver wants it: `order` of its columns, and for each how a value becomes the stored one, or None."""

    statement: str
    order: tuple[str, ...]
    stored: tuple[Callable[[Any], Any] | None, ...]
    positional: bool


def insert_columns(connection: Connection, table: Table, columns: Mapping[str, Sequence[object]]) -> None:
    """Insert rows that are given as columns of equal length. What is left out must be nullable or made by the database."""
    prepared = _prepared(table, tuple(columns), connection.dialect)
    ready = [_as_stored(columns[name], how) for name, how in zip(prepared.order, prepared.stored, strict=True)]
    rows: list[Any] = list(zip(*ready, strict=True))
    if not prepared.positional:
        rows = [dict(zip(prepared.order, row, strict=True)) for row in rows]
    if rows:
        connection.exec_driver_sql(prepared.statement, rows)


def fetched(connection: Connection, query: Select[Any]) -> list[tuple[Any, ...]]:
    """All rows of a query as the driver gives them: SQLAlchemy's rows and its conversion of each value take three times as long as the database."""
    result = connection.execute(query)
    cursor = result.cursor
    assert cursor is not None, "a SELECT gives rows"
    rows = list(cursor.fetchall())
    result.close()
    return rows


def reserve_ids(connection: Connection, table: Table, count: int) -> Sequence[int]:
    """Ids for the next rows of a table. SQLite's write lock is held, so the next numbers are ours; PostgreSQL has a sequence."""
    if connection.dialect.name == "postgresql":
        query = text("SELECT nextval(pg_get_serial_sequence(:name, 'id')) FROM generate_series(1, :n)")
        return [int(number) for number in connection.execute(query, {"name": table.name, "n": count}).scalars()]
    newest = int(connection.execute(_newest(table)).scalar_one())
    return range(newest + 1, newest + 1 + count)


@lru_cache(maxsize=16)
def _newest(table: Table) -> Select[Any]:
    """Built once: building a statement costs about as much as running it."""
    return select(func.coalesce(func.max(table.c.id), 0))


def _as_stored(values: Sequence[Any], how: Callable[[Any], Any] | None) -> Sequence[Any]:
    if how is None or not values:
        return values
    if values.count(values[0]) == len(values):  # who, when and from what: the same all through a batch
        return [how(values[0])] * len(values)
    return list(map(how, values))


@lru_cache(maxsize=64)
def _prepared(table: Table, names: tuple[str, ...], dialect: Dialect) -> _Prepared:
    compiled = insert(table).inline().compile(dialect=dialect, column_keys=list(names))
    order = tuple(compiled.positiontup or names)
    kinds = [table.c[name].type.dialect_impl(dialect) for name in order]
    return _Prepared(str(compiled), order, tuple(kind.bind_processor(dialect) for kind in kinds), compiled.positional)
