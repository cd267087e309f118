"""A machine's round written in parts, so that a person's decision waits for one part at most.

A workspace in a file has one writer at a time. In one transaction a round of a million labels kept every decision waiting until the
database gave up. The parts are one batch, which is undone as one.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

from errors import CancelledError
from progress import Progress, silent
from store.database.connection import Connection
from store.ledger import batch_rows, labels
from store.ledger.events import Batch, Change, Outcome
from store.team import leases
from store.workspace import Workspace

PART = 5_000  # changes; some .3 s of a core
PAUSE_S = (
    0.11  # whoever waits for SQLite asks again at least every .1 s, and without a pause might ask in vain for minutes
)

Finish = Callable[[Connection, list[Outcome]], None]


def write(
    workspace: Workspace, batch: Batch, changes: Sequence[Change], *, finish: Finish | None = None, progress: Progress = silent
) -> list[Outcome]:  # fmt: skip
    """Outcomes of a round's changes, in their order.

    What a person has leased by then stays as it is: its outcome is `held`.

    Args:
        finish: called with all outcomes in the transaction of the last part.
        progress: told of labels.

    Raises:
        CancelledError: `progress` stopped it, or somebody took the round back; what was written stays one batch.
    """
    outcomes: list[Outcome] = []
    begun = False
    starts = range(0, max(len(changes), 1), PART)
    for start in starts:
        if start:
            _between(workspace, start, len(changes), progress)
        with workspace.engine.begin() as connection:
            if begun and batch_rows.is_reverted(connection, batch.id):
                raise CancelledError("Stopped, because the round was taken back while it was written.")
            part = changes[start : start + PART]
            done = _part(connection, batch, part, begun)
            begun = begun or any(outcome.status == "saved" for outcome in done)
            outcomes += done
            if finish is not None and start == starts[-1]:
                finish(connection, outcomes)
    return outcomes


def _part(connection: Connection, batch: Batch, part: Sequence[Change], begun: bool) -> list[Outcome]:
    taken = leases.taken(connection)
    free = [change for change in part if change.item_id not in taken]
    written = iter(labels.write(connection, batch, free, begun=begun))
    return [Outcome(change.item_id, "held", 0) if change.item_id in taken else next(written) for change in part]


def _between(workspace: Workspace, done: int, total: int, progress: Progress) -> None:
    if workspace.engine.dialect.name == "sqlite":
        time.sleep(PAUSE_S)
    try:
        progress(done, total, "Writing labels")
    except CancelledError as error:
        raise CancelledError(f"Stopped. {done:,} of {total:,} labels were looked at; undo takes them back.") from error
