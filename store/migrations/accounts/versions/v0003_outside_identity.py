"""Who signs in by an identity provider."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

Key = sa.BigInteger().with_variant(sa.Integer, "sqlite")
TABLES = sa.MetaData(naming_convention={"fk": "fk_%(table_name)s_%(column_0_name)s", "pk": "pk_%(table_name)s"})
sa.Table("account", TABLES, sa.Column("id", Key, primary_key=True))
IDENTITY = sa.Table(
    "outside_identity",
    TABLES,
    sa.Column("issuer", sa.String(300), primary_key=True),
    sa.Column("subject", sa.String(300), primary_key=True),
    sa.Column("account_id", Key, sa.ForeignKey("account.id"), nullable=False),
)


def upgrade() -> None:
    """Create the table."""
    IDENTITY.create(op.get_bind())
