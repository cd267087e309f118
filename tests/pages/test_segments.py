"""The queue of videos on the Segments page. The children are left out: what they do is tested with the jobs."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

import jobs
import sample_data
from store.team import job_rows
from store.workspace import Workspace, open_workspace
from video.runs import segmentation


@pytest.fixture
def opened(root: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Workspace]:
    """The workspace on screen; its videos wait for ever."""
    monkeypatch.setattr("jobs.processes._go", lambda workspace, job_id: None)
    result = open_workspace(root / "demo")
    yield result
    result.engine.dispose()


def segments(app: AppTest) -> AppTest:
    app.run()
    return app.switch_page("../pages/segments.py").run()


def words(app: AppTest) -> str:
    return "\n".join(str(part.value) for part in [*app.markdown, *app.caption, *app.error])


def queue(app: AppTest, *paths: Path) -> AppTest:
    app.text_area(key="run_paths").set_value("\n".join(map(str, paths)))
    return app.button(key="segment").click().run()


def test_several_videos_are_queued_together_each_with_its_progress_and_cancel(
    app: AppTest, opened: Workspace, tmp_path: Path
) -> None:
    known = segmentation.register(opened, sample_data.video_file())
    films = tmp_path / "films"
    films.mkdir()
    for name in ("a.mp4", "b_[x].mp4", "notes.txt"):
        shutil.copy(sample_data.video_file(), films / name)
    shown = segments(app)
    shown.multiselect(key="run_known").set_value([str(sample_data.video_file().resolve())])
    shown = queue(shown, films)
    assert not shown.exception
    waiting = jobs.running(opened)[::-1]
    assert [job["arguments"]["title"] for job in waiting] == ["demo_mix.mp4", "a.mp4", "b_[x].mp4"]
    assert len({job["arguments"]["round"] for job in waiting}) == 1
    assert "0 of 3 videos done" in words(shown)
    assert "b\\_\\[x\\]\\.mp4" in words(shown), "a name is not markdown"
    shown.button(key=f"cancel_{waiting[1]['id']}").click().run()
    assert [job["state"] for job in jobs.recent(opened, "segment")] == ["queued", "cancelled", "queued"]
    assert known


def test_a_bad_file_is_told_beside_those_that_go_on(app: AppTest, opened: Workspace, tmp_path: Path) -> None:
    shown = queue(segments(app), tmp_path / "gone.mp4", sample_data.video_file())
    first, second = jobs.running(opened)[::-1]
    with opened.engine.begin() as connection:
        job_rows.change(connection, first["id"], state="failed", message="gone.mp4 is not a file")
        job_rows.change(connection, second["id"], state="running", done=10, total=40)
    shown = shown.run()
    assert "is not a file" in words(shown)
    assert "Not usable" in words(shown)
    assert "0 of 2 videos done" in words(shown)
    assert shown.button(key=f"cancel_{second['id']}")


def test_nothing_chosen_is_said(app: AppTest, opened: Workspace, tmp_path: Path) -> None:
    assert opened
    assert "No video is chosen" in words(queue(segments(app)))
    (tmp_path / "empty").mkdir()
    assert "holds no video" in words(queue(app, tmp_path / "empty"))


def test_the_detector_is_a_setting_of_the_project(app: AppTest, opened: Workspace) -> None:
    shown = segments(app)
    assert shown.selectbox(key="run_detector").value == "fused"
    shown.selectbox(key="run_detector").set_value("adaptive").run()
    assert segmentation.detector(opened) == "adaptive"
    assert "the labels are not" in words(shown), "an honest word about the demonstration model"


def test_before_the_first_run_one_button_segments_the_first_video(app: AppTest, opened: Workspace) -> None:
    assert "No video yet" in words(segments(app))
    segmentation.register(opened, sample_data.video_file())
    shown = app.run()
    assert "No video has been segmented yet" in words(shown)
    shown.button(key="first_video").click().run()
    assert not shown.exception
    assert [job["arguments"]["title"] for job in jobs.running(opened)] == ["demo_mix.mp4"]
