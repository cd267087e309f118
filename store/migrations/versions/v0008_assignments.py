"""Assignments: categories and videos that are somebody's to label."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"

Key = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    """Add the table where it is missing."""
    op.create_table(
        "assignment",
        sa.Column("id", Key, nullable=False, autoincrement=True),
        _ref("actor_id", "actor.id"),
        _ref("category_id", "category.id", nullable=True),
        _ref("video_id", "item.id", nullable=True),
        _ref("by_id", "actor.id"),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_assignment"),
        if_not_exists=True,
    )
    op.create_index("ix_assignment_actor_id", "assignment", ["actor_id"], if_not_exists=True)


def _ref(name: str, target: str, *, nullable: bool = False) -> sa.Column[Any]:
    return sa.Column(name, Key, sa.ForeignKey(target, name=f"fk_assignment_{name}"), nullable=nullable)
