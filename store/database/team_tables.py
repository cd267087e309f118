"""People side by side: names, references, practice, leases, saved views, jobs."""

from __future__ import annotations

from sqlalchemy import JSON, Boolean, Column, Float, ForeignKey, Integer, String, Table, Text

from store.database.column_types import Key, id_column, metadata, reference_to, time_column

actor = Table(
    "actor", metadata, id_column(), Column("name", String(200), nullable=False, unique=True), time_column("created_at")
)

reference = Table(  # images that a category's guideline shows, and those that people practise on
    "reference",
    metadata,
    Column("item_id", Key, ForeignKey("item.id"), primary_key=True),
    Column("category_id", Key, ForeignKey("category.id"), primary_key=True),
    Column("kind", String(10), primary_key=True),  # example, counter, practice
    reference_to("actor_id", "actor.id"),
    time_column(),
)

practice_answer = Table(  # the first answer of a person to an item whose class is agreed; no label follows from it
    "practice_answer",
    metadata,
    Column("actor_id", Key, ForeignKey("actor.id"), primary_key=True),
    Column("item_id", Key, ForeignKey("item.id"), primary_key=True),
    reference_to("category_id", "category.id"),  # what is agreed
    Column("said", Key, ForeignKey("category.id"), nullable=True),  # None: "not this" of the class that was shown
    Column("is_right", Boolean, nullable=False),
    time_column(),
)

lease = Table(  # items of somebody's next batch, kept from others for some minutes
    "lease",
    metadata,
    Column("item_id", Key, ForeignKey("item.id"), primary_key=True),
    reference_to("actor_id", "actor.id", index=True),
    Column("position", Integer, nullable=False),
    time_column("until"),
)

assignment = Table(  # a category or a video that is somebody's to label
    "assignment",
    metadata,
    id_column(),
    reference_to("actor_id", "actor.id", index=True),
    reference_to("category_id", "category.id", nullable=True),
    reference_to("video_id", "item.id", nullable=True),
    reference_to("by_id", "actor.id"),
    time_column(),
)

saved_view = Table(
    "saved_view",
    metadata,
    id_column(),
    Column("name", String(80), nullable=False, unique=True),
    Column("query", JSON, nullable=False),  # the parameters of the address
    reference_to("actor_id", "actor.id"),
    time_column(),
)

job = Table(
    "job",
    metadata,
    id_column(),
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
    time_column("beat_at", nullable=True),  # when the process last said that it lives
    reference_to("actor_id", "actor.id"),
    time_column("created_at"),
    time_column("started_at", nullable=True),
    time_column("finished_at", nullable=True),
)
