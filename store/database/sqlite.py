"""The SQLite that is used: the newest at hand, of Python's own and the one that pysqlite3 brings.

All that opens a workspace's file takes this one. From 3.51.3 on readers and the writer do not wait for each other (WAL); an
older library can corrupt a file when its WAL is reset, so there a rollback journal is kept.
"""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path
from typing import Any
from urllib.parse import quote

from sqlalchemy.engine.interfaces import DBAPIConnection

from errors import ReadOnlyError, StoreError

WAL_SAFE_FROM = (3, 51, 3)


def _newest() -> Any:
    try:
        from pysqlite3 import dbapi2
    except ImportError:  # no wheel for this machine: Python's own does the same, slower
        return sqlite3
    return max(dbapi2, sqlite3, key=lambda module: module.sqlite_version_info)


driver: Any = _newest()  # a DB-API module with the names of `sqlite3`
JOURNAL = "WAL" if driver.sqlite_version_info >= WAL_SAFE_FROM else "TRUNCATE"


def is_sealed(file: Path) -> bool:
    """Whether this account can read a database and not write it, or not its folder, where its log has to lie."""
    return file.is_file() and not (_may_write(file) and _may_write(file.parent))


def _may_write(path: Path) -> bool:
    """Whether permissions and mount let this account write, both as who it is and as who it acts for."""
    acting = os.access in os.supports_effective_ids
    return os.access(path, os.W_OK) and (not acting or os.access(path, os.W_OK, effective_ids=True))


def open_sealed(file: Path) -> DBAPIConnection:
    """A connection to a database that cannot be written.

    With a log beside it somebody else may be writing, so it is read through the log. Without one it is complete in itself, and is
    opened as a file that does not change: SQLite would else make a log to read it.

    Raises:
        StoreError: its log holds commits and cannot be read.
    """
    log, index = (file.with_name(file.name + ending) for ending in ("-wal", "-shm"))
    written = log.is_file() and log.stat().st_size > 0
    if written and not index.is_file():
        raise StoreError(
            f"{file} was not closed, and what was committed last lies in {log.name}, which cannot be read where nothing can be "
            "written. Nothing is lost: open the workspace once where its folder can be written."
        )
    mode = "mode=ro" if index.is_file() else "mode=ro&immutable=1"
    opened: DBAPIConnection = driver.connect(f"file:{quote(str(file))}?{mode}", uri=True, check_same_thread=False)
    return opened


def refuse(file: Path | str | None) -> ReadOnlyError:
    """What is said to whoever would write."""
    folder = Path(file).parent if file else "The workspace"
    return ReadOnlyError(
        f"The workspace is read-only: {folder} cannot be written by the account that runs Sceneloop. Nothing was saved. "
        "Make it writable, or work in a copy of it."
    )
