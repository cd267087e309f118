import numpy as np
import pytest

from video.segmenting.aggregation import AGGREGATORS, aggregate


@pytest.mark.parametrize("how", AGGREGATORS)
def test_sums_to_one_and_keeps_what_all_agree_on(how):
    pooled = aggregate(np.array([[0.8, 0.15, 0.05]] * 5, np.float32), how)
    assert pooled.sum() == pytest.approx(1)
    assert pooled.argmax() == 0
    assert pooled.dtype == np.float32


def test_one_certain_mistake_has_no_veto():
    probabilities = np.array([[0.7, 0.3]] * 6 + [[0.0, 1.0]], np.float32)
    assert aggregate(probabilities, "log").argmax() == 0
    assert np.isfinite(aggregate(np.array([[0.0, 1.0]], np.float32), "log")).all()


def test_top_finds_what_shows_in_a_part_only():
    probabilities = np.array([[0.85, 0.15]] * 6 + [[0.02, 0.98]] * 2, np.float32)
    assert aggregate(probabilities, "top").argmax() == 1
    assert aggregate(probabilities, "log").argmax() == 0
