"""The tables of a server's accounts, in a database of their own: who may do what, and what was done with it.

No password and no token stands here, only hashes; `store/migrations/accounts` makes the tables.
"""

from __future__ import annotations

from sqlalchemy import JSON, Boolean, Column, Float, ForeignKey, Integer, MetaData, String, Table

from store.database.column_types import NAMED, Key, id_column, reference_to, time_column

metadata = MetaData(naming_convention=NAMED)

account = Table(
    "account",
    metadata,
    id_column(),
    Column("name", String(200), nullable=False, unique=True),  # what stands on labels
    Column("folded", String(400), nullable=False, unique=True),  # the name without case: nobody passes for another
    Column("password", String(300), nullable=True),  # argon2's own text; None until an invitation is accepted
    Column("is_admin", Boolean, nullable=False),
    time_column("created_at"),
    time_column("closed_at", nullable=True),
)

membership = Table(
    "membership",
    metadata,
    Column("account_id", Key, ForeignKey("account.id"), primary_key=True),
    Column("workspace", String(255), primary_key=True),  # its name
    Column("role", String(20), nullable=False),
    Column(
        "identity", String(32), nullable=True
    ),  # the workspace's own, `BY_NAME`, or None before anybody used the role
)

session = Table(
    "session",
    metadata,
    id_column(),
    reference_to("account_id", "account.id", index=True),
    Column("token_hash", String(64), nullable=False, unique=True),
    Column("address", String(100), nullable=False),
    Column("browser", String(200), nullable=False),
    Column("by_proxy", Boolean, nullable=False),  # begun on a proxy's word: it stands with that word alone
    time_column("begun_at"),
    time_column("seen_at"),
    time_column("ended_at", nullable=True),
)

invitation = Table(  # a link that sets a password, once
    "invitation",
    metadata,
    id_column(),
    reference_to("account_id", "account.id", index=True),
    Column("token_hash", String(64), nullable=False, unique=True),
    Column("invited_by", String(200), nullable=False),
    time_column("created_at"),
    time_column("until"),
    time_column("ended_at", nullable=True),  # used, or replaced by a newer one
)

api_token = Table(  # what a script shows in place of a session
    "api_token",
    metadata,
    id_column(),
    reference_to("account_id", "account.id", index=True),
    Column("name", String(80), nullable=False),
    Column("token_hash", String(64), nullable=False, unique=True),
    Column("role", String(20), nullable=False),  # its highest role
    Column("workspace", String(255), nullable=True),  # the only one, or None for all of its account
    time_column("created_at"),
    time_column("until"),
    time_column("seen_at", nullable=True),
    time_column("ended_at", nullable=True),
)

outside_identity = Table(  # who signs in by an identity provider
    "outside_identity",
    metadata,
    Column("issuer", String(300), primary_key=True),
    Column("subject", String(300), primary_key=True),
    Column("account_id", Key, ForeignKey("account.id"), nullable=False),
)

attempt = Table(  # passwords tried in vain, by account and by address
    "attempt",
    metadata,
    Column("subject", String(80), primary_key=True),
    Column("failures", Integer, nullable=False),
    Column("last", Float, nullable=False),  # seconds since 1970
)

audit_event = Table(
    "audit_event",
    metadata,
    id_column(),
    time_column(),
    Column("actor", String(200), nullable=False),
    Column("kind", String(40), nullable=False),
    Column("subject", String(200), nullable=False),  # the account that it is about, or what it did
    Column("workspace", String(255), nullable=False),
    Column("address", String(100), nullable=False),
    Column("details", JSON, nullable=False),
)
