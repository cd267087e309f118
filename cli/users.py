"""People of a server: their accounts, roles and sessions, and the audit log."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from cli.console import Answer, Command, Commands, command, count, open_accounts, who
from errors import InputError
from settings import current

if TYPE_CHECKING:
    from store.accounts.account_rows import Account
    from store.accounts.roles import Role
    from store.database.connection import Connection

ROLES = (
    "annotator",
    "reviewer",
    "owner",
    "admin",
)  # spelled out, so that `--help` loads no store; a test compares them
NONE = "none"
HOMES = ("postgresql", "file")


def register(commands: Commands) -> None:
    """Add the commands of this group."""
    users = commands.add_parser("users", help="people of a server: add, list, role, invite, revoke")
    actions = users.add_subparsers(required=True, metavar="ACTION")
    parser = _command(actions, "add", add, "add somebody; prints a link that sets their password, once")
    _role(parser, default="annotator", choices=ROLES)
    _command(actions, "list", listed, "list everybody, with roles and sessions", named=False)
    parser = _command(actions, "role", change_role, "give or remove a role")
    _role(parser, default=None, choices=(*ROLES, NONE))
    _command(actions, "invite", invite, "create a new link for a forgotten password")
    _command(actions, "revoke", revoke, "revoke access; sessions end at once, labels stay")
    parser = _command(actions, "token", make_token, "an API token for scripts, shown once")
    parser.add_argument("--for", required=True, dest="purpose", metavar="WORDS", help="what it is for")
    parser.add_argument("--role", choices=ROLES, default="annotator", help="its highest role")
    parser.add_argument(
        "--workspace", metavar="NAME", help="the only workspace that it opens; default: all of the account"
    )
    parser.add_argument("--days", type=count, default=90, help="days until it expires, at most 365")
    _command(actions, "tokens", list_tokens, "list the valid API tokens of everybody", named=False)
    parser = command(actions, "end-token", end_token, "revoke an API token", workspace=False)
    parser.add_argument("number", type=count, metavar="ID")
    _root(parser)
    parser = _command(actions, "move", move, "move all accounts to PostgreSQL, or back to a file", named=False)
    parser.add_argument(
        "to", choices=HOMES, metavar="HOME", help="postgresql, or file: accounts.db beside the workspaces"
    )
    parser.add_argument("--database", metavar="URL", help="the PostgreSQL database; default SCENELOOP_ACCOUNTS_URL")
    parser = command(commands, "audit", audit, "the audit log: changes of access, and exports", workspace=False)
    _root(parser)
    parser.add_argument("--jsonl", action="store_true", help="one JSON object a line, the oldest first")


def _command(actions: Commands, name: str, run: Command, text: str, *, named: bool = True) -> argparse.ArgumentParser:
    parser = command(actions, name, run, text, workspace=False)
    if named:
        parser.add_argument("name", metavar="NAME")
    _root(parser)
    return parser


def _root(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--root",
        type=Path,
        metavar="FOLDER",
        help="folder of the workspaces; default SCENELOOP_WORKSPACE, else ./workspace",
    )


def _role(parser: argparse.ArgumentParser, *, default: str | None, choices: tuple[str, ...]) -> None:
    parser.add_argument("--role", choices=choices, default=default, required=default is None)
    parser.add_argument(
        "--workspace",
        metavar="NAME",
        help="the workspace that it applies to; optional with a single workspace, and for an admin",
    )


def _where(given: argparse.Namespace) -> tuple[Role, str | None]:
    """The role that was asked for, and the name of the workspace in which it holds.

    Raises:
        InputError: it is not clear which workspace is meant, or the server has none of that name.
    """
    from store import workspace
    from store.accounts import roles

    role = roles.Role.NOBODY if given.role == NONE else roles.named(given.role)
    if given.workspace is None and role in (roles.Role.ADMIN, roles.Role.NOBODY):
        return role, None
    names = list(workspace.find(given.root or current().workspace))
    if given.workspace is None and len(names) == 1:
        return role, names[0]
    if given.workspace is None:
        raise InputError(
            f"Say in which workspace: --workspace NAME, one of {', '.join(names) or 'none that is here yet'}."
        )
    if given.workspace not in names:
        raise InputError(f"There is no workspace {given.workspace!r} here: {', '.join(names) or 'there is none'}.")
    return role, given.workspace


def _identity(given: argparse.Namespace, name: str | None) -> str | None:
    """Which workspace has the name, so that the role is for no other one."""
    from store import workspace, workspace_identity

    folder = workspace.find(given.root or current().workspace).get(name or "")
    if folder is None:
        return None
    opened = workspace.open_workspace(folder, database_url=current().database_url)
    try:
        with opened.read() as connection:
            return workspace_identity.of(connection)
    finally:
        opened.engine.dispose()


def _note(connection: Connection, kind: str, subject: str, workspace: str | None = None, **details: object) -> None:
    from store.accounts import audit_log
    from store.accounts.audit_log import Entry

    actor = f"{who()} (command line)"
    audit_log.note(connection, Entry(kind, actor, subject, workspace or "", details=details))


def add(given: argparse.Namespace) -> Answer:
    """`sceneloop users add`."""
    from store.accounts import account_rows, invitations

    role, workspace = _where(given)
    identity = _identity(given, workspace)
    with open_accounts(given.root).write() as connection:
        one = account_rows.add(connection, given.name, role, workspace, identity=identity)
        token = invitations.invite(connection, one.id, who())
        _note(connection, "user added", one.name, workspace, role=role.word)
    return _link(one.name, token)


def invite(given: argparse.Namespace) -> Answer:
    """`sceneloop users invite`."""
    from store.accounts import account_rows, invitations

    with open_accounts(given.root).write() as connection:
        one = account_rows.require(connection, given.name)
        token = invitations.invite(connection, one.id, who())
        _note(connection, "user invited", one.name)
    return _link(one.name, token)


def _link(name: str, token: str) -> Answer:
    from store.accounts import invitations

    days = invitations.LASTS.days
    print(
        f"sceneloop: send {name} this link behind the server's address. It sets the password, works once and for {days} days, and is not shown again.",
        file=sys.stderr,
    )
    return {"name": name, "link": invitations.link(token)}


def listed(given: argparse.Namespace) -> Answer:
    """`sceneloop users list`."""
    from store.accounts import account_rows, sessions

    with open_accounts(given.root).read() as connection:
        everybody = account_rows.every(connection)
        standing = [session.account for session in sessions.standing(connection)]
    return {"users": [{**_described(one), "sessions": standing.count(one.name)} for one in everybody]}


def _described(one: Account) -> dict[str, object]:
    state = "revoked" if one.closed_at else "invited" if one.password is None else "open"
    roles = {workspace: role.word for workspace, role in one.roles.items()}
    return {"name": one.name, "state": state, "admin": one.is_admin, "roles": roles}


def change_role(given: argparse.Namespace) -> Answer:
    """`sceneloop users role`: `--role none` takes it, with --workspace the one there, else that of an admin."""
    from store.accounts import account_rows

    role, workspace = _where(given)
    identity = _identity(given, workspace)
    with open_accounts(given.root).write() as connection:
        one = account_rows.require(connection, given.name)
        account_rows.set_role(connection, one, role, workspace, identity=identity)
        _note(connection, "role changed", one.name, workspace, role=NONE if role == 0 else role.word)
        return _described(account_rows.require(connection, given.name))


def revoke(given: argparse.Namespace) -> Answer:
    """`sceneloop users revoke`."""
    from store.accounts import account_rows

    with open_accounts(given.root).write() as connection:
        one = account_rows.require(connection, given.name)
        account_rows.close(connection, one)
        _note(connection, "user revoked", one.name)
    return {"name": one.name, "state": "revoked"}


def make_token(given: argparse.Namespace) -> Answer:
    """`sceneloop users token`."""
    from store.accounts import account_rows, api_tokens, roles

    role = roles.named(given.role)
    with open_accounts(given.root).write() as connection:
        one = account_rows.require(connection, given.name)
        token = api_tokens.make(connection, one.id, given.purpose, role, workspace=given.workspace, days=given.days)
        _note(connection, "token made", one.name, given.workspace, role=role.word, days=given.days, name=given.purpose)
    print("sceneloop: the token is not shown again.", file=sys.stderr)
    return {"name": one.name, "token": token, "days": given.days}


def list_tokens(given: argparse.Namespace) -> Answer:
    """`sceneloop users tokens`."""
    from store.accounts import api_tokens

    with open_accounts(given.root).read() as connection:
        every = api_tokens.standing(connection)
    return {
        "tokens": [
            {"id": one.id, "account": one.account, "name": one.name, "role": one.role.word, "workspace": one.workspace,
             "until": one.until.isoformat(), "seen_at": one.seen_at.isoformat() if one.seen_at else None}
            for one in every
        ]
    }  # fmt: skip


def end_token(given: argparse.Namespace) -> Answer:
    """`sceneloop users end-token`."""
    from store.accounts import api_tokens

    with open_accounts(given.root).write() as connection:
        whose = next((one.account for one in api_tokens.standing(connection) if one.id == given.number), "")
        name = api_tokens.end(connection, given.number)
        _note(connection, "token ended", name, account=whose)
    return {"id": given.number, "name": name}


def move(given: argparse.Namespace) -> Answer:
    """`sceneloop users move`."""
    from store.copies import accounts_move

    root, url = given.root or current().workspace, given.database or current().accounts_url
    if url is None:
        raise InputError("Name the PostgreSQL database: --database URL, or SCENELOOP_ACCOUNTS_URL.")
    actor = f"{who()} (command line)"
    if given.to == "file":
        done = accounts_move.to_file(root, url, actor)
        words = "leave SCENELOOP_ACCOUNTS_URL out from now on; the database keeps its rows, and they count for nothing."
    else:
        done = accounts_move.to_postgresql(root, url, actor)
        words = f"set SCENELOOP_ACCOUNTS_URL from now on; the file is {done.aside}, which nothing reads."
    print(f"sceneloop: {words}", file=sys.stderr)
    return {"rows": dict(done.rows), "sha256": done.sha256}


def audit(given: argparse.Namespace) -> Answer | None:
    """`sceneloop audit`: with --jsonl a line for each entry, which a collector of logs reads."""
    from store.accounts import audit_log
    from store.accounts.audit_log import Entry

    def described(entry: Entry) -> dict[str, object]:
        return {**vars(entry), "at": entry.at.isoformat() if entry.at else None}

    with open_accounts(given.root).read() as connection:
        entries = audit_log.entries(connection)
        if not given.jsonl:
            return {"entries": [described(entry) for entry in entries]}
        for entry in entries:
            print(json.dumps(described(entry), ensure_ascii=False))
    return None
