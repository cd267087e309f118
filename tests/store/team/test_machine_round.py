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


def test_parts_are_one_batch_that_is_undone_as_one(small) -> None:
    batch, reports, ended = machine(small), [], []
    outcomes = machine_round.write(
        small.workspace, batch, proposals(small),
        finish=lambda _, seen: ended.append(len(seen)), progress=lambda done, total, *_: reports.append((done, total)),
    )  # fmt: skip
    assert [outcome.status for outcome in outcomes] == ["saved"] * 12
    assert [outcome.item_id for outcome in outcomes] == small.items
    assert (ended, reports, batches(small.workspace)) == ([12], [(5, 12), (10, 12)], [batch.id])
    with small.workspace.engine.begin() as connection:
        assert undo.reverse_batch(connection, batch.id, small.ann).reverted == 12
    assert standing(small.workspace) == {}


def test_a_person_decides_between_two_parts(small) -> None:
    late = small.items[-1]

    def decide() -> None:
        with small.workspace.engine.begin() as connection:
            labels.write(connection, Batch(small.ann, "human"), [Change(late, small.classes[2])])

    outcomes = machine_round.write(small.workspace, machine(small), proposals(small), progress=at_first_pause(decide))
    assert outcomes[-1].status == "skipped"
    assert standing(small.workspace)[late] == (small.classes[2], "human")
    assert len(standing(small.workspace)) == 12


def test_what_is_leased_meanwhile_stays(small) -> None:
    late = small.items[-3:]

    def lease() -> None:
        with small.workspace.engine.begin() as connection:
            leases.claim(connection, small.ann, late)

    outcomes = machine_round.write(small.workspace, machine(small), proposals(small), progress=at_first_pause(lease))
    assert [outcome.status for outcome in outcomes] == ["saved"] * 9 + ["held"] * 3
    assert sorted(standing(small.workspace)) == small.items[:-3]


def test_a_round_that_is_taken_back_meanwhile_stops(small) -> None:
    batch = machine(small)

    def take_back() -> None:
        with small.workspace.engine.begin() as connection:
            undo.reverse_batch(connection, batch.id, small.ann)

    with pytest.raises(CancelledError, match="taken back"):
        machine_round.write(small.workspace, batch, proposals(small), progress=at_first_pause(take_back))
    assert standing(small.workspace) == {}


def test_a_cancelled_round_is_a_batch_of_what_was_written(small) -> None:
    def stop(*_) -> None:
        raise CancelledError

    batch = machine(small)
    with pytest.raises(CancelledError, match="5 of 12 labels"):
        machine_round.write(small.workspace, batch, proposals(small), progress=stop)
    assert sorted(standing(small.workspace)) == small.items[:5]
    with small.workspace.engine.begin() as connection:
        undo.reverse_batch(connection, batch.id, small.ann)
    assert standing(small.workspace) == {}


def test_a_first_part_without_changes_begins_no_batch(small) -> None:
    first = machine(small)
    machine_round.write(small.workspace, first, proposals(small)[:5])
    second = machine(small)
    outcomes = machine_round.write(small.workspace, second, proposals(small))
    assert [outcome.status for outcome in outcomes] == ["unchanged"] * 5 + ["saved"] * 7
    assert set(batches(small.workspace)) == {first.id, second.id}


def test_a_round_without_labels_is_ended_too(small) -> None:
    ended = []
    assert machine_round.write(small.workspace, machine(small), [], finish=lambda _, seen: ended.append(seen)) == []
    assert (ended, batches(small.workspace)) == ([[]], [])


def test_an_error_in_a_part_leaves_the_parts_before(small) -> None:
    wrong = [*proposals(small)[:7], Change(small.items[8], 10**6)]
    with pytest.raises(InputError, match="no category"):
        machine_round.write(small.workspace, machine(small), wrong)
    assert sorted(standing(small.workspace)) == small.items[:5]
