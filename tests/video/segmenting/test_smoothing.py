from itertools import pairwise, product

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from video.segmenting.smoothing import SmoothOptions, runs, smooth, viterbi
from video.segmenting.span import Span

NAMES = ["nature", "game"]


def spans(*seconds):
    ends = np.cumsum(seconds)
    return [Span(float(e - s), float(e), int(25 * (e - s)), int(25 * e)) for s, e in zip(seconds, ends, strict=True)]


@given(st.lists(st.lists(st.floats(-5, 0), min_size=3, max_size=3), min_size=1, max_size=5), st.floats(0, 3))
def test_viterbi_is_the_best_of_all_paths(rows, cost):
    evidence = np.array(rows)

    def value(path):
        return sum(evidence[i, c] for i, c in enumerate(path)) - cost * sum(a != b for a, b in pairwise(path))

    best = max(value(path) for path in product(range(3), repeat=len(rows)))
    assert value(viterbi(evidence, cost)) >= best - 1e-9


def test_an_unsure_short_shot_is_overruled_and_says_why():
    scores = np.array([[0.95, 0.05], [0.45, 0.55], [0.95, 0.05]], np.float32)
    result = smooth(scores, spans(4, 1, 4), NAMES)
    assert result.labels.tolist() == [0, 0, 0]
    assert result.reasons[0] is None
    assert "alone it looks like game (55%)" in result.reasons[1]


def test_a_sure_shot_stays():
    scores = np.array([[0.95, 0.05], [0.02, 0.98], [0.95, 0.05]], np.float32)
    result = smooth(scores, spans(4, 3, 4), NAMES)
    assert result.labels.tolist() == [0, 1, 0]
    assert result.reasons == [None, None, None]


def test_without_cost_and_minimum_nothing_changes():
    scores = np.array([[0.9, 0.1], [0.49, 0.51], [0.9, 0.1]], np.float32)
    options = SmoothOptions(switch_cost=0, min_segment_s=0)
    assert smooth(scores, spans(1, 0.1, 1), NAMES, options).labels.tolist() == [0, 1, 0]


def test_a_segment_below_the_minimum_joins_a_neighbour():
    scores = np.array([[0.9, 0.1], [0.0, 1.0], [0.9, 0.1]], np.float32)
    result = smooth(scores, spans(3, 0.4, 3), NAMES, SmoothOptions(switch_cost=0, min_segment_s=0.5))
    assert result.labels.tolist() == [0, 0, 0]
    assert "shorter than a segment may be" in result.reasons[1]


def test_runs():
    assert runs(np.array([2, 2, 0, 1, 1])) == [(0, 2), (2, 3), (3, 5)]
