"""Between a child at work and its job row: progress goes there, the request to stop comes from there."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress

from errors import CancelledError, StoreError
from store.database import schema
from store.database.connection import Connection
from store.team import job_owners, job_rows
from store.team.job_rows import JobArguments, JobColumns
from store.workspace import Workspace

REPORT_EVERY_S = 0.25


class Reporter:
    """A `Progress` that writes to the job row, a few times a second at most, and reads there whether to stop.

    Attributes:
        job_id: of the job.
    """

    def __init__(self, workspace: Workspace, job_id: int) -> None:
        self._workspace, self.job_id = workspace, job_id
        self._reported_at = 0.0

    def __call__(self, done: float, total: float, message: str = "", losses: Sequence[float] = (), /) -> None:
        """Report how far the work is.

        Raises:
            CancelledError: somebody pressed Cancel.
        """
        if time.monotonic() - self._reported_at < REPORT_EVERY_S and (done != total or total == 0):
            return
        self._reported_at = time.monotonic()
        with self._workspace.engine.begin() as connection:
            values: JobColumns = {"done": int(done), "total": int(total), "beat_at": schema.now()}
            if message:
                values["message"] = message
            if losses:
                values["result"] = {"losses": list(losses)}
            job_rows.change(connection, self.job_id, **values)
        with self._workspace.read() as connection:
            self._go_on(connection)

    def show(self, result: Mapping[str, object]) -> None:
        """Put a result so far on the row.

        Raises:
            CancelledError: somebody pressed Cancel.
        """
        with self._workspace.engine.begin() as connection:
            job_rows.change(connection, self.job_id, result=result, done=0, total=0, message="", beat_at=schema.now())
            self._go_on(connection)

    def rest(self, seconds: float) -> None:
        """Wait, and read every second whether to stop.

        Raises:
            CancelledError: somebody pressed Cancel.
        """
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            time.sleep(min(1.0, left))
            with self._workspace.read() as connection:
                self._go_on(connection)

    def _go_on(self, connection: Connection) -> None:
        if job_rows.get(connection, self.job_id).cancel:
            raise CancelledError("Cancelled.")

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
            with suppress(StoreError), workspace.write_beside() as connection:  # a busy database: the next beat tells
                job_rows.beat(connection, os.getpid())

    thread = threading.Thread(target=beat, name="beat", daemon=True)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()
