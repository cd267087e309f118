"""Rows for the board: every image and frame, and what stands for it in one facet."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Row, func, select

from store import schema
from store.ledger import CHUNK

_ITEM = (
    schema.item.c.id,
    schema.item.c.name,
    schema.item.c.parent_id,
    schema.item.c.time_s,
    schema.item.c.group_key,
    schema.item.c.audit,
)
_STATE = schema.label_state.c


def items(connection: Connection, *, after: int = 0) -> list[Row[Any]]:
    """Images and frames with an id above `after`, in order: id, name, parent_id, time_s, group_key, audit."""
    where = (schema.item.c.kind.in_(("image", "frame")), schema.item.c.id > after)
    return list(connection.execute(select(*_ITEM).where(*where).order_by(schema.item.c.id)))


def newest_event(connection: Connection) -> int:
    """Id of the newest label event, or 0."""
    return int(connection.execute(select(func.coalesce(func.max(schema.label_event.c.id), 0))).scalar_one())


def touched(connection: Connection, facet_id: int, after: int) -> list[int]:
    """Items that an event after this one changed in a facet."""
    event = schema.label_event.c
    # without DISTINCT, which would make SQLite walk the whole index of items instead of the newest rows
    query = select(event.item_id).where(event.id > after, event.facet_id == facet_id)
    return sorted({int(number) for number in connection.execute(query).scalars()})


def states(connection: Connection, facet_id: int, ids: Sequence[int] | None) -> list[Row[Any]]:
    """Standing rows of a facet, of all items or of some: item_id, category_id, value, source, actor_id, confidence, at."""
    columns = (
        _STATE.item_id,
        _STATE.category_id,
        _STATE.value,
        _STATE.source,
        _STATE.actor_id,
        _STATE.confidence,
        _STATE.at,
    )
    query = select(*columns).where(_STATE.facet_id == facet_id)
    if ids is None:
        return list(connection.execute(query))
    found: list[Row[Any]] = []
    for start in range(0, len(ids), CHUNK):
        found += connection.execute(query.where(_STATE.item_id.in_(ids[start : start + CHUNK])))
    return found


def versions(connection: Connection, facet_id: int, ids: Sequence[int] | None) -> list[Row[Any]]:
    """(item_id, version) of a facet, of all items or of some."""
    table = schema.label_version.c
    query = select(table.item_id, table.version).where(table.facet_id == facet_id)
    if ids is None:
        return list(connection.execute(query))
    found: list[Row[Any]] = []
    for start in range(0, len(ids), CHUNK):
        found += connection.execute(query.where(table.item_id.in_(ids[start : start + CHUNK])))
    return found


def unsure_because(connection: Connection, facet_id: int, reason: str) -> list[int]:
    """Items that are unsure in a facet for this reason, in order."""
    where = (_STATE.facet_id == facet_id, _STATE.value == "unsure", _STATE.reason == reason)
    return [int(n) for n in connection.execute(select(_STATE.item_id).where(*where).order_by(_STATE.item_id)).scalars()]
