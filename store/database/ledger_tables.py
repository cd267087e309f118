"""The label ledger: batches, events, the state and versions that follow, answers to operations."""

from __future__ import annotations

from sqlalchemy import JSON, Boolean, Column, Float, ForeignKey, Index, Integer, String, Table, Text, text

from store.database.column_types import IdList, Key, id_column, metadata, reference_to, time_column

batch = Table(
    "batch",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("kind", String(20), nullable=False),  # label, propose, import, undo, taxonomy
    Column("source", String(20), nullable=False),
    reference_to("actor_id", "actor.id"),
    Column("note", Text, nullable=False),
    Column("detail", JSON, nullable=False),
    Column("reverts", String(36), ForeignKey("batch.id"), nullable=True, index=True),
    time_column(),
    Index("ix_batch_at", "at"),
)

label_event = Table(
    "label_event",
    metadata,
    id_column(),
    Column("uuid", String(36), nullable=False, unique=True),
    Column("batch_id", String(36), ForeignKey("batch.id"), nullable=False, index=True),
    reference_to("item_id", "item.id", index=True),
    reference_to("facet_id", "facet.id"),
    reference_to("category_id", "category.id"),
    Column("value", String(10), nullable=False),  # yes, no, unsure, clear
    Column("source", String(20), nullable=False),
    reference_to("actor_id", "actor.id"),
    time_column(),
    Column("confidence", Float, nullable=True),
    Column("prompt_version", Integer, nullable=True),
    Column("head_id", Key, nullable=True),
    Column("reason", Text, nullable=True),
    Column("version", Integer, nullable=False),  # of (item, facet) after this event
    Column("displaced", IdList, nullable=False),  # ids of the events whose rows this one replaced
    Column("restores", Key, nullable=True),  # an undo: the event whose row comes back
    Column("reverts", Key, nullable=True),  # an undo: the event that is taken back
)

label_state = Table(
    "label_state",
    metadata,
    Column("item_id", Key, ForeignKey("item.id"), primary_key=True),
    Column("category_id", Key, ForeignKey("category.id"), primary_key=True),
    reference_to("facet_id", "facet.id"),
    Column("exclusive", Boolean, nullable=False),
    Column("value", String(10), nullable=False),
    Column("source", String(20), nullable=False),
    reference_to("actor_id", "actor.id"),
    time_column(),
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
    time_column(),
)
