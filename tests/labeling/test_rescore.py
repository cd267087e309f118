from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from labeling.rescore import ScoreMatrix

Array = np.ndarray[Any, Any]


def _unit(rng: np.random.Generator, n: int, dim: int = 24) -> Array:
    rows = rng.standard_normal((n, dim)).astype(np.float32)
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


def _plain(vectors: Array, prompts: Array, categories: Array, count: int) -> Array:
    """Scores [k, n] from unit class vectors, the long way."""
    means = np.stack([prompts[categories == k].mean(axis=0) for k in range(count)])
    means /= np.linalg.norm(means, axis=1, keepdims=True)
    scores: Array = means @ vectors.T
    return scores


def test_edits_agree_with_scoring_everything_again() -> None:
    rng = np.random.default_rng(0)
    vectors, prompts = _unit(rng, 2000), _unit(rng, 17)
    categories = np.concatenate([np.arange(5), rng.integers(0, 5, 12)])
    matrix = ScoreMatrix(vectors, prompts, categories, 5)
    for _ in range(60):
        row, vector = int(rng.integers(17)), _unit(rng, 1)[0]
        prompts[row] = vector
        result = matrix.replace(row, vector)
        expected = _plain(vectors, prompts, categories, 5)
        np.testing.assert_allclose(matrix.scores, expected, atol=1e-5)
        np.testing.assert_array_equal(matrix.predicted, matrix.scores.argmax(axis=0))
        np.testing.assert_array_equal(result.counts, np.bincount(expected.argmax(axis=0), minlength=5))
        assert result.category == categories[row]
        ranked = expected[result.category][result.order]
        assert (np.diff(ranked) <= 1e-6).all()
        assert len(set(result.order.tolist())) == 2000


def test_the_callers_prompts_stay_as_they_are() -> None:
    rng = np.random.default_rng(1)
    prompts = _unit(rng, 3)
    before = prompts.copy()
    ScoreMatrix(_unit(rng, 10), prompts, np.arange(3), 3).replace(0, prompts[1])
    np.testing.assert_array_equal(prompts, before)


def test_prompts_that_cancel_out_score_zero() -> None:
    rng = np.random.default_rng(2)
    prompts = _unit(rng, 3)
    matrix = ScoreMatrix(_unit(rng, 10), prompts, np.array([0, 0, 1]), 2)
    matrix.replace(1, -prompts[0])
    assert np.isfinite(matrix.scores).all()
    np.testing.assert_array_equal(matrix.scores[0], 0)


def test_a_class_without_prompts_is_refused() -> None:
    rng = np.random.default_rng(3)
    with pytest.raises(ValueError, match="every class"):
        ScoreMatrix(_unit(rng, 10), _unit(rng, 2), np.array([0, 2]), 3)
    with pytest.raises(ValueError, match="shapes"):
        ScoreMatrix(_unit(rng, 10), _unit(rng, 2), np.array([0]), 1)
