"""Working together on the demo workspace: leased batches, practice, agreement, guidelines."""

from __future__ import annotations

import datetime as dt
import threading
import uuid
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from sqlalchemy import select, update

from errors import InputError
from labeling import workspace_meta
from labeling.neighbours import item_detail
from labeling.review import decisions, grid, guidelines, history, next_batch, practice, second_opinion, stop_meter
from labeling.review.grid import TileQuery
from labeling.snapshot.snapshot import Snapshot
from labeling.snapshot.subject import Images
from store.database import schema
from store.team import actors
from store.workspace import open_workspace

OPEN = TileQuery(order="next", states=("none", "machine"), limit=30)


def operation(kind, tiles, category=None, **more):
    items = [{"id": tile["id"], "version": tile["version"]} for tile in tiles]
    return {"id": str(uuid.uuid4()), "kind": kind, "items": items, "category": category, **more}


def label(snapshot, actor, tiles, category):
    return decisions.apply(snapshot, [operation("label", tiles, category)], actor)["acks"][0]


def ids(page):
    return [tile["id"] for tile in page["tiles"] if not tile.get("practice")]


def page(snapshot, **query):
    return grid.tiles(snapshot, TileQuery(**query))["tiles"]


def classes(snapshot):
    return [category.id for category in snapshot.categories.classes()]


def test_two_people_get_different_batches_and_a_reload_shows_the_same(demo_snapshot) -> None:
    ann, bob = next_batch.deal(demo_snapshot, OPEN, "Ann"), next_batch.deal(demo_snapshot, OPEN, "Bob")
    assert len(ids(ann)) == len(ids(bob)) == 30
    assert not set(ids(ann)) & set(ids(bob))
    assert bob["leased_by_others"] == 30
    assert ids(next_batch.deal(demo_snapshot, OPEN, "Ann")) == ids(ann)
    assert ann["total"] == 300
    until = dt.datetime.fromisoformat(ann["leased_until"])
    assert 14 < (until - dt.datetime.now(dt.UTC)).total_seconds() / 60 <= 15
    lease = item_detail.item(demo_snapshot, ids(ann)[0])["lease"]
    assert lease["actor"] == "Ann"


@pytest.mark.parametrize("folder", ["root", "root_on_postgresql"])
def test_ten_people_who_press_next_together_all_get_a_batch(folder: str, request: pytest.FixtureRequest) -> None:
    opened = open_workspace(request.getfixturevalue(folder) / "demo")
    snapshot, query = Snapshot(opened), replace(OPEN, limit=2)
    barrier = threading.Barrier(10)

    def press(name: str) -> list[int]:
        barrier.wait()
        return ids(next_batch.deal(snapshot, query, name))

    with ThreadPoolExecutor(10) as pool:
        batches = list(pool.map(press, [f"person {k}" for k in range(10)]))
    opened.engine.dispose()
    assert all(batches)
    dealt = [number for batch in batches for number in batch]
    assert len(set(dealt)) == len(dealt)


def test_what_was_decided_leaves_the_batch_and_a_fresh_one_leaves_what_was_skipped(demo_snapshot) -> None:
    first = next_batch.deal(demo_snapshot, OPEN, "Ann")
    label(demo_snapshot, "Ann", first["tiles"][:20], classes(demo_snapshot)[0])
    again = next_batch.deal(demo_snapshot, OPEN, "Ann")
    left = ids(first)[20:]
    assert [number for number in ids(again) if number in left] == left
    fresh = next_batch.deal(demo_snapshot, OPEN, "Ann", fresh=True)
    assert not set(ids(fresh)) & set(left)


def test_a_lease_that_ran_out_is_dealt_to_the_next(demo_snapshot) -> None:
    ann = next_batch.deal(demo_snapshot, OPEN, "Ann")
    with demo_snapshot.workspace.engine.begin() as connection:
        connection.execute(update(schema.lease).values(until=schema.now() - dt.timedelta(minutes=1)))
    assert ids(next_batch.deal(demo_snapshot, OPEN, "Bob")) == ids(ann)


def test_the_last_ones_are_dealt_again_to_who_skipped_them(demo_snapshot) -> None:
    rest = tuple(tile["id"] for tile in page(demo_snapshot, limit=3))
    query = TileQuery(order="next", states=("none", "machine"), ids=rest)
    assert sorted(ids(next_batch.deal(demo_snapshot, query, "Ann"))) == sorted(rest)
    assert sorted(ids(next_batch.deal(demo_snapshot, query, "Ann", fresh=True))) == sorted(rest)
    assert ids(next_batch.deal(demo_snapshot, query, "Bob")) == []


def test_a_doubtful_audit_decision_comes_back_to_be_confirmed_also_under_the_filter(demo_snapshot, truth) -> None:
    names = {category.id: category.name for category in demo_snapshot.categories.classes()}
    for tile in page(demo_snapshot, split="audit", limit=100):
        wrong = next(number for number in names if number != (tile["proposed"] or tile["category"]))
        label(demo_snapshot, "Ann", [tile], wrong)
    waiting = {int(demo_snapshot.labels.board().ids[row]) for row in stop_meter.pending(Images(demo_snapshot))}
    assert waiting
    assert waiting & set(ids(next_batch.deal(demo_snapshot, OPEN, "Ann")))


def test_practice_is_mixed_in_scored_and_never_a_label(demo_snapshot) -> None:
    nature, game, _ = classes(demo_snapshot)
    known = page(demo_snapshot, order="confidence", classes=(nature,), split="train", limit=8)
    label(demo_snapshot, "Ann", known, nature)
    label(demo_snapshot, "Bob", [{**tile, "version": tile["version"] + 1} for tile in known[:5]], nature)
    label(demo_snapshot, "Bob", [{**known[5], "version": known[5]["version"] + 1}], game)
    guidelines.show(demo_snapshot, nature, known[6]["id"], "practice", "Ann")
    agreed_ids = {tile["id"] for tile in known[:5]} | {known[6]["id"]}
    dealt = next_batch.deal(demo_snapshot, OPEN, "Cyd")
    shown = [tile for tile in dealt["tiles"] if tile.get("practice")]
    assert {tile["id"] for tile in shown} == agreed_ids
    assert all((tile["state"], tile["actor"]) == ("machine", None) for tile in shown)
    assert len({tile["id"] for tile in dealt["tiles"]}) == len(dealt["tiles"]), "no image twice"
    assert not [tile for tile in next_batch.deal(demo_snapshot, OPEN, "Ann")["tiles"] if tile.get("practice")]
    with demo_snapshot.workspace.read() as connection:
        before = connection.execute(select(schema.label_event.c.id)).all()
    right = operation("practice", shown[:2], nature)
    ack = decisions.apply(demo_snapshot, [right], "Cyd")["acks"][0]
    assert [item["practice"] for item in ack["items"]] == [{"right": True, "category": nature}] * 2
    assert decisions.apply(demo_snapshot, [right], "Cyd")["acks"][0] == ack
    wrong = decisions.apply(demo_snapshot, [operation("practice", shown[2:3], game)], "Cyd")["acks"][0]
    assert wrong["items"][0]["practice"] == {"right": False, "category": nature}
    not_this = decisions.apply(demo_snapshot, [operation("practice", shown[3:4], refused=game)], "Cyd")["acks"][0]
    assert not_this["items"][0]["practice"]["right"] is True
    with demo_snapshot.workspace.read() as connection:
        assert connection.execute(select(schema.label_event.c.id)).all() == before
    score = history.recent(Images(demo_snapshot), "Cyd")["practice"]
    assert score == {"answered": 4, "right": 3, "of": 20, "classes": [{"category": nature, "answered": 4, "right": 3}]}
    left = {tile["id"] for tile in next_batch.deal(demo_snapshot, OPEN, "Cyd")["tiles"] if tile.get("practice")}
    assert left == agreed_ids - {tile["id"] for tile in shown[:4]}


def test_an_open_image_to_practise_on_is_shown_once(demo_snapshot) -> None:
    first = next_batch.deal(demo_snapshot, OPEN, "Bob")["tiles"][0]
    guidelines.show(demo_snapshot, classes(demo_snapshot)[0], first["id"], "practice", "Ann")
    shown = [tile for tile in next_batch.deal(demo_snapshot, OPEN, "Bob")["tiles"] if tile["id"] == first["id"]]
    assert [tile.get("practice") for tile in shown] == [True]


def test_somebody_who_has_practised_gets_no_more(demo_snapshot) -> None:
    nature = classes(demo_snapshot)[0]
    known = page(demo_snapshot, limit=practice.LENGTH + 4)
    for tile in known:
        guidelines.show(demo_snapshot, nature, tile["id"], "practice", "Ann")
    for start in (0, 10):
        decisions.apply(demo_snapshot, [operation("practice", known[start : start + 10], nature)], "Cyd")
    assert not [tile for tile in next_batch.deal(demo_snapshot, OPEN, "Cyd")["tiles"] if tile.get("practice")]


def test_an_image_that_is_no_practice_image_is_refused_and_the_labels_beside_it_are_kept(demo_snapshot) -> None:
    one, two = page(demo_snapshot, limit=2)
    nature = classes(demo_snapshot)[0]
    acks = decisions.apply(
        demo_snapshot, [operation("practice", [one], nature), operation("label", [two], nature)], "Cyd"
    )["acks"]
    assert [ack["status"] for ack in acks] == ["refused", "saved"]
    with demo_snapshot.workspace.engine.begin() as connection:
        assert practice.score(connection, actors.id_of(connection, "Cyd")) is None


def test_agreement_counts_each_pair_and_the_first_two_labels(demo_snapshot) -> None:
    nature, game, document = classes(demo_snapshot)
    tiles = page(demo_snapshot, limit=6)
    assert second_opinion.of(demo_snapshot.workspace) == {"all": None, "pairs": []}
    for actor, answer in (
        ("Ann", [nature, nature, game, game, document, document]),
        ("Bob", [nature, nature, game, document, document, document]),
    ):
        versions = {
            tile["id"]: tile["version"]
            for tile in page(demo_snapshot, order="given", ids=tuple(t["id"] for t in tiles))
        }
        for tile, category in zip(tiles, answer, strict=True):
            label(demo_snapshot, actor, [{**tile, "version": versions[tile["id"]]}], category)
    result = second_opinion.of(demo_snapshot.workspace)
    assert result["pairs"][0]["people"] == ["Ann", "Bob"]
    assert (result["all"]["items"], result["all"]["disagreements"], result["all"]["ids"]) == (6, 1, [tiles[3]["id"]])
    assert result["all"]["kappa"] == pytest.approx(0.75)
    assert result["pairs"][0]["kappa"] == pytest.approx(0.75)


def test_a_second_opinion_leaves_out_ones_own(demo_snapshot) -> None:
    nature, tiles = classes(demo_snapshot)[0], page(demo_snapshot, limit=4)
    label(demo_snapshot, "Ann", tiles[:2], nature)
    label(demo_snapshot, "Bob", tiles[2:], nature)
    ann = workspace_meta.meta(demo_snapshot, "Ann")["me"]
    shown = page(demo_snapshot, states=("person",), not_actors=(ann,))
    assert {tile["id"] for tile in shown} == {tile["id"] for tile in tiles[2:]}


def test_guidelines_hold_words_examples_and_counter_examples(demo_snapshot) -> None:
    nature, game, _ = classes(demo_snapshot)
    one, two = page(demo_snapshot, limit=2)
    batch = guidelines.write(demo_snapshot, nature, "  Land without buildings. ", "Ann")
    assert guidelines.write(demo_snapshot, nature, "Land without buildings.", "Ann") is None
    guidelines.show(demo_snapshot, nature, one["id"], "example", "Ann")
    guidelines.show(demo_snapshot, nature, two["id"], "counter", "Ann")
    guidelines.show(demo_snapshot, game, two["id"], "example", "Ann")
    guidelines.show(demo_snapshot, game, two["id"], "example", "Ann", on=False)
    listed = {row["category"]: row for row in guidelines.listed(demo_snapshot)["guidelines"]}
    assert listed[nature]["text"] == "Land without buildings."
    assert [tile["id"] for tile in listed[nature]["examples"]] == [one["id"]]
    assert [tile["id"] for tile in listed[nature]["counters"]] == [two["id"]]
    assert listed[game]["examples"] == []
    decisions.undo(demo_snapshot, "Ann", batch)
    assert {row["category"]: row["text"] for row in guidelines.listed(demo_snapshot)["guidelines"]}[nature] == ""
    with pytest.raises(InputError, match="2,000"):
        guidelines.write(demo_snapshot, nature, "x" * 2001, "Ann")
