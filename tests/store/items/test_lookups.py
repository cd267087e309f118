"""Lookups by many names take the index of names, however many items of the kind there are."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import event

from store.database.connection import Connection
from store.items import file_names, items
from store.items.items import NewItem
from store.workspace import Workspace

LOOKUPS: dict[str, Callable[[Connection], object]] = {
    "named": lambda connection: items.named(connection, "image", ["a.jpg", "b.jpg"]),
    "without_file": lambda connection: items.without_file(connection, ["a.jpg", "b.jpg"]),
    "at_paths": lambda connection: items.at_paths(connection, "image", ["/x/a.jpg"]),
    "known": lambda connection: items.known(connection, "image", ["00", "11"]),
    "handles": lambda connection: file_names.handles(connection, [1, 2]),
}


@pytest.fixture
def filled(empty: Workspace) -> Workspace:
    with empty.engine.begin() as connection:
        items.add(connection, [NewItem("image", f"/x/{name}.jpg", f"{name}.jpg") for name in "abcd"])
    return empty


@pytest.mark.parametrize("name", LOOKUPS)
def test_no_lookup_walks_all_items_of_a_kind(filled: Workspace, name: str) -> None:
    assert filled.engine.dialect.name == "sqlite", "PostgreSQL chooses by its statistics"
    plans: list[str] = []

    def explain(connection: Any, cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        if "FROM item" in statement:
            raw = connection.connection.cursor()
            raw.execute(f"EXPLAIN QUERY PLAN {statement}", parameters)
            plans.extend(str(row[3]) for row in raw.fetchall())

    event.listen(filled.engine, "before_cursor_execute", explain)
    with filled.read() as connection:
        LOOKUPS[name](connection)
    event.remove(filled.engine, "before_cursor_execute", explain)
    reads = [plan for plan in plans if plan.startswith(("SEARCH item", "SCAN item"))]
    assert reads
    assert not [
        plan
        for plan in reads
        if plan.startswith("SCAN") or plan.endswith("(kind=?)") or ("sha256=?" in plan and name != "known")
    ]


def test_what_is_looked_up_is_right(filled: Workspace) -> None:
    with filled.engine.begin() as connection:
        items.add(
            connection, [NewItem("image", "/x/e.jpg", "e.jpg", sha256="ee"), NewItem("video", "/x/a.jpg", "v.mp4")]
        )
    with filled.read() as connection:
        assert items.named(connection, "image", ["a.jpg", "e.jpg", "v.mp4", "z"]) == {"a.jpg", "e.jpg"}
        assert items.without_file(connection, ["a.jpg", "e.jpg"]) == {"a.jpg": 1}
        assert [row.name for row in items.at_paths(connection, "image", ["/x/a.jpg"])] == ["a.jpg"]
