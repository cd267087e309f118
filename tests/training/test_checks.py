"""Shortcuts and the learning curve, on made-up cases whose answer is known, and on the demo workspace."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from sqlalchemy import update

import sample_data
from bench.speed import scale
from labeling.cleaning import graph
from labeling.exchange import label_import
from labeling.scoring.zero_shot import classifier, unit
from labeling.snapshot.snapshot import Snapshot
from store.database import schema
from training.fitting.candidates import Material
from training.heads import head_checks, head_training
from training.metrics import border_test
from training.metrics.learning_curve import Curve, curve, expected


def test_changes_touch_only_what_they_name() -> None:
    frame = np.random.default_rng(0).integers(1, 255, (100, 200, 3)).astype(np.uint8)
    changed = {name: (change(frame) != frame).any(axis=2) for name, change in border_test.CHANGES.items()}
    assert not changed["border covered"][10:90, 20:180].any()
    assert changed["border covered"][0].any()
    assert not changed["corners covered"][30:70].any()
    assert not changed["corners covered"][:, 60:140].any()
    assert changed["bars added"][:12].all()
    assert not changed["bars added"][12:88].any()


def probe(head_after: float, zero_after: float) -> border_test.Probe:
    n = 200
    right = np.ones(n, bool)
    return border_test.judge(
        "corners covered",
        right,
        np.arange(n) < head_after * n,
        right,
        np.arange(n) < zero_after * n,
        lambda x: float(x.mean() - 2 * x.std() / np.sqrt(len(x))),
    )


def test_a_head_that_reads_the_logo_is_named() -> None:
    leaning = probe(0.6, 0.98)
    assert leaning.cost == pytest.approx(0.4)
    assert leaning.warns
    message = border_test.warning([probe(0.99, 0.98), leaning])
    assert message is not None
    assert "corners covered" in message
    assert "40 points" in message


def test_what_costs_zero_shot_as_much_is_no_shortcut() -> None:
    assert border_test.warning([probe(0.6, 0.6), probe(0.98, 1.0)]) is None


def test_more_labels_help_less_the_more_there_are() -> None:
    labels = np.array([10, 20, 40, 80])
    result = Curve(labels, 1 - 1.0 * labels**-0.5, 50, None)
    few, many = expected(result, 80, 50), expected(result, 800, 50)
    assert few == pytest.approx(80**-0.5 - 130**-0.5, rel=1e-3)
    assert many is not None
    assert few is not None
    assert 0 < many < few
    assert expected(Curve(labels, np.full(4, 0.7), 50, None), 80, 50) == pytest.approx(0, abs=1e-6)
    assert expected(Curve(np.array([1, 1, 2]), np.ones(3), 50, None), 2, 50) is None


def test_the_curve_rises_where_labels_teach() -> None:
    random = np.random.default_rng(3)
    modes = unit(random.normal(size=(12, 32)))
    mode = random.integers(0, 12, 300)
    vectors = unit(modes[mode] + 0.1 * random.normal(size=(300, 32)))
    blind = classifier((1, 2, 3), unit(random.normal(size=(3, 32))), scale=10.0)
    cosines = vectors @ vectors.T
    near = np.argsort(-cosines, axis=1)[:, :11]
    work = graph.build(near, np.take_along_axis(cosines, near, axis=1).astype(np.float32))
    human = np.where(np.arange(300) < 120, mode % 3, -1)
    material = Material(vectors, work, blind, True, np.arange(300), human, np.full(300, -1))
    result = curve(material)
    assert result.labels.tolist() == [12, 24, 48, 96]
    assert result.accuracy[-1] > result.accuracy[0] + 0.1
    assert result.expected_gain is not None
    assert 0 <= result.expected_gain < 0.5


def test_both_on_the_demo_workspace(demo_snapshot, tmp_path) -> None:
    lines = sample_data.truth_file().read_text(encoding="utf-8").splitlines()
    answers = tmp_path / "answers.csv"
    answers.write_text("file,class\n" + "\n".join(",".join(x.split(",")[:2]) for x in lines[1:41]), encoding="utf-8")
    label_import.label_csv(demo_snapshot.workspace, answers, actor="Ann")
    head_training.train(demo_snapshot, promote="always")
    checked = head_checks.shortcut_check(demo_snapshot)
    assert checked["n"] == 40
    assert [p["name"] for p in checked["probes"]] == list(border_test.CHANGES)
    assert all(0 <= p["accuracy"] <= 1 for p in checked["probes"])
    points = head_checks.learning_curve(demo_snapshot)["points"]
    assert [p["labels"] for p in points] == sorted(p["labels"] for p in points)


def test_vectors_without_a_model_are_trained_and_the_check_of_pictures_says_why_not(tmp_path: Path) -> None:
    work = scale.build(tmp_path / "vectors", 1_200)
    picture = next(iter(sorted(sample_data.images_folder().glob("*.jpg"))))
    with work.engine.begin() as connection:
        connection.execute(update(schema.item).values(path=str(picture)))
    snapshot = Snapshot(work)
    head = head_training.train(snapshot, actor="ann", promote="never")["head"]
    result = head_checks.check_head(snapshot, head)
    assert result["learning_curve"]["points"]
    assert result["shortcut"] is None
    assert "no model" in result["shortcut_why"]
    work.engine.dispose()
