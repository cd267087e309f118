"""Average precision of resampled items: as if each item stood in the list as often as it was drawn."""

from __future__ import annotations

import numpy as np
import pytest

from labeling.scoring.multilabel import UNKNOWN
from training.metrics import multilabel_metrics
from training.metrics.multilabel_metrics import average_precision


@pytest.mark.parametrize(("count", "share"), [(40, 0.3), (7, 0.5), (3, 1.0), (20, 0.0)])
def test_a_draw_counts_each_item_as_often_as_it_was_drawn(count: int, share: float) -> None:
    random = np.random.default_rng(count)
    truth = np.where(random.random(count) < 0.2, UNKNOWN, random.random(count) < share).astype(np.int8)
    values = random.permutation(count).astype(np.float32)
    # Each item at most once: a draw is then a plain list, whose average precision is defined without weights.
    weights = (random.random((30, count)) < 0.6).astype(np.float64)
    drawn = multilabel_metrics._weighted_precision(values, truth, weights)
    for row, value in zip(weights, drawn, strict=True):
        inside = (row > 0) & (truth != UNKNOWN)
        if (truth[inside] == 1).any():
            assert value == pytest.approx(average_precision(values[inside], truth[inside] == 1), abs=1e-6)
        else:
            assert np.isnan(value)
