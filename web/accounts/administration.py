"""Who lets whom in: an owner people of the workspace, an admin everybody. Each change is checked here and noted in the audit log.

A link that sets the password of an account is its key, so an owner gets one only for an account that is made by it.
"""

from __future__ import annotations

from dataclasses import replace

from errors import InputError, RoleError
from store.accounts import account_rows, api_tokens, audit_log, invitations, sessions
from store.accounts.account_rows import Account
from store.accounts.accounts_database import Accounts
from store.accounts.api_tokens import ApiToken
from store.accounts.audit_log import Entry
from store.accounts.roles import Person, Role
from store.accounts.sessions import Session
from store.database.connection import Connection
from web.accounts import tied_roles

NEWEST = 200


def everybody(accounts: Accounts, by: Person, workspace: str) -> list[Account]:
    """Open accounts that this person may see: for an admin all, for an owner those of the workspace.

    Raises:
        RoleError: they may see none.
    """
    _must_own(by, workspace)
    with accounts.read() as connection:
        every = [one for one in account_rows.every(connection) if one.closed_at is None]
    here = [replace(one, roles=tied_roles.standing(one.roles, one.ties)) for one in every]
    return [one for one in here if by.is_admin or workspace in one.roles]


def invite(accounts: Accounts, by: Person, name: str, role: Role, workspace: str) -> str | None:
    """Let somebody into a workspace; returns the token of their invitation, or None where they have an account already.

    Raises:
        RoleError: this person may not. InputError: the name is none.
    """
    _must_own(by, workspace)
    with accounts.write() as connection:
        known = account_rows.find(connection, name)
        if known is not None and known.closed_at is None:
            _set(connection, by, known, role, workspace)
            return None
        if known is not None and not by.is_admin:
            raise RoleError(f"{known.name} was revoked. Only an admin lets them in again.")
        identity = tied_roles.identity_of(workspace)
        one = account_rows.add(connection, name, role, workspace, identity=identity)
        _note(connection, by, "user added", one.name, workspace, role=role.word)
        return invitations.invite(connection, one.id, by.name)


def change_role(accounts: Accounts, by: Person, name: str, role: Role, workspace: str) -> None:
    """Give somebody another role in a workspace, or none.

    Raises:
        RoleError: this person may not. InputError: nobody is called so.
    """
    _must_own(by, workspace)
    with accounts.write() as connection:
        _set(connection, by, account_rows.require(connection, name), role, workspace)


def new_link(accounts: Accounts, by: Person, name: str) -> str:
    """Another invitation for an account, where its password was forgotten; returns the token.

    Raises:
        RoleError: this person is not an admin. InputError: nobody is called so.
    """
    _must_be_admin(by)
    with accounts.write() as connection:
        one = account_rows.require(connection, name)
        _note(connection, by, "user invited", one.name)
        return invitations.invite(connection, one.id, by.name)


def revoke(accounts: Accounts, by: Person, name: str) -> None:
    """Let somebody in no more.

    Raises:
        RoleError: this person is not an admin. InputError: nobody is called so, or it is the only admin.
    """
    _must_be_admin(by)
    with accounts.write() as connection:
        one = account_rows.require(connection, name)
        account_rows.close(connection, one)
        _note(connection, by, "user revoked", one.name)


def standing(accounts: Accounts, by: Person) -> list[Session]:
    """Sessions that stand, of everybody.

    Raises:
        RoleError: this person is not an admin.
    """
    _must_be_admin(by)
    with accounts.read() as connection:
        return sessions.standing(connection)


def end_session(accounts: Accounts, by: Person, session: Session) -> None:
    """End one session.

    Raises:
        RoleError: this person is not an admin.
    """
    _must_be_admin(by)
    with accounts.write() as connection:
        sessions.end(connection, session.id)
        _note(connection, by, "session ended", session.account)


def tokens(accounts: Accounts, by: Person, workspace: str) -> list[ApiToken]:
    """API tokens that stand: for an admin all, for an owner those that people of the workspace can enter it with.

    Raises:
        RoleError: they may see none.
    """
    names = {one.name for one in everybody(accounts, by, workspace)}
    with accounts.read() as connection:
        every = api_tokens.standing(connection)
    return [one for one in every if by.is_admin or (one.account in names and one.workspace in (None, workspace))]


def may_end(by: Person, token: ApiToken, workspace: str) -> bool:
    """Whether somebody may end a token of `tokens`: an owner their own and one that opens this workspace alone."""
    return by.is_admin or token.account == by.name or token.workspace == workspace


def end_token(accounts: Accounts, by: Person, token_id: int, workspace: str) -> None:
    """End somebody's API token.

    Raises:
        RoleError: this person may not. InputError: it has ended already, or is none that they may see.
    """
    one = next((one for one in tokens(accounts, by, workspace) if one.id == token_id), None)
    if one is None:
        raise InputError(api_tokens.ENDED)
    if not may_end(by, one, workspace):
        raise RoleError("That token opens other workspaces too. Only an admin, or whose it is, ends it.")
    with accounts.write() as connection:
        name = api_tokens.end(connection, token_id)
        _note(connection, by, "token ended", name, one.workspace or "", account=one.account)


def log(accounts: Accounts, by: Person, workspace: str) -> list[Entry]:
    """The newest entries of the audit log, the newest first: for an admin all, for an owner those of the workspace.

    Raises:
        RoleError: they may see none.
    """
    _must_own(by, workspace)
    with accounts.read() as connection:
        return list(audit_log.entries(connection, newest=NEWEST, workspace=None if by.is_admin else workspace))


def _set(connection: Connection, by: Person, one: Account, role: Role, workspace: str) -> None:
    if one.id == by.account:
        raise InputError("You cannot change your own role. Ask another owner or an admin.")
    if one.is_admin:
        raise InputError(f"{one.name} is an admin, who may do everything everywhere.")
    account_rows.set_role(connection, one, role, workspace, identity=tied_roles.identity_of(workspace))
    _note(connection, by, "role changed", one.name, workspace, role=role.word if role else "none")


def _note(connection: Connection, by: Person, kind: str, subject: str, workspace: str = "", **details: object) -> None:
    audit_log.note(connection, Entry(kind, by.name, subject, workspace, details=details))


def _must_own(by: Person, workspace: str) -> None:
    if by.role_in(workspace) < Role.OWNER:
        raise RoleError("Only owners manage the people of a workspace. Ask one.")


def _must_be_admin(by: Person) -> None:
    if not by.is_admin:
        raise RoleError("That is for admins of the server. Ask one.")
