"""Long work in a child process: `python -P -m jobs WORKSPACE ID`.

The job row carries progress to the page and the wish to cancel to the child. A page change, a reload or a restart of the server
leaves the work running; a child that dies is marked as interrupted, and what it had committed is kept.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from embedding import pipeline as embedding
from errors import AppError, CancelledError, InputError
from labeling.pipeline import decide, exchange
from labeling.pipeline import scene as scenes
from settings import ROOT, current
from store import jobs as stored
from store import schema
from store import workspace as workspaces
from store.jobs import JobRow
from store.workspace import Workspace
from training import pipeline as training
from video import pipeline as video
from video.stills import stills

TITLES = {
    "add": "Adding",
    "embed": "Changing the encoder",
    "train": "Training",
    "segment": "Segmenting",
    "propose": "Proposing labels",
}
UNITS = {"add": "images", "embed": "images", "segment": "s of video", "train": "steps", "propose": "labels"}
REPORT_EVERY_S = 0.25

_children: dict[int, subprocess.Popen[bytes]] = {}


class Reporter:
    """Carries progress to the job row, a few times a second at most, and reads there whether to stop.

    Attributes:
        job_id: of the job.
    """

    def __init__(self, workspace: Workspace, job_id: int) -> None:
        self._workspace, self.job_id = workspace, job_id
        self._told = 0.0
        self._cancel = False

    def __call__(self, done: float, total: float, message: str = "") -> None:
        """Tell how far the work is."""
        if time.monotonic() - self._told < REPORT_EVERY_S and done < total:
            return
        self._told = time.monotonic()
        with self._workspace.engine.begin() as connection:
            values: dict[str, Any] = {"done": int(done), "total": int(total)}
            if message:
                values["message"] = message
            stored.change(connection, self.job_id, **values)
            self._cancel = stored.get(connection, self.job_id).cancel

    def cancelled(self) -> bool:
        """Whether somebody pressed Cancel."""
        if not self._cancel and time.monotonic() - self._told >= REPORT_EVERY_S:
            self._told = time.monotonic()
            with self._workspace.read() as connection:
                self._cancel = stored.get(connection, self.job_id).cancel
        return self._cancel


def start(workspace: Workspace, kind: str, arguments: dict[str, Any], actor: str) -> int:
    """Start work in a niced child process of its own session; returns the job's id.

    Raises:
        InputError: there is no such kind of work.
    """
    if kind not in WORK:
        raise InputError(f"There is no job {kind!r}. Known: {', '.join(WORK)}.")
    with workspace.engine.begin() as connection:
        job_id = stored.add(connection, kind, arguments, workspaces.actor_id(connection, actor))
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    child = subprocess.Popen(
        [sys.executable, "-P", "-m", "jobs", str(workspace.path), str(job_id)],
        env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, start_new_session=True,
    )  # fmt: skip
    _children[child.pid] = child
    with workspace.engine.begin() as connection:
        stored.change(connection, job_id, pid=child.pid)
    return job_id


def cancel(workspace: Workspace, job_id: int) -> None:
    """Ask a job to stop; what it has committed stays."""
    with workspace.engine.begin() as connection:
        stored.change(connection, job_id, cancel=True)


def get(workspace: Workspace, job_id: int) -> dict[str, Any]:
    """A job as the pages show it."""
    _reap(workspace)
    with workspace.read() as connection:
        return _shown(stored.get(connection, job_id))


def latest(workspace: Workspace, kind: str) -> dict[str, Any] | None:
    """The newest job of a kind, or None."""
    _reap(workspace)
    with workspace.read() as connection:
        found = stored.recent(connection, kind=kind, limit=1)
    return _shown(found[0]) if found else None


def running(workspace: Workspace) -> list[dict[str, Any]]:
    """Jobs that are queued or running, newest first."""
    _reap(workspace)
    with workspace.read() as connection:
        return [_shown(row) for row in stored.recent(connection) if row.state in stored.OPEN]


def _reap(workspace: Workspace) -> None:
    for pid, child in list(_children.items()):
        if child.poll() is not None:
            del _children[pid]
    with workspace.read() as connection:
        unfinished = [row for row in stored.recent(connection) if row.state in stored.OPEN]
    if unfinished:
        with workspace.engine.begin() as connection:
            stored.mark_interrupted(connection)


def _shown(row: JobRow) -> dict[str, Any]:
    seconds = ((row.finished_at or schema.now()) - (row.started_at or row.created_at)).total_seconds()
    rate = row.done / seconds if seconds > 0.5 and row.done else None
    return {
        "id": row.id,
        "kind": row.kind,
        "title": f"{TITLES[row.kind]} {row.arguments.get('title', '')}".strip(),
        "state": row.state,
        "done": row.done,
        "total": row.total,
        "rate": rate,
        "unit": UNITS[row.kind],
        "eta_s": (row.total - row.done) / rate if rate and row.total else None,
        "message": row.message,
        "error": row.message if row.state in ("failed", "interrupted") else None,
        "result": row.result,
        "arguments": row.arguments,
        "started": row.created_at.isoformat(),
        "ended": None if row.finished_at is None else row.finished_at.isoformat(),
    }


def _add(workspace: Workspace, arguments: dict[str, Any], actor: str, report: Reporter) -> dict[str, Any]:
    paths = [Path(path) for path in arguments["paths"]]
    done = embedding.add(workspace, paths, frames=stills, progress=report, cancelled=report.cancelled)
    result: dict[str, Any] = {"added": done.added, "duplicates": done.duplicates, "quarantined": len(done.quarantined)}
    if arguments.get("folders_as") == "import":
        result["labels"] = exchange.label_folders(workspace, paths, actor=actor)
    return result


def _embed(workspace: Workspace, arguments: dict[str, Any], actor: str, report: Reporter) -> dict[str, Any]:
    del actor
    return training.change_encoder(
        workspace, arguments["model"], frames=stills, progress=report, cancelled=report.cancelled
    )


def _train(workspace: Workspace, arguments: dict[str, Any], actor: str, report: Reporter) -> dict[str, Any]:
    total = 400

    def step(stage: str, iteration: int, loss: float) -> bool:
        report(
            min(iteration, total - 1),
            total,
            f"{stage}, step {iteration}, loss {loss:.4f}" if iteration else f"{stage} the candidates",
        )
        return not report.cancelled()

    return training.train(scenes.load(workspace), actor=actor, promote=arguments.get("promote", "auto"), progress=step)


def _segment(workspace: Workspace, arguments: dict[str, Any], actor: str, report: Reporter) -> dict[str, Any]:
    scene = scenes.load(workspace)
    live = video.live_file(workspace, report.job_id)
    try:
        run_id = video.run(
            scene, Path(arguments["path"]), using=arguments.get("using", "auto"), actor=actor,
            progress=lambda done, total: report(done, total), cancelled=report.cancelled,
            partial=lambda analysis: analysis.save(live),
        )  # fmt: skip
    finally:
        live.unlink(missing_ok=True)
    return {"run": run_id}


def _propose(workspace: Workspace, arguments: dict[str, Any], actor: str, report: Reporter) -> dict[str, Any]:
    del report
    done = decide.pseudo_label(scenes.load(workspace), arguments.get("using", "auto"), actor)
    return {
        "labelled": done.labelled,
        "skipped_human": done.skipped_human,
        "per_class": done.per_class,
        "batch": done.batch,
    }


WORK: dict[str, Callable[[Workspace, dict[str, Any], str, Reporter], dict[str, Any]]] = {
    "add": _add,
    "embed": _embed,
    "train": _train,
    "segment": _segment,
    "propose": _propose,
}


def work(path: Path, job_id: int) -> int:
    """Do a job and record how it ended; returns the exit status."""
    workspace = workspaces.open_workspace(path, database_url=current().database_url)
    with workspace.engine.begin() as connection:
        row = stored.get(connection, job_id)
        actor = workspaces.actors(connection).get(stored.actor(connection, job_id), workspaces.MACHINE)
        stored.change(connection, job_id, state="running", pid=os.getpid(), started_at=schema.now())
    try:
        result = WORK[row.kind](workspace, row.arguments, actor, Reporter(workspace, job_id))
    except CancelledError as error:
        _finish(workspace, job_id, "cancelled", message=str(error))
        return 0
    except AppError as error:
        _finish(workspace, job_id, "failed", message=str(error))
        return 1
    except BaseException as error:
        _finish(
            workspace,
            job_id,
            "failed",
            message=f"A fault in the program: {type(error).__name__}: {error}. What was committed is kept.",
        )
        raise
    _finish(workspace, job_id, "done", result=result)
    return 0


def _finish(workspace: Workspace, job_id: int, state: str, **values: Any) -> None:
    with workspace.engine.begin() as connection:
        stored.change(connection, job_id, state=state, finished_at=schema.now(), **values)


if __name__ == "__main__":
    os.nice(10)
    sys.exit(work(Path(sys.argv[1]), int(sys.argv[2])))
