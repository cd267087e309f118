"""Heads of classes that form a tree: the baseline is what proposes, and each level has its own figures."""

from __future__ import annotations

import csv
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import sample_data
from labeling.categories import tree_edits
from labeling.exchange import label_import
from labeling.scoring.tree_classifier import Paths
from labeling.snapshot.snapshot import Snapshot
from pretraining import vocabulary
from store.project import prompts
from store.team import actors
from training import one_click
from training.heads import head_report
from training.heads.comparison import answers_of, baseline, held_out_items


@pytest.fixture
def tree(demo_snapshot: Snapshot, tmp_path: Path) -> Snapshot:
    """The demo workspace with a sub-class for each kind of image, 120 images labelled to the kind by the truth."""
    top = {category.name: category.id for category in demo_snapshot.categories.tree}
    with sample_data.truth_file().open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    for kind, above in sorted({(row["subclass"], row["class"]) for row in rows}):
        texts = vocabulary.KINDS[kind].names
        tree_edits.add(demo_snapshot.workspace, kind, top[above], prompts=list(texts), actor="Ann")
    lines = [f"{row['file']},{row['class']}/{row['subclass']}" for row in rows[:120]]
    file = tmp_path / "kinds.csv"
    file.write_text("\n".join(["file,class", *lines]) + "\n", encoding="utf-8")
    assert label_import.label_csv(demo_snapshot.workspace, file, actor="Ann").labelled == 120
    return demo_snapshot


def margin(snapshot: Snapshot, least: float) -> None:
    """Publish another back-off margin."""
    prompt_set = snapshot.prompts.version()[1]
    with snapshot.workspace.engine.begin() as connection:
        ann = actors.id_of(connection, "Ann")
        options = replace(prompt_set.options, back_off=least)
        prompts.publish(connection, replace(prompt_set, options=options), note="back off", actor_id=ann)


def test_zero_shot_of_training_is_what_proposes(tree: Snapshot) -> None:
    linear = baseline(tree)
    assert isinstance(linear, Paths)
    held = held_out_items(tree, linear.classes)
    everything = np.arange(len(tree.ids))
    assert (answers_of(tree, linear, linear.classes, everything) == tree.classifiers.top_two()[0]).all(), (
        "what Review shows"
    )
    done = one_click.train_facet(tree, promote="never")
    right = answers_of(tree, linear, linear.classes, held.rows) == held.truth
    assert done["metrics"]["zero_shot"]["accuracy"] == pytest.approx(right.mean())
    side_by_side = tree.prompts.zero_shot().logits(tree.vectors).argmax(axis=1)
    assert (side_by_side != linear.logits(tree.vectors).argmax(axis=1)).any(), "the two are not the same"
    report = head_report.report(tree)
    assert report is not None
    assert report["rows"][0]["accuracy"] == pytest.approx(right.mean())
    assert head_report.rounds(tree)[0]["accuracy"] == pytest.approx(right.mean())


def test_each_level_is_measured_for_zero_shot_and_heads(tree: Snapshot) -> None:
    margin(tree, 0.0)
    for promote in ("always", "never"):
        one_click.train_facet(tree, promote=promote)
    report = head_report.report(tree)
    assert report is not None
    result = report["levels"]
    assert [(row["model"], row["state"]) for row in result["rows"]] == [
        ("Zero-shot", None),
        ("Head 1", "promoted"),
        ("Head 2", "new"),
    ]
    for row in result["rows"]:
        first, second = row["levels"]
        assert first["coverage"] == second["coverage"] == 1, "without back-off every answer ends at a leaf"
        assert first["recall"] >= second["recall"]
        assert second["n"] == report["n"]
        assert row["f1"] == pytest.approx((first["recall"] + second["recall"]) / 2)
    assert result["rows"][1]["levels"][1]["recall"] > result["rows"][0]["levels"][1]["recall"]


def test_back_off_trades_coverage_for_precision(tree: Snapshot) -> None:
    one_click.train_facet(tree, promote="always")
    before = head_report.report(tree)
    margin(tree, 0.5)
    after = head_report.report(tree)
    assert before is not None
    assert after is not None
    for was, now in zip(before["levels"]["rows"], after["levels"]["rows"], strict=True):
        assert now["levels"][1]["coverage"] < was["levels"][1]["coverage"]
        assert now["levels"][1]["precision"] > was["levels"][1]["precision"]
    assert after["levels"]["least"] == 0.5


def test_classes_without_a_tree_have_no_levels(demo_snapshot: Snapshot, truth: dict[str, str], tmp_path: Path) -> None:
    file = tmp_path / "answers.csv"
    file.write_text("file,class\n" + "\n".join(f"{name},{truth[name]}" for name in sorted(truth)[:40]), "utf-8")
    label_import.label_csv(demo_snapshot.workspace, file, actor="Ann")
    one_click.train_facet(demo_snapshot, promote="never")
    report = head_report.report(demo_snapshot)
    assert report is not None
    assert report["levels"] is None
    assert head_report.report(demo_snapshot) is report
