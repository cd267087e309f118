"""A folder that is watched by a child: what came is shown, a stop ends it, a death begins it anew, once."""

from __future__ import annotations

import os
import shutil
import signal
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

import jobs
import sample_data
from jobs import processes
from jobs.showing import JobView
from store import workspace
from store.team import job_rows
from store.workspace import Workspace
from web import resources, watch_upkeep

PATIENCE_S = 120
PICTURES = sorted(sample_data.images_folder().iterdir())[60:63]


@pytest.fixture
def place(built: Path, tmp_path: Path) -> Iterator[tuple[Workspace, Path]]:
    """A workspace of thirty images, and a folder that its own children watch."""
    opened = workspace.open_workspace(Path(shutil.copytree(built, tmp_path / "demo")))
    folder = tmp_path / "in"
    folder.mkdir()
    yield opened, folder
    for child in processes._children.values():
        child.kill()
        child.wait(PATIENCE_S)
    processes._children.clear()
    opened.engine.dispose()


def wait(opened: Workspace, job_id: int, wanted: Callable[[JobView], bool]) -> JobView:
    end = time.monotonic() + PATIENCE_S
    while time.monotonic() < end:
        job = jobs.get(opened, job_id)
        if wanted(job):
            return job
        time.sleep(0.05)
    raise AssertionError(f"still {job}")


def pid_of(opened: Workspace, job_id: int) -> int:
    with opened.read() as connection:
        pid = job_rows.get(connection, job_id).pid
    assert pid is not None
    return pid


def killed(opened: Workspace, job_id: int) -> None:
    """End a job's child by force, and wait until it is gone."""
    pid = pid_of(opened, job_id)
    os.kill(pid, signal.SIGKILL)
    processes._children[pid].wait(PATIENCE_S)


def watches(opened: Workspace) -> list[JobView]:
    return jobs.recent(opened, "watch")


def test_a_child_watches_until_it_is_stopped(place: tuple[Workspace, Path]) -> None:
    opened, folder = place
    assert not jobs.is_watched(opened.path)
    shutil.copy(PICTURES[0], folder / "a.jpg")
    (folder / "bad.jpg").write_bytes(b"no picture at all")
    number = jobs.start_once(opened, "watch", {"path": str(folder), "title": "in"}, "Ann")
    assert jobs.start_once(opened, "watch", {"path": str(folder), "title": "in"}, "Bob") == number, "one a folder"
    shown = wait(opened, number, lambda job: bool(job["result"] and job["result"]["added"]))["result"]
    assert shown is not None
    assert (shown["added"], shown["proposed"], shown["quarantined"]) == (1, 1, 1)
    assert [Path(one["path"]).name for one in shown["refused"]] == ["bad.jpg"]
    assert shown["looked_at"]
    assert jobs.is_watched(opened.path)
    jobs.cancel(opened, number)
    assert wait(opened, number, lambda job: not jobs.is_running(job))["state"] == "cancelled"
    jobs.tend(opened)
    assert [job["id"] for job in watches(opened)] == [number], "what somebody stopped stays so"


def test_a_watch_that_died_is_begun_anew_by_one_server(
    place: tuple[Workspace, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    opened, folder = place
    monkeypatch.setattr(processes, "LEAST_S", 0.0)
    number = jobs.start_once(opened, "watch", {"path": str(folder), "title": "in"}, "Ann")
    wait(opened, number, lambda job: job["state"] == "running")
    killed(opened, number)
    other = workspace.open_workspace(opened.path)
    both = threading.Barrier(2)

    def tend(server: Workspace) -> None:
        both.wait()
        jobs.tend(server)

    with ThreadPoolExecutor(2) as servers:
        list(servers.map(tend, (opened, other)))
    other.engine.dispose()
    again, before = watches(opened)
    assert (before["id"], before["state"]) == (number, "interrupted")
    assert again["arguments"] == before["arguments"]
    shutil.copy(PICTURES[0], folder / "a.jpg")
    wait(opened, again["id"], lambda job: bool(job["result"] and job["result"].get("added")))


def test_a_watch_that_dies_at_once_is_not_begun_again_and_again(place: tuple[Workspace, Path]) -> None:
    opened, folder = place
    number = jobs.start_once(opened, "watch", {"path": str(folder), "title": "in"}, "Ann")
    wait(opened, number, lambda job: job["state"] == "running")
    killed(opened, number)
    jobs.tend(opened)
    [left] = watches(opened)
    assert left["state"] == "interrupted"


def test_the_server_begins_it_anew_without_anybody_on_a_page(
    place: tuple[Workspace, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    opened, folder = place
    monkeypatch.setattr(processes, "LEAST_S", 0.0)
    monkeypatch.setenv("SCENELOOP_WORKSPACE", str(opened.path))
    number = jobs.start_once(opened, "watch", {"path": str(folder), "title": "in"}, "Ann")
    wait(opened, number, lambda job: job["state"] == "running")
    killed(opened, number)
    watch_upkeep.tend()
    resources.close()
    assert [job["state"] in job_rows.OPEN for job in watches(opened)] == [True, False]


def test_a_folder_that_the_server_takes_no_more_is_not_watched(
    place: tuple[Workspace, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened, folder = place
    monkeypatch.setenv("SCENELOOP_ALLOWED_ROOTS", str(tmp_path / "elsewhere"))
    number = jobs.start_once(opened, "watch", {"path": str(folder), "title": "in"}, "Ann")
    job = wait(opened, number, lambda job: not jobs.is_running(job))
    assert job["state"] == "failed"
    assert "does not lie in a folder that this server takes paths of" in (job["error"] or "")
