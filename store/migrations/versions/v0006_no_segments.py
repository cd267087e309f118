"""Drop the table of segments: a run's analysis is labelled anew whenever it is looked at, and nothing read the table."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Drop the table where it is there."""
    if sa.inspect(op.get_bind()).has_table("segment"):
        op.drop_table("segment")
