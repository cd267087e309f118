"""What a shown tile carries: its runner-up."""

from __future__ import annotations

import uuid

import numpy as np

from labeling.review import decisions, grid
from labeling.review.grid import TileQuery
from labeling.review.tile import runners_up
from labeling.snapshot.snapshot import Snapshot


def page(snapshot: Snapshot) -> list[dict]:
    return grid.tiles(snapshot, TileQuery(order="confidence", limit=8))["tiles"]


def test_the_runner_up_is_the_next_likely_class(demo_snapshot: Snapshot) -> None:
    linear, probabilities = demo_snapshot.classifiers.probabilities()
    for tile in page(demo_snapshot):
        row = int(np.searchsorted(demo_snapshot.ids, tile["id"]))
        likely = [linear.classes[k] for k in np.argsort(-probabilities[row])]
        assert tile["next"] == next(number for number in likely if number != tile["guess"])


def test_what_a_person_said_no_to_is_no_runner_up(demo_snapshot: Snapshot) -> None:
    first = page(demo_snapshot)[0]
    three = {category.id for category in demo_snapshot.categories.classes()}
    (third,) = three - {first["guess"], first["next"]}
    refuse(demo_snapshot, first, first["next"])
    again = next(tile for tile in page(demo_snapshot) if tile["id"] == first["id"])
    assert again["next"] == third
    refuse(demo_snapshot, again, third)
    assert next(tile for tile in page(demo_snapshot) if tile["id"] == first["id"])["next"] is None


def test_not_this_is_answered_with_the_next_likely_class_and_its_runner_up(demo_snapshot: Snapshot) -> None:
    first = page(demo_snapshot)[0]
    (third,) = {category.id for category in demo_snapshot.categories.classes()} - {first["guess"], first["next"]}
    (message,) = refuse(demo_snapshot, first, first["guess"])["items"]
    assert (message["proposed"], message["next"]) == (first["next"], third)
    (message,) = refuse(demo_snapshot, first, first["next"])["items"]
    assert (message["proposed"], message["next"]) == (third, None)
    (message,) = refuse(demo_snapshot, first, third)["items"]
    assert (message["proposed"], message["next"]) == (None, None)


def test_an_unknown_guess_has_no_runner_up(demo_snapshot: Snapshot) -> None:
    assert runners_up(demo_snapshot, np.array([0, 1]), [None, 10_000]) == [None, None]


def refuse(snapshot: Snapshot, tile: dict, category: int) -> dict:
    items = [{"id": tile["id"], "version": None}]
    operation = {"id": str(uuid.uuid4()), "kind": "reject", "category": category, "items": items}
    (answer,) = decisions.apply(snapshot, [operation], "Ann")["acks"]
    return answer
