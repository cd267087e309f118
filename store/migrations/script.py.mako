"""${message}"""

from alembic import op
import sqlalchemy as sa

from store import guards

revision = ${repr(up_revision)}
down_revision = ${repr(down_revision)}


def upgrade() -> None:
    ${upgrades if upgrades else "pass"}
    guards.create(op.get_bind())
