"""Rows of half precision as single precision."""

from __future__ import annotations

import numpy as np
import pytest

from embedding.half_precision import FEW, widen


@pytest.mark.parametrize("count", [0, 3, FEW + 1])
@pytest.mark.parametrize("kind", [np.float16, np.float32, np.float64])
def test_the_same_numbers_as_numpy(count: int, kind: type[np.floating]) -> None:
    rows = np.random.default_rng(0).standard_normal((count, 8)).astype(kind)
    rows[:1] = [np.inf, -np.inf, np.nan, 0, 65504, 6e-8, -1, 1]
    space = np.empty((FEW + 5, 8), np.float32)
    for out in (widen(rows), widen(rows, space), widen(np.asfortranarray(rows)), widen(rows[::-1])[::-1]):
        assert out.dtype == np.float32
        assert np.array_equal(out, rows.astype(np.float32), equal_nan=True)
    read_only = rows.copy()
    read_only.flags.writeable = False
    assert np.array_equal(widen(read_only), rows.astype(np.float32), equal_nan=True)


def test_single_precision_is_not_copied() -> None:
    rows = np.ones((4, 2), np.float32)
    assert widen(rows) is rows
