"""A project: its facets and categories, prompts, heads, rounds and video runs."""

from __future__ import annotations

from sqlalchemy import JSON, Boolean, Column, ForeignKey, Integer, String, Table, Text

from store.database.column_types import Key, id_column, metadata, reference_to, time_column

project = Table(
    "project",
    metadata,
    id_column(),
    Column("name", String(200), nullable=False),
    Column("encoder_id", Key, nullable=True),
    Column("settings", JSON, nullable=False),
    time_column("created_at"),
)

facet = Table(
    "facet",
    metadata,
    id_column(),
    Column("name", String(200), nullable=False, unique=True),
    Column("exclusive", Boolean, nullable=False),
    Column("subject", String(10), nullable=False, server_default="image"),  # image, video: what it is asked about
)

category = Table(
    "category",
    metadata,
    id_column(),
    reference_to("facet_id", "facet.id"),
    reference_to("parent_id", "category.id", nullable=True, index=True),
    Column("name", String(200), nullable=False),
    Column("description", Text, nullable=False, default=""),
    Column("color", String(9), nullable=False),
    Column("icon", String(60), nullable=False),
    Column("key", Integer, nullable=True),  # the digit that a person chose for it, 1 to 20
    Column("position", Integer, nullable=False),
    Column("merged_into", Key, ForeignKey("category.id"), nullable=True),
    time_column("retired_at", nullable=True),
    time_column("created_at"),
)

prompt_version = Table(
    "prompt_version",
    metadata,
    id_column(),
    Column("number", Integer, nullable=False, unique=True),
    Column("content", JSON, nullable=False),
    Column("note", Text, nullable=False),
    reference_to("actor_id", "actor.id"),
    time_column(),
)

prompt_draft = Table(
    "prompt_draft",
    metadata,
    id_column(),
    Column("base_number", Integer, nullable=False),
    Column("content", JSON, nullable=False),
    reference_to("actor_id", "actor.id"),
    time_column(),
)

head = Table(
    "head",
    metadata,
    id_column(),
    Column("number", Integer, nullable=False, unique=True),
    reference_to("encoder_id", "encoder.id"),
    reference_to("facet_id", "facet.id"),
    Column("file", String(200), nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("card", JSON, nullable=False),
    Column("labels", Integer, nullable=False),
    Column("reason", Text, nullable=False),
    reference_to("actor_id", "actor.id"),
    time_column("created_at"),
    time_column("promoted_at", nullable=True),
    time_column("retired_at", nullable=True),
)

round = Table(
    "round",
    metadata,
    id_column(),
    Column("number", Integer, nullable=False, unique=True),
    Column("kind", String(20), nullable=False),  # zero_shot, head
    Column("head_id", Key, ForeignKey("head.id"), nullable=True),
    Column("prompt_version", Integer, nullable=True),
    Column("batch_id", String(36), ForeignKey("batch.id"), nullable=True),
    Column("metrics", JSON, nullable=False),
    time_column(),
)

run = Table(
    "run",
    metadata,
    id_column(),
    reference_to("item_id", "item.id", index=True),
    reference_to("encoder_id", "encoder.id"),
    Column("head_id", Key, ForeignKey("head.id"), nullable=True),
    Column("file", String(200), nullable=False),  # the analysis (samples, vectors, keyframes)
    Column("options", JSON, nullable=False),
    Column("summary", JSON, nullable=False),
    reference_to("actor_id", "actor.id"),
    time_column(),
)
