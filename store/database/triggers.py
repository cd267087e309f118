"""The triggers that hold the ledger's rules inside the database, on SQLite and PostgreSQL, and which of them are missing.

The first migration makes them. Alembic's batch mode drops triggers without a word, so a step that rebuilds a table of the ledger
makes them anew, and `missing` is asked at start-up.

- The past is never edited: UPDATE and DELETE on `label_event` are refused.
- A machine never overwrites a person: an event of a weaker source is refused where a stronger one holds the item's
  class in that facet, or holds an opinion on that very class. An undo restores, so it is exempt.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, text

NAMES = ("label_event_no_update", "label_event_no_delete", "label_event_rank")


def missing(connection: Connection, table: str = "label_event", names: Sequence[str] = NAMES) -> list[str]:
    """Names of the triggers of a table that should exist and do not."""
    if connection.dialect.name == "sqlite":
        query = "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = :table"
    else:
        query = "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgrelid = CAST(:table AS regclass)"
    trigger_names = {row[0] for row in connection.execute(text(query), {"table": table})}
    return [name for name in names if name not in trigger_names]
