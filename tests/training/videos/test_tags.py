"""Logistic regression, folds, scaling and figures of many tags."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression

from errors import InputError
from training.videos import tag_calibration, tag_logistic
from training.videos.fusion import fusion_weights
from training.videos.tag_folds import tag_folds
from training.videos.video_metrics import average_precisions, calibration_error, global_average_precision


@pytest.mark.parametrize("d", [5, 200])
def test_the_fit_is_that_of_scikit_learn(d):
    random = np.random.default_rng(0)
    features = random.normal(size=(80, d)).astype(np.float32)
    truth = (features[:, :2] + random.normal(size=(80, 2)) > 0).astype(np.int8)
    linear = tag_logistic.fit(features, truth, 2.0)
    for tag in range(2):
        other = LogisticRegression(C=0.5, max_iter=1000, tol=1e-8).fit(features, truth[:, tag])
        np.testing.assert_allclose(linear.logits(features)[:, tag], other.decision_function(features), atol=0.03)


def test_unknown_answers_and_tags_without_both_answers():
    random = np.random.default_rng(0)
    features = random.normal(size=(60, 4)).astype(np.float32)
    truth = np.zeros((60, 3), np.int8)
    truth[:, 0] = features[:, 0] > 0
    truth[30:, 0] = -1
    truth[:, 2] = -1
    linear = tag_logistic.fit(features, truth, 1.0)
    alone = tag_logistic.fit(features[:30], truth[:30], 1.0)
    np.testing.assert_allclose(linear.weights, alone.weights, atol=1e-4)
    assert not linear.weights[:, 1:].any()
    assert linear.bias[1] < -4
    assert np.isfinite(linear.bias).all()


def test_blocks_are_scaled_alike_and_constants_count_nothing():
    random = np.random.default_rng(0)
    for d in (8, 512):
        features = np.concatenate([random.normal(3, 5, (400, d)), np.full((400, 1), 7.0)], axis=1).astype(np.float32)
        scaled = tag_logistic.scaling(features).apply(features)
        assert (scaled**2).sum(axis=1).mean() == pytest.approx(64, rel=0.01)
        assert not scaled[:, -1].any()


def test_folds_keep_groups_whole_and_spread_rare_tags():
    random = np.random.default_rng(0)
    group = np.repeat(np.arange(60), 3)
    truth = (random.random((180, 6)) < 0.3).astype(np.int8)
    truth[:, 5] = 0
    truth[[0, 30, 60, 90, 120], 5] = 1
    fold = tag_folds(truth, group, count=5)
    assert all(len(set(fold[group == number])) == 1 for number in range(60))
    assert sorted(fold[truth[:, 5] == 1].tolist()) == [0, 1, 2, 3, 4]
    assert np.bincount(fold).min() >= 24
    assert (tag_folds(truth, group, count=5) == fold).all()
    with pytest.raises(InputError, match="one group"):
        tag_folds(truth, np.zeros(180, np.int64))


def test_scaled_logits_are_probabilities():
    random = np.random.default_rng(0)
    chance = random.random((3000, 2)).astype(np.float32)
    truth = (random.random((3000, 2)) < chance).astype(np.int8)
    logits = np.log(chance / (1 - chance)) * np.array([0.3, 4.0], np.float32) + 1
    fold = np.arange(3000) % 5
    scaled = tag_calibration.calibrate(logits.astype(np.float32), truth, fold)
    assert calibration_error(scaled.probabilities, truth) < 0.03
    assert np.abs(scaled.probabilities - chance).mean() < 0.03
    assert np.abs(scaled.row_thresholds - scaled.thresholds.values).max() < 0.15


def test_few_positives_stay_near_the_scaling_of_all_tags():
    random = np.random.default_rng(1)
    logits = random.normal(size=(200, 5)).astype(np.float32)
    truth = (logits + random.normal(size=(200, 5)) > 0).astype(np.int8)
    truth[:, 4] = 0
    truth[0, 4] = 1
    slopes = tag_calibration.platt(logits, truth).slope
    assert abs(slopes[4] - slopes[:4].mean()) < 1.5


def test_weights_follow_who_ranks_best_and_with_few_positives_experts_count_alike():
    random = np.random.default_rng(0)
    truth = (random.random((300, 4)) < 0.3).astype(np.int8)
    truth[:, 3] = 0
    truth[:2, 3] = 1
    good = truth + 0.3 * random.normal(size=(300, 4))
    poor = random.normal(size=(300, 4))
    mixed = {
        "a": np.column_stack([good[:, :2], poor[:, 2:]]),
        "b": np.column_stack([poor[:, :2], good[:, 2], poor[:, 3]]),
    }
    held = {name: each.astype(np.float32) for name, each in mixed.items()}
    weights = fusion_weights.weigh(held, truth, expected=held, discount={})
    np.testing.assert_allclose(weights["a"] + weights["b"], 1, atol=1e-6)
    assert weights["a"][:2].min() > 0.9
    assert weights["b"][2] > 0.9
    assert 0.3 < weights["a"][3] < 0.7
    none = np.zeros((300, 4), np.int8)
    np.testing.assert_allclose(fusion_weights.weigh(held, none, expected=held, discount={})["a"], 0.5)
    less = fusion_weights.weigh(held, truth, expected=held, discount={"a": 0.5})
    assert (less["a"] < weights["a"]).all()


def test_a_tag_that_only_the_title_tells_is_not_drowned_by_an_expert_that_is_good_elsewhere():
    random = np.random.default_rng(0)
    truth = (random.random((200, 20)) < 0.08).astype(np.int8)
    frames, title = random.normal(size=(2, 200, 20)).astype(np.float32)
    frames[:, 1:] += 4 * truth[:, 1:]
    title[:, 0] += 2 * truth[:, 0]
    held = {"frames": frames, "title": title}
    weights = fusion_weights.weigh(held, truth, expected=held, discount={})
    assert weights["title"][0] > 0.97
    assert weights["frames"][1:].min() > 0.97


def test_global_average_precision_and_unknown_answers():
    truth = np.array([[1, 0, -1], [0, 1, 0]], np.int8)
    values = np.array([[0.9, 0.8, 1.0], [0.1, 0.7, 0.2]], np.float32)
    assert global_average_precision(values, truth) == pytest.approx((1 + 2 / 3) / 2)
    assert global_average_precision(values, truth, best=1) == 1.0
    assert global_average_precision(values, np.zeros((2, 3), np.int8)) is None
    assert np.isnan(average_precisions(values, truth)[2])
