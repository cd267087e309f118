"""Long work in a child process: progress, cancel, a kill, and failure in words."""

from __future__ import annotations

import os
import signal
import textwrap
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from sqlalchemy import select

import jobs
import sample_data
from embedding.ingest.adding import AddOptions
from errors import InputError
from jobs import processes
from labeling.review import decisions, grid
from labeling.review.grid import TileQuery
from labeling.snapshot.snapshot import Snapshot
from settings import ROOT, child_environment
from store.database import schema
from store.items import items
from store.project import heads
from store.team import job_rows
from store.team.job_rows import JobArguments
from store.workspace import Workspace
from video.runs import run_list

PATIENCE_S = 120
CLIP = sample_data.clips_folder() / "v01.mp4"
STEP = AddOptions().step  # images a transaction
MANY = 2 * STEP + 1
DIES = """
    import os, signal
    from embedding.ingest import adding

    real = adding._Adding.commit

    def commit(*arguments):
        real(*arguments)
        os.kill(os.getpid(), signal.SIGKILL)

    adding._Adding.commit = commit
"""


@pytest.fixture(autouse=True)
def no_child_stays() -> Iterator[None]:
    """Every child that a test started has ended when it ends: a job's last word comes before its process is gone."""
    yield
    for child in processes._children.values():
        child.wait(PATIENCE_S)
    processes._children.clear()


def wait(workspace, job_id, *states):
    end = time.monotonic() + PATIENCE_S
    while time.monotonic() < end:
        result = jobs.get(workspace, job_id)
        if result["state"] in states:
            return result
        time.sleep(0.05)
    raise AssertionError(f"still {result}")


def label(snapshot, truth, count=40):
    ids = {c.name: c.id for c in snapshot.categories.classes()}
    tiles = grid.tiles(snapshot, TileQuery(limit=count))["tiles"]
    operations = [
        {
            "id": f"{t['id']:036d}",
            "kind": "label",
            "items": [{"id": t["id"], "version": t["version"]}],
            "category": ids[truth[Path(t["name"]).name]],
        }
        for t in tiles
    ]
    decisions.apply(snapshot, operations, "Ann")


@pytest.mark.slow
def test_training_in_a_child_makes_a_head(demo_snapshot, truth) -> None:
    label(demo_snapshot, truth)
    done = wait(
        demo_snapshot.workspace,
        jobs.start(demo_snapshot.workspace, "train", {"promote": "always"}, "Ann"),
        "done",
        "failed",
    )
    assert done["state"] == "done", done
    assert done["result"]["promoted"] is True
    assert demo_snapshot.classifiers.head() is not None
    # The head can be looked at while the same child checks it.
    check = jobs.latest(demo_snapshot.workspace, "check")
    assert check is not None
    assert check["arguments"] == {"head": done["result"]["head"]}
    assert wait(demo_snapshot.workspace, check["id"], "done", "failed")["result"]["shortcut"] is not None


@pytest.mark.slow
def test_failure_is_told_in_words(demo_snapshot) -> None:
    done = wait(demo_snapshot.workspace, jobs.start(demo_snapshot.workspace, "train", {}, "Ann"), "done", "failed")
    assert done["state"] == "failed"
    assert "at least two classes" in done["error"]


@pytest.mark.slow
def test_a_video_is_segmented_and_a_cancel_keeps_nothing(demo_snapshot) -> None:
    first = jobs.start(demo_snapshot.workspace, "segment", {"path": str(CLIP)}, "Ann")
    jobs.cancel(demo_snapshot.workspace, first)
    assert wait(demo_snapshot.workspace, first, "cancelled", "done")["state"] == "cancelled"
    assert run_list.every(demo_snapshot.workspace) == []
    second = jobs.start(demo_snapshot.workspace, "segment", {"path": str(CLIP)}, "Ann")
    assert wait(demo_snapshot.workspace, second, "done", "failed")["state"] == "done"
    assert len(run_list.every(demo_snapshot.workspace)) == 1


@pytest.mark.slow
def test_a_kill_in_the_middle_leaves_the_old_head_and_says_so(demo_snapshot, truth) -> None:
    label(demo_snapshot, truth)
    job_id = jobs.start(demo_snapshot.workspace, "train", {"promote": "always"}, "Ann")
    with demo_snapshot.workspace.read() as connection:
        pid = job_rows.get(connection, job_id).pid
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    done = wait(demo_snapshot.workspace, job_id, "interrupted", "done")
    assert done["state"] == "interrupted"
    assert "kept" in done["error"]
    with demo_snapshot.workspace.read() as connection:
        assert heads.every(connection) == []


@pytest.mark.slow
def test_a_killed_add_goes_on_where_it_was(demo_snapshot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    workspace, folder = demo_snapshot.workspace, tmp_path / "many"
    folder.mkdir()
    random = np.random.default_rng(0)
    for number in range(MANY):
        Image.fromarray(random.integers(0, 255, (48, 64, 3), np.uint8)).save(folder / f"{number}.jpg")
    (tmp_path / "sitecustomize.py").write_text(textwrap.dedent(DIES))
    with monkeypatch.context() as patch:
        patch.setattr(
            processes, "child_environment", lambda: child_environment(PYTHONPATH=f"{tmp_path}{os.pathsep}{ROOT}")
        )
        killed = jobs.start(workspace, "add", {"paths": [str(folder)]}, "Ann")
        assert wait(workspace, killed, "interrupted", "done", "failed")["state"] == "interrupted"
    with workspace.read() as connection:
        kept = items.count(connection)["image"] - 300
    assert kept == STEP
    again = wait(workspace, jobs.start(workspace, "add", {"paths": [str(folder)]}, "Ann"), "done", "failed")
    assert again["result"]["added"] == MANY - kept
    assert len(Snapshot(workspace).ids) == 300 + MANY


@pytest.mark.slow
def test_videos_wait_for_each_other_and_a_bad_one_stops_nobody(demo_snapshot, tmp_path: Path) -> None:
    workspace = demo_snapshot.workspace
    bad = tmp_path / "bad.mp4"
    bad.write_bytes(b"no video")
    paths = [CLIP, bad, tmp_path / "never.mp4", CLIP]
    queued = [jobs.start(workspace, "segment", {"path": str(path), "title": path.name}, "Ann") for path in paths]
    assert [job["id"] for job in jobs.running(workspace)] == queued[::-1]
    jobs.cancel(workspace, queued[2])
    assert jobs.get(workspace, queued[2])["state"] == "cancelled"
    ended = [wait(workspace, job_id, "done", "failed", "cancelled") for job_id in queued]
    assert [job["state"] for job in ended] == ["done", "failed", "cancelled", "done"]
    assert "bad.mp4" in ended[1]["error"]
    assert "out of the queue" in ended[2]["message"]
    assert ended[1]["ended"] <= ended[3]["ended"], "one after the other"
    assert [job["id"] for job in jobs.recent(workspace, "segment")] == queued[::-1]


@pytest.mark.slow
def test_the_queue_goes_on_when_its_child_dies(demo_snapshot) -> None:
    workspace = demo_snapshot.workspace
    first, second = (jobs.start(workspace, "segment", {"path": str(CLIP)}, "Ann") for _ in range(2))
    with workspace.read() as connection:
        pid = job_rows.get(connection, first).pid
        assert job_rows.get(connection, second).pid is None
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    assert wait(workspace, first, "interrupted", "done")["state"] == "interrupted"
    assert wait(workspace, second, "done", "failed")["state"] == "done"


@pytest.mark.slow
def test_a_warm_child_takes_the_next_video(demo_snapshot) -> None:
    workspace = demo_snapshot.workspace
    jobs.warm_up(workspace)
    spare = processes._spare[0]
    jobs.warm_up(workspace)
    assert processes._spare == [spare], "one is enough"
    job_id = jobs.start(workspace, "segment", {"path": str(CLIP)}, "Ann")
    with workspace.read() as connection:
        assert job_rows.get(connection, job_id).pid == spare.pid
    assert processes._spare == []
    jobs.warm_up(workspace)
    assert processes._spare == [], "not beside a video at work"
    assert wait(workspace, job_id, "done", "failed")["state"] == "done"


@pytest.mark.slow
def test_a_warm_child_without_work_ends_by_itself(demo_snapshot) -> None:
    jobs.warm_up(demo_snapshot.workspace)
    spare = processes._spare.pop()
    assert spare.stdin is not None
    spare.stdin.close()
    assert spare.wait(PATIENCE_S) == 0


def test_an_unknown_kind_is_refused(empty) -> None:
    with pytest.raises(InputError, match="no job"):
        jobs.start(empty, "dance", {}, "Ann")


@pytest.mark.parametrize("kind", processes.KINDS)
def test_of_two_presses_at_one_moment_one_starts(demo_snapshot, kind: str) -> None:
    workspace = demo_snapshot.workspace
    both = threading.Barrier(2)
    wanted = [{"path": "a.mp4", "title": "a.mp4", "round": number} for number in ("first", "second")]

    def press(arguments: JobArguments) -> int:
        both.wait()
        return jobs.start_once(workspace, kind, arguments, "Ann")

    with ThreadPoolExecutor(2) as pressed:
        ids = set(pressed.map(press, wanted))
    assert len(ids) == 1
    assert [job["id"] for job in jobs.recent(workspace, kind)] == [*ids]
    stop(workspace, ids.pop())


def test_other_work_is_started_beside_and_what_died_or_was_cancelled_holds_nobody_up(demo_snapshot) -> None:
    workspace = demo_snapshot.workspace
    first, again, other = (jobs.start_once(workspace, "add", {"paths": [path]}, "Ann") for path in ("a", "a", "b"))
    assert first == again != other
    stop(workspace, first)
    third = jobs.start_once(workspace, "add", {"paths": ["a"]}, "Ann")
    assert third not in (first, other)
    jobs.cancel(workspace, third)
    fourth = jobs.start_once(workspace, "add", {"paths": ["a"]}, "Ann")
    assert fourth != third
    for number in (other, third, fourth):
        stop(workspace, number)


def stop(workspace: Workspace, number: int) -> None:
    """Kill the child that was started for a job, before it has loaded anything."""
    with workspace.read() as connection:
        pid = job_rows.get(connection, number).pid
    assert pid not in (None, os.getpid())
    os.kill(pid, signal.SIGKILL)
    processes._children[pid].wait(PATIENCE_S)


def test_a_round_in_the_background_leaves_what_is_on_screen_and_is_one_batch(demo_snapshot) -> None:
    workspace = demo_snapshot.workspace
    for batch in rounds_newest_first(demo_snapshot):
        decisions.undo(demo_snapshot, "Ann", batch)
    before = Snapshot(workspace).labels.board()
    free = np.flatnonzero(~before.person)
    held = before.ids[free][:5].tolist()
    job = processes.start(workspace, "propose", {"using": "zero-shot", "held": held}, "Ann")
    done = wait(workspace, job, "done", "failed")
    assert done["error"] is None
    after = Snapshot(workspace).labels.board()
    moved = np.flatnonzero(after.version != before.version)
    assert set(moved) <= set(free)
    assert len(moved) > 100
    assert not set(before.rows(held)) & set(moved)
    assert decisions.undo(demo_snapshot, "Ann", done["result"]["batch"])["reverted"] == len(moved)


def rounds_newest_first(snapshot) -> list[str]:
    batch = schema.batch.c
    with snapshot.workspace.read() as connection:
        return list(
            connection.execute(select(batch.id).where(batch.kind == "propose").order_by(batch.at.desc())).scalars()
        )
