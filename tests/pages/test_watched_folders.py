"""Watched folders on the Data page: start one, see what came, stop it, start again what ended by itself."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from page_steps import go, text
from streamlit.testing.v1 import AppTest

import jobs
import settings
from jobs import processes
from store.database import schema
from store.team import job_rows
from web import resources
from web.parts.workspaces import watched_folders


@pytest.fixture(autouse=True)
def no_child_stays() -> Iterator[None]:
    yield
    for child in processes._children.values():
        child.kill()
        child.wait(60)
    processes._children.clear()


def started(app: AppTest, folder: Path) -> AppTest:
    shown = go(app, "data")
    shown.text_input(key="watch_folder").set_value(str(folder)).run()
    return shown.button(key="watch_start").click().run()


def newest() -> jobs.showing.JobView:
    job = jobs.latest(resources.workspace("demo"), "watch")
    assert job is not None
    return job


def change(**values: object) -> None:
    """What the child would write; it is ended first, so that it writes nothing."""
    for child in processes._children.values():
        child.kill()
        child.wait(60)
    with resources.workspace("demo").engine.begin() as connection:
        job_rows.change(connection, job_rows.recent(connection, kind="watch")[0].id, **values)  # type: ignore[arg-type]


def test_a_folder_is_watched_and_what_came_is_told(app: AppTest, root: Path, tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    shown = started(app, tmp_path / "in")
    assert not shown.error, shown.error
    job = newest()
    assert job["arguments"] == {"path": str(tmp_path / "in"), "title": "in"}
    assert "Watching" in text(shown)
    refused = [{"path": "/x/bad.jpg", "reason": "It is damaged."}]
    result = {
        "added": 2, "proposed": 2, "tagged": 3, "growing": 1, "quarantined": 1, "refused": refused, "note": "It is away.",
        "looked_at": schema.now().isoformat(),
    }  # fmt: skip
    change(result=result, state="failed", finished_at=schema.now(), message="The disk is full.")
    words = text(shown.run()).replace("\\", "")
    assert (
        "2 images added · 2 proposed · 3 labels of other facets · 1 refused · 1 still being written · looked at just now"
        in words
    )
    assert "Stopped" in words
    assert "The disk is full." in "\n".join(one.value for one in shown.warning).replace("\\", "")


def test_what_somebody_stopped_is_listed_no_more(app: AppTest, root: Path, tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    shown = started(app, tmp_path / "in")
    number = newest()["id"]
    shown.button(key=f"stop_watch_{number}").click().run()
    with resources.workspace("demo").read() as connection:
        assert job_rows.get(connection, number).cancel
    change(state="cancelled", finished_at=schema.now())
    shown.run()
    assert not [button for button in shown.button if str(button.key).startswith("stop_watch_")]
    assert str(tmp_path / "in") not in text(shown).replace("\\", "")


def test_what_ended_by_itself_is_started_again(app: AppTest, root: Path, tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    shown = started(app, tmp_path / "in")
    number = newest()["id"]
    change(state="interrupted", finished_at=schema.now(), message="The process ended before the work did.")
    shown.run().button(key=f"again_watch_{number}").click().run()
    assert (newest()["id"] > number, newest()["arguments"]["path"]) == (True, str(tmp_path / "in"))


def test_what_is_no_folder_or_one_too_many_is_refused(
    app: AppTest, root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown = started(app, tmp_path / "nowhere")
    assert "is not a folder" in shown.error[0].value
    monkeypatch.setenv("SCENELOOP_ALLOWED_ROOTS", str(tmp_path / "allowed"))
    settings.current.cache_clear()
    (tmp_path / "in").mkdir()
    assert "does not lie in a folder that this server takes paths of" in started(app, tmp_path / "in").error[0].value
    monkeypatch.delenv("SCENELOOP_ALLOWED_ROOTS")
    settings.current.cache_clear()
    monkeypatch.setattr(watched_folders, "MOST", 0)
    assert "Stop one first" in started(app, tmp_path / "in").error[0].value
    assert jobs.latest(resources.workspace("demo"), "watch") is None
