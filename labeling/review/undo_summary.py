"""What an undo takes back, or would take back, as a page says it."""

from __future__ import annotations

from typing_extensions import TypedDict

from labeling.snapshot.snapshot import Snapshot
from store.database.connection import Connection
from store.ledger import batch_rows, event_reader
from store.team import actors


class BatchSummary(TypedDict):
    """A batch in short: how many `images` it is about, or with `of_videos` whole videos; `category` and `value` where all its labels have the same."""

    batch: str
    kind: str
    note: str
    at: str
    images: int
    of_videos: bool
    category: int | None
    value: str | None


def described(connection: Connection, batch_id: str) -> BatchSummary:
    """A batch in short."""
    batch = event_reader.batch(connection, batch_id)
    return {
        "batch": batch.id,
        "kind": batch.kind,
        "note": batch.note,
        "at": batch.at.isoformat(),
        "images": batch.labels,
        "of_videos": batch.of_videos,
        "category": batch.category_id,
        "value": batch.value,
    }


def following(snapshot: Snapshot, actor: str) -> BatchSummary | None:
    """What the person's next undo would take back, or None."""
    with snapshot.workspace.read() as connection:
        actor_id = actors.known(connection, actor)
        newest = None if actor_id is None else event_reader.newest_batch(connection, actor_id)
        return None if newest is None else described(connection, newest)


def reverted_by(connection: Connection, undo_id: str) -> BatchSummary:
    """The batch that an undo took back."""
    return described(connection, batch_rows.reverted_by(connection, undo_id))
