"""The first schema: items, vectors, categories, prompts, the label ledger, heads, rounds, video runs and jobs.

The tables are created from the metadata as it stood at this step; later steps alter them explicitly.
"""

from alembic import op

from store.database import triggers
from store.database.schema import metadata

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Create every table and the guards."""
    metadata.create_all(op.get_bind())
    triggers.create(op.get_bind())
