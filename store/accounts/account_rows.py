"""Accounts: people who may sign in, and their roles. An account is closed, never deleted: its name stands on labels."""

from __future__ import annotations

import datetime as dt
import unicodedata
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import Connection, delete, func, insert, select, update

from errors import InputError
from store.accounts.account_tables import account, api_token, invitation, membership, session
from store.accounts.roles import Role, named
from store.database.column_types import now
from store.team import people

BY_NAME = ""  # in place of a workspace's identity


@dataclass(frozen=True)
class Account:
    """One account.

    Attributes:
        is_admin: whether every workspace is theirs. roles: by name of workspace. ties: which workspace each is for, see `tie`.
        password: argon2's text, or None before the first invitation was accepted. closed_at: when it was revoked.
    """

    id: int
    name: str
    is_admin: bool
    roles: Mapping[str, Role]
    ties: Mapping[str, str | None]
    password: str | None
    created_at: dt.datetime
    closed_at: dt.datetime | None


def folded(name: str) -> str:
    """A name as it is compared: whatever its case and the width of its letters."""
    return unicodedata.normalize("NFKC", " ".join(name.split())).casefold()


def any_at_all(connection: Connection) -> bool:
    """Whether there was ever an account. A server that knows people stays closed when all of them were revoked."""
    return connection.execute(select(account.c.id).limit(1)).scalar() is not None


def every(connection: Connection) -> list[Account]:
    """All accounts by name, those that were revoked too."""
    roles: dict[int, dict[str, Role]] = defaultdict(dict)
    ties: dict[int, dict[str, str | None]] = defaultdict(dict)
    for row in connection.execute(select(membership).order_by(membership.c.workspace)):
        roles[row.account_id][row.workspace] = named(row.role)
        ties[row.account_id][row.workspace] = row.identity
    rows = connection.execute(select(account).order_by(account.c.folded))
    return [
        Account(
            row.id, row.name, row.is_admin, roles[row.id], ties[row.id], row.password, row.created_at, row.closed_at
        )
        for row in rows
    ]


def find(connection: Connection, name: str) -> Account | None:
    """The account of a name in any case, or None. It may be closed."""
    row = connection.execute(select(account).where(account.c.folded == folded(name))).one_or_none()
    if row is None:
        return None
    roles, ties = roles_of(connection, row.id)
    return Account(row.id, row.name, row.is_admin, roles, ties, row.password, row.created_at, row.closed_at)


def require(connection: Connection, name: str) -> Account:
    """The open account of a name.

    Raises:
        InputError: there is none.
    """
    one = find(connection, name)
    if one is None:
        raise InputError(f"Nobody is called {name!r} here. `sceneloop users list` shows who is.")
    if one.closed_at is not None:
        raise InputError(f"{one.name} was revoked. `sceneloop users add` lets them in again.")
    return one


def roles_of(connection: Connection, account_id: int) -> tuple[dict[str, Role], dict[str, str | None]]:
    """The roles of an account by workspace, and which workspace each is for."""
    rows = connection.execute(select(membership).where(membership.c.account_id == account_id)).all()
    return {row.workspace: named(row.role) for row in rows}, {row.workspace: row.identity for row in rows}


def tie(connection: Connection, workspace: str, identity: str) -> None:
    """Tie roles that were given under a workspace's name alone to the workspace that has the name now."""
    untied = (membership.c.workspace == workspace, membership.c.identity.is_(None))
    connection.execute(update(membership).where(*untied).values(identity=identity))


def add(
    connection: Connection, name: str, role: Role, workspace: str | None, *, identity: str | None = None
) -> Account:
    """Add an account without a password, or open one again that was revoked, without what it was allowed before.

    Args:
        workspace: where the role holds; None for an admin. identity: as for `set_role`.

    Raises:
        InputError: the name is none or taken, or role and workspace do not go together.
    """
    name = people.person(name)
    one = find(connection, name)
    if one is not None and one.closed_at is None:
        raise InputError(f"{one.name} is here already. `sceneloop users role` and `users invite` change that account.")
    if one is None:
        add_without_role(connection, name)
    else:
        connection.execute(update(account).where(account.c.id == one.id).values(closed_at=None, is_admin=False))
    opened = require(connection, name)
    set_role(connection, opened, role, workspace, identity=identity)
    return require(connection, name)


def add_without_role(connection: Connection, name: str) -> Account:
    """A new account that may enter no workspace yet.

    Raises:
        InputError: the name is none.
    """
    name = people.person(name)
    values = {"name": name, "folded": folded(name), "is_admin": False, "created_at": now()}
    connection.execute(insert(account).values(**values))
    return require(connection, name)


def set_role(
    connection: Connection, one: Account, role: Role, workspace: str | None, *, identity: str | None = None
) -> None:
    """Give an account a role, or take it with `Role.NOBODY`.

    Args:
        workspace: where it holds; None for the role of an admin, which `Role.NOBODY` takes.
        identity: which workspace that is (`store.workspace_identity`), so that the next of its name is another; `BY_NAME` where the settings
            of the server give the role to whatever has the name; None to tie it when it is first used.

    Raises:
        InputError: role and workspace do not go together, or the server would be left without an admin.
    """
    if workspace is None:
        if role not in (Role.ADMIN, Role.NOBODY):
            raise InputError(f"Say in which workspace {one.name} is {role.word}: --workspace NAME.")
        if one.is_admin and role == Role.NOBODY:
            _keep_an_admin(connection, one)
        connection.execute(update(account).where(account.c.id == one.id).values(is_admin=role == Role.ADMIN))
        return
    if role == Role.ADMIN:
        raise InputError("An admin is one of the whole server. Leave the workspace out.")
    here = (membership.c.account_id == one.id, membership.c.workspace == workspace)
    connection.execute(delete(membership).where(*here))
    if role != Role.NOBODY:
        connection.execute(
            insert(membership).values(account_id=one.id, workspace=workspace, role=role.word, identity=identity)
        )


def set_password(connection: Connection, account_id: int, password: str) -> None:
    """Keep the hash of a new password."""
    connection.execute(update(account).where(account.c.id == account_id).values(password=password))


def close(connection: Connection, one: Account) -> None:
    """Revoke an account: its password, roles, sessions, tokens and invitations end in this transaction.

    Raises:
        InputError: the server would be left without an admin.
    """
    if one.is_admin:
        _keep_an_admin(connection, one)
    at = now()
    connection.execute(
        update(account).where(account.c.id == one.id).values(closed_at=at, password=None, is_admin=False)
    )
    connection.execute(delete(membership).where(membership.c.account_id == one.id))
    for table in (session, api_token, invitation):
        open_rows = update(table).where(table.c.account_id == one.id, table.c.ended_at.is_(None))
        connection.execute(open_rows.values(ended_at=at))


def _keep_an_admin(connection: Connection, but: Account) -> None:
    others = select(func.count()).where(account.c.is_admin, account.c.closed_at.is_(None), account.c.id != but.id)
    if connection.execute(others).scalar_one() == 0:
        raise InputError(f"{but.name} is the only admin of this server. Make somebody else one first.")
