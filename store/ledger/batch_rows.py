"""One batch: what it changed, what it kept beside the labels, and which one an undo took back."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, and_, case, func, select

from store.database import schema
from store.ledger.events import NO_CLASS, BatchDetail

_BATCH = schema.batch.c
_EVENT = schema.label_event.c


def fits_no_class(value: ColumnElement[str], reason: ColumnElement[str | None]) -> ColumnElement[bool]:
    """The condition that a row or event answers none of the classes; `store.ledger.events.answer` in SQL."""
    return and_(value == "unsure", func.lower(func.trim(reason)) == NO_CLASS.lower())


ANSWER = case((fits_no_class(_EVENT.value, _EVENT.reason), "none"), else_=_EVENT.value).label("answer")


@dataclass(frozen=True)
class BatchSummary:
    """A batch in short.

    Attributes:
        items: how many items its labels are about.
        category: the category of all its labels, None where they differ or there are none.
        value: the answer of all its labels (`yes`, `no`, `unsure`, `none`, `clear`), likewise.
    """

    id: str
    kind: str
    note: str
    at: dt.datetime
    items: int
    category: int | None
    value: str | None


def summary(connection: Connection, batch_id: str) -> BatchSummary:
    """A batch in short."""
    row = connection.execute(select(_BATCH.kind, _BATCH.note, _BATCH.at).where(_BATCH.id == batch_id)).one()
    counted = select(
        func.count(func.distinct(_EVENT.item_id)), func.min(_EVENT.category_id), func.max(_EVENT.category_id),
        func.min(ANSWER), func.max(ANSWER),
    ).where(_EVENT.batch_id == batch_id)  # fmt: skip
    items, low, high, least, most = connection.execute(counted).one()
    category, value = low if low == high else None, least if least == most else None
    return BatchSummary(batch_id, row.kind, row.note, row.at, int(items), category, value)


def reverted_by(connection: Connection, undo_id: str) -> str:
    """Id of the batch that an undo took back."""
    return str(connection.execute(select(_BATCH.reverts).where(_BATCH.id == undo_id)).scalar_one())


def detail(connection: Connection, batch_id: str) -> BatchDetail:
    """What a batch keeps beside its labels; empty where there is no such batch."""
    kept: BatchDetail | None = connection.execute(select(_BATCH.detail).where(_BATCH.id == batch_id)).scalar()
    return kept or {}


def touched_items(connection: Connection, batch_id: str, *, limit: int) -> list[int]:
    """Items that a batch changed, at most so many."""
    query = select(_EVENT.item_id).where(_EVENT.batch_id == batch_id).distinct().limit(limit)
    return [int(number) for number in connection.execute(query).scalars()]
