"""Who does a job: the host, when its process began, and when it last said that it lives."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Add what is missing: for a while the first step made every table in its newest form."""
    columns = {column["name"] for column in sa.inspect(op.get_bind()).get_columns("job")}
    for column in (
        sa.Column("host", sa.String(255), nullable=True),
        sa.Column("born", sa.Float(), nullable=True),
        sa.Column("beat_at", sa.DateTime(timezone=True), nullable=True),
    ):
        if column.name not in columns:
            op.add_column("job", column)
