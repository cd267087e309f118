"""Jobs as the pages show them."""

from __future__ import annotations

from typing import TypedDict

from jobs.processes import tend
from store.database import schema
from store.team import job_rows
from store.team.job_rows import JobArguments, JobResult, JobRow
from store.workspace import Workspace

TITLES = {
    "add": "Adding",
    "embed": "Changing the encoder",
    "fetch": "Downloading",
    "trial": "Trying",
    "train": "Training",
    "check": "Checking the head",
    "segment": "Segmenting",
    "propose": "Proposing labels",
    "map": "Computing the map",
    "add_videos": "Adding",
    "look_up": "Looking up",
    "train_videos": "Comparing models of",
    "pretrain_videos": "Pretraining on the videos of",
    "propose_videos": "Proposing labels of",
    "preview_import": "Looking at",
    "import_features": "Importing",
    "watch": "Watching",
    "push": "Pushing",
}
UNITS = {
    "add": "images",
    "embed": "images",
    "fetch": "MB",
    "trial": "s",
    "segment": "s of video",
    "train": "steps",
    "check": "checks",
    "propose": "prompts",
    "map": "steps",
    "add_videos": "videos",
    "look_up": "s of video",
    "train_videos": "models",
    "pretrain_videos": "steps",
    "propose_videos": "labels",
    "preview_import": "videos",
    "import_features": "videos",
    "watch": "images",
    "push": "files",
}


class JobView(TypedDict):
    """A job as the pages show it.

    Attributes:
        state: see `JobRow`. stopping: whether somebody asked it to stop. rate: `unit`s a second, None before it is known. eta_s: seconds that are left.
        error: what went wrong, or None. started, ended: ISO times.
    """

    id: int
    kind: str
    title: str
    state: str
    stopping: bool
    done: int
    total: int
    rate: float | None
    unit: str
    eta_s: float | None
    message: str
    error: str | None
    result: JobResult | None
    arguments: JobArguments
    started: str
    ended: str | None


def get(workspace: Workspace, job_id: int) -> JobView:
    """A job as the pages show it.

    Raises:
        InputError: there is none.
    """
    tend(workspace)
    with workspace.read() as connection:
        return _shown(job_rows.get(connection, job_id))


def latest(workspace: Workspace, kind: str) -> JobView | None:
    """The newest job of a kind, or None."""
    tend(workspace)
    with workspace.read() as connection:
        rows = job_rows.recent(connection, kind=kind, limit=1)
    return _shown(rows[0]) if rows else None


def is_running(job: JobView | None) -> bool:
    """Whether a job still waits or works."""
    return job is not None and job["state"] in job_rows.OPEN


def running(workspace: Workspace) -> list[JobView]:
    """Jobs that wait or run, newest first."""
    tend(workspace)
    with workspace.read() as connection:
        return [_shown(row) for row in reversed(job_rows.unfinished(connection))]


def recent(workspace: Workspace, kind: str, limit: int = 200) -> list[JobView]:
    """The newest jobs of a kind, newest first."""
    tend(workspace)
    with workspace.read() as connection:
        return [_shown(row) for row in job_rows.recent(connection, kind=kind, limit=limit)]


def _shown(row: JobRow) -> JobView:
    seconds = ((row.finished_at or schema.now()) - (row.started_at or row.created_at)).total_seconds()
    rate = row.done / seconds if seconds > 0.5 and row.done else None
    return {
        "id": row.id,
        "kind": row.kind,
        "title": f"{TITLES[row.kind]} {row.arguments.get('title', '')}".strip(),
        "state": row.state,
        "stopping": row.cancel,
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
