"""Whole videos: what a facet is asked about, and the features of videos."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"

Key = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    """Add what is missing: a database may have been made with more than its number says."""
    inspector = sa.inspect(op.get_bind())
    if "subject" not in {column["name"] for column in inspector.get_columns("facet")}:
        op.add_column("facet", sa.Column("subject", sa.String(10), nullable=False, server_default="image"))
    op.create_table(
        "feature_set",
        sa.Column("id", Key, nullable=False, autoincrement=True),
        _ref("feature_set", "item_id", "item.id"),
        sa.Column("modality", sa.String(10), nullable=False),
        sa.Column("fingerprint", sa.String(64), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("file", sa.String(200), nullable=True),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("dim", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_feature_set"),
        sa.UniqueConstraint("item_id", "modality", "fingerprint", name="uq_feature_set_item_id_modality_fingerprint"),
        if_not_exists=True,
    )


def _ref(table: str, name: str, target: str) -> sa.Column[Any]:
    return sa.Column(name, Key, sa.ForeignKey(target, name=f"fk_{table}_{name}"), nullable=False)
