"""A run on the store: looked at again with other settings, corrected, undone."""

from __future__ import annotations

import pytest

import sample_data
from errors import InputError
from labeling.pipeline import decide
from labeling.pipeline import scene as scenes
from store import runs, undo
from store import workspace as workspaces
from video import pipeline
from video.pipeline import View


@pytest.fixture
def ran(demo_scene):
    return demo_scene, pipeline.run(demo_scene, sample_data.video_file())


def test_a_run_is_kept_and_looked_at_without_decoding(ran, monkeypatch: pytest.MonkeyPatch) -> None:
    scene, run_id = ran
    monkeypatch.setattr("video.pipeline.running.analyse", lambda *a, **k: pytest.fail("decoded again"))
    shown = pipeline.look(scene, run_id)
    assert shown["segments"][-1]["end_frame"] == shown["frames"]
    assert len(shown["shots"]) >= len(shown["segments"])
    for how in shown["aggregators"]:
        assert pipeline.look(scene, run_id, View(aggregator=how))["aggregator"] == how
    rough = pipeline.look(scene, run_id, View(switch_cost=0))
    assert len(rough["segments"]) >= len(shown["segments"])
    assert pipeline.keyframe(scene, run_id, 0).startswith(b"\xff\xd8")
    with scene.workspace.read() as connection:
        assert len(runs.segments(connection, run_id, "shot")) == len(shown["shots"])
    with pytest.raises(InputError, match="no aggregator"):
        pipeline.look(scene, run_id, View(aggregator="loudest"))  # type: ignore[arg-type]
    with pytest.raises(InputError, match="no keyframe"):
        pipeline.keyframe(scene, run_id, 10_000)


def test_a_correction_is_an_event_and_its_keyframes_become_training_images(ran) -> None:
    scene, run_id = ran
    before = pipeline.look(scene, run_id)
    first = before["segments"][0]
    other = next(c for c in scene.classes() if c.id != first["category"])
    span = {"start_s": first["start_s"], "end_s": first["end_s"], "category": other.id}
    done = pipeline.correct(scene, run_id, [span], "Ann")
    assert done["keyframes"] >= 1
    after = pipeline.look(scene, run_id)
    assert (after["segments"][0]["category"], after["segments"][0]["source"]) == (other.id, "human")
    assert sum(s["end_frame"] - s["start_frame"] for s in after["segments"]) == after["frames"]
    fresh = scenes.load(scene.workspace)
    board = fresh.board()
    frames = board.video > 0
    assert frames.sum() == done["keyframes"]
    assert set(board.category[frames]) == {other.id}
    assert not board.audit[frames].any(), "a corrected video has to teach"
    assert all(fresh.workspace.thumb(int(i)).exists() for i in board.ids[frames])
    again = pipeline.correct(fresh, run_id, [span], "Bob")
    assert len(scenes.load(scene.workspace).ids) == len(fresh.ids), "the same keyframes are the same items"
    assert again["keyframes"] == done["keyframes"]


def test_a_correction_is_undone_as_one(ran) -> None:
    scene, run_id = ran
    before = pipeline.look(scene, run_id)["segments"]
    other = next(c for c in scene.classes() if c.id != before[0]["category"])
    done = pipeline.correct(scene, run_id, [{"start_s": 0, "end_s": 1.0, "category": other.id}], "Ann")
    assert pipeline.look(scene, run_id)["segments"] != before
    decide.undo_batch(scene.workspace, "Ann", done["batch"])
    assert pipeline.look(scene, run_id)["segments"] == before
    with scene.workspace.read() as connection:
        assert undo.replay(connection)
        assert workspaces.revision(connection).labels > 0


def test_a_span_outside_is_refused(ran) -> None:
    scene, run_id = ran
    with pytest.raises(InputError, match="not inside"):
        pipeline.correct(scene, run_id, [{"start_s": 5, "end_s": 5, "category": 1}], "Ann")


def test_the_same_video_is_one_item(demo_scene) -> None:
    one, two = (pipeline.register(demo_scene.workspace, sample_data.video_file()) for _ in range(2))
    assert one == two
