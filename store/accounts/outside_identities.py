"""People who sign in by an identity provider: which account is theirs, and what their groups give them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, insert, select

from errors import RoleError
from store.accounts import account_rows
from store.accounts.account_rows import Account
from store.accounts.account_tables import account, outside_identity
from store.accounts.roles import Role


@dataclass(frozen=True)
class Grant:
    """What a group gives: a role in a workspace, or (None) that of an admin."""

    group: str
    role: Role
    workspace: str | None


@dataclass(frozen=True)
class Outside:
    """Somebody whom an identity provider vouches for; `email` is confirmed there."""

    issuer: str
    subject: str
    email: str


def account_of(connection: Connection, who: Outside, grants: Sequence[Grant] | None) -> Account:
    """The account of somebody, made at their first sign-in under their e-mail address; their roles follow their groups.

    An account of that name that an owner made and that has no password yet becomes theirs. One with a password is somebody else's.

    Args:
        grants: what their groups give now; None where groups give nothing here, and roles stay as they are.

    Raises:
        RoleError: their account was revoked, another has their name, or no group of theirs gives a role.
    """
    if grants is not None and not grants:
        raise RoleError("None of your groups has a role on this server. Ask whoever runs it.")
    known = select(account.c.name).join(outside_identity, outside_identity.c.account_id == account.c.id)
    mine = (outside_identity.c.issuer == who.issuer, outside_identity.c.subject == who.subject)
    name = connection.execute(known.where(*mine)).scalar()
    one = account_rows.find(connection, name or who.email)
    if one is not None and one.closed_at is not None:
        raise RoleError("Your account was revoked. Ask an admin of this server.")
    if name is None:
        one = _begun(connection, who, one)
    if one is None:
        raise RoleError("Your account is gone. Ask an admin of this server.")
    if grants is not None:
        _grant(connection, one, grants)
    return account_rows.require(connection, one.name)


def _begun(connection: Connection, who: Outside, there: Account | None) -> Account:
    """The account of a first sign-in."""
    if there is not None:
        taken = select(outside_identity.c.subject).where(outside_identity.c.account_id == there.id)
        if there.password is not None or connection.execute(taken).first() is not None:
            raise RoleError(
                f"{there.name} is an account with a password or of somebody else. Ask an admin to revoke it first."
            )
    one = there or account_rows.add_without_role(connection, who.email)
    row = {"issuer": who.issuer, "subject": who.subject, "account_id": one.id}
    connection.execute(insert(outside_identity).values(**row))
    return one


def _grant(connection: Connection, one: Account, grants: Sequence[Grant]) -> None:
    """Exactly what the groups give, the highest of each workspace; the last admin of a server stays one."""
    wanted: dict[str, Role] = {}
    for grant in grants:
        if grant.workspace is not None:
            wanted[grant.workspace] = max(grant.role, wanted.get(grant.workspace, Role.NOBODY))
    is_admin = any(grant.workspace is None for grant in grants)
    if is_admin != one.is_admin:
        account_rows.set_role(connection, one, Role.ADMIN if is_admin else Role.NOBODY, None)
    for workspace in one.roles.keys() | wanted.keys():
        role = wanted.get(workspace, Role.NOBODY)
        if (one.roles.get(workspace, Role.NOBODY), one.ties.get(workspace)) != (role, account_rows.BY_NAME):
            account_rows.set_role(connection, one, role, workspace, identity=account_rows.BY_NAME)
