"""What candidates are worth in a blend, and what a head changes beyond the labels that it learned from."""

from __future__ import annotations

from functools import partial

import numpy as np
import pytest
from training_steps import label

from errors import CancelledError
from labeling.snapshot import suspicions
from labeling.snapshot.snapshot import Snapshot
from training.fitting.blending import weigh
from training.fitting.working_set import working_rows
from training.heads import comparison, head_report, head_training, out_of_fold, promotion


def answers(truth: np.ndarray, right: float, margin: float) -> np.ndarray:
    """Logits float32 [n, 3]: the first `right` of the rows say the truth, the others the next class, each by `margin`."""
    answer = np.where(np.arange(len(truth)) < right * len(truth), truth, (truth + 1) % 3)
    return np.float32(margin) * np.eye(3, dtype=np.float32)[answer]


def unsure(truth: np.ndarray, margin: float, seed: int = 0) -> np.ndarray:
    """Logits float32 [n, 3] that lean to the truth by `margin` in noise of 1."""
    noise = np.random.default_rng([seed, round(10 * margin)]).normal(size=(len(truth), 3))
    return (margin * np.eye(3)[truth] + noise).astype(np.float32)


def test_a_timid_candidate_is_judged_by_what_it_knows() -> None:
    truth = np.random.default_rng(0).integers(0, 3, 120)
    out = {"timid": answers(truth, 0.95, 0.5), "bold": answers(truth, 0.8, 2.0)}
    worth = weigh(out, truth, dict.fromkeys(out, 0.0), len(truth))
    assert worth["timid"].share > 0.8
    assert worth["timid"].temperature < 0.3, "it is as sure as it is right before it is blended"


def test_trust_rules_while_labels_are_few_and_labels_rule_in_the_end() -> None:
    prior = {"trusted": 2.0, "better": -1.0}
    truth, shares = np.arange(600) % 3, []
    better = unsure(truth, 3.0)
    trusted = better + unsure(truth, 0.0)
    for count in (3, 600):
        out = {"trusted": trusted[:count], "better": better[:count]}
        shares.append(weigh(out, truth[:count], prior, count)["better"].share)
    assert shares[0] < 0.5 < 0.8 < shares[1]


def test_what_two_know_of_different_classes_is_put_together() -> None:
    truth = np.arange(300) % 3
    first, second = unsure(truth, 3.0, seed=1), unsure(truth, 3.0, seed=2)
    first[:, 0], second[:, 2] = first[:, 0].mean(), second[:, 2].mean()  # each is blind to a class
    out = {"first": first, "second": second}
    worth = weigh(out, truth, dict.fromkeys(out, 0.0), 300)
    right = {name: (held.argmax(axis=1) == truth).mean() for name, held in out.items()}
    together = sum(np.float32(worth[name].scale) * held for name, held in out.items())
    assert (together.argmax(axis=1) == truth).mean() > max(right.values()) + 0.05


def test_copies_of_one_image_are_one_piece_of_evidence() -> None:
    prior = {"trusted": 2.0, "better": -1.0}
    truth = np.arange(60) % 3
    out = {"trusted": answers(truth, 0.67, 2.0), "better": answers(truth, 1.0, 2.0)}
    alone, copies = (weigh(out, truth, prior, evidence)["better"].share for evidence in (60, 3))
    assert copies < alone


def test_shares_are_of_the_whole() -> None:
    truth = np.arange(40) % 3
    out = {str(k): answers(truth, 0.5 + 0.05 * k, 1.0) for k in range(9)}
    assert sum(one.share for one in weigh(out, truth, dict.fromkeys(out, 0.0), 40).values()) == pytest.approx(1)


def test_what_changed_is_told_with_what_people_said_of_it_since(demo_snapshot: Snapshot, truth: dict[str, str]) -> None:
    label(demo_snapshot, truth, 60, "suspicion")
    head_training.train(demo_snapshot, promote="always")
    report = head_report.report(demo_snapshot)
    assert report is not None
    before = report["changed"]
    assert before["others"] > 5
    changed = {item for group in before["groups"] for item in group["items"]}
    label(demo_snapshot, truth, 150, "random")
    report = head_report.report(demo_snapshot)
    assert report is not None
    after = report["changed"]
    board, head = demo_snapshot.labels.board(), demo_snapshot.classifiers.head()
    looked = changed & set(board.ids[board.person].tolist())  # audit items that taught nothing among them
    assert after["others"] == before["others"], "a look takes nothing away from what the head changed"
    assert after["fixes"] == before["fixes"], "labels after the training are no fixes of it"
    assert after["confirmed"] + after["rejected"] == len(looked) > before["confirmed"] + before["rejected"]
    assert head is not None
    rows = board.rows(sorted(looked))
    answer = np.array(head[1].classes)[head[1].logits(demo_snapshot.vectors[rows]).argmax(axis=1)]
    assert after["confirmed"] == int((answer == board.category[rows]).sum())


def test_a_large_workspace_learns_from_some_of_its_images(
    demo_snapshot: Snapshot, truth: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    chosen = label(demo_snapshot, truth, 40, "random")
    monkeypatch.setattr(comparison, "working_rows", partial(working_rows, most=120))
    material, board = comparison.material_of(demo_snapshot)
    assert len(material.vectors) == len(material.graph) == 120
    head_training.train(demo_snapshot, promote="always")
    report, head = head_report.report(demo_snapshot), demo_snapshot.classifiers.head()
    assert report is not None
    assert head is not None
    assert report["images"] == [120, 300]
    taught = set(board.ids[board.person & ~board.audit].tolist())
    assert taught <= set(chosen)
    assert report["labels"] == len(taught)
    held = out_of_fold.read(demo_snapshot.workspace, head[0])
    assert held is not None
    assert set(held.items.tolist()) == taught, "answers out of fold are of the images that were labelled"
    rows = board.rows(sorted(taught))
    answer = np.array(head[1].classes)[head[1].logits(demo_snapshot.vectors[rows]).argmax(axis=1)]
    assert (answer == board.category[rows]).mean() > 0.8


@pytest.mark.parametrize("stops", [False, True])
def test_a_round_in_a_large_workspace_ends_with_the_ranking(
    demo_snapshot: Snapshot, monkeypatch: pytest.MonkeyPatch, stops: bool
) -> None:
    heard: list[str] = []

    def report(done: float, total: float, message: str = "", losses: object = (), /) -> None:
        heard.append(message)
        if stops and message == "Ranking labels by suspicion":
            raise CancelledError("Cancelled.")

    assert promotion.propose(demo_snapshot, using="zero-shot", progress=report)["labelled"] == 300
    assert "Ranking labels by suspicion" not in heard, "a small one is ranked when somebody looks"
    monkeypatch.setattr(suspicions, "LARGE", 300)
    done = promotion.propose(demo_snapshot, using="zero-shot", progress=report)
    assert heard[-1] == "Ranking labels by suspicion"
    assert done["labelled"] == 300, "who stops then keeps the labels"
