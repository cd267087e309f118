"""The first schema: items, vectors, categories, prompts, the label ledger, heads, rounds, video runs and jobs.

Tables and triggers stand here as they were at this step; later steps alter them.
"""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.types import TypeEngine

revision = "0001"
down_revision = None

TABLES = sa.MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)
Key = sa.BigInteger().with_variant(sa.Integer, "sqlite")
Kind = TypeEngine[Any] | type[TypeEngine[Any]]


def _id() -> sa.Column[Any]:
    return sa.Column("id", Key, primary_key=True, autoincrement=True)


def _column(
    name: str, kind: Kind, *, nullable: bool = False, unique: bool = False, index: bool = False
) -> sa.Column[Any]:
    return sa.Column(name, kind, nullable=nullable, unique=unique, index=index)


def _ref(name: str, target: str, *, nullable: bool = False, index: bool = False) -> sa.Column[Any]:
    return sa.Column(name, Key, sa.ForeignKey(target), nullable=nullable, index=index)


def _part(name: str, target: str) -> sa.Column[Any]:
    """A part of the primary key."""
    return sa.Column(name, Key, sa.ForeignKey(target), primary_key=True)


def _at(name: str = "at", *, nullable: bool = False) -> sa.Column[Any]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


sa.Table(
    "project", TABLES,
    _id(), _column("name", sa.String(200)), _column("encoder_id", Key, nullable=True), _column("settings", sa.JSON),
    _at("created_at"),
)  # fmt: skip
sa.Table("actor", TABLES, _id(), _column("name", sa.String(200), unique=True), _at("created_at"))
sa.Table(
    "facet", TABLES,
    _id(), _column("name", sa.String(200), unique=True), _column("exclusive", sa.Boolean),
)  # fmt: skip
sa.Table(
    "category", TABLES,
    _id(), _ref("facet_id", "facet.id"), _ref("parent_id", "category.id", nullable=True, index=True),
    _column("name", sa.String(200)), _column("description", sa.Text), _column("color", sa.String(9)),
    _column("icon", sa.String(60)), _column("position", sa.Integer), _ref("merged_into", "category.id", nullable=True),
    _at("retired_at", nullable=True), _at("created_at"),
)  # fmt: skip
sa.Table(
    "prompt_version", TABLES,
    _id(), _column("number", sa.Integer, unique=True), _column("content", sa.JSON),
    _column("note", sa.Text), _ref("actor_id", "actor.id"), _at(),
)  # fmt: skip
sa.Table(
    "prompt_draft", TABLES,
    _id(), _column("base_number", sa.Integer), _column("content", sa.JSON), _ref("actor_id", "actor.id"), _at(),
)  # fmt: skip
sa.Table(
    "encoder", TABLES,
    _id(), _column("fingerprint", sa.String(64), unique=True), _column("name", sa.String(200)),
    _column("spec", sa.Text), _column("dim", sa.Integer), _at("created_at"),
)  # fmt: skip
sa.Table(
    "source", TABLES,
    _id(), _column("kind", sa.String(20)), _column("path", sa.Text), _column("found", sa.Integer),
    _column("added", sa.Integer), _column("duplicates", sa.Integer), _column("quarantined", sa.Integer), _at(),
)  # fmt: skip
sa.Table(
    "quarantine", TABLES,
    _id(), _ref("source_id", "source.id", nullable=True), _column("path", sa.Text, unique=True),
    _column("reason", sa.Text), _column("way_out", sa.Text), _at(),
)  # fmt: skip
sa.Table(
    "item", TABLES,
    _id(), _column("kind", sa.String(10)), _column("sha256", sa.String(64), nullable=True), _column("path", sa.Text),
    _column("name", sa.Text), _column("width", sa.Integer, nullable=True),
    _column("height", sa.Integer, nullable=True), _column("bytes", sa.BigInteger, nullable=True),
    _ref("parent_id", "item.id", nullable=True, index=True), _column("time_s", sa.Float, nullable=True),
    _column("end_s", sa.Float, nullable=True), _column("phash", sa.String(16), nullable=True),
    _column("group_key", sa.String(64), index=True), _column("audit", sa.Boolean),
    _column("meta", sa.JSON), _ref("source_id", "source.id", nullable=True), _at("added_at"),
    sa.UniqueConstraint("kind", "sha256"), sa.UniqueConstraint("kind", "parent_id", "time_s", "end_s"),
    sa.Index("ix_item_name", "name"),
)  # fmt: skip
sa.Table("alias", TABLES, _part("item_id", "item.id"), sa.Column("name", sa.Text, primary_key=True))
sa.Table(
    "shard", TABLES,
    _id(), _ref("encoder_id", "encoder.id", index=True),
    _column("file", sa.String(200), unique=True), _column("rows", sa.Integer), _at("created_at"),
)  # fmt: skip
sa.Table(
    "vector_row", TABLES,
    _part("item_id", "item.id"), _part("encoder_id", "encoder.id"), _ref("shard_id", "shard.id", index=True),
    _column("row", sa.Integer),
)  # fmt: skip
sa.Table(
    "batch", TABLES,
    sa.Column("id", sa.String(36), primary_key=True), _column("kind", sa.String(20)), _column("source", sa.String(20)),
    _ref("actor_id", "actor.id"), _column("note", sa.Text), _column("detail", sa.JSON),
    sa.Column("reverts", sa.String(36), sa.ForeignKey("batch.id"), nullable=True, index=True), _at(),
    sa.Index("ix_batch_at", "at"),
)  # fmt: skip
sa.Table(
    "label_event", TABLES,
    _id(), _column("uuid", sa.String(36), unique=True),
    sa.Column("batch_id", sa.String(36), sa.ForeignKey("batch.id"), nullable=False, index=True),
    _ref("item_id", "item.id", index=True), _ref("facet_id", "facet.id"), _ref("category_id", "category.id"),
    _column("value", sa.String(10)), _column("source", sa.String(20)), _ref("actor_id", "actor.id"), _at(),
    _column("confidence", sa.Float, nullable=True), _column("prompt_version", sa.Integer, nullable=True),
    _column("head_id", Key, nullable=True), _column("reason", sa.Text, nullable=True), _column("version", sa.Integer),
    _column("displaced", sa.JSON), _column("restores", Key, nullable=True), _column("reverts", Key, nullable=True),
)  # fmt: skip
sa.Table(
    "label_state", TABLES,
    _part("item_id", "item.id"), _part("category_id", "category.id"), _ref("facet_id", "facet.id"),
    _column("exclusive", sa.Boolean), _column("value", sa.String(10)), _column("source", sa.String(20)),
    _ref("actor_id", "actor.id"), _at(), _column("confidence", sa.Float, nullable=True),
    _column("prompt_version", sa.Integer, nullable=True), _column("head_id", Key, nullable=True),
    _column("reason", sa.Text, nullable=True), _ref("event_id", "label_event.id"),
    sa.Index("ix_label_state_category_id", "category_id"),
    sa.Index(
        "uq_label_state_one_yes", "item_id", "facet_id", unique=True,
        sqlite_where=sa.text("exclusive = 1 AND value = 'yes'"), postgresql_where=sa.text("exclusive AND value = 'yes'"),
    ),
)  # fmt: skip
sa.Table(
    "label_version", TABLES,
    _part("item_id", "item.id"), _part("facet_id", "facet.id"), _column("version", sa.Integer),
)  # fmt: skip
sa.Table("operation", TABLES, sa.Column("id", sa.String(36), primary_key=True), _column("answer", sa.JSON), _at())
sa.Table(
    "head", TABLES,
    _id(), _column("number", sa.Integer, unique=True), _ref("encoder_id", "encoder.id"),
    _ref("facet_id", "facet.id"), _column("file", sa.String(200)), _column("sha256", sa.String(64)),
    _column("card", sa.JSON), _column("labels", sa.Integer), _column("reason", sa.Text), _ref("actor_id", "actor.id"),
    _at("created_at"), _at("promoted_at", nullable=True), _at("retired_at", nullable=True),
)  # fmt: skip
sa.Table(
    "round", TABLES,
    _id(), _column("number", sa.Integer, unique=True), _column("kind", sa.String(20)),
    _ref("head_id", "head.id", nullable=True), _column("prompt_version", sa.Integer, nullable=True),
    sa.Column("batch_id", sa.String(36), sa.ForeignKey("batch.id"), nullable=True), _column("metrics", sa.JSON), _at(),
)  # fmt: skip
sa.Table(
    "run", TABLES,
    _id(), _ref("item_id", "item.id", index=True), _ref("encoder_id", "encoder.id"),
    _ref("head_id", "head.id", nullable=True), _column("file", sa.String(200)), _column("options", sa.JSON),
    _column("summary", sa.JSON), _ref("actor_id", "actor.id"), _at(),
)  # fmt: skip
sa.Table(
    "segment", TABLES,
    _id(), _ref("run_id", "run.id", index=True), _column("kind", sa.String(10)), _column("position", sa.Integer),
    _column("start_s", sa.Float), _column("end_s", sa.Float), _column("start_frame", sa.Integer),
    _column("end_frame", sa.Integer), _ref("category_id", "category.id", nullable=True),
    _column("source", sa.String(20)), _column("score", sa.Float, nullable=True), _column("scores", sa.JSON),
    _column("keyframes", sa.JSON),
)  # fmt: skip
sa.Table(
    "job", TABLES,
    _id(), _column("kind", sa.String(30)), _column("arguments", sa.JSON),
    _column("state", sa.String(20), index=True), _column("done", sa.Integer),
    _column("total", sa.Integer), _column("message", sa.Text), _column("result", sa.JSON, nullable=True),
    _column("cancel", sa.Boolean), _column("pid", sa.Integer, nullable=True), _ref("actor_id", "actor.id"),
    _at("created_at"), _at("started_at", nullable=True), _at("finished_at", nullable=True),
)  # fmt: skip

_RANK = (
    "CASE {column} WHEN 'human' THEN 4 WHEN 'neighbour' THEN 3 WHEN 'import' THEN 2 WHEN 'head' THEN 1 "
    "WHEN 'zero_shot' THEN 1 ELSE 9 END"
)
_STRONGER = f"""
    SELECT 1 FROM label_state s
    WHERE s.item_id = NEW.item_id AND s.facet_id = NEW.facet_id
      AND (s.category_id = NEW.category_id OR (s.exclusive AND s.value IN ('yes', 'unsure')))
      AND {_RANK.format(column="s.source")} > {_RANK.format(column="NEW.source")}
"""

_SQLITE = (
    "CREATE TRIGGER IF NOT EXISTS label_event_no_update BEFORE UPDATE ON label_event "
    "BEGIN SELECT RAISE(ABORT, 'label events are append-only'); END",
    "CREATE TRIGGER IF NOT EXISTS label_event_no_delete BEFORE DELETE ON label_event "
    "BEGIN SELECT RAISE(ABORT, 'label events are append-only'); END",
    "CREATE TRIGGER IF NOT EXISTS label_event_rank BEFORE INSERT ON label_event "
    f"WHEN NEW.source IN ('zero_shot', 'head', 'import', 'neighbour') AND NEW.reverts IS NULL AND EXISTS ({_STRONGER}) "
    "BEGIN SELECT RAISE(ABORT, 'a weaker source may not overwrite a stronger one'); END",
)

_POSTGRESQL = (
    "CREATE OR REPLACE FUNCTION label_event_append_only() RETURNS trigger AS $$ BEGIN "
    "RAISE EXCEPTION 'label events are append-only'; END $$ LANGUAGE plpgsql",
    "CREATE OR REPLACE TRIGGER label_event_no_update BEFORE UPDATE ON label_event "
    "FOR EACH ROW EXECUTE FUNCTION label_event_append_only()",
    "CREATE OR REPLACE TRIGGER label_event_no_delete BEFORE DELETE ON label_event "
    "FOR EACH ROW EXECUTE FUNCTION label_event_append_only()",
    "CREATE OR REPLACE FUNCTION label_event_check_rank() RETURNS trigger AS $$ BEGIN "
    "IF NEW.source IN ('zero_shot', 'head', 'import', 'neighbour') AND NEW.reverts IS NULL "
    f"AND EXISTS ({_STRONGER}) THEN "
    "RAISE EXCEPTION 'a weaker source may not overwrite a stronger one'; END IF; RETURN NEW; END $$ LANGUAGE plpgsql",
    "CREATE OR REPLACE TRIGGER label_event_rank BEFORE INSERT ON label_event "
    "FOR EACH ROW EXECUTE FUNCTION label_event_check_rank()",
)


def upgrade() -> None:
    """Create the tables and the triggers that are missing."""
    connection = op.get_bind()
    TABLES.create_all(connection)
    for statement in _SQLITE if connection.dialect.name == "sqlite" else _POSTGRESQL:
        op.execute(statement)
