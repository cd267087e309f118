"""Move a server's accounts from their file to PostgreSQL, or back: every row, or nothing.

Both databases are locked for writing meanwhile. The file is set aside once the other database holds all of it, so that no second set of
accounts stands where somebody could take it for the one that counts. A database on PostgreSQL cannot be emptied like that: its audit log refuses.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection, func, literal_column, select

import files
from errors import InputError, StoreError
from store.accounts import account_rows, account_tables, accounts_database, audit_log
from store.accounts.accounts_database import Accounts
from store.accounts.audit_log import Entry
from store.copies import table_rows

ASIDE = "accounts.db.moved"
_TABLES = account_tables.metadata
_BESIDE = ("", "-wal", "-shm")  # SQLite's own files beside one that somebody else has open


@dataclass(frozen=True)
class Moved:
    """What was moved.

    Attributes:
        rows: how many by table; the other database holds as many. sha256: of all of them, in both.
        aside: where the file is now; None where the accounts came from PostgreSQL, which keeps its rows.
    """

    rows: Mapping[str, int]
    sha256: str
    aside: Path | None


def to_postgresql(root: Path, url: str, actor: str) -> Moved:
    """Move the accounts in the file beside the workspaces of `root` to a database that has none.

    Raises:
        InputError: there are none to move, or some at the target; nothing was changed.
        StoreError: a database refuses; nothing was changed.
    """
    file = accounts_database.file_of(root)
    if not file.is_file():
        raise InputError(
            f"There is no {file}, so there are no accounts to move. --root names the folder of the workspaces."
        )
    free = _free(file.with_name(ASIDE))
    rows, sha256 = _move(root, None, root, url, actor)
    try:
        for ending in _BESIDE:
            part = file.with_name(file.name + ending)
            if part.exists():
                part.rename(free.with_name(free.name + ending))
    except OSError as error:
        raise StoreError(
            f"The accounts are on PostgreSQL now, but {file} cannot be renamed ({error.strerror}). {files.remedy(error)}, then move it away."
        ) from error
    return Moved(rows, sha256, free)


def to_file(root: Path, url: str, actor: str) -> Moved:
    """Move the accounts of a database on PostgreSQL to the file beside the workspaces of `root`, which has none; the database stays as it is.

    Raises:
        InputError, StoreError: as `to_postgresql`.
    """
    rows, sha256 = _move(root, url, root, None, actor)
    return Moved(rows, sha256, None)


def _move(root: Path, old: str | None, new_root: Path, new: str | None, actor: str) -> tuple[dict[str, int], str]:
    source = accounts_database.open_accounts(root, old)
    target = accounts_database.open_accounts(new_root, new)
    try:
        return _copied(source, target, actor)
    finally:
        source.close()
        target.close()


def _copied(source: Accounts, target: Accounts, actor: str) -> tuple[dict[str, int], str]:
    kind = target.engine.dialect.name
    with source.write() as old, target.write() as new:
        if not account_rows.any_at_all(old):
            raise InputError("There are no accounts to move. Nothing was changed.")
        held = sum(_counts(new).values())
        if held:
            raise InputError(
                f"The {kind} database holds accounts already ({held:,} rows with its audit log). Nothing was changed. Name an empty one, or "
                "leave things as they are if they were moved before."
            )
        audit_log.note(old, Entry("accounts moved", actor, f"to {kind}"))
        table_rows.copy_tables(old, new, _TABLES)
        rows, sha256 = _counts(old), table_rows.digest(old, _TABLES.sorted_tables)
        if (_counts(new), table_rows.digest(new, _TABLES.sorted_tables)) != (rows, sha256):
            raise StoreError("The rows that arrived are not those that left. Nothing was changed. Try again.")
    return rows, sha256


def _counts(connection: Connection) -> dict[str, int]:
    counted = func.count(literal_column("*"))
    return {
        table.name: connection.execute(select(counted).select_from(table)).scalar_one()
        for table in _TABLES.sorted_tables
    }


def _free(path: Path) -> Path:
    """The path, or one with a number where something stands there."""
    number, free = 1, path
    while free.exists():
        number += 1
        free = path.with_name(f"{path.name}-{number}")
    return free
