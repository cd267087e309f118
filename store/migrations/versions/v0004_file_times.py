"""When an item's file was last written, whether it was replaced since, and an index of paths."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Add what is missing: for a while the first step made every table in its newest form."""
    inspector = sa.inspect(op.get_bind())
    columns = {column["name"] for column in inspector.get_columns("item")}
    if "mtime_ns" not in columns:
        op.add_column("item", sa.Column("mtime_ns", sa.BigInteger(), nullable=True))
    if "replaced_at" not in columns:
        op.add_column("item", sa.Column("replaced_at", sa.DateTime(timezone=True), nullable=True))
    if "ix_item_path" not in {index["name"] for index in inspector.get_indexes("item")}:
        op.create_index("ix_item_path", "item", ["path"], postgresql_using="hash")
