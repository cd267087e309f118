"""Sessions: a browser that signed in. It holds a token, the database its hash; so it ends at once where it is ended here."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, insert, select, update

from store.accounts import account_rows, tokens
from store.accounts.account_tables import account, session
from store.accounts.roles import Person
from store.database.column_types import now

IDLE = dt.timedelta(hours=12)
LONGEST = dt.timedelta(days=30)  # then a password is asked for again, however busy it was
NOTED = dt.timedelta(minutes=1)  # that somebody is there is written so often


@dataclass(frozen=True)
class Session:
    """A session that stands. `seen_at` is when it was last used, to a minute."""

    id: int
    account: str
    address: str
    browser: str
    begun_at: dt.datetime
    seen_at: dt.datetime


def begin(connection: Connection, account_id: int, address: str, browser: str, *, by_proxy: bool = False) -> str:
    """Begin a session; returns its token, which is not kept.

    Args:
        by_proxy: whether a proxy says who it is.
    """
    token, at = tokens.new(), now()
    values = {"account_id": account_id, "token_hash": tokens.hash_of(token), "begun_at": at, "seen_at": at}
    connection.execute(
        insert(session).values(address=address[:100], browser=browser[:200], by_proxy=by_proxy, **values)
    )
    return token


def person(connection: Connection, token_hash: str) -> tuple[Person, dt.datetime] | None:
    """Who holds a token, and when they were last seen; None where the session or the account has ended."""
    at = now()
    query = (
        select(
            session.c.id,
            session.c.seen_at,
            session.c.by_proxy,
            account.c.id.label("account"),
            account.c.name,
            account.c.is_admin,
        )
        .join(account, account.c.id == session.c.account_id)
        .where(session.c.token_hash == token_hash, *_standing(at), account.c.closed_at.is_(None))
    )
    row = connection.execute(query).one_or_none()
    if row is None:
        return None
    roles, ties = account_rows.roles_of(connection, row.account)
    return Person(row.account, row.id, row.name, row.is_admin, roles, by_proxy=row.by_proxy, ties=ties), row.seen_at


def seen(connection: Connection, session_id: int) -> None:
    """Note that a session is used; one that has ended stays so."""
    connection.execute(
        update(session).where(session.c.id == session_id, session.c.ended_at.is_(None)).values(seen_at=now())
    )


def standing(connection: Connection, account_id: int | None = None) -> list[Session]:
    """Sessions that stand, the newest first, of one account or of all."""
    query = select(session, account.c.name).join(account).where(*_standing(now())).order_by(session.c.id.desc())
    if account_id is not None:
        query = query.where(session.c.account_id == account_id)
    return [
        Session(row.id, row.name, row.address, row.browser, row.begun_at, row.seen_at)
        for row in connection.execute(query)
    ]


def end(connection: Connection, session_id: int) -> None:
    """End one session."""
    connection.execute(
        update(session).where(session.c.id == session_id, session.c.ended_at.is_(None)).values(ended_at=now())
    )


def end_all(connection: Connection, account_id: int, *, but: int | None = None) -> int:
    """End the sessions of an account, except one; returns how many ended."""
    query = update(session).where(session.c.account_id == account_id, session.c.ended_at.is_(None))
    if but is not None:
        query = query.where(session.c.id != but)
    return int(connection.execute(query.values(ended_at=now())).rowcount)


def _standing(at: dt.datetime) -> tuple[ColumnElement[bool], ...]:
    return (session.c.ended_at.is_(None), session.c.seen_at > at - IDLE, session.c.begun_at > at - LONGEST)
