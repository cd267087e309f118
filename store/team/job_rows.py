"""Job rows: long work in a child process tells its progress here, and reads here that it should stop."""

from __future__ import annotations

import datetime as dt
import socket
from collections.abc import Mapping
from typing import NamedTuple, TypedDict, Unpack

from sqlalchemy import Connection, and_, insert, or_, select, update

from errors import InputError
from store.database import schema
from store.team import job_owners
from store.team.job_owners import OwnedJob, Owner

OPEN = ("queued", "running")
ALONE = (
    "train",
    "train_videos",
    "propose",
    "embed",
    "map",
)  # one of a kind in a workspace: a second repeats or undoes it
QUEUED = "segment"  # of this kind one runs at a time in a workspace; the others wait, without a process


class TrainArguments(TypedDict, total=False):
    """Options of a training; `training.one_click` states their meaning."""

    soft: float
    given: float
    spread: float
    balance: bool
    seed: int


class JobArguments(TypedDict, total=False):
    """What a job is to do; which kind of work takes which, `jobs.work` says.

    Attributes:
        title: what the pages call it. round: videos that were given together.
        options: of a training, see `training.one_click`. titles: file of titles of whole videos. titled: the title of the one video.
        candidates: models that are compared. held: images whose proposals stay as they are.
        version: of the prompts that were published before it; a round of another version is other work.
        repository, public: of a push, as `labeling.exchange.hub_push` takes them.
    """

    title: str
    round: str
    path: str
    paths: list[str]
    folders_as: str
    titles: str | None
    titled: str
    candidates: str
    model: str
    using: str
    facet: str | None
    held: list[int]
    version: int
    promote: str
    options: TrainArguments
    head: int
    repository: str
    public: bool


class EncoderChange(TypedDict):
    """What another encoder does to images; `training.encoder_comparison` states the meaning."""

    of: int
    moved: int
    items: list[tuple[int, int, int]]


class JobResult(TypedDict, total=False):
    """What the pages read of a job's result; each kind of work adds figures of its own, see `jobs.work`.

    Attributes:
        losses: of a training, so far.
        added, duplicates, changed, quarantined, untitled, silent, without_sound: numbers of files. passed_over: how many were no pictures, by ending.
        compared: of another encoder, by model and by kind of classifier (`zero_shot`, `head`).
        encoder, change: its name, and what it does to the images.
        looked_at, proposed, tagged, growing, gone, note, refused: of a watched folder, see `maintenance.watch_tally`.
        repository, url, files, removed: of a push, see `labeling.exchange.hub_push`.
        images_per_s, memory_mb, host: of a trial of a model, and the machine that it ran on. reason: what was decided on what came out, and why.
    """

    losses: list[float]
    added: int
    duplicates: int
    changed: int
    quarantined: int
    passed_over: dict[str, int]
    untitled: int
    silent: int
    without_sound: int
    compared: dict[str, dict[str, dict[str, float] | None]]
    encoder: str
    change: EncoderChange | None
    images_per_s: float
    memory_mb: float
    host: str
    reason: str
    looked_at: str
    proposed: int
    tagged: int
    growing: int
    gone: int
    note: str
    refused: list[dict[str, str]]
    repository: str
    url: str
    files: int
    removed: int


class JobRow(NamedTuple):
    """A row of `job`. `state`: queued, running, done, failed, cancelled, interrupted (its process died)."""

    id: int
    kind: str
    arguments: JobArguments
    state: str
    done: int
    total: int
    message: str
    result: JobResult | None
    cancel: bool
    pid: int | None
    created_at: dt.datetime
    started_at: dt.datetime | None
    finished_at: dt.datetime | None


class JobColumns(TypedDict, total=False):
    """The columns of a job that change while it is done."""

    state: str
    done: int
    total: int
    message: str
    result: Mapping[str, object]
    cancel: bool
    beat_at: dt.datetime
    finished_at: dt.datetime


_JOB = select(*(schema.job.c[name] for name in JobRow._fields))
_OWNED = select(*(schema.job.c[name] for name in OwnedJob._fields))


def add(
    connection: Connection, kind: str, arguments: JobArguments, actor_id: int, *, owner: Owner | None = None
) -> int:
    """Queue a job, for the process that is to do it or to find one; returns its id."""
    query = insert(schema.job).values(
        kind=kind, arguments=arguments, state="queued", actor_id=actor_id, created_at=schema.now()
    )
    if owner is not None:
        query = query.values(**owner.columns())
    return int(connection.execute(query.returning(schema.job.c.id)).scalar_one())


def get(connection: Connection, job_id: int) -> JobRow:
    """A job by id.

    Raises:
        InputError: there is none.
    """
    row = connection.execute(_JOB.where(schema.job.c.id == job_id)).first()
    if row is None:
        raise InputError(f"There is no job {job_id}. Start the work again.")
    return JobRow._make(row)


def recent(connection: Connection, *, kind: str | None = None, limit: int = 20) -> list[JobRow]:
    """The newest jobs, of one kind where asked."""
    query = _JOB.order_by(schema.job.c.id.desc()).limit(limit)
    if kind is not None:
        query = query.where(schema.job.c.kind == kind)
    return list(map(JobRow._make, connection.execute(query)))


def unfinished(connection: Connection) -> list[JobRow]:
    """Every job that waits or runs, oldest first."""
    query = _JOB.where(schema.job.c.state.in_(OPEN)).order_by(schema.job.c.id)
    return list(map(JobRow._make, connection.execute(query)))


def under_way(connection: Connection, kind: str, arguments: JobArguments) -> int | None:
    """The job that does the same already: of a kind of `ALONE` any, else one with the same arguments, whatever its title and round.

    One that was asked to stop does not count: whoever starts anew wants it done.
    """
    wanted = _what(arguments)
    for row in unfinished(connection):
        if row.kind == kind and not row.cancel and (kind in ALONE or _what(row.arguments) == wanted):
            return row.id
    return None


def _what(arguments: JobArguments) -> dict[str, object]:
    return {name: value for name, value in arguments.items() if name not in ("title", "round")}


def claim(connection: Connection, job_id: int, pid: int) -> bool:
    """Begin a queued job in a process of this host; False where it is not queued any more."""
    job = schema.job.c
    query = update(schema.job).where(job.id == job_id, job.state == "queued")
    done = connection.execute(query.values(state="running", started_at=schema.now(), **job_owners.of(pid).columns()))
    return done.rowcount == 1


def give(connection: Connection, job_id: int, pid: int, *, before: int | None) -> bool:
    """Note which process is to do a queued job that process `before` (or none) has; False where another has taken it."""
    job = schema.job.c
    held = job.pid.is_(None) if before is None else job.pid == before
    query = update(schema.job).where(job.id == job_id, job.state == "queued", held)
    return connection.execute(query.values(**job_owners.of(pid).columns())).rowcount == 1


def beat(connection: Connection, pid: int) -> None:
    """A process of this host says that it lives."""
    job = schema.job.c
    mine = (job.pid == pid, job.host == socket.gethostname(), job.state.in_(OPEN))
    connection.execute(update(schema.job).where(*mine).values(beat_at=schema.now()))


def claim_next(connection: Connection, pid: int, kind: str | None) -> int | None:
    """Begin the oldest job that waits for a process, or that is of a kind and waits for any; returns its id, or None."""
    job = schema.job.c
    mine = or_(and_(job.pid == pid, job.host == socket.gethostname()), and_(job.kind == kind, job.pid.is_(None)))
    waiting = select(job.id).where(job.state == "queued", mine).order_by(job.id)
    for (job_id,) in connection.execute(waiting).all():
        if claim(connection, job_id, pid):
            return int(job_id)
    return None


def drop(connection: Connection, job_id: int) -> bool:
    """Take a job that waits without a process out of the queue; False where it has begun."""
    job = schema.job.c
    query = update(schema.job).where(job.id == job_id, job.state == "queued", job.pid.is_(None))
    message = "It was taken out of the queue before it began."
    done = connection.execute(query.values(state="cancelled", finished_at=schema.now(), message=message))
    return done.rowcount == 1


def change(connection: Connection, job_id: int, **values: Unpack[JobColumns]) -> None:
    """Set columns of a job."""
    connection.execute(update(schema.job).where(schema.job.c.id == job_id).values(**values))


def mark_interrupted(connection: Connection) -> list[JobRow]:
    """Mark jobs as interrupted that no process does any more; returns those. Of two servers that look at one moment, one marks a job."""
    jobs = map(OwnedJob._make, connection.execute(_OWNED.where(schema.job.c.state.in_(OPEN))))
    dead = [row.id for row in jobs if job_owners.is_dead(row, waits=row.kind == QUEUED)]
    message = "The process ended before the work did. What was committed is kept; start it again to go on."
    marked = []
    for job_id in dead:
        query = update(schema.job).where(schema.job.c.id == job_id, schema.job.c.state.in_(OPEN))
        done = connection.execute(query.values(state="interrupted", finished_at=schema.now(), message=message))
        if done.rowcount == 1:
            marked.append(get(connection, job_id))
    return marked


def actor(connection: Connection, job_id: int) -> int:
    """Id of who started a job."""
    return int(connection.execute(select(schema.job.c.actor_id).where(schema.job.c.id == job_id)).scalar_one())
