"""Between a child at work and its job row: progress goes there, the wish to stop comes from there."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from errors import StoreError
from store.database import schema
from store.team import job_owners, job_rows
from store.team.job_rows import JobArguments, JobColumns, JobResult
from store.workspace import Workspace

REPORT_EVERY_S = 0.25


class Reporter:
    """Carries progress to the job row, a few times a second at most, and reads there whether to stop.

    Attributes:
        job_id: of the job.
    """

    def __init__(self, workspace: Workspace, job_id: int) -> None:
        self._workspace, self.job_id = workspace, job_id
        self._told = 0.0
        self._cancel = False

    def __call__(self, done: float, total: float, message: str = "", partial: JobResult | None = None) -> None:
        """Tell how far the work is, and what it has found so far."""
        if time.monotonic() - self._told < REPORT_EVERY_S and done < total:
            return
        self._told = time.monotonic()
        with self._workspace.engine.begin() as connection:
            values: JobColumns = {"done": int(done), "total": int(total), "beat_at": schema.now()}
            if message:
                values["message"] = message
            if partial is not None:
                values["result"] = partial
            job_rows.change(connection, self.job_id, **values)
            self._cancel = job_rows.get(connection, self.job_id).cancel

    def cancelled(self) -> bool:
        """Whether somebody pressed Cancel."""
        if not self._cancel and time.monotonic() - self._told >= REPORT_EVERY_S:
            self._told = time.monotonic()
            with self._workspace.read() as connection:
                self._cancel = job_rows.get(connection, self.job_id).cancel
        return self._cancel

    def then(self, kind: str, arguments: JobArguments) -> None:
        """Have this process do another job after this one, in the name of the same person."""
        with self._workspace.engine.begin() as connection:
            actor = job_rows.actor(connection, self.job_id)
            job_rows.add(connection, kind, arguments, actor, owner=job_owners.of(os.getpid()))


@contextmanager
def beating(workspace: Workspace) -> Iterator[None]:
    """Say every few seconds that this process lives, whatever the work does meanwhile."""
    done = threading.Event()

    def beat() -> None:
        while not done.wait(job_owners.BEAT_S):
            with suppress(StoreError), workspace.engine.begin() as connection:  # a busy database: the next beat tells
                job_rows.beat(connection, os.getpid())

    thread = threading.Thread(target=beat, name="beat", daemon=True)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()
