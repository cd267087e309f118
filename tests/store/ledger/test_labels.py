"""The ledger: guards, versions, undo, and the equality of state and replay under random work."""

from __future__ import annotations

import datetime as dt
import time
import uuid

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, delete, func, insert, select, text, update
from sqlalchemy.exc import IntegrityError

from errors import InputError
from store.database import schema
from store.ledger import append, labels, undo
from store.ledger.events import Batch, Change
from store.project import taxonomy


def state(connection: Connection) -> dict[tuple[int, int], tuple[str, str, int]]:
    rows = connection.execute(select(schema.label_state))
    return {(row.item_id, row.category_id): (row.value, row.source, row.event_id) for row in rows}


def write(small, source, changes, **options):
    actor = small.machine if source in ("zero_shot", "head") else small.ann
    batch = Batch(actor, source, **options)
    with small.workspace.engine.begin() as connection:
        return batch.id, labels.write(connection, batch, changes)


def take_back(small, batch_id):
    with small.workspace.engine.begin() as connection:
        return undo.reverse_batch(connection, batch_id, small.ann)


def test_yes_takes_the_place_of_another_yes(small) -> None:
    item, (a, b, _) = small.items[0], small.classes
    write(small, "zero_shot", [Change(item, a, confidence=0.7)])
    write(small, "human", [Change(item, b)])
    with small.workspace.read() as connection:
        now = state(connection)
        assert [(key, value[:2]) for key, value in now.items()] == [((item, b), ("yes", "human"))]
        assert undo.replay(connection) == now


def test_machine_never_overwrites_a_person_or_an_import(small) -> None:
    (one, two, three), (a, b, _) = small.items[:3], small.classes
    write(small, "human", [Change(one, a)])
    write(small, "import", [Change(two, a)])
    _, outcomes = write(small, "head", [Change(item, b) for item in (one, two, three)], head_id=1)
    assert [outcome.status for outcome in outcomes] == ["skipped", "skipped", "saved"]


def test_a_person_s_no_blocks_that_class_only(small) -> None:
    item, (a, b, _) = small.items[0], small.classes
    write(small, "human", [Change(item, a, "no")])
    _, first = write(small, "zero_shot", [Change(item, a)], prompt_version=1)
    _, second = write(small, "zero_shot", [Change(item, b)], prompt_version=1)
    assert (first[0].status, second[0].status) == ("skipped", "saved")


def test_the_database_itself_refuses_a_weaker_source(small) -> None:
    item, (a, b, _) = small.items[0], small.classes
    batch_id, _ = write(small, "human", [Change(item, a)])
    row = {
        "uuid": "x", "batch_id": batch_id, "item_id": item, "facet_id": 1, "category_id": b, "value": "yes", "source": "head",
        "actor_id": small.machine, "at": schema.now(), "version": 9, "displaced": [],
    }  # fmt: skip
    with pytest.raises(IntegrityError, match="stronger"), small.workspace.engine.begin() as connection:
        connection.execute(insert(schema.label_event).values(**row))


@pytest.mark.parametrize("statement", [update(schema.label_event).values(value="no"), delete(schema.label_event)])
def test_the_past_cannot_be_edited(small, statement) -> None:
    write(small, "human", [Change(small.items[0], small.classes[0])])
    with pytest.raises(IntegrityError, match="append-only"), small.workspace.engine.begin() as connection:
        connection.execute(statement)


def test_one_yes_an_item_in_an_exclusive_facet_is_held_by_an_index(small) -> None:
    item, (a, b, _) = small.items[0], small.classes
    write(small, "human", [Change(item, a)])
    with pytest.raises(IntegrityError), small.workspace.engine.begin() as connection:
        connection.execute(
            text("INSERT INTO label_state SELECT item_id, :b, facet_id, exclusive, value, source, actor_id, at, confidence, "
                 "prompt_version, head_id, reason, event_id FROM label_state"), {"b": b},
        )  # fmt: skip


def test_a_stale_version_is_a_conflict_and_writes_nothing(small) -> None:
    item, (a, b, _) = small.items[0], small.classes
    write(small, "human", [Change(item, a, version=0)])
    _, outcomes = write(small, "human", [Change(item, b, version=0)])
    assert (outcomes[0].status, outcomes[0].version) == ("conflict", 1)
    with small.workspace.read() as connection:
        assert connection.execute(select(func.count()).select_from(schema.label_event)).scalar_one() == 1


def test_the_same_uuid_twice_is_one_event(small) -> None:
    change = Change(small.items[0], small.classes[0], uuid="9d6f")
    write(small, "human", [change])
    _, outcomes = write(small, "human", [change])
    assert outcomes[0].status == "saved"
    with small.workspace.read() as connection:
        assert connection.execute(select(func.count()).select_from(schema.label_event)).scalar_one() == 1


def test_an_unchanged_proposal_is_not_written_again(small) -> None:
    changes = [Change(item, small.classes[0]) for item in small.items]
    write(small, "zero_shot", changes, prompt_version=1)
    _, same = write(small, "zero_shot", changes, prompt_version=1)
    _, newer = write(small, "zero_shot", changes, prompt_version=2)
    assert {outcome.status for outcome in same} == {"unchanged"}
    assert {outcome.status for outcome in newer} == {"saved"}


def test_undo_restores_source_and_time_exactly(small) -> None:
    a, b, _ = small.classes
    write(small, "zero_shot", [Change(item, a, confidence=0.5) for item in small.items], prompt_version=1)
    with small.workspace.read() as connection:
        before = sorted(repr(row) for row in connection.execute(select(schema.label_state)))
    batch, _ = write(small, "neighbour", [Change(item, b) for item in small.items])
    done = take_back(small, batch)
    with small.workspace.read() as connection:
        assert sorted(repr(row) for row in connection.execute(select(schema.label_state))) == before
        assert undo.replay(connection) == state(connection)
    assert (done.reverted, done.kept) == (12, 0)


def test_undo_leaves_what_was_changed_later(small) -> None:
    a, _b, c = small.classes
    batch, _ = write(small, "human", [Change(item, a) for item in small.items[:4]])
    write(small, "human", [Change(small.items[0], c)])
    done = take_back(small, batch)
    assert (done.reverted, done.kept) == (3, 1)
    with small.workspace.read() as connection:
        assert list(state(connection)) == [(small.items[0], c)]


def test_undo_of_an_undo_brings_it_back(small) -> None:
    item, (a, b, _) = small.items[0], small.classes
    write(small, "zero_shot", [Change(item, a), Change(small.items[1], a)])
    write(small, "human", [Change(item, b, "no")])
    batch, _ = write(small, "human", [Change(item, b)])
    with small.workspace.read() as connection:
        after = state(connection)
    first = take_back(small, batch)
    take_back(small, first.batch_id)
    with small.workspace.read() as connection:
        assert state(connection) == after
        assert undo.replay(connection) == after


def test_undo_of_an_undo_leaves_a_later_label_alone(small) -> None:
    item, (a, b, _) = small.items[0], small.classes
    batch, _ = write(small, "human", [Change(item, a)])
    first = take_back(small, batch)
    write(small, "human", [Change(item, b)])
    with pytest.raises(InputError, match="left to undo"):
        take_back(small, first.batch_id)
    with small.workspace.read() as connection:
        assert list(state(connection)) == [(item, b)]


def test_a_retired_category_takes_no_label(small) -> None:
    with small.workspace.engine.begin() as connection:
        taxonomy.edit(connection, small.classes[0], retired_at=schema.now())
    with pytest.raises(InputError, match="was retired"):
        write(small, "human", [Change(small.items[0], small.classes[0])])


def test_nothing_left_to_undo_says_so(small) -> None:
    batch, _ = write(small, "human", [Change(small.items[0], small.classes[0])])
    take_back(small, batch)
    with pytest.raises(InputError, match="left to undo"):
        take_back(small, batch)
    with pytest.raises(InputError, match="no batch"):
        take_back(small, "nothing")


work = st.lists(
    st.one_of(
        st.tuples(
            st.sampled_from(["human", "neighbour", "import", "head", "zero_shot"]),
            st.lists(
                st.tuples(
                    st.integers(0, 4),
                    st.integers(0, 2),
                    st.sampled_from(["yes", "yes", "no", "unsure", "clear"]),
                ),
                min_size=1,
                max_size=5,
            ),
        ),
        st.tuples(st.just("undo"), st.integers(0, 10)),
    ),
    max_size=14,
)


@given(work)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_state_is_always_the_replay_of_the_events(small, steps) -> None:
    with small.workspace.engine.connect() as connection:
        transaction = connection.begin()
        batches: list[str] = []
        for step in steps:
            if step[0] == "undo":
                if batches:
                    before = state(connection)
                    try:
                        batches.append(
                            undo.reverse_batch(connection, batches[step[1] % len(batches)], small.ann).batch_id
                        )
                    except InputError:
                        assert state(connection) == before
            else:
                people = {key: value for key, value in state(connection).items() if value[1] == "human"}
                batch = Batch(small.ann, step[0])
                changes = [Change(small.items[i], small.classes[c], value) for i, c, value in step[1]]
                outcomes = labels.write(connection, batch, changes)
                if any(outcome.status == "saved" for outcome in outcomes):
                    batches.append(batch.id)
                if step[0] != "human":
                    assert people.items() <= state(connection).items()
            assert undo.replay(connection) == state(connection)
        transaction.rollback()


def test_a_standing_row_is_its_event_s_own(small) -> None:
    (one, two, three), (a, b, _) = small.items[:3], small.classes
    write(small, "head", [Change(item, a, confidence=0.7) for item in (one, two, three)], head_id=4, prompt_version=2)
    batch, _ = write(
        small, "human", [Change(one, b, reason="blurred"), Change(two, b, "unsure"), Change(three, b, "no")]
    )
    write(small, "human", [Change(one, a), Change(one, b)])  # of two events for one item the last one stands
    take_back(small, batch)
    event, standing = schema.label_event, schema.label_state
    with small.workspace.read() as connection:
        rows = {row.event_id: row._mapping for row in connection.execute(select(standing))}
        events = {row.id: row._mapping for row in connection.execute(select(event).where(event.c.id.in_(rows)))}
        assert undo.replay(connection) == state(connection)
    assert len(rows) == 3
    assert rows.keys() == events.keys()
    shared = set(standing.columns.keys()) & set(event.columns.keys())
    for number, row in rows.items():
        assert row["exclusive"] is True
        assert {key: row[key] for key in shared} == {key: events[number][key] for key in shared}


def test_times_are_text_that_sqlite_sorts(small) -> None:
    early, late = (dt.datetime(2026, 1, 2, 3, 4, second, micro, dt.UTC) for second, micro in ((5, 0), (5, 70)))
    zone = dt.timezone(dt.timedelta(hours=8))
    with small.workspace.engine.begin() as connection:
        for name, at in (("one", early), ("two", late.astimezone(zone))):
            connection.execute(insert(schema.actor).values(name=name, created_at=at))
        raw = connection.execute(text("SELECT created_at FROM actor WHERE name IN ('one', 'two') ORDER BY created_at"))
        assert list(raw.scalars()) == ["2026-01-02 03:04:05.000000", "2026-01-02 03:04:05.000070"]
        back = select(schema.actor.c.created_at).where(schema.actor.c.name.in_(("one", "two")))
        result = connection.execute(back.where(schema.actor.c.created_at > early)).scalars().all()
        assert result == [late]
        assert result[0].tzinfo is dt.UTC


def test_the_ledgers_own_uuids_are_of_version_7_and_each_greater_than_the_last() -> None:
    before = time.time_ns() // 1_000_000
    first = [uuid.UUID(text) for text in append.ordered_uuids(5000)]  # more than the counter of one millisecond holds
    time.sleep(0.003)
    later = [uuid.UUID(text) for text in append.ordered_uuids(500)]
    assert first + later == sorted(set(first + later))
    assert {(each.version, each.variant) for each in first + later} == {(7, uuid.RFC_4122)}
    assert before <= first[0].int >> 80 <= first[-1].int >> 80 <= before + 1000
    assert len({str(each)[20:] for each in first}) == 5000
