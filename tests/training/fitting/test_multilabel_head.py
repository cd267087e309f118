"""Several labels at once: thresholds, what is unknown, and the metrics by hand."""

from __future__ import annotations

import numpy as np
import pytest

from labeling.scoring import multilabel
from labeling.scoring.multilabel import UNKNOWN
from labeling.scoring.zero_shot import Linear, unit
from training.fitting import multilabel_head
from training.metrics.multilabel_metrics import measure

SCORES = np.array([[0.9, 0.2], [0.8, 0.6], [0.4, 0.7], [0.1, 0.3]], np.float32)
TRUTH = np.array([[1, 0], [0, 1], [1, 1], [0, 0]], np.int8)


def test_metrics_by_hand() -> None:
    result = measure(SCORES, TRUTH)
    assert result["map"] == pytest.approx(((1 + 2 / 3) / 2 + 1) / 2)
    assert result["hit1"] == pytest.approx(2 / 3)
    assert result["hit2"] == 1
    assert result["micro_f1"] == result["micro_f1_fixed"] == pytest.approx(2 * 3 / (4 + 4))
    assert result["macro_f1"] == pytest.approx((0.5 + 1) / 2)
    assert result["peak_f1"] == pytest.approx(8 / 9)


def test_thresholds_follow_each_label_and_are_shrunk_when_positives_are_few() -> None:
    random = np.random.default_rng(0)
    truth = np.stack([np.arange(200) < 60, np.arange(200) % 100 == 7], axis=1).astype(np.int8)
    scores = (0.3 * truth + [0.4, 0.1] + 0.1 * random.random((200, 2))).astype(np.float32)
    result = multilabel.fit_thresholds(scores, truth)
    assert 0.5 < result.values[0] < 0.7
    own = multilabel.fit_thresholds(scores, truth, few=1).values[1]
    assert min(own, result.shared) < result.values[1] < max(own, result.shared)
    assert measure(scores, truth, result.values)["micro_f1"] > measure(scores, truth)["micro_f1"] - 1e-9


def test_unknown_answers_count_for_nothing() -> None:
    hidden = TRUTH.copy()
    hidden[3] = UNKNOWN
    worse = SCORES.copy()
    worse[3] = 0.99
    assert measure(worse, hidden)["map"] == measure(SCORES, hidden)["map"]
    a = multilabel.fit_thresholds(worse, hidden)
    b = multilabel.fit_thresholds(SCORES, hidden)
    np.testing.assert_array_equal(a.values, b.values)


def test_a_head_learns_what_its_start_gets_wrong_and_keeps_the_start_where_nothing_is_known() -> None:
    random = np.random.default_rng(0)
    vectors = unit(random.normal(size=(300, 10)))
    truth = np.stack([vectors[:, 0] > 0, vectors[:, 1] > 0.2, vectors[:, 2] > 0], axis=1).astype(np.int8)
    truth[:, 2] = UNKNOWN
    start = Linear((0, 1, 2), random.normal(size=(3, 10)).astype(np.float32), np.zeros(3, np.float32))
    group = np.arange(300) // 3
    result = multilabel_head.train(
        vectors[:200], truth[:200], group[:200], start, multilabel_head.MultiOptions(pulls=(0.001,))
    )
    before = measure(multilabel.scores(start, vectors[200:]), truth[200:])
    after = measure(multilabel.scores(result.linear, vectors[200:]), truth[200:], result.thresholds.values)
    assert after["map"] > 0.95 > before["map"]
    assert after["macro_f1"] > 0.85
    np.testing.assert_allclose(result.linear.weights[2], start.weights[2], atol=1e-5)
    assert result.thresholds.values[2] == pytest.approx(result.thresholds.shared)


def test_the_sigmoid_does_not_overflow() -> None:
    assert multilabel.sigmoid(np.array([-1e4, 0, 1e4])).tolist() == [0, 0.5, 1]
