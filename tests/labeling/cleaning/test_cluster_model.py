"""The clusters that the images form: as a head, and as a posterior beside the machine's."""

from __future__ import annotations

import numpy as np
import pytest

from labeling.cleaning import cluster_model
from labeling.cleaning.cluster_model import MixtureOptions
from labeling.scoring.zero_shot import Linear, classifier, unit


def world(noise: float, n: int = 600, seed: int = 0, mean: bool = False) -> tuple[np.ndarray, np.ndarray, Linear]:
    """Three clusters, and text vectors that point only roughly at them."""
    random = np.random.default_rng(seed)
    centres = unit(random.normal(size=(3, 24)))
    truth = random.integers(0, 3, n)
    spread = np.geomspace(2.0, 0.2, 24)  # some directions vary a lot and say nothing
    vectors = unit(centres[truth] + noise * spread * random.normal(size=(n, 24)))
    text = unit(centres + 0.8 * unit(random.normal(size=(3, 24))))
    return vectors, truth, classifier((4, 7, 9), text, scale=10.0, image_mean=vectors.mean(axis=0) if mean else None)


def right(linear: Linear, vectors: np.ndarray, truth: np.ndarray) -> float:
    return float((linear.logits(vectors).argmax(axis=1) == truth).mean())


@pytest.mark.parametrize("mean", [False, True])
def test_clusters_correct_the_text_without_any_label(mean: bool) -> None:
    vectors, truth, text = world(0.25, mean=mean)
    unseen, unseen_truth, _ = vectors[300:], truth[300:], None
    head = cluster_model.fit(vectors[:300], text, np.full(300, -1))
    assert right(head, unseen, unseen_truth) > right(text, unseen, unseen_truth) + 0.02
    assert head.mean is text.mean


def test_a_label_stays_what_it_is_and_moves_its_cluster() -> None:
    vectors, truth, text = world(0.25)
    swapped = np.where(truth == 0, 1, np.where(truth == 1, 0, truth))
    known = np.where(np.arange(600) < 500, swapped, -1)
    head = cluster_model.fit(vectors, text, known, MixtureOptions(text=0.05))
    assert right(head, vectors[500:], swapped[500:]) > right(head, vectors[500:], truth[500:])


def test_it_is_as_sure_as_the_text_and_always_the_same() -> None:
    vectors, _, text = world(0.25)
    none = np.full(600, -1)
    one, two = (cluster_model.fit(vectors, text, none) for _ in range(2))
    assert np.array_equal(one.weights, two.weights)
    assert one.logits(vectors).std(axis=1).mean() == pytest.approx(text.logits(vectors).std(axis=1).mean(), rel=1e-3)


def test_a_class_that_no_image_shows_does_no_harm() -> None:
    vectors, truth, text = world(0.25)
    seen = truth < 2
    head = cluster_model.fit(vectors[seen], text, np.full(int(seen.sum()), -1))
    assert np.isfinite(head.weights).all()
    assert right(head, vectors[seen], truth[seen]) > 0.6


def test_the_posterior_of_machine_and_clusters_is_better_than_the_machine() -> None:
    vectors, truth, text = world(0.25)
    machine = text.probabilities(vectors)
    answer = cluster_model.posterior(vectors.astype(np.float16), machine, np.full(600, -1))
    assert answer.dtype == np.float32
    assert answer.sum(axis=1) == pytest.approx(1.0, abs=1e-5)
    assert (answer.argmax(axis=1) == truth).mean() > (machine.argmax(axis=1) == truth).mean() + 0.02


def test_a_wrong_label_does_not_answer_for_its_own_row() -> None:
    vectors, truth, text = world(0.1)
    known = np.full(600, -1)
    known[:40] = truth[:40]
    known[7] = (truth[7] + 1) % 3
    answer = cluster_model.posterior(vectors, text.probabilities(vectors), known)
    assert answer[7].argmax() == truth[7]


def test_many_rows_are_judged_by_what_some_of_them_teach(monkeypatch: pytest.MonkeyPatch) -> None:
    vectors, truth, text = world(0.25, n=3000)
    none, machine = np.full(3000, -1), text.probabilities(vectors)
    whole = cluster_model.posterior(vectors, machine, none)
    monkeypatch.setattr(cluster_model, "ENOUGH", 800)
    monkeypatch.setattr(cluster_model, "BLOCK", 700)
    some = cluster_model.posterior(vectors, machine, none)
    assert (some.argmax(axis=1) == whole.argmax(axis=1)).mean() > 0.97
    assert np.array_equal(some, cluster_model.posterior(vectors, machine, none))
    assert (some.argmax(axis=1) == truth).mean() > (machine.argmax(axis=1) == truth).mean()
