"""Names in batches are those that all names in memory give."""

from __future__ import annotations

import hashlib

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from store.items import items
from store.items.distinct_names import DistinctNames
from store.items.file_names import Names
from store.items.items import NewItem
from store.workspace import Workspace

PARTS = st.sampled_from(
    ["a", "b", " a", "caf\u00e9", "cafe\u0301", "0.png", "1.png", "=1.png", "0.png#sha256=0123456789abcdef"]
)
PLACES = st.lists(st.tuples(st.lists(PARTS, min_size=1, max_size=4), st.integers(1, 4)), min_size=1, max_size=9)


def both(target: Workspace, ids: list[int]) -> tuple[dict[int, str], dict[int, str]]:
    with target.read() as connection, DistinctNames(connection) as distinct:
        names = Names(connection)
        half = len(ids) // 2
        return distinct.of(ids[:half]) | distinct.of(ids[half:]), {number: names.handle(number) for number in ids}


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(PLACES, st.data())
def test_names_are_those_of_all_names_in_memory(empty: Workspace, places, data) -> None:
    """Items of earlier examples stay, so that names are shared with them too."""
    with empty.engine.begin() as connection:
        start = sum(items.count(connection).values())
        new = [
            NewItem(
                "image",
                "/" + "/".join(parts),
                "/".join(parts[-own:]),
                sha256=hashlib.sha256(f"{start + k}".encode()).hexdigest(),
            )
            for k, (parts, own) in enumerate(places)
        ]
        ids = items.add(connection, new)
        further = data.draw(st.lists(st.tuples(st.sampled_from(ids), PARTS), max_size=3, unique=True))
        items.add_aliases(connection, further)
        items.mark_replaced(connection, data.draw(st.lists(st.sampled_from(ids), max_size=2, unique=True)))
    mine, wanted = both(empty, ids)
    assert mine == wanted


def test_a_temporary_file_is_made_only_where_names_are_shared(empty: Workspace) -> None:
    with empty.engine.begin() as connection:
        ids = items.add(
            connection, [NewItem("image", f"/in/{k}.png", f"{k}.png", sha256=f"{k:064x}") for k in range(3)]
        )
    with empty.read() as connection, DistinctNames(connection) as distinct:
        assert distinct.of(ids) == {ids[k]: f"{k}.png" for k in range(3)}
        assert distinct.of([]) == {}
        assert not distinct.dealt
    with empty.engine.begin() as connection:
        twin = items.add(connection, [NewItem("image", "/out/0.png", "0.png", sha256="f" * 64)])
    with empty.read() as connection, DistinctNames(connection) as distinct:
        assert distinct.of([ids[0], *twin]) == {ids[0]: "in/0.png", twin[0]: "out/0.png"}
        assert distinct.dealt
