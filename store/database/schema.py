"""The tables, as SQLAlchemy Core metadata. The migrations create them; `tests/store` compares the two."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    DateTime,
    Float,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects import sqlite
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeEngine

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)

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


_TIME_TEXT: TypeEngine[Any] = _TimeText()  # type: ignore[no-untyped-call]


class UtcDateTime(TypeDecorator[dt.datetime]):
    """Aware UTC in and out; SQLite alone would give naive times back."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
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


class _Ids(TypeDecorator[list[int]]):
    """A short list of ids as JSON, in the words of `json` at a fraction of its time: each event has one."""

    impl = JSON
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """SQLite's JSON is text."""
        return dialect.type_descriptor(_JsonText() if dialect.name == "sqlite" else JSON())

    def process_bind_param(self, value: list[int] | None, dialect: Dialect) -> Any:
        """Ids to their text; anything but Python's own integers is a TypeError."""
        if value is None or dialect.name != "sqlite":
            return value
        return f"[{', '.join(map(int.__repr__, value))}]"

    def process_result_value(self, value: Any, dialect: Dialect) -> list[int] | None:
        """Their text to ids."""
        ids: list[int] | None = json.loads(value) if dialect.name == "sqlite" and value is not None else value
        return ids


def now() -> dt.datetime:
    """The current time in UTC."""
    return dt.datetime.now(dt.UTC)


def _id() -> Column[Any]:
    return Column("id", Key, primary_key=True, autoincrement=True)


def _ref(name: str, target: str, *, nullable: bool = False, index: bool = False) -> Column[Any]:
    return Column(name, Key, ForeignKey(target), nullable=nullable, index=index)


def _at(name: str = "at", *, nullable: bool = False) -> Column[Any]:
    return Column(name, UtcDateTime, nullable=nullable)


project = Table(
    "project",
    metadata,
    _id(),
    Column("name", String(200), nullable=False),
    Column("encoder_id", Key, nullable=True),
    Column("settings", JSON, nullable=False),
    _at("created_at"),
)

actor = Table("actor", metadata, _id(), Column("name", String(200), nullable=False, unique=True), _at("created_at"))

facet = Table(
    "facet",
    metadata,
    _id(),
    Column("name", String(200), nullable=False, unique=True),
    Column("exclusive", Boolean, nullable=False),
)

category = Table(
    "category",
    metadata,
    _id(),
    _ref("facet_id", "facet.id"),
    _ref("parent_id", "category.id", nullable=True, index=True),
    Column("name", String(200), nullable=False),
    Column("description", Text, nullable=False, default=""),
    Column("color", String(9), nullable=False),
    Column("icon", String(60), nullable=False),
    Column("key", Integer, nullable=True),  # the digit that a person chose for it, 1 to 20
    Column("position", Integer, nullable=False),
    Column("merged_into", Key, ForeignKey("category.id"), nullable=True),
    _at("retired_at", nullable=True),
    _at("created_at"),
)

prompt_version = Table(
    "prompt_version",
    metadata,
    _id(),
    Column("number", Integer, nullable=False, unique=True),
    Column("content", JSON, nullable=False),
    Column("note", Text, nullable=False),
    _ref("actor_id", "actor.id"),
    _at(),
)

prompt_draft = Table(
    "prompt_draft",
    metadata,
    _id(),
    Column("base_number", Integer, nullable=False),
    Column("content", JSON, nullable=False),
    _ref("actor_id", "actor.id"),
    _at(),
)

encoder = Table(
    "encoder",
    metadata,
    _id(),
    Column("fingerprint", String(64), nullable=False, unique=True),
    Column("name", String(200), nullable=False),
    Column("spec", Text, nullable=False),
    Column("dim", Integer, nullable=False),
    _at("created_at"),
)

source = Table(
    "source",
    metadata,
    _id(),
    Column("kind", String(20), nullable=False),
    Column("path", Text, nullable=False),
    Column("found", Integer, nullable=False, default=0),
    Column("added", Integer, nullable=False, default=0),
    Column("duplicates", Integer, nullable=False, default=0),
    Column("quarantined", Integer, nullable=False, default=0),
    _at(),
)

quarantine = Table(
    "quarantine",
    metadata,
    _id(),
    _ref("source_id", "source.id", nullable=True),
    Column("path", Text, nullable=False, unique=True),
    Column("reason", Text, nullable=False),
    Column("way_out", Text, nullable=False),
    _at(),
)

item = Table(
    "item",
    metadata,
    _id(),
    Column("kind", String(10), nullable=False),  # image, frame, segment, video
    Column("sha256", String(64), nullable=True),  # of the bytes; images and videos
    Column("path", Text, nullable=False),  # absolute path of the file that holds it
    Column("name", Text, nullable=False),  # path relative to the folder that was added
    Column("width", Integer, nullable=True),
    Column("height", Integer, nullable=True),
    Column("bytes", BigInteger, nullable=True),
    Column("mtime_ns", BigInteger, nullable=True),  # when the file was last written, as it was read
    _at("replaced_at", nullable=True),  # since when other bytes are known to lie at its path
    _ref("parent_id", "item.id", nullable=True, index=True),
    Column("time_s", Float, nullable=True),
    Column("end_s", Float, nullable=True),
    Column("phash", String(16), nullable=True),
    Column("group_key", String(64), nullable=False, index=True),
    Column("audit", Boolean, nullable=False),
    Column("meta", JSON, nullable=False),
    _ref("source_id", "source.id", nullable=True),
    _at("added_at"),
    UniqueConstraint("kind", "sha256"),
    UniqueConstraint("kind", "parent_id", "time_s", "end_s"),
    Index("ix_item_name", "name"),
    Index("ix_item_path", "path", postgresql_using="hash"),
)

alias = Table(  # a second place where the same bytes lay
    "alias",
    metadata,
    Column("item_id", Key, ForeignKey("item.id"), primary_key=True),
    Column("name", Text, primary_key=True),
)

shard = Table(
    "shard",
    metadata,
    _id(),
    _ref("encoder_id", "encoder.id", index=True),
    Column("file", String(200), nullable=False, unique=True),
    Column("rows", Integer, nullable=False),
    _at("created_at"),
)

vector_row = Table(
    "vector_row",
    metadata,
    Column("item_id", Key, ForeignKey("item.id"), primary_key=True),
    Column("encoder_id", Key, ForeignKey("encoder.id"), primary_key=True),
    Column("shard_id", Key, ForeignKey("shard.id"), nullable=False, index=True),
    Column("row", Integer, nullable=False),
)

batch = Table(
    "batch",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("kind", String(20), nullable=False),  # label, propose, import, undo, taxonomy
    Column("source", String(20), nullable=False),
    _ref("actor_id", "actor.id"),
    Column("note", Text, nullable=False),
    Column("detail", JSON, nullable=False),
    Column("reverts", String(36), ForeignKey("batch.id"), nullable=True, index=True),
    _at(),
    Index("ix_batch_at", "at"),
)

label_event = Table(
    "label_event",
    metadata,
    _id(),
    Column("uuid", String(36), nullable=False, unique=True),
    Column("batch_id", String(36), ForeignKey("batch.id"), nullable=False, index=True),
    _ref("item_id", "item.id", index=True),
    _ref("facet_id", "facet.id"),
    _ref("category_id", "category.id"),
    Column("value", String(10), nullable=False),  # yes, no, unsure, clear
    Column("source", String(20), nullable=False),
    _ref("actor_id", "actor.id"),
    _at(),
    Column("confidence", Float, nullable=True),
    Column("prompt_version", Integer, nullable=True),
    Column("head_id", Key, nullable=True),
    Column("reason", Text, nullable=True),
    Column("version", Integer, nullable=False),  # of (item, facet) after this event
    Column("displaced", _Ids, nullable=False),  # ids of the events whose rows this one replaced
    Column("restores", Key, nullable=True),  # an undo: the event whose row comes back
    Column("reverts", Key, nullable=True),  # an undo: the event that is taken back
)

label_state = Table(
    "label_state",
    metadata,
    Column("item_id", Key, ForeignKey("item.id"), primary_key=True),
    Column("category_id", Key, ForeignKey("category.id"), primary_key=True),
    _ref("facet_id", "facet.id"),
    Column("exclusive", Boolean, nullable=False),
    Column("value", String(10), nullable=False),
    Column("source", String(20), nullable=False),
    _ref("actor_id", "actor.id"),
    _at(),
    Column("confidence", Float, nullable=True),
    Column("prompt_version", Integer, nullable=True),
    Column("head_id", Key, nullable=True),
    Column("reason", Text, nullable=True),
    Column("event_id", Key, ForeignKey("label_event.id"), nullable=False),
    Index("ix_label_state_category_id", "category_id"),
    Index(
        "uq_label_state_one_yes",
        "item_id",
        "facet_id",
        unique=True,
        sqlite_where=text("exclusive = 1 AND value = 'yes'"),
        postgresql_where=text("exclusive AND value = 'yes'"),
    ),
)

label_version = Table(
    "label_version",
    metadata,
    Column("item_id", Key, ForeignKey("item.id"), primary_key=True),
    Column("facet_id", Key, ForeignKey("facet.id"), primary_key=True),
    Column("version", Integer, nullable=False),
)

operation = Table(
    "operation",
    metadata,
    Column("id", String(36), primary_key=True),  # made by the client; a resend finds its first answer here
    Column("answer", JSON, nullable=False),
    _at(),
)

reference = Table(  # images that a category's guideline shows, and those that people practise on
    "reference",
    metadata,
    Column("item_id", Key, ForeignKey("item.id"), primary_key=True),
    Column("category_id", Key, ForeignKey("category.id"), primary_key=True),
    Column("kind", String(10), primary_key=True),  # example, counter, practice
    _ref("actor_id", "actor.id"),
    _at(),
)

practice_answer = Table(  # the first answer of a person to an item whose class is agreed; no label follows from it
    "practice_answer",
    metadata,
    Column("actor_id", Key, ForeignKey("actor.id"), primary_key=True),
    Column("item_id", Key, ForeignKey("item.id"), primary_key=True),
    _ref("category_id", "category.id"),  # what is agreed
    Column("said", Key, ForeignKey("category.id"), nullable=True),  # None: "not this" of the class that was shown
    Column("is_right", Boolean, nullable=False),
    _at(),
)

lease = Table(  # items of somebody's next batch, kept from others for some minutes
    "lease",
    metadata,
    Column("item_id", Key, ForeignKey("item.id"), primary_key=True),
    _ref("actor_id", "actor.id", index=True),
    Column("position", Integer, nullable=False),
    _at("until"),
)

saved_view = Table(
    "saved_view",
    metadata,
    _id(),
    Column("name", String(80), nullable=False, unique=True),
    Column("query", JSON, nullable=False),  # the parameters of the address
    _ref("actor_id", "actor.id"),
    _at(),
)

head = Table(
    "head",
    metadata,
    _id(),
    Column("number", Integer, nullable=False, unique=True),
    _ref("encoder_id", "encoder.id"),
    _ref("facet_id", "facet.id"),
    Column("file", String(200), nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("card", JSON, nullable=False),
    Column("labels", Integer, nullable=False),
    Column("reason", Text, nullable=False),
    _ref("actor_id", "actor.id"),
    _at("created_at"),
    _at("promoted_at", nullable=True),
    _at("retired_at", nullable=True),
)

round = Table(
    "round",
    metadata,
    _id(),
    Column("number", Integer, nullable=False, unique=True),
    Column("kind", String(20), nullable=False),  # zero_shot, head
    Column("head_id", Key, ForeignKey("head.id"), nullable=True),
    Column("prompt_version", Integer, nullable=True),
    Column("batch_id", String(36), ForeignKey("batch.id"), nullable=True),
    Column("metrics", JSON, nullable=False),
    _at(),
)

run = Table(
    "run",
    metadata,
    _id(),
    _ref("item_id", "item.id", index=True),
    _ref("encoder_id", "encoder.id"),
    Column("head_id", Key, ForeignKey("head.id"), nullable=True),
    Column("file", String(200), nullable=False),  # the analysis (samples, vectors, keyframes)
    Column("options", JSON, nullable=False),
    Column("summary", JSON, nullable=False),
    _ref("actor_id", "actor.id"),
    _at(),
)

segment = Table(
    "segment",
    metadata,
    _id(),
    _ref("run_id", "run.id", index=True),
    Column("kind", String(10), nullable=False),  # segment, shot, tag
    Column("position", Integer, nullable=False),
    Column("start_s", Float, nullable=False),
    Column("end_s", Float, nullable=False),
    Column("start_frame", Integer, nullable=False),
    Column("end_frame", Integer, nullable=False),
    Column("category_id", Key, ForeignKey("category.id"), nullable=True),
    Column("source", String(20), nullable=False),
    Column("score", Float, nullable=True),
    Column("scores", JSON, nullable=False),
    Column("keyframes", JSON, nullable=False),
)

job = Table(
    "job",
    metadata,
    _id(),
    Column("kind", String(30), nullable=False),
    Column("arguments", JSON, nullable=False),
    Column("state", String(20), nullable=False, index=True),  # queued running done failed cancelled interrupted
    Column("done", Integer, nullable=False, default=0),
    Column("total", Integer, nullable=False, default=0),
    Column("message", Text, nullable=False, default=""),
    Column("result", JSON, nullable=True),
    Column("cancel", Boolean, nullable=False, default=False),
    Column("pid", Integer, nullable=True),
    Column("host", String(255), nullable=True),  # of that process
    Column(
        "born", Float, nullable=True
    ),  # when that process began, in seconds: a number in use again is another process
    _at("beat_at", nullable=True),  # when the process last said that it lives
    _ref("actor_id", "actor.id"),
    _at("created_at"),
    _at("started_at", nullable=True),
    _at("finished_at", nullable=True),
)
