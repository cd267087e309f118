"""Scores in a tree multiply down the path; an uncertain child gives way to its parent."""

from __future__ import annotations

import numpy as np
import pytest

from labeling.scoring import tree
from training.metrics import tree_metrics

PARENTS: list[int | None] = [None, 0, 0, None, 3, 3]  # two tops with two children each


def test_siblings_sum_to_their_parent() -> None:
    nodes = tree.score(np.random.default_rng(0).normal(size=(20, 6)), PARENTS)
    np.testing.assert_allclose(nodes.joint[:, [0, 3]].sum(axis=1), 1, atol=1e-5)
    np.testing.assert_allclose(nodes.joint[:, [1, 2]].sum(axis=1), nodes.joint[:, 0], atol=1e-5)
    np.testing.assert_allclose(nodes.conditional[:, [4, 5]].sum(axis=1), 1, atol=1e-5)


def test_back_off_stops_where_the_children_are_alike() -> None:
    logits = np.array([[3.0, 5, 0, 0, 0, 0], [3, 1, 1.1, 0, 9, 0]])
    nodes = tree.score(logits, PARENTS)
    assert tree.choose(nodes).tolist() == [1, 2]
    assert tree.choose(nodes, 0.3).tolist() == [1, 0]


def test_a_node_listed_before_its_parent_works_too() -> None:
    nodes = tree.score(np.array([[2.0, 0.0, 0.0, 5.0]]), [1, None, None, 0])
    assert nodes.joint[0, 3] == nodes.joint[0, 0] == nodes.joint[0, 1]
    assert tree.choose(nodes).tolist() == [3]


def test_a_cycle_is_refused() -> None:
    with pytest.raises(ValueError, match="cycle"):
        tree.levels([1, 0])


def test_metrics_per_level_and_of_the_tree() -> None:
    truth = np.array([1, 2, 4, 5])
    chosen = np.array([1, 0, 4, 1])  # right, backed off, right, wrong at both levels
    result = tree_metrics.measure(chosen, truth, PARENTS)
    first, second = result["levels"]
    assert (first["coverage"], first["precision"], first["recall"]) == (1, 0.75, 0.75)
    assert (second["coverage"], second["recall"]) == (0.75, 0.5)
    assert second["precision"] == pytest.approx(2 / 3)
    assert result["precision"] == pytest.approx(5 / 7)
    assert result["recall"] == pytest.approx(5 / 8)
    points = tree_metrics.coverage_curve([(0.0, truth), (0.5, chosen)], truth, PARENTS, level=2)
    assert [(p["coverage"], round(p["precision"], 3)) for p in points] == [(1, 1), (0.75, 0.667)]
