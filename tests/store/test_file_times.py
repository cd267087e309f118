"""A workspace from before files had times is brought up to date, with what is in it."""

from __future__ import annotations

from sqlalchemy import inspect, text

from store import workspace
from store.items import items


def test_an_older_database_gets_the_columns(small) -> None:
    with small.workspace.engine.begin() as connection:
        connection.execute(text("DROP INDEX ix_item_path"))
        for column in ("mtime_ns", "replaced_at"):
            connection.execute(text(f"ALTER TABLE item DROP COLUMN {column}"))
        connection.execute(text("UPDATE alembic_version SET version_num = '0003'"))
    small.workspace.engine.dispose()
    opened = workspace.open_workspace(small.workspace.path)
    with opened.read() as connection:
        result = inspect(connection)
        assert {"mtime_ns", "replaced_at"} <= {column["name"] for column in result.get_columns("item")}
        assert "ix_item_path" in {index["name"] for index in result.get_indexes("item")}
        rows = items.get_many(connection, small.items)
        assert len(rows) == len(small.items)
        assert {(row.mtime_ns, row.replaced_at) for row in rows.values()} == {(None, None)}
    opened.engine.dispose()
