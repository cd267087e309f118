from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from watching import Watcher

from errors import CancelledError
from labeling.cleaning import projection
from progress import silent

Array = np.ndarray[Any, Any]


def _groups(count: int = 8, rows: int = 40, dim: int = 24) -> tuple[Array, Array]:
    random = np.random.default_rng(3)
    group = np.repeat(np.arange(count), rows)
    vectors = random.standard_normal((count, dim))[group] + 0.35 * random.standard_normal((count * rows, dim))
    return (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32), group


def _kept_together(flat: Array, group: Array) -> float:
    """Share of points whose nearest point is of the same group."""
    apart = ((flat[:, None] - flat[None]) ** 2).sum(axis=2)
    np.fill_diagonal(apart, np.inf)
    return float((group[apart.argmin(axis=1)] == group).mean())


def test_what_looks_alike_lies_together_better_than_by_pca() -> None:
    vectors, group = _groups()
    flat = projection.gathered(vectors, silent)
    assert flat.shape == (len(vectors), 2)
    assert np.abs(flat).max() <= 1
    assert _kept_together(flat, group) > 0.98 > _kept_together(projection.widest(vectors), group)
    np.testing.assert_array_equal(flat, projection.gathered(vectors, silent))


def test_rows_beyond_the_sample_are_put_among_their_like() -> None:
    vectors, group = _groups()
    flat = projection.gathered(vectors, silent, rows=120)
    assert _kept_together(flat, group) > 0.95


def test_it_ends_when_told_to() -> None:
    vectors, _ = _groups()
    for report in (1, 2):
        with pytest.raises(CancelledError):
            projection.gathered(vectors, Watcher(stop_at=report))
