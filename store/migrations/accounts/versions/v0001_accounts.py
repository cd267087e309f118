"""The accounts of a server: people, their roles, sessions and invitations, and the audit log that nobody edits."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

Key = sa.BigInteger().with_variant(sa.Integer, "sqlite")
TABLES = sa.MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def _id() -> sa.Column[Any]:
    return sa.Column("id", Key, primary_key=True, autoincrement=True)


def _text(name: str, length: int, *, nullable: bool = False, unique: bool = False) -> sa.Column[Any]:
    return sa.Column(name, sa.String(length), nullable=nullable, unique=unique)


def _account() -> sa.Column[Any]:
    return sa.Column("account_id", Key, sa.ForeignKey("account.id"), nullable=False, index=True)


def _at(name: str = "at", *, nullable: bool = False) -> sa.Column[Any]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


sa.Table(
    "account", TABLES,
    _id(), _text("name", 200, unique=True), _text("folded", 400, unique=True), _text("password", 300, nullable=True),
    sa.Column("is_admin", sa.Boolean, nullable=False), _at("created_at"), _at("closed_at", nullable=True),
)  # fmt: skip
sa.Table(
    "membership", TABLES,
    sa.Column("account_id", Key, sa.ForeignKey("account.id"), primary_key=True),
    sa.Column("workspace", sa.String(255), primary_key=True), _text("role", 20),
)  # fmt: skip
sa.Table(
    "session", TABLES,
    _id(), _account(), _text("token_hash", 64, unique=True), _text("address", 100), _text("browser", 200),
    _at("begun_at"), _at("seen_at"), _at("ended_at", nullable=True),
)  # fmt: skip
sa.Table(
    "invitation", TABLES,
    _id(), _account(), _text("token_hash", 64, unique=True), _text("invited_by", 200),
    _at("created_at"), _at("until"), _at("ended_at", nullable=True),
)  # fmt: skip
sa.Table(
    "attempt", TABLES,
    sa.Column("subject", sa.String(80), primary_key=True), sa.Column("failures", sa.Integer, nullable=False),
    sa.Column("last", sa.Float, nullable=False),
)  # fmt: skip
sa.Table(
    "audit_event", TABLES,
    _id(), _at(), _text("actor", 200), _text("kind", 40), _text("subject", 200), _text("workspace", 255),
    _text("address", 100), sa.Column("details", sa.JSON, nullable=False),
)  # fmt: skip

_SQLITE = (
    "CREATE TRIGGER audit_event_no_update BEFORE UPDATE ON audit_event "
    "BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END",
    "CREATE TRIGGER audit_event_no_delete BEFORE DELETE ON audit_event "
    "BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END",
)
_POSTGRESQL = (
    "CREATE FUNCTION audit_event_append_only() RETURNS trigger AS $$ BEGIN "
    "RAISE EXCEPTION 'the audit log is append-only'; END $$ LANGUAGE plpgsql",
    "CREATE TRIGGER audit_event_no_update BEFORE UPDATE ON audit_event "
    "FOR EACH ROW EXECUTE FUNCTION audit_event_append_only()",
    "CREATE TRIGGER audit_event_no_delete BEFORE DELETE ON audit_event "
    "FOR EACH ROW EXECUTE FUNCTION audit_event_append_only()",
    "CREATE TRIGGER audit_event_no_truncate BEFORE TRUNCATE ON audit_event "
    "FOR EACH STATEMENT EXECUTE FUNCTION audit_event_append_only()",
)


def upgrade() -> None:
    """Create the tables and the triggers of the audit log."""
    connection = op.get_bind()
    TABLES.create_all(connection)
    for statement in _SQLITE if connection.dialect.name == "sqlite" else _POSTGRESQL:
        op.execute(statement)
