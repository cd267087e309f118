"""Which sessions stand on a proxy's word."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Add the column."""
    op.add_column("session", sa.Column("by_proxy", sa.Boolean(), nullable=False, server_default=sa.false()))
