"""Which process does a job, and whether it lives: its host, its number, and when it began, since numbers are used again."""

from __future__ import annotations

import datetime as dt
import os
import socket
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple, TypedDict

import psutil

from store.database import schema

BEAT_S = 10.0  # how often a process at work says so
LATE_S = 45.0  # without a word for so long one on another host counts as dead: its work is told within a minute
UNOWNED_S = 60.0  # a job that nobody has taken by then lost its server before it had a process
_SLACK_S = 0.02  # the kernel counts hundredths


class OwnerColumns(TypedDict):
    """The columns of a job that say which process does it."""

    host: str
    pid: int
    born: float | None
    beat_at: dt.datetime


class OwnedJob(NamedTuple):
    """What a job keeps of its process and of when it began; `born` in seconds, see `Owner`."""

    id: int
    kind: str
    pid: int | None
    host: str | None
    born: float | None
    beat_at: dt.datetime | None
    created_at: dt.datetime
    started_at: dt.datetime | None


@dataclass(frozen=True)
class Owner:
    """A process: its host, number, and when it began (seconds, None where that was not noted)."""

    host: str
    pid: int
    born: float | None

    def columns(self) -> OwnerColumns:
        """The columns of a job that it does."""
        return {"host": self.host, "pid": self.pid, "born": self.born, "beat_at": schema.now()}


def of(pid: int) -> Owner:
    """A process of this host; one that is gone has no beginning."""
    try:
        return Owner(socket.gethostname(), pid, _born(pid))
    except (psutil.Error, OSError):
        return Owner(socket.gethostname(), pid, None)


def is_dead(row: OwnedJob, *, waits: bool) -> bool:
    """Whether nobody does a queued or running job any more.

    Args:
        waits: jobs of its kind may wait without a process.
    """
    begun = row.started_at or row.created_at
    if row.pid is None:
        return not waits and _since(row.created_at) > UNOWNED_S
    if row.host is not None and row.host != socket.gethostname():
        return _since(row.beat_at or begun) > LATE_S
    return not _lives(row.pid, row.born, begun)


def _since(at: dt.datetime) -> float:
    return (schema.now() - at).total_seconds()


def _lives(pid: int, born: float | None, begun: dt.datetime) -> bool:
    """Whether a process of this host is there and is the one meant: a finished child that nobody has waited for is not."""
    try:
        process = psutil.Process(pid)
        if process.status() == psutil.STATUS_ZOMBIE:
            return False
        if born is not None:
            return abs(_born(pid) - born) <= _SLACK_S
        # Noted by an older program: it cannot have begun after its job.
        return bool(process.create_time() <= begun.timestamp() + UNOWNED_S)
    except psutil.AccessDenied:
        return True
    except (psutil.Error, OSError):
        return False


def _born(pid: int) -> float:
    """When a process began, in seconds on a clock that nobody sets: on Linux since the system's start (proc(5), "starttime")."""
    stat = Path(f"/proc/{pid}/stat")
    if stat.exists():
        return int(stat.read_text().rsplit(")", 1)[1].split()[19]) / os.sysconf("SC_CLK_TCK")
    return float(psutil.Process(pid).create_time())
