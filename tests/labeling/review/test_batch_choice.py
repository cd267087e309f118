"""The next batch, the stop meter and bulk accept on the demo workspace."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from errors import InputError
from labeling.review import batch_choice, bulk_accept, decisions, grid, stop_meter
from labeling.review.grid import TileQuery
from labeling.snapshot.subject import Images
from store.ledger import labels
from store.ledger.events import Batch, Change
from store.team import actors, people


def answer(snapshot, truth, tiles, number=0, order=None):
    ids = {c.name: c.id for c in snapshot.categories.classes()}
    lot = [
        {
            "id": f"{order}{number}-{t['id']}",
            "order": order,
            "kind": "label",
            "items": [{"id": t["id"], "version": t["version"]}],
            "category": ids[truth[Path(t["name"]).name]],
        }
        for t in tiles
    ]
    assert {ack["status"] for ack in decisions.apply(snapshot, lot, "Ann")["acks"]} == {"saved"}


def test_a_batch_holds_a_tenth_of_audit_items_and_goes_on(demo_snapshot, truth) -> None:
    first = grid.tiles(demo_snapshot, TileQuery(order="next", limit=40))["tiles"]
    listed = batch_choice.batch(demo_snapshot, 40)
    assert [t["name"] for t in first] == [row["file"] for row in listed]
    assert sum(row["audit"] for row in listed) == 4
    names = {c.id: c.name for c in demo_snapshot.categories.classes()}
    wrong = {t["id"] for t in first if names[t["guess"]] != truth[Path(t["name"]).name]}
    answer(demo_snapshot, truth, first)
    second = grid.tiles(demo_snapshot, TileQuery(order="next", limit=40, seed=1))["tiles"]
    again = {t["id"] for t in first} & {t["id"] for t in second}
    assert again <= wrong, "only disagreements on audit items are asked twice"
    assert len(again) <= 4


def test_the_meter_learns_from_what_was_drawn_at_random_alone(demo_snapshot, truth) -> None:
    before = stop_meter.remaining(Images(demo_snapshot))
    assert (before["audited"], before["estimate"], before["low"], before["high"]) == (0, None, 0, 300)
    assert "check 20 random images" in before["advice"]
    teach = list(grid.tiles(demo_snapshot, TileQuery(split="train", limit=100))["tiles"])
    answer(demo_snapshot, truth, teach)
    assert stop_meter.remaining(Images(demo_snapshot))["audited"] == 0
    checks = grid.tiles(demo_snapshot, TileQuery(split="audit", limit=100))["tiles"]
    answer(demo_snapshot, truth, checks, 1)
    after = stop_meter.remaining(Images(demo_snapshot))
    assert 20 <= after["audited"] <= len(checks), "most of them are like what is left"
    assert 0 <= after["low"] <= after["estimate"] <= after["high"] <= after["unseen"]
    wrong = [
        t for t in grid.tiles(demo_snapshot, TileQuery(split="audit", limit=100))["tiles"] if t["proposed"] is not None
    ]
    assert after["pending"] == len(wrong)
    if wrong:
        answer(demo_snapshot, truth, wrong, 2)
        assert stop_meter.remaining(Images(demo_snapshot))["pending"] == 0


def test_a_disagreement_that_was_decided_the_same_again_is_shown_no_more(demo_snapshot, truth) -> None:
    wrong = {"nature": "document", "document": "nature", "animation_game": "animation_game"}
    first = grid.tiles(demo_snapshot, TileQuery(limit=40))["tiles"]
    slips = {name: wrong[name_of] for name, name_of in truth.items()}
    answer(demo_snapshot, slips, first)
    query = TileQuery(order="disagreement", limit=100)
    shown = grid.tiles(demo_snapshot, query)["tiles"]
    assert {t["state"] for t in shown} == {"person"}
    assert all(t["proposed"] is not None for t in shown)
    again, other, *rest = shown
    answer(demo_snapshot, slips, [again], 1)
    names = {c.id: c.name for c in demo_snapshot.categories.classes()}
    answer(demo_snapshot, {Path(other["name"]).name: names[other["proposed"]]}, [other], 1)
    assert [t["id"] for t in grid.tiles(demo_snapshot, query)["tiles"]] == [t["id"] for t in rest]
    decisions.undo(demo_snapshot, "Ann")
    decisions.undo(demo_snapshot, "Ann")
    assert grid.tiles(demo_snapshot, query)["tiles"][0]["id"] == again["id"], "taken back, it waits again"


def test_nothing_is_accepted_without_a_spot_check(demo_snapshot, truth) -> None:
    nature = demo_snapshot.categories.classes()[0]
    lot = bulk_accept.lot(demo_snapshot, nature.id, 0.5)
    listed = bulk_accept.to_check(demo_snapshot, lot)
    assert listed["accepted"] == 0
    assert listed["error_bound"] is None
    assert len(listed["check"]) == min(60, len(lot.rows))
    assert not demo_snapshot.labels.board().person.any()
    with pytest.raises(InputError, match="spot check lacks"):
        bulk_accept.accept(demo_snapshot, lot, {}, "Ann")
    assert not demo_snapshot.labels.board().person.any()
    again = bulk_accept.lot(demo_snapshot, nature.id, 0.5)
    assert again.check.tolist() == lot.check.tolist(), "the same lot has the same check"


def test_a_lot_is_accepted_with_its_bound_and_undone_as_one(demo_snapshot, truth) -> None:
    ids = {c.name: c.id for c in demo_snapshot.categories.classes()}
    first = grid.tiles(
        demo_snapshot, TileQuery(order="confidence", classes=(ids["document"],), split="train", limit=3)
    )["tiles"]
    answer(demo_snapshot, truth, first)
    lot = bulk_accept.lot(demo_snapshot, ids["document"], 0.4)
    board = demo_snapshot.labels.board()
    answers = {int(board.ids[row]): ids[truth[Path(board.names[row]).name]] for row in lot.check}
    errors = sum(category != ids["document"] for category in answers.values())
    done = bulk_accept.accept(demo_snapshot, lot, answers, "Ann")
    assert done["errors_found"] == errors
    assert done["error_bound"] > bulk_accept.LARGE_BOUND
    assert (done["accepted"], done["left"]) == (len(lot.check) - errors, len(lot.rows) - len(lot.check))
    assert done["batch"] is None, "so many errors: the rest stays the machine's"
    decisions.undo(demo_snapshot, "Ann", None)
    done = bulk_accept.accept(demo_snapshot, lot, answers, "Ann", anyway=True)
    assert done["left"] == 0
    assert done["accepted"] == len(lot.rows) - errors
    assert done["skipped_human"] >= sum(t["proposed"] is None for t in first)
    if len(lot.rows) > len(lot.check):
        assert errors / len(lot.check) < done["error_bound"] <= 1
        before = int(demo_snapshot.labels.board().person.sum())
        assert decisions.undo(demo_snapshot, "Ann", done["batch"])["reverted"] == len(lot.rows) - len(lot.check)
        assert int(demo_snapshot.labels.board().person.sum()) < before


def test_an_unknown_class_is_refused(demo_snapshot) -> None:
    with pytest.raises(InputError, match="does not propose"):
        bulk_accept.lot(demo_snapshot, 999, 0.5)


def test_a_round_of_random_checks_gives_an_estimate_that_a_new_proposal_takes_back(demo_snapshot, truth) -> None:
    suspicious = grid.tiles(demo_snapshot, TileQuery(order="suspicion", limit=60))["tiles"]
    answer(demo_snapshot, truth, suspicious, order="suspicion")
    assert stop_meter.remaining(Images(demo_snapshot))["estimate"] is None
    waiting: set[int] = set()
    for number in range(3):
        page = grid.tiles(demo_snapshot, TileQuery(order="random", states=("machine",), limit=20))["tiles"]
        answer(demo_snapshot, truth, page, number, order="random")
        waiting |= {t["id"] for t in page}
    result = stop_meter.remaining(Images(demo_snapshot))
    assert 40 <= result["audited"] <= 80
    assert result["estimate"] is not None
    assert result["high"] < result["unseen"] // 2
    board = demo_snapshot.labels.board()
    waits = {int(board.ids[row]) for row in stop_meter.pending(Images(demo_snapshot))}
    assert waits <= waiting | set(board.ids[board.audit].tolist())
    assert len(waits) == result["pending"]
    nature, other = demo_snapshot.categories.classes()[:2]
    left = np.flatnonzero(~board.person)[:40]
    changes = [Change(int(board.ids[r]), other.id if board.category[r] == nature.id else nature.id) for r in left]
    with demo_snapshot.workspace.engine.begin() as connection:
        labels.write(connection, Batch(actors.id_of(connection, people.MACHINE), "head", "propose"), changes)
    assert stop_meter.remaining(Images(demo_snapshot))["audited"] < result["audited"], (
        "these labels are others than were checked"
    )
