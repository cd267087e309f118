"""The same store on PostgreSQL."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import delete, select
from sqlalchemy.exc import DBAPIError

from errors import StoreError
from store import workspace
from store.database import schema, triggers
from store.items import items
from store.ledger import labels, undo
from store.ledger.events import Batch, Change
from store.project import taxonomy
from store.team import actors


def test_ledger_guards_and_undo_on_postgresql(tmp_path: Path, postgresql: str) -> None:
    opened = workspace.create(tmp_path / "ws", database_url=postgresql)
    with opened.engine.begin() as connection:
        assert triggers.missing(connection) == []
        new = [items.NewItem("image", f"/x/{k}.jpg", f"{k}.jpg", sha256=f"{k:064d}") for k in range(200)]
        ids = items.add(connection, new)
        one, two, three = (taxonomy.add(connection, name) for name in "abc")
        ann = actors.id_of(connection, "Ann")

    def write(source: str, chosen: list[int], category: int, version: int | None = None) -> tuple[str, set[str]]:
        batch = Batch(ann, source)
        with opened.engine.begin() as connection:
            outcomes = labels.write(connection, batch, [Change(i, category, version=version) for i in chosen])
        return batch.id, {outcome.status for outcome in outcomes}

    write("zero_shot", ids, one)
    batch, saved = write("human", ids[:100], two, version=1)
    assert saved == {"saved"}
    assert write("human", ids[:1], three, version=1)[1] == {"conflict"}
    assert write("head", ids, three)[1] == {"saved", "skipped"}
    with opened.engine.begin() as connection:
        assert undo.reverse_batch(connection, batch, ann).reverted == 100
    with opened.read() as connection:
        rows = connection.execute(select(schema.label_state))
        state = {(row.item_id, row.category_id): (row.value, row.source, row.event_id) for row in rows}
        assert undo.replay(connection) == state
    with pytest.raises(DBAPIError, match="append-only"), opened.engine.begin() as connection:
        connection.execute(delete(schema.label_event))
    opened.engine.dispose()


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("nonsense", "is not a database address"),
        ("mysql+pymysql://x/y", "pymysql of that database is not installed"),
        ("postgresql+psycopg://a@/none?host=/nowhere", "SCENELOOP_DATABASE_URL"),
    ],
)
def test_a_database_that_cannot_be_used_says_what_to_do(tmp_path: Path, url: str, message: str) -> None:
    with pytest.raises(StoreError, match=message):
        workspace.create(tmp_path / "ws", database_url=url)
