"""Traps of training: leaks, rare classes, single classes, and calibration."""

from __future__ import annotations

import numpy as np
import pytest

from errors import InputError
from labeling.cleaning import graph
from labeling.cleaning.grouped_split import folds, leaks
from labeling.scoring.zero_shot import classifier, unit
from training.fitting.candidates import Material, SharedRows, TrainOptions, fit_way, ways
from training.fitting.selection import choose
from training.metrics import accuracy


def project(human: np.ndarray, group: np.ndarray | None = None, n: int = 300, noise: float = 0.25):
    random = np.random.default_rng(5)
    modes = unit(random.normal(size=(9, 24)))
    mode = random.integers(0, 9, n)
    vectors = unit(modes[mode] + noise * random.normal(size=(n, 24)))
    text = unit(np.stack([modes[k::3].mean(axis=0) for k in range(3)]) + 0.1 * random.normal(size=(3, 24)))
    cosines = vectors @ vectors.T
    near = np.argsort(-cosines, axis=1)[:, :11]
    knn = graph.build(near, np.take_along_axis(cosines, near, axis=1).astype(np.float32))
    start = classifier((1, 2, 3), text, scale=20.0)
    labels = np.where(human, mode % 3, -1)
    group = np.arange(n) if group is None else group
    return Material(vectors, knn, start, True, group, labels, np.full(n, -1)), mode % 3


def test_duplicates_never_lie_on_both_sides() -> None:
    group = np.repeat(np.arange(60), 5)
    fold = folds(group, np.arange(300) % 3, count=10)
    assert all(leaks(group, fold != k, fold == k) == 0 for k in range(10))


def test_duplicates_do_not_flatter_a_head() -> None:
    """Labels that are pure chance, each on five copies: with copies kept together nothing can be learned from them."""
    random = np.random.default_rng(0)
    vectors = np.repeat(unit(random.normal(size=(60, 24))), 5, axis=0)
    labels = np.repeat(random.integers(0, 2, 60), 5)
    cosines = vectors @ vectors.T
    near = np.argsort(-cosines, axis=1)[:, :11]
    knn = graph.build(near, np.take_along_axis(cosines, near, axis=1))
    start = classifier((1, 2), unit(random.normal(size=(2, 24))), scale=20.0)
    none = np.full(300, -1)
    apart = choose(Material(vectors, knn, start, True, np.arange(300), labels, none))
    together = choose(Material(vectors, knn, start, True, np.repeat(np.arange(60), 5), labels, none))
    assert max(c.accuracy for c in apart.candidates) > 0.9, "copies on both sides look like knowledge"
    assert max(c.accuracy for c in together.candidates) < 0.7


def test_a_class_with_one_label_can_be_trained_and_keeps_its_place() -> None:
    human = np.zeros(300, bool)
    material, truth = project(human)
    human[np.flatnonzero(truth == 0)[:20]] = True
    human[np.flatnonzero(truth == 1)[:20]] = True
    human[np.flatnonzero(truth == 2)[:1]] = True
    chosen = choose(project(human)[0])
    answer = chosen.linear.logits(material.vectors).argmax(axis=1)
    zero = material.zero_shot.logits(material.vectors).argmax(axis=1)
    third = truth == 2
    assert (answer[third] == 2).mean() > (zero[third] == 2).mean() - 0.15


def test_a_class_without_labels_is_not_forgotten() -> None:
    material, truth = project(np.zeros(300, bool))
    human = np.zeros(300, bool)
    human[np.flatnonzero(truth < 2)[:40]] = True
    without = project(human)[0]
    regressions = [way for name, way in ways(without, TrainOptions()).items() if name.startswith("logistic")]
    rows = SharedRows(without, np.zeros((300, 3), np.float32), np.zeros(0, np.int64), TrainOptions())
    for way in regressions:
        head = fit_way(without.zero_shot, way, rows).linear
        third = head.logits(without.vectors[truth == 2]).argmax(axis=1)
        assert (third == 2).mean() > 0.6, "without labels it lies to the others as the text says"
    assert len(regressions) == 6
    answer = choose(without).linear.logits(material.vectors).argmax(axis=1)
    assert (answer[truth == 2] == 2).mean() > 0.5


def test_all_labels_of_one_class_are_refused_with_the_way_out() -> None:
    _, truth = project(np.zeros(300, bool))
    human = np.zeros(300, bool)
    human[np.flatnonzero(truth == 1)[:30]] = True
    with pytest.raises(InputError, match="at least two classes"):
        choose(project(human)[0])


def test_a_head_is_calibrated_on_what_it_has_not_seen() -> None:
    human = np.arange(300) < 200
    material, truth = project(human, noise=0.45)
    chosen = choose(material)
    rest = ~human
    probabilities = chosen.linear.probabilities(material.vectors[rest])
    assert accuracy.calibration(probabilities, truth[rest])["ece"] < 0.15
    assert np.allclose(chosen.probabilities.sum(axis=1), 1, atol=1e-5)


def test_shares_sum_to_one_and_zero_shot_stands_beside_them() -> None:
    chosen = choose(project(np.arange(300) < 12)[0])
    parts = [c.share for c in chosen.candidates if c.name != "blend"]
    assert sum(parts) == pytest.approx(1)
    assert {"zero-shot", "graph propagation"} <= {c.name for c in chosen.candidates}
