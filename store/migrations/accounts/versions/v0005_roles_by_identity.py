"""Which workspace a role is for, whatever has its name by now."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Add the column; roles from before are tied when they are first used."""
    op.add_column("membership", sa.Column("identity", sa.String(32), nullable=True))
