"""Lists of ids as one parameter, and rows that are inserted by columns."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest
from sqlalchemy import insert, select
from sqlalchemy.dialects import postgresql
from sqlalchemy.exc import IntegrityError, StatementError

from store.database import schema
from store.database.bulk import among, insert_columns
from store.ledger import labels
from store.ledger.events import Batch, Change

_NAMED = select(schema.actor.c.id).where(among(schema.actor.c.id, "ids")).order_by(schema.actor.c.id)


def test_one_parameter_holds_any_number_of_ids(small) -> None:
    with small.workspace.engine.begin() as connection:
        every = connection.execute(select(schema.actor.c.id).order_by(schema.actor.c.id)).scalars().all()
        for ids, expected in ((range(100_000), every), (every[:1], every[:1]), ([], []), ((), [])):
            assert connection.execute(_NAMED, {"ids": ids}).scalars().all() == expected


def test_ids_that_are_no_integers_of_python_are_refused(small) -> None:
    with pytest.raises(StatementError, match="not JSON serializable"), small.workspace.read() as connection:
        connection.execute(_NAMED, {"ids": [np.int64(1)]})
    with pytest.raises(TypeError), small.workspace.engine.begin() as connection:
        insert_columns(connection, schema.label_event, {"displaced": [[np.int64(1)]]})


def test_postgresql_reads_the_same_list() -> None:
    message = " ".join(str(_NAMED.compile(dialect=postgresql.dialect())).split())
    assert "actor.id IN (SELECT CAST(value AS BIGINT) FROM json_array_elements_text(CAST(%(ids)s" in message


def test_rows_by_columns_are_those_of_a_plain_insert(small) -> None:
    zone = dt.timezone(dt.timedelta(hours=8))
    times = [dt.datetime(2026, 1, 2, 3, 4, 5, 6, dt.UTC), dt.datetime(2026, 1, 2, 3, 4, 5, tzinfo=zone)]
    content = [{"a": [1, "ü"]}, {"a": None}]
    rows = [
        {"number": 50 + k, "content": content[k], "note": "", "actor_id": small.ann, "at": times[k]} for k in (0, 1)
    ]
    with small.workspace.engine.begin() as connection:
        table = schema.prompt_version
        connection.execute(insert(table), rows)
        insert_columns(
            connection,
            table,
            {name: [row[name] if name != "number" else row[name] + 2 for row in rows] for name in rows[0]},
        )
        query = select(table.c.content, table.c.note, table.c.actor_id, table.c.at).where(table.c.number >= 50)
        result = connection.execute(query.order_by(table.c.number)).all()
        insert_columns(connection, table, {"number": [], "note": []})  # nothing is nothing
    assert result[:2] == result[2:]
    assert [row.at for row in result[:2]] == times


def test_what_an_event_displaced_is_the_text_that_json_writes(small) -> None:
    item, (a, b, _) = small.items[0], small.classes
    with small.workspace.engine.begin() as connection:
        for category in (a, b):
            labels.write(connection, Batch(small.ann, "human"), [Change(item, category)])
        raw = connection.exec_driver_sql("SELECT id, displaced FROM label_event ORDER BY id").all()
        ids = (
            connection.execute(select(schema.label_event.c.displaced).order_by(schema.label_event.c.id)).scalars().all()
        )
    assert [text for _, text in raw] == ["[]", f"[{raw[0][0]}]"]
    assert ids == [[], [raw[0][0]]]


def test_a_row_that_the_database_refuses_leaves_none_of_its_fellows(small) -> None:
    columns = {"name": ["one", "two", "one"], "created_at": [schema.now()] * 3}
    with pytest.raises(IntegrityError), small.workspace.engine.begin() as connection:
        insert_columns(connection, schema.actor, columns)
    with small.workspace.read() as connection:
        assert "two" not in connection.execute(select(schema.actor.c.name)).scalars().all()
