"""None of these as an answer: written, undone, filtered, counted, and kept by what the machine proposes later."""

from __future__ import annotations

import uuid
from typing import Any

import pytest

from labeling import overview
from labeling.neighbours import item_detail
from labeling.prompts import none_of_these
from labeling.proposals import pseudo_labels
from labeling.review import decisions, grid, history
from labeling.review.grid import TileQuery
from labeling.review.operations import Acknowledgement
from labeling.snapshot.snapshot import Snapshot
from labeling.snapshot.subject import Images
from store.ledger import events, labels
from store.ledger.events import Batch, Change
from store.team import actors


def answer(snapshot: Snapshot, kind: str, ids: list[int], **more: Any) -> Acknowledgement:
    operation = {"id": str(uuid.uuid4()), "kind": kind, "items": [{"id": number} for number in ids], **more}
    return decisions.apply(snapshot, [operation], "Ann")["acks"][0]


def shown(snapshot: Snapshot, **query: Any) -> list[int]:
    return [tile["id"] for tile in grid.tiles(snapshot, TileQuery(limit=400, **query))["tiles"]]


def test_it_takes_the_place_of_the_label_and_an_undo_brings_that_back(demo_snapshot: Snapshot) -> None:
    before = grid.tiles(demo_snapshot, TileQuery())["tiles"][0]
    given = answer(demo_snapshot, "none", [before["id"]])
    assert given["status"] == "saved"
    assert given["items"][0]["state"] == "no_class"
    assert given["items"][0]["category"] is None
    [tile] = grid.tiles(demo_snapshot, TileQuery(ids=(before["id"],)))["tiles"]
    assert (tile["state"], tile["category"], tile["source"]) == ("no_class", None, "human")
    undone = decisions.undo(demo_snapshot, "Ann")
    assert undone["undone"]["value"] == "none"
    [after] = grid.tiles(demo_snapshot, TileQuery(ids=(before["id"],)))["tiles"]
    assert (after["state"], after["category"], after["source"]) == ("machine", before["category"], before["source"])


def test_filters_counts_and_history_know_it(demo_snapshot: Snapshot) -> None:
    ids = shown(demo_snapshot)[:4]
    reviewed = grid.tiles(demo_snapshot, TileQuery())["reviewed"]
    answer(demo_snapshot, "none", ids)
    assert sorted(shown(demo_snapshot, states=("no_class",))) == sorted(ids)
    assert not set(shown(demo_snapshot, states=("none", "machine", "person", "unsure"))) & set(ids)
    every_class = tuple(category.id for category in demo_snapshot.categories.classes())
    assert not set(shown(demo_snapshot, classes=every_class)) & set(ids)
    page = grid.tiles(demo_snapshot, TileQuery())
    assert (page["no_class"], page["reviewed"]) == (4, reviewed + 4)
    assert overview.summary(demo_snapshot)["no_class"] == 4
    last = history.recent(Images(demo_snapshot), "Ann")
    assert (last["batches"][0]["value"], last["no_class"]) == ("none", 4)
    assert item_detail.item(demo_snapshot, ids[0])["history"][0]["value"] == "none"


def test_the_machine_proposes_no_class_over_it_and_a_class_takes_its_place(demo_snapshot: Snapshot) -> None:
    ids = shown(demo_snapshot)[:3]
    answer(demo_snapshot, "none", ids)
    pseudo_labels.pseudo_label(demo_snapshot)
    assert sorted(shown(demo_snapshot, states=("no_class",))) == sorted(ids)
    nature = demo_snapshot.categories.classes()[0].id
    answer(demo_snapshot, "label", ids[:1], category=nature)
    assert sorted(shown(demo_snapshot, states=("no_class",))) == sorted(ids[1:])


def test_a_bulk_answer_leaves_what_people_have_decided(demo_snapshot: Snapshot) -> None:
    first, second = shown(demo_snapshot)[:2]
    nature = demo_snapshot.categories.classes()[0].id
    answer(demo_snapshot, "label", [first], category=nature)
    given = answer(demo_snapshot, "none", [first, second], source="neighbour", bulk=True)
    assert (given["saved"], given["skipped"]) == (1, 1)
    assert shown(demo_snapshot, states=("no_class",)) == [second]


@pytest.mark.parametrize("reason", ["No class fits", " no CLASS fits "])
def test_an_unsure_that_says_so_in_words_is_the_same_answer(demo_snapshot: Snapshot, reason: str) -> None:
    item, doubtful = shown(demo_snapshot)[:2]
    nature = demo_snapshot.categories.classes()[0].id
    with demo_snapshot.workspace.engine.begin() as connection:
        batch = Batch(actors.id_of(connection, "Ann"), "human")
        labels.write(
            connection, batch, [Change(item, nature, "unsure", reason=reason), Change(doubtful, nature, "unsure")]
        )
    assert shown(demo_snapshot, states=("no_class",)) == [item]
    assert shown(demo_snapshot, states=("unsure",)) == [doubtful]
    assert events.answer("unsure", reason) == "none"
    assert none_of_these.report_lane(demo_snapshot)["none"] == 1
