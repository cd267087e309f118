"""Who does a job: the host, when its process began, and when it last said that it lives.

A database made today has the columns from the first step already, which makes the tables as they are now.
"""

import sqlalchemy as sa
from alembic import op

from store.database import triggers
from store.database.schema import UtcDateTime

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Add what is missing, and the guards."""
    columns = {column["name"] for column in sa.inspect(op.get_bind()).get_columns("job")}
    for column in (
        sa.Column("host", sa.String(255), nullable=True),
        sa.Column("born", sa.Float(), nullable=True),
        sa.Column("beat_at", UtcDateTime(), nullable=True),
    ):
        if column.name not in columns:
            op.add_column("job", column)
    triggers.create(op.get_bind())
