"""Heads of facets that take any number of labels: trained, compared, promoted, rolled back, sent away and taken in."""

from __future__ import annotations

import csv
import json
import shutil
from pathlib import Path

import numpy as np
import pytest
from safetensors import safe_open
from safetensors.numpy import save_file
from watching import Watcher

import sample_data
from errors import InputError
from labeling.categories import tree_edits
from labeling.cleaning import error_bounds
from labeling.exchange import label_export, label_import
from labeling.scoring import multilabel
from labeling.scoring.multilabel import UNKNOWN, YES
from labeling.snapshot.snapshot import Snapshot
from labeling.tags import answers, scores
from store import workspace
from store.ledger import labels
from store.ledger.events import Batch, Change
from store.project import heads
from store.team import actors
from training import one_click
from training.fitting import onnx_export
from training.heads import facets, head_checks, head_report, prediction, promotion, transfer
from training.tags import tag_report
from training.tags.tag_comparison import answers_of, by_head, by_prompts, sigmoid_of


@pytest.fixture
def both(answered: Snapshot, truth: dict[str, str], tmp_path: Path) -> Snapshot:
    """A promoted head of the classes, then one of the labels."""
    file = tmp_path / "answers.csv"
    lines = [f"{name},{truth[name]}" for name in sorted(truth)[:60]]
    file.write_text("\n".join(["file,class", *lines]) + "\n", encoding="utf-8")
    label_import.label_csv(answered.workspace, file, actor="Ann")
    one_click.train_facet(answered, promote="always")
    one_click.train_facet(answered, "tags", promote="always")
    return answered


def numbers(snapshot: Snapshot) -> dict[str, int | None]:
    """Number of the head in use by facet."""
    trainable = facets.trainable(snapshot)
    result = {facet.name: snapshot.classifiers.head(facet.id) for facet in trainable}
    return {name: None if head is None else head[0].number for name, head in result.items()}


def test_each_facet_has_its_own_head_in_use(both: Snapshot) -> None:
    assert numbers(both) == {"scene": 1, "tags": 2}
    assert both.classifiers.in_use().name == "head 1"
    facet = answers.find(both)
    one_click.train_facet(both, "tags", promote="always")
    assert numbers(both) == {"scene": 1, "tags": 3}
    assert promotion.roll_back(both.workspace, "Ann", facet.id) is not None
    assert numbers(both) == {"scene": 1, "tags": 2}
    assert promotion.roll_back(both.workspace, "Ann", facet.id) is None
    assert numbers(both) == {"scene": 1, "tags": None}
    with pytest.raises(InputError, match="nothing to roll back"):
        promotion.roll_back(both.workspace, "Ann", facet.id)
    promotion.roll_back(both.workspace, "Ann")
    assert numbers(both) == {"scene": None, "tags": None}
    assert [head["number"] for head in head_report.heads(both.workspace)] == [1]
    assert [head["number"] for head in head_report.heads(both.workspace, facet.id)] == [3, 2]
    assert head_report.labels_since(both.workspace) == 0
    report = head_report.report(both)
    assert report is not None
    assert report["head"]["number"] == 1


def test_the_revision_tells_which_heads_are_in_use(both: Snapshot) -> None:
    facet = answers.find(both)
    one_click.train_facet(both, "tags", promote="always")
    seen = [both.revision()]
    promotion.roll_back(both.workspace, "Ann", facet.id)
    seen.append(both.revision())
    with both.workspace.read() as connection:
        newest = heads.every(connection, facet_id=facet.id)[0].id
    promotion.promote(both.workspace, newest, "Ann")
    assert both.revision() == seen[0] != seen[1]


def test_a_head_is_promoted_where_its_gain_is_certain(misled: Snapshot) -> None:
    done = one_click.train_facet(misled, "tags")
    gain = done["metrics"]["gain"]
    assert done["promoted"] == (gain["low"] > 0)
    assert done["promoted"], "the prompts mislead"
    assert done["metrics"]["map"] > done["metrics"]["zero_shot"]["map"]
    assert gain["low"] <= gain["micro_f1"] <= gain["high"]
    again = one_click.train_facet(misled, "tags")
    assert not again["promoted"], "the same labels again gain nothing"
    assert "may be chance" in again["reason"]
    assert "against head 1" in again["reason"]
    with pytest.raises(InputError, match="auto, always or never"):
        one_click.train_facet(misled, "tags", promote="perhaps")


def test_audit_items_are_never_learned_from(answered: Snapshot) -> None:
    facet = answers.find(answered)
    parted = answers_of(answered, facet)
    board = answered.labels.board()
    assert board.audit[parted.held].any()
    assert not board.audit[parted.learned].any()
    one_click.train_facet(answered, "tags", promote="always")
    result = answered.classifiers.head(facet.id)
    assert result is not None
    kept = sigmoid_of(answered, result[0])
    assert kept.items.tolist() == answered.ids[parted.learned].tolist()
    assert result[0].card["leaks"] == 0
    answer = by_head(answered, parted, "head", kept, by_prompts(answered, parted))
    own = np.isin(parted.held, parted.learned)
    inside = multilabel.scores(result[1], answered.vectors[parted.held])
    assert not np.allclose(answer.scores[own], inside[own], atol=1e-4), "its own items are judged while held out"
    np.testing.assert_allclose(answer.scores[~own], inside[~own], atol=1e-6)


def test_the_promoted_head_proposes_and_spares_people(both: Snapshot) -> None:
    facet = answers.find(both)
    standing = answers.tags(both, facet)
    scored = scores.scored(both, facet)
    assert scored.head is not None
    done = promotion.propose(both, "Ann", facet="tags")
    now = answers.tags(both, facet)
    assert (now.value[standing.person] == standing.value[standing.person]).all()
    machine = (now.value == YES) & ~now.person
    assert machine.sum() == done["labelled"] > 0
    assert (machine == (scored.scores >= scored.thresholds.values) & ~standing.person).all()
    frame = label_export.label_frame(both.workspace)
    assert (frame[frame["class"].isin(["drawn", "written"])]["source"].isin(["head", "human"])).all()
    assert (frame["source"] == "head").sum() == done["labelled"]
    promotion.roll_back(both.workspace, "Ann", facet.id)
    with pytest.raises(InputError, match="Train one and promote it"):
        promotion.propose(both, "Ann", facet="tags")


def test_a_label_newer_than_the_head_is_scored_by_its_prompts(both: Snapshot) -> None:
    facet = answers.find(both)
    before = scores.scored(both, facet)
    tree_edits.add(both.workspace, "snow", facet="tags", exclusive=False, prompts=["snow on the ground"], actor="Ann")
    after, prompts = scores.scored(both, facet), scores.scored(both, facet, "zero-shot")
    assert after.head is not None
    np.testing.assert_allclose(after.scores[:, :2], before.scores, atol=1e-6)
    np.testing.assert_allclose(after.scores[:, 2], prompts.scores[:, 2], atol=1e-6)
    assert after.thresholds.values[2] == prompts.thresholds.values[2]


def test_a_head_of_a_label_that_is_gone_does_not_fit(both: Snapshot) -> None:
    facet = answers.find(both)
    tree_edits.retire(both.workspace, answers.columns(both, facet)[0].id, actor="Ann")
    assert both.classifiers.head(facet.id) is None
    assert both.classifiers.head() is not None


def test_the_report_compares_on_the_same_items(answered: Snapshot) -> None:
    facet = answers.find(answered)
    assert tag_report.tag_report(answered, facet) is None
    done = one_click.train_facet(answered, "tags", promote="always")
    report = tag_report.tag_report(answered, facet)
    assert report is not None
    assert [row["model"] for row in report["rows"]] == ["Zero-shot", "Head 1"]
    assert report["rows"][1]["metrics"] == pytest.approx({k: done["metrics"][k] for k in report["rows"][1]["metrics"]})
    assert report["gain"] == pytest.approx(done["metrics"]["gain"])
    low, high = report["rows"][1]["intervals"]["map"]
    assert low <= report["rows"][1]["metrics"]["map"] <= high
    drawn = report["labels_of"][0]
    errors = (drawn["yes"] - len(drawn["missed"]), len(drawn["wrong"]))
    assert drawn["models"][1]["recall"] == pytest.approx(errors[0] / drawn["yes"])
    assert drawn["models"][1]["precision"] == pytest.approx(errors[0] / (errors[0] + errors[1]))
    assert tag_report.tag_report(answered, facet) is report, "nothing has changed, so nothing is computed again"
    one_click.train_facet(answered, "tags", promote="never")
    second = tag_report.tag_report(answered, facet)
    assert second is not None
    assert [row["model"] for row in second["rows"]] == ["Zero-shot", "Head 1", "Head 2"]
    assert [(row["name"], row["promoted"]) for row in tag_report.tag_rounds(answered, facet)] == [
        ("Zero-shot", True),
        ("Round 1", True),
        ("Round 2", False),
    ]
    board = answered.labels.board()
    with answered.workspace.engine.begin() as connection:
        ann = actors.id_of(connection, "Ann")
        following = int(board.ids[np.argsort(error_bounds.ranks(board.ids))[160]])  # the next of the random order
        more = [Change(following, drawn["category"], "no")]
        labels.write(connection, Batch(ann, "human", detail={"order": "random"}), more)
    later = tag_report.tag_report(answered, facet)
    assert later is not None
    assert later["n"] == second["n"] + 1


def test_too_few_answers_say_what_is_missing(tagged: Snapshot) -> None:
    with pytest.raises(InputError, match=r"0 yes and 0 no are there.*Answer more in Review"):
        one_click.train_facet(tagged, "tags")
    with pytest.raises(InputError, match="scene, tags"):
        one_click.train_facet(tagged, "colours")


def test_a_cancelled_training_keeps_the_head_in_use(both: Snapshot) -> None:
    from errors import CancelledError

    watcher = Watcher(stop_at=3)
    with pytest.raises(CancelledError):
        one_click.train_facet(both, "tags", progress=watcher)
    assert len(watcher.reports) == 3
    assert numbers(both) == {"scene": 1, "tags": 2}


def test_a_head_travels_with_its_facet_and_thresholds(both: Snapshot, tmp_path: Path) -> None:
    out = tmp_path / "tags.safetensors"
    assert transfer.export_head(both, tmp_path / "scene.safetensors")["facet"] == "scene"
    exported = transfer.export_head(both, out, facet="tags")
    assert exported["classes"] == ["drawn", "written"]
    came = transfer.import_head(both, out, "Bob")
    assert (came["facet"], numbers(both)) == ("tags", {"scene": 1, "tags": 2})
    before = scores.scored(both, answers.find(both))
    promotion.promote(both.workspace, came["head"], "Bob", "as before")
    after = scores.scored(both, answers.find(both))
    np.testing.assert_array_equal(before.scores, after.scores)
    np.testing.assert_allclose(before.thresholds.values, after.thresholds.values)
    with pytest.raises(InputError, match="not of scene"):
        transfer.export_head(both, out, number=2, facet="scene")
    done = transfer.export_head(both, tmp_path / "tags.onnx", facet="tags")
    assert done["difference"] < 1e-3
    answer = onnx_export.run((tmp_path / "tags.onnx").read_bytes(), np.asarray(both.vectors[:9], np.float32))
    assert np.allclose(answer, after.scores[:9], atol=1e-3)


def test_a_head_whose_thresholds_were_changed_or_that_has_no_facet_here_is_refused(
    both: Snapshot, built_demo: Path, tmp_path: Path
) -> None:
    out = tmp_path / "tags.safetensors"
    transfer.export_head(both, out, facet="tags")
    elsewhere = workspace.open_workspace(Path(shutil.copytree(built_demo, tmp_path / "other")))
    with pytest.raises(InputError, match="no facet 'tags'"):
        transfer.import_head(Snapshot(elsewhere), out)
    elsewhere.engine.dispose()
    with safe_open(out, framework="numpy") as file:
        tensors = {key: file.get_tensor(key) for key in file.keys()}  # noqa: SIM118 - not a dict
        card = json.loads(file.metadata()["card"])
    card["thresholds"]["values"][0] = 0.01
    save_file(tensors, out, metadata={"card": json.dumps(card)})
    with pytest.raises(InputError, match="changed after it was written"):
        transfer.import_head(both, out)


def test_new_images_get_their_labels(both: Snapshot, tmp_path: Path) -> None:
    files = sorted(sample_data.images_folder().glob("*.jpg"))[:6]
    result = prediction.predict(both, files, tmp_path / "out.csv", facet="tags")
    assert result["model"] == "head 2 of tags"
    with (tmp_path / "out.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert list(rows[0]) == ["file", "labels", "drawn", "written"]
    limits = scores.scored(both, answers.find(both)).thresholds.values
    for row in rows:
        answer = [name for name, limit in zip(("drawn", "written"), limits, strict=True) if float(row[name]) >= limit]
        assert row["labels"] == "; ".join(answer)
    prediction.predict(both, files, tmp_path / "out.parquet", facet="tags", using="zero-shot")
    assert prediction.predict(both, files, tmp_path / "class.json")["model"] == "head 1"


def test_a_video_refuses_a_head_of_several_labels(both: Snapshot) -> None:
    with both.workspace.read() as connection:
        head = next(row for row in heads.every(connection) if row.number == 2)
    with pytest.raises(InputError, match="a segment has one class"):
        both.classifiers.choose(f"head:{head.id}")
    with pytest.raises(InputError, match="chooses one class"):
        head_checks.check_head(both, head.id)


def test_without_a_text_side_a_head_learns_from_answers_alone(
    answered: Snapshot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Snapshot, "has_text", property(lambda self: False))
    facet = answers.find(answered)
    done = one_click.train_facet(answered, "tags", promote="always")
    assert done["metrics"]["zero_shot"] is None
    assert done["metrics"]["map"] > 0.7
    scored = scores.scored(answered, facet)
    assert scored.head is not None
    assert (answers_of(answered, facet).truth != UNKNOWN).sum() == 320
