"""The annotator's bench: reference images of guidelines, practice answers, leases of the next batch, saved views."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

Key = sa.BigInteger().with_variant(sa.Integer, "sqlite")
Time = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Create the tables that are missing: for a while the first step made every table in its newest form."""
    op.create_table(
        "reference",
        _ref("reference", "item_id", "item.id"),
        _ref("reference", "category_id", "category.id"),
        sa.Column("kind", sa.String(10), nullable=False),
        _ref("reference", "actor_id", "actor.id"),
        sa.Column("at", Time, nullable=False),
        sa.PrimaryKeyConstraint("item_id", "category_id", "kind", name="pk_reference"),
        if_not_exists=True,
    )
    op.create_table(
        "practice_answer",
        _ref("practice_answer", "actor_id", "actor.id"),
        _ref("practice_answer", "item_id", "item.id"),
        _ref("practice_answer", "category_id", "category.id"),
        _ref("practice_answer", "said", "category.id", nullable=True),
        sa.Column("is_right", sa.Boolean(), nullable=False),
        sa.Column("at", Time, nullable=False),
        sa.PrimaryKeyConstraint("actor_id", "item_id", name="pk_practice_answer"),
        if_not_exists=True,
    )
    op.create_table(
        "lease",
        _ref("lease", "item_id", "item.id"),
        _ref("lease", "actor_id", "actor.id"),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("until", Time, nullable=False),
        sa.PrimaryKeyConstraint("item_id", name="pk_lease"),
        if_not_exists=True,
    )
    op.create_index("ix_lease_actor_id", "lease", ["actor_id"], if_not_exists=True)
    op.create_table(
        "saved_view",
        sa.Column("id", Key, nullable=False, autoincrement=True),
        sa.Column("name", sa.String(80), nullable=False),
        sa.Column("query", sa.JSON(), nullable=False),
        _ref("saved_view", "actor_id", "actor.id"),
        sa.Column("at", Time, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_saved_view"),
        sa.UniqueConstraint("name", name="uq_saved_view_name"),
        if_not_exists=True,
    )


def _ref(table: str, name: str, target: str, *, nullable: bool = False) -> sa.Column[Any]:
    return sa.Column(name, Key, sa.ForeignKey(target, name=f"fk_{table}_{name}"), nullable=nullable)
