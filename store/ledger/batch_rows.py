"""One batch: what it changed, what it kept beside the labels, and which one an undo took back."""

from __future__ import annotations

from sqlalchemy import Connection, select

from errors import RoleError
from store.database import schema
from store.ledger.events import BatchDetail

_BATCH = schema.batch.c
_EVENT = schema.label_event.c


def reverted_by(connection: Connection, undo_id: str) -> str:
    """Id of the batch that an undo took back."""
    return str(connection.execute(select(_BATCH.reverts).where(_BATCH.id == undo_id)).scalar_one())


def is_reverted(connection: Connection, batch_id: str) -> bool:
    """Whether an undo has taken a batch back."""
    return connection.execute(select(_BATCH.id).where(_BATCH.reverts == batch_id)).first() is not None


def detail(connection: Connection, batch_id: str) -> BatchDetail:
    """What a batch keeps beside its labels; empty where there is no such batch."""
    kept: BatchDetail | None = connection.execute(select(_BATCH.detail).where(_BATCH.id == batch_id)).scalar()
    return kept or {}


def must_be_own(connection: Connection, batch_id: str, actor_id: int) -> None:
    """Whoever may take back only what is theirs asks first; a batch that is not there is nobody's.

    Raises:
        RoleError: somebody else made it.
    """
    if connection.execute(select(_BATCH.actor_id).where(_BATCH.id == batch_id)).scalar() not in (None, actor_id):
        raise RoleError("Somebody else did that. A reviewer can take it back.")


def touched_classes(connection: Connection, batch_id: str) -> set[int]:
    """Facets of one class in which a batch changed labels."""
    query = (
        select(schema.facet.c.id)
        .join(schema.category, schema.category.c.facet_id == schema.facet.c.id)
        .join(schema.label_event, schema.label_event.c.category_id == schema.category.c.id)
        .where(_EVENT.batch_id == batch_id, schema.facet.c.exclusive)
        .distinct()
    )
    return set(connection.execute(query).scalars())


def touched_items(connection: Connection, batch_id: str, *, limit: int) -> list[int]:
    """Items that a batch changed, at most so many."""
    query = select(_EVENT.item_id).where(_EVENT.batch_id == batch_id).distinct().limit(limit)
    return [int(number) for number in connection.execute(query).scalars()]
