"""Rows for the board as columns: every image and frame of a span of ids, and what stands for it in one facet.

The rows are taken as the driver gives them (`store.database.bulk.fetched`), since a workspace of a million items would wait for them.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
from sqlalchemy import Connection, select

from store.database import schema
from store.database.bulk import fetched
from store.ledger.label_rows import Span, condition

Ints = npt.NDArray[np.int64]

_ITEM = schema.item.c
_STATE = schema.label_state.c
_VERSION = schema.label_version.c
_ITEMS = select(
    _ITEM.id, _ITEM.name, _ITEM.parent_id, _ITEM.time_s, _ITEM.group_key, _ITEM.audit, _ITEM.kind
)  # fmt: skip
_STATES = select(
    _STATE.item_id, _STATE.category_id, _STATE.value, _STATE.source, _STATE.actor_id, _STATE.confidence, _STATE.at, _STATE.reason
)  # fmt: skip


class ItemColumns(NamedTuple):
    """Images and frames in ascending order of id.

    Attributes:
        id: int64 [n]. video: int64 [n], the video that a frame lies in, or 0. time_s: float32 [n], in seconds there, or NaN.
        audit: bool [n].
    """

    id: Ints
    name: list[str]
    video: Ints
    time_s: npt.NDArray[np.float32]
    group_key: list[str]
    audit: npt.NDArray[np.bool_]


class StateColumns(NamedTuple):
    """Rows of `label_state` in one facet.

    Attributes:
        item, category, actor: int64 [n]. confidence: float32 [n], NaN without one. at: float64 [n], seconds since 1970 in UTC.
    """

    item: Ints
    category: Ints
    value: list[str]
    source: list[str]
    actor: Ints
    confidence: npt.NDArray[np.float32]
    at: npt.NDArray[np.float64]
    reason: list[str | None]


class VersionColumns(NamedTuple):
    """Versions of items in one facet. item, version: int64 [n]."""

    item: Ints
    version: Ints


def items(connection: Connection, span: Span, kinds: Sequence[str] = ("image", "frame")) -> ItemColumns:
    """Images and frames of a span, or items of other kinds."""
    # The kind is looked at here: asked of the database, SQLite would walk the index of kinds, which is the whole table.
    rows = [
        row for row in fetched(connection, _ITEMS.where(span.holds(_ITEM.id)).order_by(_ITEM.id)) if row[6] in kinds
    ]
    number, name, video, time_s, group_key, audit, _ = _columns(rows, 7)
    return ItemColumns(
        np.array(number, np.int64),
        name,
        np.array([parent or 0 for parent in video], np.int64),
        np.array(time_s, np.float32),
        group_key,
        np.array(audit, np.bool_),
    )


def states(connection: Connection, facet_id: int, among: Sequence[int] | Span) -> StateColumns:
    """What stands in a facet, for a span or for some items."""
    rows = fetched(connection, _STATES.where(_STATE.facet_id == facet_id, condition(_STATE.item_id, among)))
    item, category, value, source, actor, confidence, at, reason = _columns(rows, 8)
    return StateColumns(
        np.array(item, np.int64),
        np.array(category, np.int64),
        value,
        source,
        np.array(actor, np.int64),
        np.array(confidence, np.float32),
        _seconds(at),
        reason,
    )


def versions(connection: Connection, facet_id: int, among: Sequence[int] | Span) -> VersionColumns:
    """Versions in a facet, of a span or of some items."""
    query = select(_VERSION.item_id, _VERSION.version)
    rows = fetched(connection, query.where(_VERSION.facet_id == facet_id, condition(_VERSION.item_id, among)))
    item, version = _columns(rows, 2)
    return VersionColumns(np.array(item, np.int64), np.array(version, np.int64))


def _columns(rows: list[tuple[Any, ...]], count: int) -> list[list[Any]]:
    return [list(column) for column in zip(*rows, strict=True)] if rows else [[] for _ in range(count)]


def _seconds(times: list[Any]) -> npt.NDArray[np.float64]:
    """Times as the driver gives them: text in UTC from SQLite, aware times from PostgreSQL."""
    if times and isinstance(times[0], dt.datetime):
        return np.array([time.timestamp() for time in times], np.float64)
    return np.array(times, "datetime64[us]").astype(np.int64) / 1e6
