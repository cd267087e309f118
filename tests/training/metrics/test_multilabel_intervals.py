"""Average precision of resampled items: as if each item stood in the list as often as it was drawn."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.metrics import average_precision_score

from labeling.scoring.multilabel import UNKNOWN
from training.metrics import multilabel_metrics
from training.metrics.multilabel_metrics import average_precision


@pytest.mark.parametrize("levels", [4, 1000], ids=["ties", "no ties"])
@pytest.mark.parametrize(("count", "share"), [(40, 0.3), (7, 0.5), (3, 1.0), (20, 0.0)])
def test_a_draw_counts_each_item_as_often_as_it_was_drawn(count: int, share: float, levels: int) -> None:
    random = np.random.default_rng(count)
    truth = np.where(random.random(count) < 0.2, UNKNOWN, random.random(count) < share).astype(np.int8)
    values = (random.permutation(count) % levels).astype(np.float32)
    weights = random.multinomial(count, np.full(count, 1 / count), 30).astype(np.float64)
    drawn = multilabel_metrics._weighted_precision(values, truth, weights)
    known = truth != UNKNOWN
    for row, value in zip(weights, drawn, strict=True):
        if (truth[known & (row > 0)] == 1).any():
            wanted = average_precision_score(truth[known] == 1, values[known], sample_weight=row[known])
            assert value == pytest.approx(wanted, abs=1e-6)
        else:
            assert np.isnan(value)


def test_the_order_of_items_with_equal_scores_says_nothing() -> None:
    values, first = np.zeros(10, np.float32), np.arange(10) < 3
    assert average_precision(values, first) == average_precision(values, first[::-1]) == pytest.approx(0.3)
