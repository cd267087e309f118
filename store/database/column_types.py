"""Types and common columns of the tables, and the metadata that all of them share."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable

from sqlalchemy import (
    JSON,
    BigInteger,
    Column,
    DateTime,
    ForeignKey,
    Integer,
    MetaData,
    Text,
    TypeDecorator,
)
from sqlalchemy.dialects import sqlite
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeEngine

NAMED = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s",
    "pk": "pk_%(table_name)s",
}
metadata = MetaData(naming_convention=NAMED)

Key = BigInteger().with_variant(Integer, "sqlite")


class _TimeText(sqlite.DATETIME):
    """The same text as SQLAlchemy's own, written and read by one call each: a bulk of labels has a thousand."""

    def bind_processor(self, dialect: Dialect) -> Callable[[dt.datetime | None], str | None]:
        """A time to its text."""
        del dialect
        return lambda value: None if value is None else value.isoformat(" ", "microseconds")

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[str | None], dt.datetime | None]:
        """A text to its time."""
        del dialect, coltype
        return lambda value: None if value is None else dt.datetime.fromisoformat(value)


_TIME_TEXT: TypeEngine[dt.datetime] = _TimeText()  # type: ignore[no-untyped-call]


class UtcDateTime(TypeDecorator[dt.datetime]):
    """Aware UTC in and out; SQLite alone would give naive times back."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[dt.datetime]:
        """SQLite's times are text."""
        kind = _TIME_TEXT if dialect.name == "sqlite" else DateTime(timezone=True)
        return dialect.type_descriptor(kind)

    def process_bind_param(self, value: dt.datetime | None, dialect: Dialect) -> dt.datetime | None:
        """Store UTC; a naive time is a bug of the caller."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise TypeError("a stored time must carry its zone")
        value = value.astimezone(dt.UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: dt.datetime | None, dialect: Dialect) -> dt.datetime | None:
        """Give aware UTC back."""
        del dialect
        if value is None:
            return None
        return value.replace(tzinfo=dt.UTC) if value.tzinfo is None else value.astimezone(dt.UTC)


class _JsonText(Text):
    """SQLite's JSON column, its text as it is."""

    __visit_name__ = "JSON"


class IdList(TypeDecorator[list[int]]):
    """A short list of ids as JSON, in the words of `json` at a fraction of its time: each event has one."""

    impl = JSON
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[str] | JSON:
        """SQLite's JSON is text."""
        return dialect.type_descriptor(_JsonText()) if dialect.name == "sqlite" else JSON()

    def process_bind_param(self, value: list[int] | None, dialect: Dialect) -> str | list[int] | None:
        """Ids to their text; anything but Python's own integers is a TypeError."""
        if value is None or dialect.name != "sqlite":
            return value
        return f"[{', '.join(map(int.__repr__, value))}]"

    def process_result_value(self, value: str | list[int] | None, dialect: Dialect) -> list[int] | None:
        """Their text to ids."""
        del dialect
        ids: list[int] | None = json.loads(value) if isinstance(value, str) else value
        return ids


def now() -> dt.datetime:
    """The current time in UTC."""
    return dt.datetime.now(dt.UTC)


def id_column() -> Column[int]:
    """The key of a table, counted by the database."""
    return Column("id", Key, primary_key=True, autoincrement=True)


def reference_to(name: str, target: str, *, nullable: bool = False, index: bool = False) -> Column[int]:
    """The id of a row of another table; `target` is its table and column."""
    return Column(name, Key, ForeignKey(target), nullable=nullable, index=index)


def time_column(name: str = "at", *, nullable: bool = False) -> Column[dt.datetime]:
    """A moment."""
    return Column(name, UtcDateTime, nullable=nullable)
