"""What an undo takes back, or would take back, as a page says it."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, func, select

from labeling.snapshot.snapshot import Scene
from store import workspace as workspaces
from store.database import schema
from store.ledger import event_reader


def described(connection: Connection, batch_id: str) -> dict[str, Any]:
    """A batch in short.

    Returns:
        `batch`, `kind`, `note`, `at`, `images` (how many it is about), and `category` and `value` where all its labels have the
        same, else None.
    """
    batch, event = schema.batch.c, schema.label_event.c
    row = connection.execute(select(batch.kind, batch.note, batch.at).where(batch.id == batch_id)).one()
    counted = select(
        func.count(func.distinct(event.item_id)), func.min(event.category_id), func.max(event.category_id),
        func.min(event.value), func.max(event.value),
    ).where(event.batch_id == batch_id)  # fmt: skip
    images, low, high, least, most = connection.execute(counted).one()
    return {
        "batch": batch_id,
        "kind": row.kind,
        "note": row.note,
        "at": row.at.isoformat(),
        "images": int(images),
        "category": low if low == high else None,
        "value": least if least == most else None,
    }


def following(scene: Scene, actor: str) -> dict[str, Any] | None:
    """What the person's next undo would take back, or None."""
    with scene.workspace.read() as connection:
        actor_id = workspaces.known_actor(connection, actor)
        newest = None if actor_id is None else event_reader.newest_batch(connection, actor_id)
        return None if newest is None else described(connection, newest)


def reverted_by(connection: Connection, undo_id: str) -> dict[str, Any]:
    """The batch that an undo took back."""
    reverts = connection.execute(select(schema.batch.c.reverts).where(schema.batch.c.id == undo_id)).scalar_one()
    return described(connection, str(reverts))
