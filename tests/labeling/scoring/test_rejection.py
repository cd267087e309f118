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
    found = rejection.measure(*world())
    assert found["before"]["reject_rate"] == 0
    assert found["caught"] > 0.6
    assert found["after"]["right"] > found["before"]["right"] + 0.1
    assert found["after"]["calibration_error"] < found["before"]["calibration_error"]


def test_without_a_none_few_of_the_known_go() -> None:
    logits, background, truth = world()
    known = truth != rejection.NONE
    fitted = rejection.fit(logits[known], background[known], truth[known])
    gone = rejection.rejected(logits[known], background[known], fitted.reject)
    assert gone.mean() == pytest.approx(rejection.ALLOWED, abs=0.01)
    assert rejection.measure(logits[known], background[known], truth[known])["caught"] is None
