"""Fitting, folds, choosing and metrics on vectors whose truth is known."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from watching import Watcher

from errors import CancelledError, InputError
from labeling.cleaning import graph
from labeling.cleaning.grouped_split import folds, leaks
from labeling.scoring.zero_shot import Linear, classifier, fit_temperature, top_two, unit
from training.fitting.candidates import Material, TrainOptions
from training.fitting.fit_progress import FitProgress
from training.fitting.linear_head import FitOptions, fit, plain
from training.fitting.selection import choose
from training.metrics import accuracy

RANDOM = np.random.default_rng(0)
CLASSES = (4, 7, 9)


def world(n: int = 400, d: int = 32, noise: float = 0.8):
    """Three classes of four modes each, and text vectors that point only roughly at them."""
    modes = unit(RANDOM.normal(size=(12, d)))
    mode = RANDOM.integers(0, 12, n)
    vectors = unit(modes[mode] + noise * RANDOM.normal(size=(n, d)) / np.sqrt(d))
    text = unit(np.stack([modes[k::3].mean(axis=0) for k in range(3)]) + 0.08 * RANDOM.normal(size=(3, d)))
    return vectors, mode % 3, classifier(CLASSES, text, scale=20.0)


def neighbours(vectors, k=11):
    cosines = vectors @ vectors.T
    result = np.argsort(-cosines, axis=1)[:, :k]
    return result, np.take_along_axis(cosines, result, axis=1).astype(np.float32)


def material(vectors, zero_shot, human, given=None, group=None):
    neighbour_graph = graph.build(*neighbours(vectors))
    none = np.full(len(vectors), -1, np.int64)
    group = np.arange(len(vectors)) if group is None else group
    return Material(vectors, neighbour_graph, zero_shot, True, group, human, none if given is None else given)


def test_a_full_pull_stays_at_the_start_and_none_fits_the_labels() -> None:
    vectors, truth, zero_shot = world()
    targets = graph.one_hot(truth, 3)
    held = fit(vectors, targets, np.ones(len(vectors)), zero_shot, FitOptions(pull=1e6)).linear
    free = fit(vectors, targets, np.ones(len(vectors)), plain(CLASSES, 32), FitOptions(pull=1e-3)).linear
    assert np.allclose(held.weights, zero_shot.weights, atol=1e-2)
    assert (free.logits(vectors).argmax(axis=1) == truth).mean() > 0.95


def test_the_gradient_is_that_of_the_loss() -> None:
    """At the optimum of a convex loss no small step helps."""
    vectors, truth, _ = world(80)
    targets = graph.one_hot(truth, 3)
    best = fit(vectors, targets, np.ones(80), plain(CLASSES, 32), FitOptions(pull=0.1, iterations=500))

    def loss(linear: Linear) -> float:
        p = linear.probabilities(vectors)[np.arange(80), truth]
        return float(-np.log(p).mean() + 0.05 * ((linear.weights**2).sum() + (linear.bias**2).sum()))

    here = loss(best.linear)
    for _ in range(20):
        step = 1e-2 * RANDOM.normal(size=best.linear.weights.shape).astype(np.float32)
        assert loss(Linear(CLASSES, best.linear.weights + step, best.linear.bias)) > here - 1e-4


def test_the_same_input_gives_the_same_weights() -> None:
    vectors, truth, zero_shot = world()
    human = np.where(np.arange(len(truth)) < 60, truth, -1)
    one, two = (choose(material(vectors, zero_shot, human)) for _ in range(2))
    assert one.name == two.name
    assert np.array_equal(one.linear.weights, two.linear.weights)


def test_a_head_on_few_labels_beats_zero_shot_and_says_why() -> None:
    vectors, truth, zero_shot = world()
    human = np.full(len(truth), -1, np.int64)
    human[:60] = truth[:60]
    chosen = choose(material(vectors, zero_shot, human))
    before = (zero_shot.logits(vectors[60:]).argmax(axis=1) == truth[60:]).mean()
    after = (chosen.linear.logits(vectors[60:]).argmax(axis=1) == truth[60:]).mean()
    assert after >= before
    assert {candidate.name for candidate in chosen.candidates} > {"zero-shot", "blend", "graph propagation"}


def test_zero_shot_is_kept_when_labels_contradict_the_images() -> None:
    vectors, _, zero_shot = world()
    zero = zero_shot.logits(vectors).argmax(axis=1)
    human = np.where(np.arange(len(zero)) < 90, zero, -1)
    chosen = choose(material(vectors, zero_shot, human))
    right = {candidate.name: candidate.accuracy for candidate in chosen.candidates}
    assert right["zero-shot"] == 1.0
    assert right[chosen.name] == 1.0


def test_progress_can_cancel() -> None:
    vectors, truth, zero_shot = world(100)
    fits = FitProgress(Watcher(stop_at=1), 1)
    with pytest.raises(CancelledError, match="The head in use stays"):
        fit(vectors, graph.one_hot(truth, 3), np.ones(100), zero_shot, on_loss=fits.loss)


@pytest.mark.parametrize(
    ("labels", "groups", "message"), [([1] * 10, range(10), "two classes"), ([0, 1] * 5, [0] * 10, "one group")]
)
def test_what_cannot_be_trained_says_what_to_do(labels, groups, message) -> None:
    vectors, _, zero_shot = world(50)
    human = np.full(50, -1, np.int64)
    human[:10] = labels
    group = np.arange(50) + 100
    group[:10] = list(groups)
    with pytest.raises(InputError, match=message):
        choose(material(vectors, zero_shot, human, group=group))


def test_a_class_with_one_example_is_no_obstacle() -> None:
    vectors, truth, zero_shot = world()
    human = np.full(len(truth), -1, np.int64)
    for k, count in enumerate((10, 10, 1)):
        human[np.flatnonzero(truth == k)[:count]] = k
    chosen = choose(material(vectors, zero_shot, human))
    assert len(chosen.rows) == 21


def test_folds_never_cut_a_group_and_spread_classes() -> None:
    groups = RANDOM.integers(0, 40, 300)
    labels = RANDOM.integers(0, 3, 300)
    fold = folds(groups, labels, count=5)
    for number in range(5):
        assert leaks(groups, fold != number, fold == number) == 0
        assert len(np.unique(labels[fold == number])) == 3
    assert leaks(np.array([1, 1]), np.array([True, False]), np.array([False, True])) == 1


def test_scores_count_no_answer_as_wrong() -> None:
    result = accuracy.scores(np.array([0, 0, 1, 1]), np.array([0, -1, 1, 0]), ["a", "b"])
    assert result["accuracy"] == 0.5
    assert result["per_class"]["a"] == {"precision": 0.5, "recall": 0.5, "f1": 0.5, "n": 2}
    assert result["recall"] == 0.5
    assert accuracy.scores(np.array([], np.int64), np.array([], np.int64), [])["accuracy"] is None


def test_interval_of_a_gain() -> None:
    before, after = np.zeros(200, bool), np.arange(200) < 40
    gain = accuracy.gain(before, after)
    assert gain is not None
    assert gain["low"] < gain["accuracy"] == 0.2 < gain["high"]
    assert gain["low"] > 0.1
    assert accuracy.gain(after, after) == {"accuracy": 0.0, "low": 0.0, "high": 0.0}


def test_calibration_and_coverage() -> None:
    truth = np.array([0] * 8 + [1] * 2)
    probabilities = np.tile(np.array([[0.8, 0.2]], np.float32), (10, 1))
    assert accuracy.calibration(probabilities, truth)["ece"] == pytest.approx(0.0, abs=1e-6)
    sure = np.tile(np.array([[1.0, 0.0]], np.float32), (10, 1))
    assert accuracy.calibration(sure, truth)["ece"] == pytest.approx(0.2)
    curve = accuracy.coverage_curve(np.array([[0.9, 0.1], [0.6, 0.4]], np.float32), np.array([0, 1]))
    assert [(point["coverage"], point["precision"]) for point in curve] == [(0.5, 1.0), (1.0, 0.5)]


def test_temperature_is_found_again() -> None:
    logits = RANDOM.normal(size=(4000, 3)) * 2
    p = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    truth = np.array([RANDOM.choice(3, p=row) for row in p])
    assert fit_temperature(logits * 5, truth) == pytest.approx(5, rel=0.15)


def test_top_two_of_a_single_class() -> None:
    best, probability, margin = top_two(np.ones((2, 1), np.float32))
    assert best.tolist() == [0, 0]
    assert probability.tolist() == margin.tolist() == [1.0, 1.0]


def test_intervals_agree_with_resampling_item_by_item() -> None:
    random = np.random.default_rng(0)
    truth = random.integers(0, 3, 200)
    answer = np.where(random.random(200) < 0.8, truth, random.integers(-1, 3, 200))
    result = accuracy.intervals(truth, answer)
    drawn = [random.integers(0, 200, 200) for _ in range(1000)]
    names = ["a", "b", "c"]
    by_hand = [accuracy.scores(truth[rows], answer[rows], names) for rows in drawn]
    for key in ("accuracy", "precision", "recall", "macro_f1"):
        assert np.allclose(result[key], np.quantile([one[key] for one in by_hand], [0.025, 0.975]), atol=0.012), key
    assert accuracy.intervals(truth[:0], answer[:0]) == {}


def test_a_weight_of_nothing_leaves_imported_labels_out() -> None:
    vectors, truth, zero_shot = world()
    human = np.where(np.arange(len(truth)) < 24, truth, -1)
    base = material(vectors, zero_shot, human)
    wrong = replace(base, given=np.where(human >= 0, -1, 0))
    options = TrainOptions(given=0.0)
    assert np.array_equal(choose(wrong, options).linear.weights, choose(base, options).linear.weights)
    assert not np.array_equal(choose(wrong).linear.weights, choose(base).linear.weights)


def test_progress_counts_every_fit_and_tells_the_loss_and_can_stop() -> None:
    vectors, truth, zero_shot = world()
    human = np.where(np.arange(len(truth)) < 24, truth, -1)
    watcher = Watcher()
    choose(material(vectors, zero_shot, human), progress=watcher)
    steps = watcher.reports
    assert [step.done for step in steps] == sorted(step.done for step in steps)
    assert steps[-1].done <= steps[-1].total
    assert len(steps[-1].losses) > 1
    assert steps[-1].losses[-1] <= steps[-1].losses[0]
    with pytest.raises(CancelledError):
        choose(material(vectors, zero_shot, human), progress=Watcher(stop_at=5))
