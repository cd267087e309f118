"""What two servers do to one database at the same moment, on SQLite and on PostgreSQL: the same outcome, and nothing lost."""

from __future__ import annotations

import threading
import uuid
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import NullPool, create_engine, func, insert, select
from temporary_postgresql import database

import sample_data
from embedding.ingest import adding, encoder_change
from store import workspace
from store.database import schema
from store.items import items, vectors
from store.ledger import label_rows, labels, undo
from store.ledger.events import Batch, Change
from store.project import prompts, taxonomy
from store.project.prompt_set import PromptSet
from store.team import actors, leases
from store.workspace import Workspace

ROUNDS = 20
OPENINGS = 4  # rounds of a database each, made from nothing


@pytest.fixture(params=["sqlite", "postgresql"])
def address(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of an empty database of each kind."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'one.db'}"
    return str(request.getfixturevalue("postgresql"))


@pytest.fixture
def servers(address: str, tmp_path: Path) -> Iterator[list[Workspace]]:
    """Two servers' views of one workspace: a folder and a database, each with connections of its own."""
    opened = workspace.create(tmp_path / "ws", database_url=address)
    both = [opened, workspace.open_workspace(tmp_path / "ws", database_url=address)]
    yield both
    for one in both:
        one.engine.dispose()


def together(*works: Callable[[], Any]) -> list[Any]:
    """What several calls give that begin at the same moment; what one raises is raised here."""
    barrier = threading.Barrier(len(works))

    def begin(work: Callable[[], Any]) -> Any:
        barrier.wait()
        return work()

    with ThreadPoolExecutor(len(works)) as pool:
        return list(pool.map(begin, works))


def filled(opened: Workspace, count: int = 200) -> tuple[list[int], list[int], list[int]]:
    """Items, classes and people in a workspace."""
    with opened.engine.begin() as connection:
        new = [items.NewItem("image", f"/x/{k}.jpg", f"{k}.jpg", sha256=f"{k:064d}") for k in range(count)]
        ids = items.add(connection, new)
        classes = [taxonomy.add(connection, name) for name in "abc"]
        people = [actors.id_of(connection, name) for name in ("Ann", "Bob")]
    return ids, classes, people


def labelled(opened: Workspace, actor: int, wishes: list[Change]) -> list[str]:
    with opened.engine.begin() as connection:
        return [done.status for done in labels.write(connection, Batch(actor, "human"), wishes)]


def test_the_first_requests_of_somebody_new_make_one_person(servers: list[Workspace]) -> None:
    def asked(server: Workspace, name: str) -> int:
        with server.engine.begin() as connection:
            return actors.id_of(connection, name)

    for turn in range(ROUNDS):
        result = together(*[lambda s=s, turn=turn: asked(s, f"new {turn}") for s in servers * 2])
        assert len(set(result)) == 1


@pytest.mark.parametrize("labelled_before", [False, True])
def test_two_labels_of_one_item_are_one_label_and_one_conflict(servers: list[Workspace], labelled_before: bool) -> None:
    ids, classes, people = filled(servers[0])
    seen = int(labelled_before)
    if labelled_before:
        labelled(servers[0], people[0], [Change(number, classes[2]) for number in ids])
    for number in ids[:ROUNDS]:
        wishes = [[Change(number, classes[k], version=seen)] for k in (0, 1)]
        message = together(*[lambda k=k, w=wishes: labelled(servers[k], people[k], w[k]) for k in (0, 1)])
        assert sorted(message) == [["conflict"], ["saved"]]


def test_bulks_that_overlap_are_both_written(servers: list[Workspace]) -> None:
    ids, classes, people = filled(servers[0])
    for turn in range(ROUNDS):
        parts = [ids[:150], ids[:49:-1]]  # in opposite orders, which is how rows are locked against each other
        bulks = [[Change(n, classes[(turn + k) % 3]) for n in part] for k, part in enumerate(parts)]
        message = together(*[lambda k=k, b=bulks: labelled(servers[k], people[k], b[k]) for k in (0, 1)])
        assert Counter(message[0]) == Counter(message[1]) == {"saved": 150}
    with servers[0].read() as connection:
        assert connection.execute(select(func.count()).select_from(schema.label_event)).scalar() == ROUNDS * 300
        rows = connection.execute(select(schema.label_state))
        assert undo.replay(connection) == {(r.item_id, r.category_id): (r.value, r.source, r.event_id) for r in rows}


def test_nobody_shares_a_leased_item(servers: list[Workspace]) -> None:
    ids, _, people = filled(servers[0])

    def lease(k: int, wanted: list[int]) -> list[int]:
        with servers[k].engine.begin() as connection:
            return leases.claim(connection, people[k], wanted)

    for turn in range(ROUNDS):
        wanted = ids[10 * (turn % 9) : 10 * (turn % 9) + 10]
        won = together(lambda w=wanted: lease(0, w), lambda w=wanted: lease(1, w))
        assert sorted(map(len, won)) == [0, 10]


@pytest.mark.slow
def test_the_same_files_added_by_two_come_in_once(servers: list[Workspace]) -> None:
    encoder_change.change_encoder(servers[0], "built-in")
    for path in sorted(sample_data.images_folder().iterdir())[:ROUNDS]:
        done = together(*[lambda s=s, p=path: adding.add(s, [p]) for s in servers])
        assert sorted(one.added for one in done) == [0, 1]
        assert [one.quarantined for one in done] == [[], []]
    with servers[0].read() as connection:
        rows = connection.execute(select(schema.item.c.id)).scalars().all()
        assert len(rows) == vectors.count(connection, vectors.current_encoder(connection).id) == ROUNDS
    assert all(servers[0].thumb(number).is_file() for number in rows)


def test_a_reader_that_follows_the_newest_event_misses_none(servers: list[Workspace]) -> None:
    ids, classes, people = filled(servers[0], 400)
    with servers[0].read() as connection:
        facet = taxonomy.facets(connection)[0].id
    done = threading.Event()
    seen: list[int] = []

    def follow() -> None:
        newest = 0
        while True:
            last = done.is_set()
            with servers[0].read() as connection:
                seen.extend(label_rows.touched(connection, facet, newest))
                newest = label_rows.newest_event(connection)
            if last:
                return

    def write(k: int) -> None:
        for start in range(k * 200, k * 200 + 200, 10):
            labelled(servers[k], people[k], [Change(n, classes[0]) for n in ids[start : start + 10]])

    follower = threading.Thread(target=follow)
    follower.start()
    together(lambda: write(0), lambda: write(1))
    done.set()
    follower.join()
    assert sorted(set(seen)) == ids


def test_a_slower_writer_is_seen_though_a_faster_one_was_seen_before(servers: list[Workspace]) -> None:
    ids, classes, people = filled(servers[0])
    with servers[0].read() as connection:
        facet = taxonomy.facets(connection)[0].id
    slow_has_begun, fast_was_tried = threading.Event(), threading.Event()

    def slow() -> None:
        with servers[0].engine.begin() as connection:
            labels.write(connection, Batch(people[0], "human"), [Change(ids[0], classes[0])])
            slow_has_begun.set()
            fast_was_tried.wait(1.5)  # where one writes at a time the fast one waits for us

    def fast() -> int:
        slow_has_begun.wait()
        labelled(servers[1], people[1], [Change(ids[1], classes[0])])
        fast_was_tried.set()
        with servers[1].read() as connection:
            return label_rows.newest_event(connection)

    _, newest = together(slow, fast)
    with servers[1].read() as connection:
        missed = label_rows.touched(connection, facet, newest)
        events = connection.execute(select(schema.label_event.c.id)).scalars().all()
    assert missed == []
    assert sorted(events) == list(range(newest - 1, newest + 1)), "all that was written was there when it was looked at"


def test_all_statements_of_one_reading_see_one_moment(servers: list[Workspace]) -> None:
    ids, classes, people = filled(servers[0])
    count = select(func.count()).select_from(schema.label_event)
    for number in ids[:ROUNDS]:
        with servers[0].read() as connection:
            before = connection.execute(count).scalar()
            labelled(servers[1], people[0], [Change(number, classes[0])])
            assert connection.execute(count).scalar() == before


def test_two_publish_at_once_and_each_gets_a_version(servers: list[Workspace]) -> None:
    _, _, people = filled(servers[0])

    def publish(k: int) -> int:
        with servers[k].engine.begin() as connection:
            return prompts.publish(connection, PromptSet(), note="", actor_id=people[k])

    opened = [number for _ in range(ROUNDS) for number in together(lambda: publish(0), lambda: publish(1))]
    assert sorted(opened) == list(range(1, 2 * ROUNDS + 1))


def test_settings_changed_by_two_are_both_kept(servers: list[Workspace]) -> None:
    def change(k: int, turn: int) -> None:
        with servers[k].engine.begin() as connection:
            workspace.change_settings(connection, **{f"key {k} {turn}": turn})

    for turn in range(ROUNDS):
        together(lambda t=turn: change(0, t), lambda t=turn: change(1, t))
    with servers[0].read() as connection:
        assert (
            len(workspace.project_settings(connection)) == 2 * ROUNDS + 2
        )  # and where it lies, and which workspace it is


def empty_databases(address: str, tmp_path: Path) -> Iterator[str]:
    """A new database for each round: a file, or a schema of its own."""
    engine = create_engine(address, poolclass=NullPool)
    for turn in range(OPENINGS):
        if engine.dialect.name == "sqlite":
            yield f"sqlite:///{tmp_path / f'{turn}.db'}"
            continue
        with engine.begin() as connection:
            connection.exec_driver_sql(f"CREATE SCHEMA round_{turn}")
        yield f"{address}&options=-csearch_path%3Dround_{turn}"


@pytest.mark.slow
def test_two_first_openings_make_one_database(address: str, tmp_path: Path) -> None:
    for turn, url in enumerate(empty_databases(address, tmp_path)):
        paths = [tmp_path / f"{turn} {k}" for k in range(2)]
        for path in paths:
            (path / "vectors").mkdir(parents=True)
        opened = together(*[lambda p=p, u=url: workspace.open_workspace(p, database_url=u) for p in paths])
        for one in opened:
            with one.engine.begin() as connection:
                assert actors.id_of(connection, "Ann") == 1
            one.engine.dispose()


def test_a_resent_operation_is_one_operation(servers: list[Workspace]) -> None:
    def send(k: int, number: str) -> bool:
        with servers[k].engine.begin() as connection:
            table = schema.operation
            if connection.execute(select(table.c.id).where(table.c.id == number)).first():
                return False
            connection.execute(insert(table).values(id=number, answer={}, at=schema.now()))
            return True

    for _ in range(ROUNDS):
        number = str(uuid.uuid4())
        assert sorted(together(lambda n=number: send(0, n), lambda n=number: send(1, n))) == [False, True]


def test_two_workspaces_in_two_schemas_of_one_database(postgresql_server: str, tmp_path: Path) -> None:
    with database(postgresql_server) as url:
        first = workspace.create(tmp_path / "first", database_url=url)
        with first.engine.begin() as connection:
            connection.exec_driver_sql("CREATE SCHEMA second")
        second = workspace.create(tmp_path / "second", database_url=f"{url}&options=-csearch_path%3Dsecond")
        ids, classes, people = filled(second)
        with first.engine.begin():  # a writer in one does not hold up the other
            assert labelled(second, people[0], [Change(ids[0], classes[0])]) == ["saved"]
        for opened, events in ((first, 0), (second, 1)):
            with opened.read() as connection:
                assert connection.execute(select(func.count()).select_from(schema.label_event)).scalar() == events
            opened.engine.dispose()
