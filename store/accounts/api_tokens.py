"""API tokens: what a script shows in place of a session. One is shown once, may no more than it says, and ends by itself."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import Connection, func, insert, select, update

from errors import InputError
from store.accounts import account_rows, tokens
from store.accounts.account_tables import account, api_token
from store.accounts.roles import Person, Role, named
from store.database.column_types import now
from written import texts

BEGIN = "sceneloop_"  # so that a token is known for one where it was left lying about
LONGEST_DAYS = 365
MOST = 50  # of one account at once
NOTED = dt.timedelta(minutes=1)
LONGEST_NAME = 80
ENDED = "That token has ended already."


@dataclass(frozen=True)
class ApiToken:
    """A token that stands.

    Attributes:
        role: its highest role; where its account may less, less. workspace: the only one, or None for all of its account.
        seen_at: when it was last used, to a minute; None while it was not.
    """

    id: int
    account: str
    name: str
    role: Role
    workspace: str | None
    created_at: dt.datetime
    until: dt.datetime
    seen_at: dt.datetime | None


def make(
    connection: Connection, account_id: int, name: str, role: Role, *, workspace: str | None = None, days: int = 90
) -> str:
    """Make a token; returns it, and it is not kept.

    Raises:
        InputError: the name is none, the time is too long, or the account has too many.
    """
    name = " ".join(texts.check(name, "The name of the token").split())
    if not 0 < len(name) <= LONGEST_NAME:
        raise InputError(f"A token needs a name of 1 to {LONGEST_NAME} characters that says what it is for.")
    if not 1 <= days <= LONGEST_DAYS:
        raise InputError(f"A token lasts 1 to {LONGEST_DAYS} days.")
    if len(standing(connection, account_id)) >= MOST:
        raise InputError(f"There are {MOST} tokens already. End one that nobody uses.")
    token, at = f"{BEGIN}{tokens.new()}", now()
    values = {"account_id": account_id, "name": name, "role": role.word, "workspace": workspace}
    connection.execute(
        insert(api_token).values(
            token_hash=tokens.hash_of(token), created_at=at, until=at + dt.timedelta(days=days), **values
        )
    )
    return token


def person(connection: Connection, token_hash: str) -> tuple[Person, int, dt.datetime | None] | None:
    """Whose a token is, its id and when it was last used; None where it, or its account, has ended."""
    query = (
        select(api_token, account.c.name.label("who"), account.c.is_admin)
        .join(account, account.c.id == api_token.c.account_id)
        .where(
            api_token.c.token_hash == token_hash, api_token.c.ended_at.is_(None), api_token.c.until > now(),
            account.c.closed_at.is_(None),
        )
    )  # fmt: skip
    row = connection.execute(query).one_or_none()
    if row is None:
        return None
    roles, ties = account_rows.roles_of(connection, row.account_id)
    one = Person(row.account_id, 0, row.who, row.is_admin, roles, most=named(row.role), only=row.workspace, ties=ties)
    return one, int(row.id), row.seen_at


def seen(connection: Connection, token_id: int) -> None:
    """Note that a token is used."""
    connection.execute(update(api_token).where(api_token.c.id == token_id).values(seen_at=now()))


def standing(connection: Connection, account_id: int | None = None) -> list[ApiToken]:
    """Tokens that stand, the newest first, of one account or of all."""
    query = select(api_token, account.c.name.label("who")).join(account, account.c.id == api_token.c.account_id)
    query = query.where(api_token.c.ended_at.is_(None), api_token.c.until > now()).order_by(api_token.c.id.desc())
    if account_id is not None:
        query = query.where(api_token.c.account_id == account_id)
    return [
        ApiToken(row.id, row.who, row.name, named(row.role), row.workspace, row.created_at, row.until, row.seen_at)
        for row in connection.execute(query)
    ]


def end(connection: Connection, token_id: int, account_id: int | None = None) -> str:
    """End a token, of one account where asked; returns its name.

    Raises:
        InputError: there is none that stands.
    """
    mine = [api_token.c.id == token_id, api_token.c.ended_at.is_(None)]
    if account_id is not None:
        mine.append(api_token.c.account_id == account_id)
    query = update(api_token).where(*mine).values(ended_at=func.coalesce(api_token.c.ended_at, now()))
    name = connection.execute(query.returning(api_token.c.name)).scalar()
    if name is None:
        raise InputError(ENDED)
    return str(name)


def end_all(connection: Connection, account_id: int) -> None:
    """End the tokens of an account."""
    mine = update(api_token).where(api_token.c.account_id == account_id, api_token.c.ended_at.is_(None))
    connection.execute(mine.values(ended_at=now()))
