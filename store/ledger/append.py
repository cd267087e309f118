"""The one place that commits events: a batch, its events, and the state and versions that follow, in the caller's transaction."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from operator import itemgetter
from typing import Any

from sqlalchemy import ColumnElement, Connection, bindparam, delete, insert, select, update
from uuid_utils import uuid7

from store.database import schema
from store.database.bulk import among, insert_columns, reserve_ids
from store.database.schema import label_event, label_state, label_version
from store.ledger.events import Batch, Rows, Versions

# Statements of every decision, built once: building one costs about as much as running it.
_RECORD = insert(schema.batch)
_FORGET = delete(label_state).where(label_state.c.category_id == bindparam("of"), among(label_state.c.item_id, "ids"))
_GROW = (
    update(label_version)
    .where(label_version.c.facet_id == bindparam("of"), among(label_version.c.item_id, "ids"))
    .values(version=label_version.c.version + bindparam("step"))
)
_EVENT = tuple(column.name for column in label_event.c)
_VALUES = itemgetter(*_EVENT)
_VERSION = ("item_id", "facet_id", "version")


def _of_event(name: str) -> ColumnElement[Any]:
    """Where a standing row's column comes from. The facet is asked by row: a join would walk all facets for each list of ids."""
    if name == "exclusive":
        return select(schema.facet.c.exclusive).where(schema.facet.c.id == label_event.c.facet_id).scalar_subquery()
    return label_event.c["id" if name == "event_id" else name]


_STAND = insert(label_state).from_select(
    [column.name for column in label_state.c],
    select(*(_of_event(column.name) for column in label_state.c)).where(among(label_event.c.id, "ids")),
)


def commit(connection: Connection, batch: Batch, events: list[Rows], known: Versions, *, begun: bool = False) -> None:
    """Insert a batch, unless it is `begun`, and its events; set the state and versions that follow. `known` are the versions before."""
    if events:
        if not begun:
            record(connection, batch)
        append(connection, events, known)


def record(connection: Connection, batch: Batch) -> None:
    """Insert a batch; its events may follow."""
    row = {
        "id": batch.id,
        "kind": batch.kind,
        "source": batch.source,
        "actor_id": batch.actor_id,
        "note": batch.note,
        "detail": batch.detail,
        "reverts": batch.detail.get("reverts"),
        "at": schema.now(),
    }
    connection.execute(_RECORD, row)


def append(connection: Connection, events: list[Rows], known: Versions) -> None:
    """Insert events of a recorded batch, and set the state and versions that follow."""
    if not events:
        return
    numbers, now = reserve_ids(connection, label_event, len(events)), schema.now()
    for event, number, new_uuid in zip(events, numbers, ordered_uuids(len(events)), strict=True):
        event["id"] = event["event_id"] = number
        event["uuid"] = event["uuid"] or new_uuid
        event["at"] = event["at"] or now
    columns: dict[str, Sequence[Any]] = dict(zip(_EVENT, zip(*map(_VALUES, events), strict=True), strict=True))
    columns["displaced"] = [[row["event_id"] for row in rows] for rows in columns["displaced"]]
    # Columns that no event fills are left out: binding a value costs as much as storing it.
    filled = {name: values for name, values in columns.items() if values.count(None) < len(values)}
    insert_columns(connection, label_event, filled)
    _write_state(connection, events)
    _write_versions(connection, events, known)


def ordered_uuids(count: int) -> list[str]:
    """UUIDs of version 7 (RFC 9562), each greater than the one before: the events of a bulk lie side by side in their index."""
    return [str(uuid7()) for _ in range(count)]


def _write_state(connection: Connection, events: Iterable[Rows]) -> None:
    """Each row that stands is its event's own, copied inside the database."""
    final: dict[tuple[int, int], int | None] = {}  # (item, category) -> the event whose row stands there now
    for event in events:
        for row in event["displaced"]:
            final[row["item_id"], row["category_id"]] = None
        if event["vacated"] is not None:
            final[event["item_id"], event["vacated"]] = None
        row = event["restored"] if event["reverts"] is not None else event
        if row is not None and row["value"] != "clear":
            final[row["item_id"], row["category_id"]] = row["event_id"]
    gone: dict[int, list[int]] = {}
    for item_id, category_id in final:
        gone.setdefault(category_id, []).append(item_id)
    for category_id, item_ids in gone.items():
        connection.execute(_FORGET, {"of": category_id, "ids": item_ids})
    stands = [number for number in final.values() if number is not None]
    if stands:
        connection.execute(_STAND, {"ids": stands})


def _write_versions(connection: Connection, events: Iterable[Rows], known: Versions) -> None:
    newest = {(event["item_id"], event["facet_id"]): event["version"] for event in events}
    new = [(*key, version) for key, version in newest.items() if key not in known]
    if new:
        insert_columns(connection, label_version, dict(zip(_VERSION, zip(*new, strict=True), strict=True)))
    grown: dict[tuple[int, int], list[int]] = {}  # (facet, by how much) -> items: nearly always one group
    for (item_id, facet_id), version in newest.items():
        if (item_id, facet_id) in known:
            grown.setdefault((facet_id, version - known[item_id, facet_id]), []).append(item_id)
    for (facet_id, step), item_ids in grown.items():
        connection.execute(_GROW, {"of": facet_id, "ids": item_ids, "step": step})
