"""The SQLite that is used: the newest at hand, of Python's own and the one that pysqlite3 brings.

All that opens a workspace's file takes this one. From 3.51.3 on readers and the writer do not wait for each other (WAL); an
older library can corrupt a file when its WAL is reset, so there a rollback journal is kept.
"""

from __future__ import annotations

import sqlite3
from typing import Any

WAL_SAFE_FROM = (3, 51, 3)


def _newest() -> Any:
    try:
        from pysqlite3 import dbapi2
    except ImportError:  # no wheel for this machine: Python's own does the same, slower
        return sqlite3
    return max(dbapi2, sqlite3, key=lambda module: module.sqlite_version_info)


driver: Any = _newest()  # a DB-API module with the names of `sqlite3`
JOURNAL = "WAL" if driver.sqlite_version_info >= WAL_SAFE_FROM else "TRUNCATE"
