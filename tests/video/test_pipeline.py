"""A run on the store: looked at again with other settings, corrected, undone."""

from __future__ import annotations

import json
from dataclasses import replace

import jsonschema
import numpy as np
import pytest

import sample_data
from errors import InputError
from labeling.categories import split, tree_edits
from labeling.review import decisions
from labeling.scoring import classifier_file
from labeling.snapshot.snapshot import Snapshot
from settings import ROOT
from store.ledger import undo
from store.project import prompts
from store.team import actors
from store.workspace import revision
from training.heads import transfer
from video.runs import labelled_run, run_corrections, run_view, segmentation
from video.runs.labelled_run import View


@pytest.fixture
def ran(demo_snapshot):
    return demo_snapshot, segmentation.run(demo_snapshot, sample_data.video_file())


def test_a_run_is_kept_and_looked_at_without_decoding(ran, monkeypatch: pytest.MonkeyPatch) -> None:
    snapshot, run_id = ran
    monkeypatch.setattr("video.runs.segmentation.analyse", lambda *a, **k: pytest.fail("decoded again"))
    shown = run_view.look(snapshot, run_id)
    assert shown["segments"][-1]["end_frame"] == shown["frames"]
    assert len(shown["shots"]) >= len(shown["segments"])
    for how in shown["aggregators"]:
        assert run_view.look(snapshot, run_id, View(aggregator=how))["aggregator"] == how
    rough = run_view.look(snapshot, run_id, View(switch_cost=0))
    assert len(rough["segments"]) >= len(shown["segments"])
    assert run_view.keyframe(snapshot, run_id, 0).startswith(b"\xff\xd8")
    with pytest.raises(InputError, match="no aggregator"):
        run_view.look(snapshot, run_id, View(aggregator="loudest"))  # type: ignore[arg-type]
    with pytest.raises(InputError, match="no keyframe"):
        run_view.keyframe(snapshot, run_id, 10_000)


def test_a_correction_is_an_event_and_its_keyframes_become_training_images(ran) -> None:
    snapshot, run_id = ran
    before = run_view.look(snapshot, run_id)
    first = before["segments"][0]
    other = next(c for c in snapshot.categories.classes() if c.id != first["category"])
    span = {"start_s": first["start_s"], "end_s": first["end_s"], "category": other.id}
    done = run_corrections.correct(snapshot, run_id, [span], "Ann")
    assert done["keyframes"] >= 1
    after = run_view.look(snapshot, run_id)
    assert (after["segments"][0]["category"], after["segments"][0]["source"]) == (other.id, "human")
    assert sum(s["end_frame"] - s["start_frame"] for s in after["segments"]) == after["frames"]
    fresh = Snapshot(snapshot.workspace)
    board = fresh.labels.board()
    frames = board.video > 0
    assert frames.sum() == done["keyframes"]
    assert set(board.category[frames]) == {other.id}
    assert not board.audit[frames].any(), "a corrected video has to teach"
    assert all(fresh.workspace.thumb(int(i)).exists() for i in board.ids[frames])
    again = run_corrections.correct(fresh, run_id, [span], "Bob")
    assert len(Snapshot(snapshot.workspace).ids) == len(fresh.ids), "the same keyframes are the same items"
    assert again["keyframes"] == done["keyframes"]


def test_a_correction_is_undone_as_one(ran) -> None:
    snapshot, run_id = ran
    before = run_view.look(snapshot, run_id)["segments"]
    other = next(c for c in snapshot.categories.classes() if c.id != before[0]["category"])
    done = run_corrections.correct(snapshot, run_id, [{"start_s": 0, "end_s": 1.0, "category": other.id}], "Ann")
    assert run_view.look(snapshot, run_id)["segments"] != before
    decisions.undo_batch(snapshot.workspace, "Ann", done["batch"])
    assert run_view.look(snapshot, run_id)["segments"] == before
    with snapshot.workspace.read() as connection:
        assert undo.replay(connection)
        assert revision(connection).labels > 0


def test_a_span_outside_is_refused(ran) -> None:
    snapshot, run_id = ran
    with pytest.raises(InputError, match="not inside"):
        run_corrections.correct(snapshot, run_id, [{"start_s": 5, "end_s": 5, "category": 1}], "Ann")


def test_the_same_video_is_one_item(demo_snapshot) -> None:
    one, two = (segmentation.register(demo_snapshot.workspace, sample_data.video_file()) for _ in range(2))
    assert one == two


def test_open_labels_have_extents_of_their_own_beside_the_segments(demo_snapshot) -> None:
    plain = segmentation.run(demo_snapshot, sample_data.video_file())
    assert "tags" not in labelled_run.contract(demo_snapshot, plain)
    assert run_view.look(demo_snapshot, plain)["tags"] == []
    for name, text in {"text": ["a page of text"], "water": ["the sea", "waves of the ocean"]}.items():
        tree_edits.add(demo_snapshot.workspace, name, facet="tags", exclusive=False, prompts=text, actor="Ann")
    run_id = segmentation.run(demo_snapshot, sample_data.video_file())
    result = labelled_run.contract(demo_snapshot, run_id)
    assert {tag["label"] for tag in result["tags"]} == {"text", "water"}
    jsonschema.validate(result, json.loads((ROOT / "docs" / "segments.schema.json").read_text()))
    frames = {label: np.zeros(result["frames"], bool) for label in ("document", "text", "nature", "water")}
    for part in [*result["segments"], *result["tags"]]:
        assert part["start_frame"] < part["end_frame"] <= result["frames"]
        if part["label"] in frames:
            frames[part["label"]][part["start_frame"] : part["end_frame"]] = True
    for tag, near in (("text", "document"), ("water", "nature")):
        inside = (frames[tag] & frames[near]).sum() / frames[tag].sum()
        assert inside > frames[near].mean() + 0.2, f"{tag} is mostly where {near} is"
    bands = run_view.look(demo_snapshot, run_id)["tags"]
    assert sum(len(band["spans"]) for band in bands) == len(result["tags"])
    assert [band["seconds"] for band in bands] == sorted((band["seconds"] for band in bands), reverse=True)
    raw = labelled_run.contract(demo_snapshot, run_id, View(switch_cost=0))
    assert len(raw["tags"]) >= len(result["tags"]), "without smoothing they flutter"


def test_an_open_label_without_a_prompt_is_left_out_and_said(demo_snapshot) -> None:
    tree_edits.add(demo_snapshot.workspace, "snow", facet="tags", exclusive=False, prompts=["snow"], actor="Ann")
    number, published = demo_snapshot.prompts.version()
    snow = next(c.id for c in demo_snapshot.categories.tree if c.name == "snow")
    off = tuple(replace(prompt, on=False) for prompt in published.categories[snow])
    publish(demo_snapshot, replace(published, categories={**published.categories, snow: off}, templates=()))
    assert demo_snapshot.prompts.version()[0] > number
    run_id = segmentation.run(demo_snapshot, sample_data.video_file())
    result = labelled_run.contract(demo_snapshot, run_id)
    assert result["tags"] == []
    assert "labels of tags are left out" in result["notes"][-1]


def test_a_label_of_an_open_facet_is_no_class_of_a_segment(ran) -> None:
    snapshot, run_id = ran
    tree_edits.add(snapshot.workspace, "snow", facet="tags", exclusive=False, prompts=["snow"], actor="Ann")
    before = run_view.look(snapshot, run_id)["segments"]
    snow = next(c.id for c in snapshot.categories.tree if c.name == "snow")
    run_corrections.correct(snapshot, run_id, [{"start_s": 0, "end_s": 1.0, "category": snow}], "Ann")
    assert run_view.look(snapshot, run_id)["segments"] == before


@pytest.fixture
def in_a_tree(ran):
    """The run in a workspace whose nature has children that the demo video does not tell apart everywhere."""
    snapshot, run_id = ran
    nature = next(c.id for c in snapshot.categories.classes() if c.name == "nature")
    children = [{"name": "forest", "prompts": ["a forest"]}, {"name": "sea", "prompts": ["the sea"]}]
    split.split(snapshot, nature, children, actor="Ann")
    return snapshot, run_id


def publish(snapshot, opened) -> None:
    with snapshot.workspace.engine.begin() as connection:
        prompts.publish(connection, opened, note="", actor_id=actors.id_of(connection, "Ann"))


def back_off(snapshot, margin: float) -> None:
    published = snapshot.prompts.version()[1]
    publish(snapshot, replace(published, options=replace(published.options, back_off=margin)))


def test_a_segment_that_is_not_certain_of_its_class_has_its_parents_label(in_a_tree) -> None:
    snapshot, run_id = in_a_tree
    back_off(snapshot, 0.0)
    deep = labelled_run.contract(snapshot, run_id)
    labels = {segment["label"] for segment in deep["segments"]}
    assert labels & {"nature/forest", "nature/sea"}
    assert not any("backed_off" in segment for segment in deep["segments"])
    back_off(snapshot, 1.0)
    result = labelled_run.contract(snapshot, run_id)
    backed = [segment for segment in result["segments"] if segment["label"] == "nature"]
    assert backed
    assert all(segment["backed_off"] is True for segment in backed)
    assert not any("backed_off" in segment for segment in result["segments"] if segment not in backed)
    jsonschema.validate(result, json.loads((ROOT / "docs" / "segments.schema.json").read_text()))
    one = backed[0]
    assert one["score"] == one["scores"]["nature"]
    below = one["scores"]["nature/forest"] + one["scores"]["nature/sea"]
    assert one["score"] == pytest.approx(below, abs=2e-4)
    assert result["segments"][-1]["end_frame"] == result["frames"]
    shown = run_view.look(snapshot, run_id)
    reasons = [s["reason"] for s in shown["segments"] if s["backed_off"]]
    assert all("nature and no deeper: of it " in reason for reason in reasons)
    nature = next(c.id for c in snapshot.categories.nodes() if c.name == "nature")
    assert str(nature) in shown["curve"]["scores"]
    again = run_view.look(snapshot, segmentation.run(snapshot, sample_data.video_file()))
    assert [s["category"] for s in again["segments"]] == [s["category"] for s in shown["segments"]]


def test_a_head_backs_off_too_and_a_person_may_say_the_parent(in_a_tree, tmp_path) -> None:
    snapshot, run_id = in_a_tree
    known = [{"id": c.id, "name": c.path} for c in snapshot.categories.classes()]
    card = {
        "metrics": {"new": None},
        "classes": known,
        "encoder": {"name": "built-in", "fingerprint": snapshot.encoder_row.fingerprint},
    }
    classifier_file.write(tmp_path / "head.safetensors", snapshot.prompts.zero_shot(), card)
    head_id = transfer.import_head(snapshot, tmp_path / "head.safetensors", "Ann")["head"]
    back_off(snapshot, 1.0)
    result = run_view.look(snapshot, run_id, View(using=f"head:{head_id}"))
    assert result["model"].startswith("head")
    nature = next(c.id for c in snapshot.categories.nodes() if c.name == "nature")
    assert any(s["category"] == nature and s["backed_off"] and s["source"] == "head" for s in result["segments"])
    document = next(s for s in result["segments"] if s["category"] != nature)
    span = {"start_s": document["start_s"], "end_s": document["end_s"], "category": nature}
    run_corrections.correct(snapshot, run_id, [span], "Ann")
    after = run_view.look(snapshot, run_id, View(using=f"head:{head_id}"))["segments"]
    answer = next(s for s in after if s["start_frame"] == document["start_frame"])
    assert (answer["label"], answer["source"], answer["backed_off"]) == ("nature", "human", False)


def test_the_demonstration_model_says_what_it_cannot_do_with_another_clip(ran, tmp_path) -> None:
    snapshot, run_id = ran
    assert run_view.look(snapshot, run_id)["notes"] == []
    own = tmp_path / "own.mp4"
    own.write_bytes(sample_data.video_file().read_bytes() + b"\0")
    notes = run_view.look(snapshot, segmentation.run(snapshot, own))["notes"]
    assert "the labels are not" in notes[-1]
    assert "a real model" in notes[-1].lower()
