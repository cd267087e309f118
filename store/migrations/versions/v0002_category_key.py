"""A category may hold a key that a person chose for it."""

import sqlalchemy as sa
from alembic import op

from store.database import triggers

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Add the column where the first step, which makes the tables as they are now, has not made it already."""
    columns = {column["name"] for column in sa.inspect(op.get_bind()).get_columns("category")}
    if "key" not in columns:
        op.add_column("category", sa.Column("key", sa.Integer(), nullable=True))
    triggers.create(op.get_bind())
