"""Items, where they came from, the vectors of encoders, and the features of videos."""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from store.database.column_types import Key, id_column, metadata, reference_to, time_column

source = Table(
    "source",
    metadata,
    id_column(),
    Column("kind", String(20), nullable=False),
    Column("path", Text, nullable=False),
    Column("found", Integer, nullable=False, default=0),
    Column("added", Integer, nullable=False, default=0),
    Column("duplicates", Integer, nullable=False, default=0),
    Column("quarantined", Integer, nullable=False, default=0),
    time_column(),
)

quarantine = Table(
    "quarantine",
    metadata,
    id_column(),
    reference_to("source_id", "source.id", nullable=True),
    Column("path", Text, nullable=False, unique=True),
    Column("reason", Text, nullable=False),
    Column("way_out", Text, nullable=False),
    time_column(),
)

item = Table(
    "item",
    metadata,
    id_column(),
    Column("kind", String(10), nullable=False),  # image, frame, segment, video
    Column("sha256", String(64), nullable=True),  # of the bytes; images and videos
    Column("path", Text, nullable=False),  # absolute path of the file that holds it
    Column("name", Text, nullable=False),  # path relative to the folder that was added
    Column("width", Integer, nullable=True),
    Column("height", Integer, nullable=True),
    Column("bytes", BigInteger, nullable=True),
    Column("mtime_ns", BigInteger, nullable=True),  # when the file was last written, as it was read
    Column("etag", Text, nullable=True),  # what a store of objects called the state of the file, as it was read
    time_column("replaced_at", nullable=True),  # since when other bytes are known to lie at its path
    reference_to("parent_id", "item.id", nullable=True, index=True),
    Column("time_s", Float, nullable=True),
    Column("end_s", Float, nullable=True),
    Column("phash", String(16), nullable=True),
    Column("group_key", String(64), nullable=False, index=True),
    Column("audit", Boolean, nullable=False),
    Column("meta", JSON, nullable=False),
    reference_to("source_id", "source.id", nullable=True),
    time_column("added_at"),
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

encoder = Table(
    "encoder",
    metadata,
    id_column(),
    Column("fingerprint", String(64), nullable=False, unique=True),
    Column("name", String(200), nullable=False),
    Column("spec", Text, nullable=False),
    Column("dim", Integer, nullable=False),
    time_column("created_at"),
)

shard = Table(
    "shard",
    metadata,
    id_column(),
    reference_to("encoder_id", "encoder.id", index=True),
    Column("file", String(200), nullable=False, unique=True),
    Column("rows", Integer, nullable=False),
    time_column("created_at"),
)

vector_row = Table(
    "vector_row",
    metadata,
    Column("item_id", Key, ForeignKey("item.id"), primary_key=True),
    Column("encoder_id", Key, ForeignKey("encoder.id"), primary_key=True),
    Column("shard_id", Key, ForeignKey("shard.id"), nullable=False, index=True),
    Column("row", Integer, nullable=False),
)

feature_set = Table(  # what one encoder sees or hears in a whole video
    "feature_set",
    metadata,
    id_column(),
    reference_to("item_id", "item.id"),
    Column("modality", String(10), nullable=False),  # frames, sound
    Column("fingerprint", String(64), nullable=False),  # of encoder, front end and sampling
    Column("name", String(200), nullable=False),
    Column("state", String(20), nullable=False),  # present, silent, no sound, unreadable sound
    Column("file", String(200), nullable=True),  # None where there is nothing to keep
    Column("rows", Integer, nullable=False),
    Column("dim", Integer, nullable=False),
    time_column("created_at"),
    UniqueConstraint("item_id", "modality", "fingerprint"),
)
