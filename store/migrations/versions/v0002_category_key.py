"""A category may hold a key that a person chose for it."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Add the column where it is missing: for a while the first step made every table in its newest form."""
    columns = {column["name"] for column in sa.inspect(op.get_bind()).get_columns("category")}
    if "key" not in columns:
        op.add_column("category", sa.Column("key", sa.Integer(), nullable=True))
