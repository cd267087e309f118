"""The annotator's bench: reference images of guidelines, practice answers, leases of the next batch, saved views.

A database made today has these tables from the first step already, which creates all that the metadata knows.
"""

from alembic import op

from store.database import triggers
from store.database.schema import lease, metadata, practice_answer, reference, saved_view

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Create the tables that are missing, and the guards."""
    metadata.create_all(op.get_bind(), tables=[reference, practice_answer, lease, saved_view])
    triggers.create(op.get_bind())
