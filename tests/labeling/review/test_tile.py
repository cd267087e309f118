"""What a shown tile carries: its runner-up."""

from __future__ import annotations

import uuid

import numpy as np

from labeling.review import decisions, grid
from labeling.review.grid import TileQuery
from labeling.review.tile import runners_up
from labeling.snapshot.snapshot import Scene


def page(scene: Scene) -> list[dict]:
    return grid.tiles(scene, TileQuery(order="confidence", limit=8))["tiles"]


def test_the_runner_up_is_the_next_likely_class(demo_scene: Scene) -> None:
    linear, probabilities = demo_scene.probabilities()
    for tile in page(demo_scene):
        row = int(np.searchsorted(demo_scene.ids, tile["id"]))
        likely = [linear.classes[k] for k in np.argsort(-probabilities[row])]
        assert tile["next"] == next(number for number in likely if number != tile["guess"])


def test_what_a_person_said_no_to_is_no_runner_up(demo_scene: Scene) -> None:
    first = page(demo_scene)[0]
    three = {category.id for category in demo_scene.classes()}
    (third,) = three - {first["guess"], first["next"]}
    refuse(demo_scene, first, first["next"])
    again = next(tile for tile in page(demo_scene) if tile["id"] == first["id"])
    assert again["next"] == third
    refuse(demo_scene, again, third)
    assert next(tile for tile in page(demo_scene) if tile["id"] == first["id"])["next"] is None


def test_not_this_is_answered_with_the_next_likely_class_and_its_runner_up(demo_scene: Scene) -> None:
    first = page(demo_scene)[0]
    (third,) = {category.id for category in demo_scene.classes()} - {first["guess"], first["next"]}
    (told,) = refuse(demo_scene, first, first["guess"])["items"]
    assert (told["proposed"], told["next"]) == (first["next"], third)
    (told,) = refuse(demo_scene, first, first["next"])["items"]
    assert (told["proposed"], told["next"]) == (third, None)
    (told,) = refuse(demo_scene, first, third)["items"]
    assert (told["proposed"], told["next"]) == (None, None)


def test_an_unknown_guess_has_no_runner_up(demo_scene: Scene) -> None:
    assert runners_up(demo_scene, np.array([0, 1]), [None, 10_000]) == [None, None]


def refuse(scene: Scene, tile: dict, category: int) -> dict:
    items = [{"id": tile["id"], "version": None}]
    operation = {"id": str(uuid.uuid4()), "kind": "reject", "category": category, "items": items}
    (answer,) = decisions.apply(scene, [operation], "Ann")["acks"]
    return answer
