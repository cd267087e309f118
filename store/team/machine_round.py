"""A machine's round written in parts, so that a person's decision waits for one part at most.

A workspace in a file has one writer at a time. In one transaction a round of a million labels kept every decision waiting until the
database gave up. The parts are one batch, which is undone as one.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterable
from itertools import islice

from errors import CancelledError
from progress import Progress, silent
from store.database.connection import Connection
from store.ledger import batch_rows, labels
from store.ledger.events import Batch, Change
from store.team import leases
from store.workspace import Workspace

PART = 5_000  # changes; some .3 s of a core
PAUSE_S = (
    0.11  # whoever waits for SQLite asks again at least every .1 s, and without a pause might ask in vain for minutes
)

Finish = Callable[[Connection, "Tally"], None]


class Tally:
    """What became of a round's changes, counted."""

    def __init__(self) -> None:
        self._counts: Counter[tuple[int, str, str]] = Counter()

    def add(self, change: Change, status: str) -> None:
        self._counts[change.category_id, change.value, status] += 1

    def of(self, *statuses: str) -> int:
        """Changes that ended so; see `Outcome`."""
        return sum(count for (_, _, status), count in self._counts.items() if status in statuses)

    def given(self, *statuses: str) -> dict[int, int]:
        """Yes labels that ended so, by category."""
        counts: dict[int, int] = {}
        for (category, value, status), count in self._counts.items():
            if value == "yes" and status in statuses:
                counts[category] = counts.get(category, 0) + count
        return counts


def write(
    workspace: Workspace, batch: Batch, changes: Iterable[Change], total: int, *, finish: Finish | None = None,
    progress: Progress = silent,
) -> Tally:  # fmt: skip
    """Write a round, and count what became of its changes; those of ten million images are never held at once.

    What a person has leased by then stays as it is: it ends as `held`.

    Args:
        total: how many changes there may be, for `progress`.
        finish: called with the tally in the transaction of the last part.
        progress: told of labels.

    Raises:
        CancelledError: `progress` stopped it, or somebody took the round back; what was written stays one batch.
    """
    tally, done = Tally(), 0
    coming = iter(changes)
    part = list(islice(coming, PART))
    while True:
        after = list(islice(coming, PART))
        with workspace.engine.begin() as connection:
            begun = bool(tally.of("saved"))
            if begun and batch_rows.is_reverted(connection, batch.id):
                raise CancelledError("Stopped, because the round was taken back while it was written.")
            _write_part(connection, batch, part, tally, begun=begun)
            if not after and finish is not None:
                finish(connection, tally)
        if not after:
            return tally
        done += len(part)
        part = after
        _pause(workspace, done, total, progress)


def _write_part(connection: Connection, batch: Batch, part: list[Change], tally: Tally, *, begun: bool) -> None:
    taken = leases.taken(connection)
    free = [change for change in part if change.item_id not in taken]
    for change, outcome in zip(free, labels.write(connection, batch, free, begun=begun), strict=True):
        tally.add(change, outcome.status)
    for change in part:
        if change.item_id in taken:
            tally.add(change, "held")


def _pause(workspace: Workspace, done: int, total: int, progress: Progress) -> None:
    if workspace.engine.dialect.name == "sqlite":
        time.sleep(PAUSE_S)
    try:
        progress(done, total, "Writing labels")
    except CancelledError as error:
        raise CancelledError(f"Stopped. {done:,} of {total:,} labels were looked at; undo takes them back.") from error
