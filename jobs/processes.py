"""The children: start one, keep a warm one ready, let videos wait for each other, notice one that died."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from contextlib import suppress
from pathlib import Path

from errors import EncoderError, InputError, StoreError
from settings import child_environment
from store.database import schema
from store.database.connection import Connection
from store.items import vectors
from store.team import actors, job_owners, job_rows
from store.team.job_rows import JobArguments, JobRow
from store.workspace import Workspace

KINDS = (
    "add", "embed", "fetch", "trial", "train", "check", "segment", "propose", "map", "add_videos", "look_up", "train_videos",
    "pretrain_videos", "propose_videos", "preview_import", "import_features", "watch", "push",
)  # fmt: skip
QUEUED = job_rows.QUEUED
ENDLESS = "watch"  # goes on until somebody stops it: one whose process died is begun anew
LEAST_S = 60.0  # unless it lived shorter than this: what ends it would end it again
MARK = "watched"  # in the folder of a workspace where folders are watched, or once were

_children: dict[int, subprocess.Popen[bytes]] = {}
_spare: list[subprocess.Popen[bytes]] = []
_lock = threading.RLock()


def start(workspace: Workspace, kind: str, arguments: JobArguments, actor: str) -> int:
    """Start work in a niced child process of its own session, or queue it behind its like; returns the job's id.

    Raises:
        InputError: there is no such kind of work.
    """
    _known(kind)
    with workspace.engine.begin() as connection:
        job_id = _added(connection, kind, arguments, actor)
    _set_going(workspace, kind, job_id)
    return job_id


def start_once(workspace: Workspace, kind: str, arguments: JobArguments, actor: str, *, secret: str = "") -> int:
    """Start work unless the same is under way; returns its id, or the id of what is under way.

    A press can arrive twice: by a double click, by two tabs, or before a page has drawn its button as busy.

    Args:
        secret: what the child reads as a line of its stdin, and nobody else sees; not for what waits in the queue.

    Raises:
        InputError: there is no such kind of work.
    """
    _known(kind)
    with workspace.engine.begin() as connection:  # looked for and added in one transaction: of two presses one is first
        begun_anew = _marked(connection)  # what died holds nobody up
        going = job_rows.under_way(connection, kind, arguments)
        job_id = _added(connection, kind, arguments, actor) if going is None else going
    for each in begun_anew:
        _set_going(workspace, ENDLESS, each)
    if going is None:
        _set_going(workspace, kind, job_id, secret)
    return job_id


def _marked(connection: Connection) -> list[int]:
    """Mark what died as interrupted; returns jobs in place of endless ones, which want a child after the commit."""
    return [
        job_rows.add(
            connection, row.kind, row.arguments, job_rows.actor(connection, row.id), owner=job_owners.of(os.getpid())
        )
        for row in job_rows.mark_interrupted(connection)
        if row.kind == ENDLESS and not row.cancel and _lived_s(row) >= LEAST_S
    ]


def _lived_s(row: JobRow) -> float:
    if row.started_at is None or row.finished_at is None:
        return 0.0
    return (row.finished_at - row.started_at).total_seconds()


def _known(kind: str) -> None:
    if kind not in KINDS:
        raise InputError(f"There is no job {kind!r}. Known: {', '.join(KINDS)}.")


def _added(connection: Connection, kind: str, arguments: JobArguments, actor: str) -> int:
    # Until it has a child the server answers for it: one killed in between leaves no job that looks alive.
    owner = None if kind == QUEUED else job_owners.of(os.getpid())
    return job_rows.add(connection, kind, arguments, actors.id_of(connection, actor), owner=owner)


def _set_going(workspace: Workspace, kind: str, job_id: int, secret: str = "") -> None:
    """A child for an added job, or its place in the queue."""
    if kind == ENDLESS:
        (workspace.path / MARK).touch()
    if kind == QUEUED:
        tend(workspace)
    else:
        _begin(workspace, job_id, before=os.getpid(), secret=secret)


def _begin(workspace: Workspace, job_id: int, *, before: int | None, secret: str = "") -> None:
    """Start a child for a job.

    Raises:
        StoreError: the system starts no process; the job is marked as failed.
    """
    try:
        child = _spawn(str(workspace.path), str(job_id), stdin=subprocess.PIPE if secret else subprocess.DEVNULL)
    except OSError as error:
        message = (
            f"No process could be started ({error.strerror}). Nothing was begun. Free some memory, then start it again."
        )
        with workspace.engine.begin() as connection:
            job_rows.change(connection, job_id, state="failed", finished_at=schema.now(), message=message)
        raise StoreError(message) from error
    _give(workspace, job_id, child, before=before)
    if child.stdin is not None:
        with suppress(BrokenPipeError):  # it died: its job is marked as interrupted
            child.stdin.write(f"{secret}\n".encode())
            child.stdin.close()


def cancel(workspace: Workspace, job_id: int) -> None:
    """Ask a job to stop, or take it out of the queue; what it has committed stays."""
    with workspace.engine.begin() as connection:
        job_rows.change(connection, job_id, cancel=True)
        job_rows.drop(connection, job_id)


def is_watched(folder: Path) -> bool:
    """Whether folders are watched in the workspace that lies there, or once were: then it is tended without anybody on its pages."""
    return (folder / MARK).exists()


def warm_up(workspace: Workspace) -> None:
    """Have a child ready that has loaded what a video needs, unless a video is being worked on: then the cores are taken."""
    with _lock:
        if _spare and _spare[0].poll() is None:
            return
        with workspace.read() as connection:
            if any(row.kind == QUEUED for row in job_rows.unfinished(connection)):
                return
            try:
                encoder = vectors.current_encoder(connection).spec
            except EncoderError:
                return
        _spare[:] = [_spawn("--spare", encoder, stdin=subprocess.PIPE)]


def tend(workspace: Workspace) -> None:
    """Mark what died as interrupted, and go on with the videos that wait. Where nothing can be written it stays as it is."""
    if workspace.sealed:
        return
    with _lock:
        for pid, child in list(_children.items()):
            if child.poll() is not None:
                del _children[pid]
        with workspace.read() as connection:
            unfinished = job_rows.unfinished(connection)
        if not unfinished:
            return
        with workspace.engine.begin() as connection:
            begun_anew = _marked(connection)
            unfinished = job_rows.unfinished(connection)
        for each in begun_anew:
            _set_going(workspace, ENDLESS, each)
        line = [row for row in unfinished if row.kind == QUEUED]
        if line and all(row.pid is None for row in line):
            _go(workspace, line[0].id)


def _go(workspace: Workspace, job_id: int) -> None:
    """Hand a video to the warm child, or to a new one."""
    spare = _spare.pop() if _spare else None
    if spare is not None and spare.poll() is None and spare.stdin is not None:
        # The row first: the child is at once at work.
        if not _give(workspace, job_id, spare, before=None):
            spare.stdin.close()  # another server was faster; a warm child without a job ends
            return
        try:
            spare.stdin.write(f"{job_id} {workspace.path.resolve()}\n".encode())
            spare.stdin.close()
            return
        except BrokenPipeError:  # it died between two looks
            spare.wait()
        _begin(workspace, job_id, before=spare.pid)
        return
    _begin(workspace, job_id, before=None)


def _give(workspace: Workspace, job_id: int, child: subprocess.Popen[bytes], *, before: int | None) -> bool:
    with workspace.engine.begin() as connection:
        return job_rows.give(connection, job_id, child.pid, before=before)


def _spawn(*arguments: str, stdin: int = subprocess.DEVNULL) -> subprocess.Popen[bytes]:
    child = subprocess.Popen(
        [sys.executable, "-P", "-m", "jobs", *arguments],
        env=child_environment(), stdin=stdin, stdout=subprocess.DEVNULL, start_new_session=True,
    )  # fmt: skip
    _children[child.pid] = child
    return child
