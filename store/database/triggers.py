"""Triggers that hold the ledger's rules inside the database, for SQLite and PostgreSQL.

Alembic's batch mode drops triggers without a word, so every migration ends with `create`, and `missing` is asked at start-up.

- The past is never edited: UPDATE and DELETE on `label_event` are refused.
- A machine never overwrites a person: an event of a weaker source is refused where a stronger one holds the item's
  class in that facet, or holds an opinion on that very class. An undo restores, so it is exempt.
"""

from __future__ import annotations

from sqlalchemy import Connection, text

NAMES = ("label_event_no_update", "label_event_no_delete", "label_event_rank")

_RANK = (
    "CASE {column} WHEN 'human' THEN 4 WHEN 'neighbour' THEN 3 WHEN 'import' THEN 2 WHEN 'head' THEN 1 "
    "WHEN 'zero_shot' THEN 1 ELSE 9 END"
)
_STRONGER = f"""
    SELECT 1 FROM label_state s
    WHERE s.item_id = NEW.item_id AND s.facet_id = NEW.facet_id
      AND (s.category_id = NEW.category_id OR (s.exclusive AND s.value IN ('yes', 'unsure')))
      AND {_RANK.format(column="s.source")} > {_RANK.format(column="NEW.source")}
"""

_SQLITE = (
    "CREATE TRIGGER IF NOT EXISTS label_event_no_update BEFORE UPDATE ON label_event "
    "BEGIN SELECT RAISE(ABORT, 'label events are append-only'); END",
    "CREATE TRIGGER IF NOT EXISTS label_event_no_delete BEFORE DELETE ON label_event "
    "BEGIN SELECT RAISE(ABORT, 'label events are append-only'); END",
    "CREATE TRIGGER IF NOT EXISTS label_event_rank BEFORE INSERT ON label_event "
    f"WHEN NEW.source IN ('zero_shot', 'head', 'import', 'neighbour') AND NEW.reverts IS NULL AND EXISTS ({_STRONGER}) "
    "BEGIN SELECT RAISE(ABORT, 'a weaker source may not overwrite a stronger one'); END",
)

_POSTGRESQL = (
    "CREATE OR REPLACE FUNCTION label_event_append_only() RETURNS trigger AS $$ BEGIN "
    "RAISE EXCEPTION 'label events are append-only'; END $$ LANGUAGE plpgsql",
    "CREATE OR REPLACE TRIGGER label_event_no_update BEFORE UPDATE ON label_event "
    "FOR EACH ROW EXECUTE FUNCTION label_event_append_only()",
    "CREATE OR REPLACE TRIGGER label_event_no_delete BEFORE DELETE ON label_event "
    "FOR EACH ROW EXECUTE FUNCTION label_event_append_only()",
    "CREATE OR REPLACE FUNCTION label_event_check_rank() RETURNS trigger AS $$ BEGIN "
    "IF NEW.source IN ('zero_shot', 'head', 'import', 'neighbour') AND NEW.reverts IS NULL "
    f"AND EXISTS ({_STRONGER}) THEN "
    "RAISE EXCEPTION 'a weaker source may not overwrite a stronger one'; END IF; RETURN NEW; END $$ LANGUAGE plpgsql",
    "CREATE OR REPLACE TRIGGER label_event_rank BEFORE INSERT ON label_event "
    "FOR EACH ROW EXECUTE FUNCTION label_event_check_rank()",
)


def create(connection: Connection) -> None:
    """Create the triggers where they are missing."""
    for statement in _SQLITE if connection.dialect.name == "sqlite" else _POSTGRESQL:
        connection.execute(text(statement))


def missing(connection: Connection) -> list[str]:
    """Names of the triggers that should exist and do not."""
    if connection.dialect.name == "sqlite":
        query = "SELECT name FROM sqlite_master WHERE type = 'trigger'"
    else:
        query = "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgrelid = CAST('label_event' AS regclass)"
    found = {row[0] for row in connection.execute(text(query))}
    return [name for name in NAMES if name not in found]
