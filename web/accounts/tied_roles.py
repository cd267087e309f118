"""Roles go by the workspace itself, not by its name: what was given for one that was deleted or moved away is nothing in the next of that name."""

from __future__ import annotations

import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace

from errors import AppError, StoreError
from store import workspace_identity
from store.accounts import account_rows
from store.accounts.accounts_database import Accounts
from store.accounts.roles import Person, Role
from store.workspace import folder_stamp
from web import resources

KEPT_S = 5.0  # an identity is read again after that; sooner where the folder's content is another
_known: dict[str, tuple[float, tuple[int, int], str | None]] = {}


def identity_of(workspace: str) -> str | None:
    """Which workspace has a name now; None where it has no identity, or none of that name can be read."""
    folder = resources.workspaces().get(workspace)
    if folder is None:
        return None
    key = str(folder)
    at, stamp, identity = _known.get(key, (float("-inf"), (0, 0), None))
    if time.monotonic() - at < KEPT_S and stamp == folder_stamp(folder):
        return identity
    stamp = folder_stamp(folder)
    with suppress(AppError), resources.workspace(workspace).read() as connection:
        identity = workspace_identity.of(connection)
        _known[key] = time.monotonic(), stamp, identity
        return identity
    return None  # what cannot be read shows nothing to anybody


def forget() -> None:
    """Believe nothing that was read before."""
    _known.clear()


def standing(roles: Mapping[str, Role], ties: Mapping[str, str | None]) -> dict[str, Role]:
    """Roles by name, without those that are for a workspace which had the name before."""
    return {name: role for name, role in roles.items() if not _is_past(name, ties.get(name))}


def of(accounts: Accounts, person: Person) -> Person:
    """A person with the roles that stand; those that were given by name before there were identities are tied now."""
    for name in [name for name, tie in person.ties.items() if tie is None]:
        identity = identity_of(name)
        if identity is not None:
            with suppress(StoreError), accounts.write() as connection:
                account_rows.tie(connection, name, identity)
    return replace(
        person, roles=standing(person.roles, person.ties), ties={}
    )  # who it is does not change by being tied


def _is_past(name: str, tie: str | None) -> bool:
    if not tie:
        return False
    identity = identity_of(name)
    return identity is not None and identity != tie
