"""A draft scored live is the draft scored anew."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from labeling.scoring.draft_scores import LiveScores
from labeling.scoring.zero_shot import Linear, top_two, unit


def make(seed: int, classes: int) -> tuple[np.ndarray, Linear]:
    random = np.random.default_rng(seed)
    vectors = unit(random.normal(size=(200, 12))).astype(np.float16)
    weights = (10 * unit(random.normal(size=(classes, 12)))).astype(np.float32)
    return vectors, Linear(tuple(range(1, classes + 1)), weights, np.zeros(classes, np.float32))


@given(st.integers(0, 99), st.integers(1, 6), st.lists(st.sets(st.integers(0, 5)), min_size=1, max_size=4))
@settings(max_examples=60, deadline=None)
def test_a_live_draft_is_the_draft_scored_anew(seed: int, classes: int, edits: list[set[int]]) -> None:
    vectors, published = make(seed, classes)
    live = LiveScores(vectors, published)
    random = np.random.default_rng(seed + 1)
    for edit in [set[int](), *edits]:
        weights = published.weights.copy()
        for k in edit:
            if k < classes:
                weights[k] += random.normal(size=12).astype(np.float32)
        draft = replace(published, weights=weights)
        result = live.draft(draft)
        best, confidence, margin = top_two(draft.probabilities(vectors))
        assert (result.best == best).mean() > 0.99  # rounding may turn a tie
        np.testing.assert_allclose(result.confidence, confidence, atol=1e-5)
        np.testing.assert_allclose(result.margin, margin, atol=1e-5)


def test_other_classes_do_not_fit() -> None:
    vectors, published = make(0, 3)
    live = LiveScores(vectors, published)
    with pytest.raises(ValueError, match="other classes"):
        live.draft(replace(published, classes=(1, 2, 9)))
    assert not live.fits(replace(published, mean=np.zeros(12, np.float32)))
