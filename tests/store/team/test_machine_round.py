"""A round in parts: one batch, one undo; people decide between two parts, and nothing of theirs is overwritten."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from errors import CancelledError, InputError
from store.database import schema
from store.ledger import labels, undo
from store.ledger.events import Batch, Change
from store.team import leases, machine_round


@pytest.fixture(autouse=True)
def parts_of_five(monkeypatch) -> None:
    monkeypatch.setattr(machine_round, "PART", 5)
    monkeypatch.setattr(machine_round, "PAUSE_S", 0.0)


def standing(workspace) -> dict[int, tuple[int, str]]:
    state = schema.label_state.c
    with workspace.read() as connection:
        rows = connection.execute(select(state.item_id, state.category_id, state.source))
        return {row[0]: (row[1], row[2]) for row in rows}


def batches(workspace) -> list[str]:
    with workspace.read() as connection:
        return list(connection.execute(select(schema.batch.c.id)).scalars())


def proposals(small, kind=0) -> list[Change]:
    return [Change(number, small.classes[kind], confidence=0.5) for number in small.items]


def machine(small) -> Batch:
    return Batch(small.machine, "zero_shot", "propose", prompt_version=1)


def at_first_pause(work):
    """A progress that does something once, between the first two parts."""
    reports: list[float] = []

    def progress(done, total, message="", losses=(), /) -> None:
        reports.append(done)
        if len(reports) == 1:
            work()

    return progress


def ended(tally) -> dict[str, int]:
    return {status: count for status in ("saved", "unchanged", "skipped", "held") if (count := tally.of(status))}


def test_parts_are_one_batch_that_is_undone_as_one(small) -> None:
    batch, reports, last = machine(small), [], []
    tally = machine_round.write(
        small.workspace, batch, iter(proposals(small)), 12,
        finish=lambda _, seen: last.append(ended(seen)), progress=lambda done, total, *_: reports.append((done, total)),
    )  # fmt: skip
    assert (ended(tally), tally.given("saved")) == ({"saved": 12}, {small.classes[0]: 12})
    assert (last, reports, batches(small.workspace)) == ([{"saved": 12}], [(5, 12), (10, 12)], [batch.id])
    with small.workspace.engine.begin() as connection:
        assert undo.reverse_batch(connection, batch.id, small.ann).reverted == 12
    assert standing(small.workspace) == {}


def test_a_person_decides_between_two_parts(small) -> None:
    late = small.items[-1]

    def decide() -> None:
        with small.workspace.engine.begin() as connection:
            labels.write(connection, Batch(small.ann, "human"), [Change(late, small.classes[2])])

    tally = machine_round.write(small.workspace, machine(small), proposals(small), 12, progress=at_first_pause(decide))
    assert ended(tally) == {"saved": 11, "skipped": 1}
    assert standing(small.workspace)[late] == (small.classes[2], "human")
    assert len(standing(small.workspace)) == 12


def test_what_is_leased_meanwhile_stays(small) -> None:
    late = small.items[-3:]

    def lease() -> None:
        with small.workspace.engine.begin() as connection:
            leases.claim(connection, small.ann, late)

    tally = machine_round.write(small.workspace, machine(small), proposals(small), 12, progress=at_first_pause(lease))
    assert ended(tally) == {"saved": 9, "held": 3}
    assert sorted(standing(small.workspace)) == small.items[:-3]


def test_a_round_that_is_taken_back_meanwhile_stops(small) -> None:
    batch = machine(small)

    def take_back() -> None:
        with small.workspace.engine.begin() as connection:
            undo.reverse_batch(connection, batch.id, small.ann)

    with pytest.raises(CancelledError, match="taken back"):
        machine_round.write(small.workspace, batch, proposals(small), 12, progress=at_first_pause(take_back))
    assert standing(small.workspace) == {}


def test_a_cancelled_round_is_a_batch_of_what_was_written(small) -> None:
    def stop(*_) -> None:
        raise CancelledError

    batch = machine(small)
    with pytest.raises(CancelledError, match="5 of 12 labels"):
        machine_round.write(small.workspace, batch, proposals(small), 12, progress=stop)
    assert sorted(standing(small.workspace)) == small.items[:5]
    with small.workspace.engine.begin() as connection:
        undo.reverse_batch(connection, batch.id, small.ann)
    assert standing(small.workspace) == {}


def test_a_first_part_without_changes_begins_no_batch(small) -> None:
    first = machine(small)
    machine_round.write(small.workspace, first, proposals(small)[:5], 5)
    second = machine(small)
    tally = machine_round.write(small.workspace, second, proposals(small), 12)
    assert ended(tally) == {"saved": 7, "unchanged": 5}
    assert set(batches(small.workspace)) == {first.id, second.id}


def test_a_clear_is_no_label_that_was_given(small) -> None:
    machine_round.write(small.workspace, machine(small), proposals(small), 12)
    cleared = [Change(number, small.classes[0], "clear") for number in small.items[:4]]
    tally = machine_round.write(small.workspace, machine(small), cleared, 4)
    assert (ended(tally), tally.given("saved")) == ({"saved": 4}, {})


def test_a_round_without_labels_is_ended_too(small) -> None:
    last = []
    tally = machine_round.write(small.workspace, machine(small), [], 0, finish=lambda _, seen: last.append(seen))
    assert (ended(tally), last, batches(small.workspace)) == ({}, [tally], [])


def test_an_error_in_a_part_leaves_the_parts_before(small) -> None:
    wrong = [*proposals(small)[:7], Change(small.items[8], 10**6)]
    with pytest.raises(InputError, match="no category"):
        machine_round.write(small.workspace, machine(small), wrong, 8)
    assert sorted(standing(small.workspace)) == small.items[:5]
