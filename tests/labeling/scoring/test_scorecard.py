"""A prompt that belongs to another class is named; honest ones are not."""

from __future__ import annotations

import numpy as np
import pytest

from labeling.scoring import random_words
from labeling.scoring.scorecard import scorecard
from labeling.scoring.zero_shot import unit

CLASSES, DIM, PROMPTS = 3, 24, 5


@pytest.fixture
def world() -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Ninety items around three centres, and five prompts a class around the same."""
    random = np.random.default_rng(0)
    centres = unit(random.normal(size=(CLASSES, DIM)))
    truth = np.repeat(np.arange(CLASSES), 30)
    items = unit(centres[truth] + 0.2 * random.normal(size=(len(truth), DIM)))
    category = np.repeat(np.arange(CLASSES), PROMPTS)
    prompts = unit(centres[category] + 0.15 * random.normal(size=(len(category), DIM)))
    return items, truth, prompts, category


def test_good_prompts_are_not_named(world) -> None:
    items, truth, prompts, category = world
    result = scorecard(items, truth, prompts, category, scale=20.0)
    assert not any(score.hurts for score in result)
    assert all(score.low < score.gain < score.high for score in result)


def test_a_prompt_of_another_class_is_the_worst(world) -> None:
    items, truth, prompts, category = world
    planted = np.vstack([prompts, prompts[category == 2][:1]]), np.append(category, 0)
    result = scorecard(items, truth, *planted, scale=20.0)
    assert int(np.argmin([score.gain for score in result])) == len(prompts)
    assert result[-1].hurts
    assert result[-1].against == 2
    assert not any(score.hurts for score in result[:-1])


def test_without_labels_or_alone_there_is_no_gain(world) -> None:
    items, truth, prompts, category = world
    few = truth != 1
    result = scorecard(items[few], truth[few], prompts, category, scale=20.0)
    assert [score.gain is None for score in result] == [k == 1 for k in category]
    single = scorecard(items, truth, prompts[[0, 5, 6, 10, 11]], np.array([0, 1, 1, 2, 2]), scale=20.0)
    assert single[0].gain is None
    assert not single[0].hurts
    assert single[1].gain is not None


def test_random_words_are_the_same_every_time() -> None:
    assert random_words.random_words("animation_game", 3) == random_words.random_words("animation_game", 3)
    assert random_words.random_words("animation_game", 3) != random_words.random_words("animation_game", 4)
    assert random_words.random_words("animation_game", 3).startswith("animation game, ")


def test_a_paired_interval_holds_its_gain() -> None:
    before, after = np.arange(100) < 60, np.arange(100) < 80
    gain, low, high = random_words.paired(before, after)
    assert gain == pytest.approx(0.2)
    assert 0.1 < low < gain < high < 0.3
