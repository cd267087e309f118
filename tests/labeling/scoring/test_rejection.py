"""The lane for none of the classes, on points whose truth is known."""

from __future__ import annotations

import numpy as np
import pytest

from labeling.scoring import rejection


def world(n: int = 400, seed: int = 0) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Over-confident logits of three classes; a third of the items belongs to none, where the background is higher."""
    random = np.random.default_rng(seed)
    truth = random.integers(0, 4, n)
    truth = np.where(truth == 3, rejection.NONE, truth)
    logits = random.normal(0, 2.0, (n, 3)).astype(np.float32)
    known = truth != rejection.NONE
    logits[known, truth[known]] += 6
    background = (random.normal(-3, 1.0, n) + np.where(known, 0, 4)).astype(np.float32)
    return logits, background, truth


def test_the_lane_catches_what_is_none_and_is_better_calibrated() -> None:
    result = rejection.measure(*world())
    assert result["before"]["reject_rate"] == 0
    assert result["caught"] > 0.6
    assert result["after"]["right"] > result["before"]["right"] + 0.1
    assert result["after"]["calibration_error"] < result["before"]["calibration_error"]


def test_without_a_none_few_of_the_known_go() -> None:
    logits, background, truth = world()
    known = truth != rejection.NONE
    fitted = rejection.fit(logits[known], background[known], truth[known])
    gone = rejection.rejected(logits[known], background[known], fitted.reject)
    assert gone.mean() == pytest.approx(rejection.ALLOWED, abs=0.01)
    assert rejection.measure(logits[known], background[known], truth[known])["caught"] is None


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9])
def test_few_of_the_known_go_however_many_are_none(share: float) -> None:
    random = np.random.default_rng(1)
    logits, background, truth = world(20_000)
    known = truth != rejection.NONE
    chosen = random.random(len(truth)) < np.where(known, 1 - share, share)
    lane = rejection.fit(logits[chosen], background[chosen], truth[chosen])
    fresh = ~chosen & known
    gone = rejection.rejected(logits[fresh], background[fresh], lane.reject)
    assert gone.mean() <= rejection.ALLOWED + 0.01
    assert lane.temperature > 0


def test_what_looks_like_an_answer_of_none_is_likelier_and_an_own_answer_tells_nothing() -> None:
    random = np.random.default_rng(2)
    centres = np.eye(8, dtype=np.float32)[:2]
    kind = np.repeat([0, 1], 50)
    vectors = centres[kind] + random.normal(0, 0.05, (100, 8)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    rows = np.array([0, 1, 2, 3, 50, 51, 52, 53])
    none = rows >= 50
    likeness = rejection.likeness(vectors, rows, none, np.arange(100))
    assert likeness.dtype == np.float32
    assert likeness[kind == 1].min() > 0.5 > -0.5 > likeness[kind == 0].max()
    one_group = np.where(kind == 1, 0, np.arange(100) + 1)
    assert rejection.likeness(vectors, rows, none, one_group)[60:].max() < 0.5, "nobody outside their group says none"
