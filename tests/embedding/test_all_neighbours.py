"""The nearest rows of all rows at once, against an exact search."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pytest

from embedding import all_neighbours


def _clustered(n: int, dim: int = 32) -> npt.NDArray[np.float32]:
    rng = np.random.default_rng(0)
    centres = rng.standard_normal((40, dim), dtype=np.float32)
    rows = centres[rng.integers(0, 40, n)] + 0.6 * rng.standard_normal((n, dim), dtype=np.float32)
    return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True), np.float32)


@pytest.mark.parametrize("kind", [np.float32, np.float16])
def test_most_of_the_nearest_rows_are_there_nearest_first(kind: type[np.floating]) -> None:
    rows = _clustered(12_000).astype(kind)
    near, cosines = all_neighbours.nearest(rows, 12, threads=2)
    assert near.shape == cosines.shape == (12_000, 12)
    assert (near[:, 0] == np.arange(12_000)).all(), "each row is its own nearest"
    assert (np.diff(cosines, axis=1) <= 0).all()
    assert (np.sort(near, axis=1)[:, 1:] != np.sort(near, axis=1)[:, :-1]).all(), "none twice"
    wide = rows.astype(np.float32)
    assert np.allclose((wide[:300, None] * wide[near[:300]]).sum(axis=2), cosines[:300], atol=1e-3)
    exact = np.argsort(-(wide[:300] @ wide.T), axis=1)[:, :12]
    recall = np.mean([len(set(near[k]) & set(exact[k])) / 12 for k in range(300)])
    assert recall > 0.9


@pytest.mark.parametrize("n", [1, 5, 60])
def test_few_rows_are_compared_whole(n: int) -> None:
    rows = _clustered(n)
    near, cosines = all_neighbours.nearest(rows, min(n, 6))
    exact = np.sort(rows @ rows.T, axis=1)[:, ::-1][:, : min(n, 6)]
    assert (near[:, 0] == np.arange(n)).all()
    assert np.allclose(cosines, exact, atol=1e-5)


def test_the_same_rows_give_the_same_neighbours() -> None:
    rows = _clustered(3_000)
    first, again = all_neighbours.nearest(rows, 8), all_neighbours.nearest(rows, 8)
    assert np.array_equal(first[0], again[0])
    assert np.array_equal(first[1], again[1])


def test_rows_that_are_all_alike_have_as_many_neighbours_as_asked() -> None:
    rows = np.repeat(_clustered(1), 500, axis=0)
    near, cosines = all_neighbours.nearest(rows, 5)
    assert (near >= 0).all()
    assert np.allclose(cosines, 1, atol=1e-5)
