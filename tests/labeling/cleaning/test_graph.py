"""The graph, what it propagates, suspicion and clusters."""

from __future__ import annotations

import numpy as np
import pytest

from labeling.cleaning import graph
from labeling.cleaning.graph import GraphOptions
from labeling.cleaning.ordering import next_batch
from labeling.cleaning.suspicion import clusters, suspect
from labeling.scoring.zero_shot import unit

RANDOM = np.random.default_rng(1)


def blobs(n: int = 120, d: int = 16, spread: float = 0.35):
    """Three well-separated blobs and their graph."""
    centres = unit(np.eye(3, d))
    truth = np.repeat(np.arange(3), n // 3)
    vectors = unit(centres[truth] + spread * RANDOM.normal(size=(n, d)) / np.sqrt(d))
    cosines = vectors @ vectors.T
    near = np.argsort(-cosines, axis=1)[:, :9]
    return vectors, truth, graph.build(near, np.take_along_axis(cosines, near, axis=1).astype(np.float32))


def test_rows_are_normalised_and_no_node_votes_for_itself() -> None:
    _, _, neighbour_graph = blobs()
    assert np.allclose(np.asarray(neighbour_graph.affinity.sum(axis=1)).ravel(), 1, atol=1e-5)
    assert neighbour_graph.affinity.diagonal().max() == 0
    assert (neighbour_graph.affinity != neighbour_graph.affinity.T).nnz >= 0
    assert ((neighbour_graph.affinity > 0) != (neighbour_graph.affinity.T > 0)).nnz == 0, "an edge goes both ways"


def test_one_label_a_blob_is_enough() -> None:
    _, truth, neighbour_graph = blobs()
    human = np.full(len(truth), -1, np.int64)
    human[[0, 45, 90]] = [0, 1, 2]
    none = np.full(len(truth), -1, np.int64)
    posterior, _ = graph.propagate(neighbour_graph, None, human, none, 3, GraphOptions(steps=30))
    assert (posterior.argmax(axis=1) == truth).all()
    assert np.allclose(posterior.sum(axis=1), 1, atol=1e-5)


def test_planted_errors_are_the_most_suspicious() -> None:
    _, truth, neighbour_graph = blobs()
    given = truth.copy()
    wrong = RANDOM.choice(len(truth), 10, replace=False)
    given[wrong] = (given[wrong] + 1) % 3
    none = np.full(len(truth), -1, np.int64)
    _, others = graph.propagate(neighbour_graph, None, none, given, 3)
    result = suspect(others, given)
    assert set(np.argsort(-result.score)[:10]) == set(wrong)
    assert (result.proposed[wrong] == truth[wrong]).all()


def test_suspicion_of_nothing_is_not_a_number() -> None:
    result = suspect(np.full((2, 2), 0.5, np.float32), np.array([-1, 0]))
    assert np.isnan(result.score[0])
    assert result.score[1] == pytest.approx(0.5)


def test_a_cluster_is_what_one_decision_fixes() -> None:
    _, truth, neighbour_graph = blobs()
    given = truth.copy()
    given[:6] = 1
    human = np.full(len(truth), -1, np.int64)
    human[6:30] = truth[6:30]
    _, others = graph.propagate(neighbour_graph, None, human, np.where(human < 0, given, -1), 3)
    result = clusters(neighbour_graph, suspect(others, given), given, human < 0)
    assert result
    assert result[0].label == 1
    assert result[0].proposed == 0
    assert set(result[0].rows) <= set(range(6))
    assert not clusters(neighbour_graph, suspect(others, given), given, np.zeros(len(truth), bool)), (
        "what people decided is not questioned"
    )


def test_next_batch_is_open_diverse_and_holds_audit_items() -> None:
    vectors, truth, _ = blobs()
    margins = RANDOM.random(len(truth)).astype(np.float32)
    checks = np.arange(0, len(truth), 10)
    teach = (np.arange(len(truth)) % 4 != 1) & (np.arange(len(truth)) % 10 != 0)
    chosen = next_batch(vectors, margins, teach, checks, size=20)
    assert len(chosen) == len(set(chosen)) == 20
    assert set(checks[:2]) <= set(chosen)
    assert teach[np.setdiff1d(chosen, checks)].all()
    assert (next_batch(vectors, margins, teach, checks, size=20) == chosen).all()
    assert next_batch(vectors, margins, np.zeros(len(truth), bool), checks, size=20).tolist() == checks[:2].tolist()
