"""Jobs whose process is gone are seen as such, however they lost it; those that live are left alone."""

from __future__ import annotations

import datetime as dt
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, update

import jobs
from errors import InputError
from maintenance import demo
from store import restore, workspace
from store.database import schema
from store.team import actors, job_owners, job_rows
from store.workspace import Workspace

HOST = socket.gethostname()


@pytest.fixture
def other() -> Iterator[subprocess.Popen[bytes]]:
    """A process that lives and has nothing to do with any job."""
    process = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    yield process
    process.kill()
    process.wait()
    assert process.stdin is not None
    process.stdin.close()


def ago(seconds: float) -> dt.datetime:
    return schema.now() - dt.timedelta(seconds=seconds)


def a_job(target: Workspace, kind: str = "train", **columns: Any) -> int:
    with target.engine.begin() as connection:
        number = job_rows.add(connection, kind, {}, actors.id_of(connection, "Ann"))
        values = {"state": "running", "started_at": ago(300), "created_at": ago(300), **columns}
        connection.execute(update(schema.job).where(schema.job.c.id == number).values(**values))
    return number


def state(target: Workspace, number: int) -> str:
    jobs.tend(target)
    with target.read() as connection:
        return job_rows.get(connection, number).state


def test_a_number_in_use_again_is_another_process(empty: Workspace, other: subprocess.Popen[bytes]) -> None:
    mine = job_owners.of(other.pid)
    assert mine.born is not None
    assert state(empty, a_job(empty, pid=other.pid, host=HOST, born=mine.born)) == "running"
    assert state(empty, a_job(empty, pid=other.pid, host=HOST, born=mine.born - 5)) == "interrupted"
    # Noted by an older program, which kept the number alone: this process began after that job.
    assert state(empty, a_job(empty, pid=other.pid)) == "interrupted"
    assert state(empty, a_job(empty, pid=other.pid, started_at=schema.now())) == "running"


def test_a_process_that_ended_is_dead_though_nobody_waited_for_it(
    empty: Workspace, other: subprocess.Popen[bytes]
) -> None:
    mine = job_owners.of(other.pid)
    number = a_job(empty, pid=other.pid, host=HOST, born=mine.born)
    other.kill()
    os.waitid(os.P_PID, other.pid, os.WEXITED | os.WNOWAIT)
    assert state(empty, number) == "interrupted"


@pytest.mark.parametrize("kind", ["add", "train", "embed", "propose"])
def test_a_server_killed_before_the_number_was_written(empty: Workspace, kind: str) -> None:
    lost = a_job(empty, kind, state="queued", pid=None, started_at=None)
    fresh = a_job(empty, kind, state="queued", pid=None, started_at=None, created_at=schema.now())
    assert state(empty, lost) == "interrupted"
    assert state(empty, fresh) == "queued"


def test_a_job_between_its_row_and_its_child_belongs_to_the_server(
    empty: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    class KilledError(Exception):
        pass

    def killed(*_arguments: object, **_options: object) -> None:
        raise KilledError

    monkeypatch.setattr("jobs.processes._spawn", killed)
    with pytest.raises(KilledError):
        jobs.start(empty, "train", {}, "Ann")
    with empty.read() as connection:
        row = connection.execute(select(schema.job)).one()
    assert (row.pid, row.host, row.born) == (os.getpid(), HOST, job_owners.of(os.getpid()).born)


def test_a_video_may_wait_without_a_process(empty: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("jobs.processes._go", lambda *_: None)
    number = a_job(empty, "segment", state="queued", pid=None, started_at=None)
    assert state(empty, number) == "queued"


def test_another_host_is_judged_by_its_last_word(empty: Workspace) -> None:
    theirs = {"host": "elsewhere", "pid": os.getpid(), "born": 1.0}
    assert state(empty, a_job(empty, **theirs, beat_at=ago(10))) == "running"
    assert state(empty, a_job(empty, **theirs, beat_at=ago(job_owners.LATE_S + 5))) == "interrupted"
    assert state(empty, a_job(empty, **theirs, beat_at=None)) == "interrupted"


def test_a_child_says_that_it_lives(empty: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    from jobs.reporter import beating

    monkeypatch.setattr(job_owners, "BEAT_S", 0.05)
    with empty.engine.begin() as connection:
        number = job_rows.add(connection, "train", {}, actors.id_of(connection, "Ann"))
        assert job_rows.claim(connection, number, os.getpid())
        job_rows.change(connection, number, beat_at=ago(100))
    with beating(empty):
        until = time.monotonic() + 60
        at = ago(100)
        while at <= ago(50) and time.monotonic() < until:
            time.sleep(0.02)
            with empty.read() as connection:
                at = connection.execute(select(schema.job.c.beat_at)).scalar_one()
    assert at > ago(50)


def test_a_child_that_writes_for_long_says_that_it_lives(
    tmp_path: Path, postgresql: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On a server a heartbeat waits for no writer, be it the job's own: else a long import would be taken for dead."""
    from jobs.reporter import beating

    monkeypatch.setattr(job_owners, "BEAT_S", 0.05)
    one = workspace.create(tmp_path / "one", database_url=postgresql)
    with one.engine.begin() as connection:
        number = job_rows.add(connection, "train", {}, actors.id_of(connection, "Ann"))
        assert job_rows.claim(connection, number, os.getpid())
        job_rows.change(connection, number, beat_at=ago(100))
    with one.engine.begin() as connection, beating(one):  # the write transaction of everybody else waits for this one
        actors.id_of(connection, "Bob")
        until = time.monotonic() + 60
        at = ago(100)
        while at <= ago(50) and time.monotonic() < until:
            time.sleep(0.02)
            with one.read() as looking:
                at = looking.execute(select(schema.job.c.beat_at)).scalar_one()
    assert at > ago(50)
    one.engine.dispose()


def test_one_of_two_servers_takes_a_job(empty: Workspace) -> None:
    number = a_job(empty, "segment", state="queued", pid=None, started_at=None)
    with empty.engine.begin() as connection:
        assert job_rows.give(connection, number, os.getpid(), before=None)
        assert not job_rows.give(connection, number, os.getppid(), before=None)
        assert job_rows.claim(connection, number, os.getpid())
        assert not job_rows.claim(connection, number, os.getppid())
        assert not job_rows.give(connection, number, os.getppid(), before=os.getpid()), "it has begun"


def test_dead_jobs_do_not_hold_up_the_reset_of_the_demo(empty: Workspace, other: subprocess.Popen[bytes]) -> None:
    restore.copy_database(empty.path / workspace.DATABASE, empty.path / demo.SHIPPED)
    a_job(empty, "segment", pid=other.pid)
    a_job(empty, "map", state="queued", pid=None, started_at=None)
    demo.reset(empty, keep=False)
    a_job(empty, pid=other.pid, host=HOST, born=job_owners.of(other.pid).born)
    with pytest.raises(InputError, match="Work is going on"):
        demo.reset(empty, keep=False)


def test_a_database_of_before_gets_the_columns(tmp_path: Path) -> None:
    target = workspace.create(tmp_path / "old")
    with target.engine.begin() as connection:
        for name in ("host", "born", "beat_at"):
            connection.exec_driver_sql(f"ALTER TABLE job DROP COLUMN {name}")
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '0004'")
    target.engine.dispose()
    opened = workspace.open_workspace(tmp_path / "old")
    assert state(opened, a_job(opened, pid=os.getpid(), host=HOST, born=1.0)) == "interrupted"
    opened.engine.dispose()
