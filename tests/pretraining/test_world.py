"""The rendered world: the same on every call, with facts that agree with each other."""

import numpy as np
import pytest

from pretraining.camera import SHIFTS, shifted
from pretraining.captions import caption
from pretraining.vocabulary import CATEGORIES, HELD_OUT, KINDS, facts, held_out
from pretraining.world import DRAWN, SEEN, TYPESET, WorldOptions, render_many, scene


def test_a_seed_gives_the_same_scene_twice_and_another_seed_another() -> None:
    first, again, other = scene(7), scene(7), scene(8)
    assert np.array_equal(np.asarray(first.image), np.asarray(again.image))
    assert first.facts == again.facts
    assert first.image.size != other.image.size or not np.array_equal(np.asarray(first.image), np.asarray(other.image))


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_every_kind_renders_with_known_facts_of_its_category(kind: str) -> None:
    drawn = scene(3, WorldOptions(kinds=(kind,), heights=(112,)))
    assert drawn.kind == kind
    assert drawn.category == KINDS[kind].category
    assert f"group:{KINDS[kind].group}" in drawn.facts
    assert drawn.facts <= set(facts())
    assert min(drawn.image.size) >= 110
    assert np.asarray(drawn.image).std() > 0


def test_there_are_enough_kinds_and_each_has_one_renderer() -> None:
    assert len(KINDS) >= 40
    assert {kind.category for kind in KINDS.values()} == set(CATEGORIES)
    assert sorted([*DRAWN, *SEEN, *TYPESET]) == sorted(KINDS)


@pytest.mark.parametrize(("kind", "fact"), sorted(HELD_OUT.items()))
def test_a_held_out_combination_can_be_drawn_and_is_recognised(kind: str, fact: str) -> None:
    drawn = scene(11, WorldOptions(kinds=(kind,), heights=(112,), forced=fact))
    assert fact in drawn.facts
    assert held_out(drawn.facts)


def test_an_ordinary_scene_is_not_held_out() -> None:
    assert not held_out(frozenset({"class:nature", "kind:forest", "time:day"}))


def test_captions_claim_only_what_is_true() -> None:
    rng = np.random.default_rng(0)
    for seed in range(12):
        known = scene(seed, WorldOptions(heights=(112,))).facts
        for _ in range(20):
            text = caption(rng, known)
            assert text.text.strip()
            assert text.claims
            assert text.claims <= known


def test_rendering_many_keeps_order_whatever_the_number_of_processes() -> None:
    seeds = [5, 3, 9]
    one, facts_one = render_many(seeds, 48)
    two, facts_two = render_many(seeds, 48, processes=2)
    assert one.shape == (3, 48, 48, 3)
    assert np.array_equal(one, two)
    assert facts_one == facts_two == [scene(seed).facts for seed in seeds]


@pytest.mark.parametrize("shift", SHIFTS)
def test_a_shift_keeps_the_size_and_changes_the_picture(shift: str) -> None:
    image = scene(2, WorldOptions(kinds=("meadow",), heights=(112,))).image
    moved = shifted(np.random.default_rng(0), image, shift)
    assert moved.size == image.size
    assert not np.array_equal(np.asarray(moved), np.asarray(image))
