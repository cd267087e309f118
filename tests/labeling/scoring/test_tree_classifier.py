"""A tree of classes scored by its paths."""

from __future__ import annotations

import numpy as np

from labeling.scoring import tree, tree_classifier
from labeling.scoring.tree_classifier import Paths
from labeling.scoring.zero_shot import Linear, softmax, unit

PARENTS = (None, 0, 0, None, 3, 3)


def paths_and_scores(seed: int = 0) -> tuple[Paths, np.ndarray]:
    random = np.random.default_rng(seed)
    nodes = Linear(tuple(range(10, 16)), random.normal(size=(6, 8)).astype(np.float32) * 3, np.zeros(6, np.float32))
    return Paths.of(nodes, PARENTS), unit(random.normal(size=(50, 8)))


def test_the_classes_are_the_leaves_and_sum_to_one() -> None:
    tree, points = paths_and_scores()
    assert tree.classes == (11, 12, 14, 15)
    probabilities = tree.probabilities(points)
    np.testing.assert_allclose(probabilities.sum(axis=1), 1, atol=1e-5)
    logits = tree.nodes.logits(points)
    top = softmax(logits[:, [0, 3]])
    np.testing.assert_allclose(probabilities[:, 0], top[:, 0] * softmax(logits[:, [1, 2]])[:, 0], rtol=1e-4)


def test_a_node_has_what_lies_below_it() -> None:
    tree, points = paths_and_scores(1)
    nodes, again = tree.tree(points), tree_classifier.from_leaves(tree.probabilities(points), PARENTS)
    np.testing.assert_allclose(again.joint, nodes.joint, atol=1e-5)
    np.testing.assert_allclose(again.conditional, nodes.conditional, atol=1e-4)


def test_a_child_that_is_not_certain_is_left_to_its_parent() -> None:
    leaves = np.array([[0.30, 0.28, 0.21, 0.21], [0.60, 0.05, 0.30, 0.05]], np.float32)
    chosen, certain = tree_classifier.stop(leaves, PARENTS, 0.2)
    assert chosen.tolist() == [0, 1]
    np.testing.assert_allclose(certain, [0.58, 0.60], atol=1e-6)
    everywhere, _ = tree_classifier.stop(leaves, PARENTS, 0.0)
    assert set(tree.at_level(everywhere, PARENTS, 2).tolist()) == {1}
