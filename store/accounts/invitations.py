"""Invitations: a link that sets an account's password, once and before a day has come. The newest of an account is the only one."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import Connection, insert, select, update

from store.accounts import tokens
from store.accounts.account_tables import account, invitation
from store.database.column_types import now

LASTS = dt.timedelta(days=3)
PATH = "/invitation"


def invite(connection: Connection, account_id: int, by: str, lasts: dt.timedelta = LASTS) -> str:
    """Make an invitation; returns its token, which is not kept. Older ones of the account end."""
    _end_all(connection, account_id)
    token, at = tokens.new(), now()
    values = {"account_id": account_id, "token_hash": tokens.hash_of(token), "invited_by": by}
    connection.execute(insert(invitation).values(created_at=at, until=at + lasts, **values))
    return token


def account_of(connection: Connection, token: str) -> tuple[int, str] | None:
    """Id and name of the account that an invitation is for; None where it was used, replaced or revoked, or is too old."""
    query = (
        select(account.c.id, account.c.name)
        .join(invitation, invitation.c.account_id == account.c.id)
        .where(
            invitation.c.token_hash == tokens.hash_of(token),
            invitation.c.ended_at.is_(None),
            invitation.c.until > now(),
            account.c.closed_at.is_(None),
        )
    )
    row = connection.execute(query).one_or_none()
    return None if row is None else (int(row.id), str(row.name))


def take(connection: Connection, token: str) -> tuple[int, str] | None:
    """The same, and the invitation has ended: in one transaction, so that of two who take it one gets it."""
    taken = account_of(connection, token)
    if taken is not None:
        _end_all(connection, taken[0])
    return taken


def link(token: str, base: str = "") -> str:
    """The address that is given to the person."""
    return f"{base.rstrip('/')}{PATH}?token={token}"


def _end_all(connection: Connection, account_id: int) -> None:
    open_rows = update(invitation).where(invitation.c.account_id == account_id, invitation.c.ended_at.is_(None))
    connection.execute(open_rows.values(ended_at=now()))
