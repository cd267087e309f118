"""The steps together make today's schema, and a workspace of any step comes to the newest with all that it held.

`0001.sql` to `0005.sql` are dumps (`sqlite3.Connection.iterdump`) of small workspaces, each filled by the store as it was
right before the next step: commits df47715, b93cce6, 54cc9b8, 0b9dbc0 and 822b020. Every one holds four images, a video with a
frame, a tree of three classes and an open facet, two versions of the prompts and a draft, a promoted head, a video run, a job,
and labels by machine and people. One of its batches was undone. From 0003 on it also has a reference image, a practice answer, a
lease and a saved view. 0006.sql is 0005.sql after step 0006, which only drops a table, and 0007.sql is that
after step 0007, with the features of its video.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, create_engine, inspect, text
from temporary_postgresql import database

from store import workspace
from store.database import schema, triggers
from store.database.engine import MIGRATIONS, of_file, open_database
from store.database.sqlite import driver
from store.ledger import event_reader, undo
from store.project import heads, prompts, taxonomy
from store.workspace import Workspace

DROPPED = {"segment"}  # by 0006: nothing read it
DUMPS = sorted(Path(__file__).parent.glob("*.sql"))
Rows = list[dict[str, Any]]


def described(connection: Connection) -> dict[str, Any]:
    """Each table's columns, keys and indexes, whatever their order."""
    result = inspect(connection)
    return {
        table: {
            "columns": {c["name"]: (str(c["type"]), c["nullable"], c["default"]) for c in result.get_columns(table)},
            "key": result.get_pk_constraint(table),
            "references": sorted(map(str, result.get_foreign_keys(table))),
            "unique": sorted(map(str, result.get_unique_constraints(table))),
            "indexes": sorted(str(index | {"dialect_options": options(index)}) for index in result.get_indexes(table)),
        }
        for table in result.get_table_names()
        if table != "alembic_version"
    }


def options(index: Any) -> dict[str, str]:
    return {name: str(value) for name, value in index.get("dialect_options", {}).items()}


def of_the_schema(engine: Engine) -> dict[str, Any]:
    """What today's metadata makes of an empty database."""
    with engine.begin() as connection:
        schema.metadata.create_all(connection)
        result = described(connection)
    engine.dispose()
    return result


def of_the_steps(url: str) -> dict[str, Any]:
    """What the migrations make of a database."""
    engine = open_database(url)
    with engine.connect() as connection:
        result = described(connection)
    engine.dispose()
    return result


def test_the_steps_make_the_schema_on_sqlite(tmp_path: Path) -> None:
    expected = of_the_schema(create_engine(of_file(tmp_path / "schema.db")))
    assert of_the_steps(of_file(tmp_path / "steps.db")) == expected
    assert sorted(expected) == sorted(schema.metadata.tables)


def test_the_steps_make_the_schema_on_postgresql(postgresql_server: str) -> None:
    with database(postgresql_server) as one, database(postgresql_server) as two:
        assert of_the_steps(two) == of_the_schema(create_engine(one))


@pytest.mark.parametrize("dialect", ["sqlite", "postgresql"])
def test_steps_leave_alone_what_the_first_step_used_to_make(
    dialect: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    url = request.getfixturevalue("postgresql") if dialect == "postgresql" else of_file(tmp_path / "steps.db")
    before = of_the_steps(url)
    engine = open_database(url)
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '0001'"))
    engine.dispose()
    assert of_the_steps(url) == before


def kept(dump: Path, folder: Path) -> dict[str, Rows]:
    """Make a workspace of a dump; returns the rows of its tables."""
    folder.mkdir()
    with closing(driver.connect(folder / workspace.DATABASE)) as connection:
        connection.executescript(dump.read_text(encoding="utf-8"))
        assert connection.execute("SELECT version_num FROM alembic_version").fetchall() == [(dump.stem,)]
        names = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
        return {name: rows_of(connection, name) for (name,) in names if name != "alembic_version"}


def rows_of(connection: Any, table: str) -> Rows:
    result = connection.execute(f'SELECT * FROM "{table}"')
    return [dict(zip([column[0] for column in result.description], row, strict=True)) for row in result]


def standing(rows: Rows) -> dict[tuple[int, int], tuple[str, str, int]]:
    return {(row["item_id"], row["category_id"]): (row["value"], row["source"], row["event_id"]) for row in rows}


@pytest.fixture(params=DUMPS, ids=lambda dump: dump.stem)
def migrated(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[Workspace, dict[str, Rows]]]:
    """A workspace of a step, opened by today's program, and the rows that it held before."""
    before = kept(request.param, tmp_path / "kept")
    opened = workspace.open_workspace(tmp_path / "kept")
    yield opened, before
    opened.engine.dispose()


def test_every_step_but_the_newest_has_a_kept_workspace() -> None:
    steps = [path.name[1:5] for path in sorted((MIGRATIONS / "versions").glob("v*.py"))]
    assert [dump.stem for dump in DUMPS][: len(steps) - 1] == steps[:-1]


def without_notes(row: dict[str, Any]) -> dict[str, Any]:
    """A row as it was before opening noted where workspace and program lie."""
    if "settings" not in row:
        return row
    settings = json.loads(row["settings"])
    assert set(settings.pop("places")) == {"workspace", "program"}
    assert len(settings.pop("identity")) == 32
    return {**row, "settings": json.dumps(settings)}


def test_every_row_is_as_it_was(migrated: tuple[Workspace, dict[str, Rows]]) -> None:
    opened, before = migrated
    with closing(driver.connect(opened.path / workspace.DATABASE)) as connection:
        for table, rows in before.items():
            if table in DROPPED:
                continue
            pairs = zip(rows, map(without_notes, rows_of(connection, table)), strict=True)
            assert [{name: new[name] for name in old} for old, new in pairs] == rows
            assert rows or table == "operation"


def test_labels_and_history_are_as_they_were(migrated: tuple[Workspace, dict[str, Rows]]) -> None:
    opened, before = migrated
    with opened.read() as connection:
        assert undo.replay(connection) == standing(before["label_state"])
        assert len(before["label_state"]) == 6
        history = event_reader.batches(connection)
        assert {row.id for row in history} == {row["id"] for row in before["batch"]}
        events = [event for item in before["item"] for event in event_reader.events(connection, item["id"])]
        assert len(events) == len(before["label_event"]) == 13


def test_an_old_batch_can_be_undone(migrated: tuple[Workspace, dict[str, Rows]]) -> None:
    opened, before = migrated
    batch = next(row for row in before["batch"] if row["note"] == "by hand")
    with opened.engine.begin() as connection:
        assert undo.reverse_batch(connection, batch["id"], batch["actor_id"]).reverted == 3
    with opened.read() as connection:
        rows = connection.execute(text("SELECT * FROM label_state")).mappings()
        assert undo.replay(connection) == standing([dict(row) for row in rows])


def test_tree_prompts_and_heads_are_as_they_were(migrated: tuple[Workspace, dict[str, Rows]]) -> None:
    opened, _ = migrated
    with opened.read() as connection:
        tree = taxonomy.categories(connection)
        assert [category.path for category in tree] == ["nature", "nature/tree", "document", "calm"]
        first, second = sorted(prompts.versions(connection), key=lambda version: version.number)
        assert (first.note, first.prompts.templates) == ("first", ("a photo of {name}",))
        assert (second.note, len(second.prompts.templates)) == ("second", 2)
        (draft,) = prompts.drafts(connection).values()
        assert draft.prompts.background == ("noise", "blur")
        (head,) = heads.every(connection)
        assert (head.number, head.labels, head.card) == (1, 3, {"accuracy": 0.9})
        assert heads.in_use(connection, head.encoder_id) == {head.facet_id: head}
        assert [row.kind for row in heads.rounds(connection)] == ["zero_shot"]


def test_the_guards_stand(migrated: tuple[Workspace, dict[str, Rows]]) -> None:
    opened, _ = migrated
    with opened.read() as connection:
        assert triggers.missing(connection) == []
