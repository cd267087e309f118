"""Who watches long work in a test, and stops it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from errors import CancelledError


class Report(NamedTuple):
    """A report of long work, as `progress.Progress` takes it."""

    done: float
    total: float
    message: str
    losses: tuple[float, ...]


class Watcher:
    """A `Progress` that keeps its reports, and stops the work at the report with the number `stop_at`, from 1."""

    def __init__(self, stop_at: int = 0) -> None:
        self.reports: list[Report] = []
        self._stop_at = stop_at

    def __call__(self, done: float, total: float, message: str = "", losses: Sequence[float] = (), /) -> None:
        self.reports.append(Report(done, total, message, tuple(losses)))
        if len(self.reports) == self._stop_at:
            raise CancelledError("Cancelled.")
