"""Several people, machines and files work in any order: nothing acknowledged is lost, no machine overwrites a person, state is replay."""

from __future__ import annotations

import itertools
import uuid
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, select

from errors import InputError
from labeling.review import decisions
from labeling.snapshot.snapshot import Snapshot
from store.database import schema
from store.items import vectors
from store.ledger import labels, undo
from store.ledger.events import Batch, Change
from store.team import actors, people

PEOPLE = ("Ann", "Bob", "Cyd")
KINDS = ("label", "label", "label", "reject", "unsure", "clear")


@pytest.fixture
def snapshot(small: Any) -> Snapshot:
    """Twelve items with vectors of their own and three classes; nobody needs a model."""
    rows = np.eye(12, 16, dtype=np.float32)
    with small.workspace.engine.begin() as connection:
        encoder = vectors.add_encoder(connection, fingerprint="f", name="n", spec="vectors:n", dim=16)
        vectors.use_encoder(connection, encoder)
        shard = vectors.write_shard(small.workspace.folder("vectors"), rows)
        vectors.record(connection, encoder, shard, small.items)
    return Snapshot(small.workspace)


def events(connection: Connection) -> dict[int, tuple[Any, ...]]:
    return {row.id: tuple(map(repr, row)) for row in connection.execute(select(schema.label_event))}


def state(connection: Connection) -> dict[tuple[int, int], tuple[str, str, int]]:
    rows = connection.execute(select(schema.label_state))
    return {(row.item_id, row.category_id): (row.value, row.source, row.event_id) for row in rows}


def of_people(standing: dict[tuple[int, int], tuple[str, str, int]]) -> dict[tuple[int, int], tuple[str, str, int]]:
    return {key: row for key, row in standing.items() if row[1] in ("human", "neighbour")}


class Work:
    """People with their own, perhaps stale, view of the versions; everything they were told is remembered."""

    def __init__(self, snapshot: Snapshot, classes: list[int]) -> None:
        self.snapshot, self.classes = snapshot, classes
        self.items = snapshot.ids.tolist()
        self.seen: dict[str, dict[int, int]] = {name: {} for name in PEOPLE}
        self.told: list[tuple[str, int]] = []  # (batch, item) that was acknowledged as saved
        self.sent: list[tuple[str, dict[str, Any], dict[str, Any]]] = []
        self.batches: list[str] = []

    def look(self, who: str) -> None:
        board = self.snapshot.labels.board()
        self.seen[who] = dict(zip(board.ids.tolist(), board.version.tolist(), strict=True))

    def decide(self, who: str, kind: str, places: list[int], category: int, bulk: bool) -> None:
        items = [self.items[place] for place in sorted(set(places))]
        wish = {
            "id": str(uuid.uuid4()), "kind": kind, "category": self.classes[category], "bulk": bulk, "reason": "why" if kind == "unsure" else None,
            "source": "neighbour" if bulk else "human", "items": [{"id": n, "version": self.seen[who].get(n, 0)} for n in items],
        }  # fmt: skip
        ack = decisions.apply(self.snapshot, [wish], who)["acks"][0]
        for item in ack["items"]:
            self.seen[who][item["id"]] = item["version"]
            if item["status"] == "saved" and kind != "clear":
                self.told.append((ack["batch"], item["id"]))
        self.sent.append((who, wish, ack))
        if ack["batch"]:
            self.batches.append(ack["batch"])

    def resend(self, which: int) -> None:
        if self.sent:
            who, wish, ack = self.sent[which % len(self.sent)]
            assert decisions.apply(self.snapshot, [wish], who)["acks"][0] == ack

    def undo(self, who: str, which: int) -> None:
        if self.batches:
            try:
                done = decisions.undo(self.snapshot, who, self.batches[which % len(self.batches)])
            except InputError:
                return
            self.batches.append(done["batch"])

    def machine(self, source: str, category: int) -> None:
        with self.snapshot.workspace.engine.begin() as connection:
            batch = Batch(actors.id_of(connection, people.MACHINE), source, "propose", head_id=len(self.sent))
            labels.write(connection, batch, [Change(n, self.classes[category]) for n in self.items])


person = st.sampled_from(PEOPLE)
place = st.lists(st.integers(0, 11), min_size=1, max_size=6)
step = st.one_of(
    st.tuples(st.just("decide"), person, st.sampled_from(KINDS), place, st.integers(0, 2), st.booleans()),
    st.tuples(st.just("look"), person),
    st.tuples(st.just("undo"), person, st.integers(0, 20)),
    st.tuples(st.just("resend"), st.integers(0, 20)),
    st.tuples(st.just("machine"), st.sampled_from(["head", "zero_shot", "import"]), st.integers(0, 2)),
)


@given(st.lists(step, max_size=16))
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_nothing_acknowledged_is_lost_and_no_machine_overwrites_a_person(
    small: Any, snapshot: Snapshot, steps: list[Any]
) -> None:
    work = Work(snapshot, small.classes)
    for name, *arguments in steps:
        with snapshot.workspace.read() as connection:
            past, standing = events(connection), state(connection)
        getattr(work, name)(*arguments)
        with snapshot.workspace.read() as connection:
            now, after = events(connection), state(connection)
            assert past.items() <= now.items(), "an event is never edited or lost"
            assert undo.replay(connection) == after
            query = select(schema.label_event.c.batch_id, schema.label_event.c.item_id)
            stored = {(row.batch_id, row.item_id) for row in connection.execute(query)}
        assert set(work.told) <= stored, "what was acknowledged is in the ledger"
        if name in ("machine", "look", "resend"):
            assert of_people(standing).items() <= of_people(after).items()
        if name == "resend":
            assert now == past
        if name == "decide" and arguments[4]:  # through neighbours: a person's own decision stays as well
            human = {key: row for key, row in standing.items() if row[1] == "human"}
            assert human.items() <= after.items()


@given(st.lists(st.tuples(person, st.sampled_from(KINDS[2:]), st.integers(0, 2)), min_size=1, max_size=8))
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_stale_decision_is_told_and_changes_nothing(
    small: Any, snapshot: Snapshot, decisions: list[tuple[str, str, int]]
) -> None:
    work = Work(snapshot, small.classes)
    for name in PEOPLE:
        work.look(name)
    newest = work.seen["Ann"][work.items[0]]
    for who, kind, category in decisions:
        fresh = work.seen[who][work.items[0]] == newest
        with snapshot.workspace.read() as connection:
            before = state(connection)
        work.decide(who, kind, [0], category, bulk=False)
        ack = work.sent[-1][2]
        if not fresh:
            assert ack["status"] == "conflict"
            with snapshot.workspace.read() as connection:
                assert state(connection) == before
        newest = ack["items"][0]["version"]
        assert work.seen[who][work.items[0]] == newest


@given(st.lists(st.tuples(person, person, st.integers(0, 2)), min_size=1, max_size=5))
@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_second_look_keeps_both_opinions(small: Any, snapshot: Snapshot, rounds: list[tuple[str, str, int]]) -> None:
    work = Work(snapshot, small.classes)
    for number, (first, second, category) in zip(itertools.count(), rounds):
        item = number % len(work.items)
        work.look(first)
        work.decide(first, "unsure", [item], category, bulk=False)
        work.look(second)
        work.decide(second, "label", [item], category, bulk=False)
        with snapshot.workspace.read() as connection:
            rows = connection.execute(
                select(schema.label_event.c.value, schema.label_event.c.reason)
                .where(schema.label_event.c.item_id == work.items[item])
                .order_by(schema.label_event.c.id.desc())
                .limit(2)
            ).all()
            assert [tuple(row) for row in rows] == [("yes", None), ("unsure", "why")]
            assert undo.replay(connection) == state(connection)
