"""Simulated people who label one workspace at two operations a second each, on items that some of them share: ten on SQLite, and twenty on
PostgreSQL where SCENELOOP_DATABASE_URL names an empty database.

Each operation goes through the same call as the route of the grid. What was acknowledged as saved is counted again from the
events on disk.
"""

from __future__ import annotations

import tempfile
import threading
import time
import uuid
from pathlib import Path
from typing import Any

import numpy as np
from sqlalchemy import func, select

from bench.harness import Figures, Options
from labeling.review import decisions
from labeling.review.operations import Acknowledgement
from labeling.snapshot.snapshot import Snapshot
from maintenance import demo
from settings import current
from store.copies import backup
from store.database import schema
from store.workspace import Workspace, open_workspace

PEOPLE, ON_POSTGRESQL, PER_SECOND = 10, 20, 2.0
CONTESTED = 50  # items that everybody labels now and then
SHARE = 0.2  # of operations that go to them


def run(options: Options) -> Figures:
    """`acknowledged`, `stored`, `conflicts` (a stale version, refused and told) and the times of one operation in ms.

    Those on PostgreSQL begin with `postgresql_`.
    """
    seconds = 15.0 if options.quick else 120.0
    with tempfile.TemporaryDirectory() as scratch:
        demo.build(Path(scratch) / "crowd")
        workspace = open_workspace(Path(scratch) / "crowd")
        url = current().database_url
        if url is not None:
            backup.copy(workspace, Path(scratch) / "served", database_url=url)
        figures = _measured(workspace, PEOPLE, seconds)
        workspace.engine.dispose()
        if url is not None:
            workspace = open_workspace(Path(scratch) / "served", database_url=url)
            served = _measured(workspace, ON_POSTGRESQL, seconds)
            workspace.engine.dispose()
            figures |= {f"postgresql_{name}": value for name, value in served.items()}
    return figures


def _measured(workspace: Workspace, count: int, seconds: float) -> Figures:
    """So many people label at once for some seconds."""
    snapshot = Snapshot(workspace)
    before = _events(snapshot)
    people = [_Person(snapshot, number, count, seconds) for number in range(count)]
    for person in people:
        person.start()
    for person in people:
        person.join()
    stored = _events(snapshot) - before
    times = 1000 * np.array([taken for person in people for taken in person.times])
    return {
        "people": count,
        "operations": len(times),
        "per_s": len(times) / seconds,
        "acknowledged": sum(person.saved for person in people),
        "stored": stored,
        "conflicts": sum(person.conflicts for person in people),
        "failed": sum(person.failed for person in people),
        "median_ms": float(np.median(times)),
        "p95_ms": float(np.quantile(times, 0.95)),
        "max_ms": float(times.max()),
    }


def _events(snapshot: Snapshot) -> int:
    """Label events on disk."""
    with snapshot.workspace.read() as connection:
        return int(connection.execute(select(func.count()).select_from(schema.label_event)).scalar_one())


class _Person(threading.Thread):
    """Labels at an even pace; remembers the version of each item as the grid does."""

    def __init__(self, snapshot: Snapshot, number: int, count: int, seconds: float) -> None:
        super().__init__()
        self.snapshot, self.number, self.count, self.seconds = snapshot, number, count, seconds
        self.random = np.random.default_rng(number)
        self.times: list[float] = []
        self.saved = self.conflicts = self.failed = 0
        board = snapshot.labels.board()
        self.versions = dict(zip(board.ids.tolist(), board.version.tolist(), strict=True))
        self.shared = board.ids[:CONTESTED].tolist()
        self.own = board.ids[CONTESTED + number :: count].tolist()
        self.classes = [category.id for category in snapshot.categories.classes()]
        self.last: dict[int, int | None] = {}

    def run(self) -> None:
        """Operations at their times, none skipped: a slow answer makes the next one late, never lost."""
        begin = time.perf_counter() + self.number / (self.count * PER_SECOND)
        for turn in range(int(self.seconds * PER_SECOND)):
            operation, due = self._next(), begin + turn / PER_SECOND
            time.sleep(max(0.0, due - time.perf_counter()))
            answer = decisions.apply(self.snapshot, [operation], f"person {self.number}")["acks"][0]
            # From when it was due: what waited behind a slow answer waited too.
            self.times.append(time.perf_counter() - due)
            self._hear(answer)

    def _next(self) -> dict[str, Any]:
        pool = self.shared if self.random.random() < SHARE else self.own
        item = int(self.random.choice(pool))
        category = int(self.random.choice([number for number in self.classes if number != self.last.get(item)]))
        self.last[item] = category
        return {
            "id": str(uuid.uuid4()),
            "kind": "label",
            "category": category,
            "items": [{"id": item, "version": self.versions[item]}],
        }

    def _hear(self, answer: Acknowledgement) -> None:
        row = answer["items"][0]
        if "practice" in row or "facet" in row:
            raise TypeError("a label of a class is acknowledged by what stands")
        self.versions[row["id"]] = row["version"]
        if answer["status"] == "conflict":
            self.conflicts += 1
            self.last[row["id"]] = row["category"]  # the grid now shows what the other wrote
        elif row["status"] == "saved":
            self.saved += 1
        else:
            self.failed += 1
