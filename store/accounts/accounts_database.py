"""A server's one database of accounts: where it is, whether there is any, and opening it.

It lies beside the workspaces, in no one of them: a copy of a workspace carries no passwords, and a server on one workspace and one on the
folder above know the same people.
"""

from __future__ import annotations

import os
from contextlib import AbstractContextManager, closing, suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from sqlalchemy import Connection, Engine

from errors import StoreError
from store import workspace
from store.database import address
from store.database.engine import MIGRATIONS, Kind, of_file, open_database, reading
from store.database.sqlite import driver

FILE = "accounts.db"
KIND = Kind(
    "server",
    MIGRATIONS / "accounts" / "versions",
    "accounts_version",
    "audit_event",
    ("audit_event_no_update", "audit_event_no_delete"),
)


@dataclass(frozen=True)
class Accounts:
    """Open accounts. Share them between threads; never share a connection."""

    engine: Engine

    def read(self) -> Connection:
        """A connection for reading only; use it as a context manager."""
        return reading(self.engine).connect()

    def write(self) -> AbstractContextManager[Connection]:
        """One transaction that writes."""
        return self.engine.begin()

    def close(self) -> None:
        """Give the connections back."""
        self.engine.dispose()


def file_of(root: Path) -> Path:
    """The file beside the workspaces of a server: in the folder that holds them, also where one of them alone is served."""
    return (root.resolve().parent if workspace.exists(root) else root.resolve()) / FILE


def exist(root: Path, url: str | None = None) -> bool:
    """Whether a server has a database of accounts. One on PostgreSQL counts once it is named."""
    return url is not None or file_of(root).is_file()


def left_behind(root: Path, url: str | None) -> str:
    """A warning where a server's accounts are on PostgreSQL and a file beside its workspaces has people too, who then cannot sign in; else empty."""
    file = file_of(root)
    if url is None or not file.is_file():
        return ""
    try:
        with closing(driver.connect(f"file:{quote(str(file))}?mode=ro", uri=True)) as connection:
            (people,) = connection.execute("SELECT count(*) FROM account WHERE closed_at IS NULL").fetchone()
    except driver.Error:  # no database of accounts: nobody in it could sign in
        return ""
    if not people:
        return ""
    whom = "1 person has an account" if people == 1 else f"{people:,} people have accounts"
    return (
        f"SCENELOOP_ACCOUNTS_URL is set, so {file} counts for nothing, and {whom} there. `sceneloop users move postgresql` moves them to an "
        "empty database; if that database has its own people, move the file away."
    )


def open_accounts(root: Path, url: str | None = None) -> Accounts:
    """Open a server's accounts; they are made where there are none.

    Args:
        root: what the server serves, a workspace or a folder of some.
        url: the address of a PostgreSQL database instead of the file. It may hold a workspace too.

    Raises:
        StoreError: they cannot be opened, or are newer than this program.
    """
    if url is not None:
        return Accounts(open_database(address.complete(url, None), KIND))
    file = file_of(root)
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        with suppress(FileExistsError):
            os.close(os.open(file, os.O_CREAT | os.O_EXCL, 0o600))  # nobody else of this machine reads the hashes
    except OSError as error:
        raise StoreError(
            f"{file} cannot be written ({error.strerror}). Make its folder writable, then try again."
        ) from error
    return Accounts(open_database(of_file(file), KIND))
