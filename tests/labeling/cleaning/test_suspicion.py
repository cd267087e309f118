"""The classifier that judges a given label without having seen it, and how far the text is trusted beside such labels."""

from __future__ import annotations

import numpy as np

from labeling.cleaning import graph
from labeling.cleaning.suspicion import HeldOutOptions, combine, held_out
from labeling.scoring.zero_shot import unit


def blobs(n: int = 600, d: int = 16) -> tuple[np.ndarray, np.ndarray]:
    """Three overlapping classes."""
    random = np.random.default_rng(2)
    truth = np.arange(n) % 3
    return unit(np.eye(3, d)[truth] + 0.2 * random.normal(size=(n, d))), truth


def test_wrong_labels_stand_out_and_rows_without_a_label_are_left_alone() -> None:
    vectors, truth = blobs()
    given = truth.copy()
    given[:30] = (truth[:30] + 1) % 3
    given[500:] = -1
    held = held_out(vectors, given, 3)
    assert held is not None
    own = held[np.arange(500), given[:500]]
    assert np.allclose(held[:500].sum(axis=1), 1, atol=1e-5)
    assert not held[500:].any()
    assert own[:30].mean() < 0.2 < 0.6 < own[30:].mean()


def test_no_label_judges_itself() -> None:
    vectors, truth = blobs()
    changed = truth.copy()
    changed[7] = (truth[7] + 1) % 3
    options = HeldOutOptions(shrinkages=(0.02,), sharpnesses=(1.0,))
    first, second = held_out(vectors, truth, 3, options), held_out(vectors, changed, 3, options)
    assert first is not None
    assert second is not None
    assert np.allclose(first[7], second[7], atol=1e-5)
    assert not np.allclose(first, second, atol=1e-5), "the others do hear it"


def test_noise_and_many_dimensions_ask_for_more_shrinkage() -> None:
    random = np.random.default_rng(0)
    truth = np.arange(300) % 3
    vectors = unit(np.eye(3, 200)[truth] + 0.3 * random.normal(size=(300, 200)))

    def right(options: HeldOutOptions | None = None) -> float:
        held = held_out(vectors, truth, 3, options)
        assert held is not None
        return float(np.log(held[np.arange(300), truth] + 1e-6).mean())

    little, much = (right(HeldOutOptions(shrinkages=(value,), sharpnesses=(1.0,))) for value in (0.02, 0.7))
    assert little < much, "with few rows for its dimensions a covariance of its own misleads"
    assert right() >= much, "and the labels themselves say so"


def test_few_labels_or_one_class_are_left_to_the_graph() -> None:
    vectors, truth = blobs()
    few = np.where(np.arange(len(truth)) < 50, truth, -1)
    assert held_out(vectors, few, 3) is None
    assert held_out(vectors, np.zeros_like(truth), 3) is None
    others = np.full((len(truth), 3), 1 / 3, np.float32)
    assert combine(others, None) is others


def test_both_opinions_count_where_both_are_given() -> None:
    others = np.array([[0.8, 0.2], [0.8, 0.2]], np.float32)
    held = np.array([[0.2, 0.8], [0.0, 0.0]], np.float32)
    assert np.allclose(combine(others, held), [[0.5, 0.5], [0.8, 0.2]])


def test_a_text_that_contradicts_imported_labels_hardly_counts() -> None:
    vectors, truth = blobs()
    cosines = vectors @ vectors.T
    near = np.argsort(-cosines, axis=1)[:, :9]
    neighbour_graph = graph.build(near, np.take_along_axis(cosines, near, axis=1).astype(np.float32))
    misled = graph.one_hot((truth + 1) % 3, 3)
    none = np.full(len(truth), -1, np.int64)
    given = np.where(np.arange(len(truth)) < 400, truth, -1)
    trusting, _ = graph.propagate(neighbour_graph, misled, none, np.where(np.arange(len(truth)) < 100, truth, -1), 3)
    careful, _ = graph.propagate(neighbour_graph, misled, none, given, 3)
    assert (careful[400:].argmax(axis=1) == truth[400:]).mean() > 0.9
    assert (trusting[400:].argmax(axis=1) == truth[400:]).mean() < 0.5
