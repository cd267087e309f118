"""What a store of objects calls the state of an item's file."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    """Add the column where it is missing."""
    if "etag" not in {column["name"] for column in sa.inspect(op.get_bind()).get_columns("item")}:
        op.add_column("item", sa.Column("etag", sa.Text(), nullable=True))
