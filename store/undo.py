"""Taking a batch back exactly, and folding the whole past again to check the present."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Row, select

from errors import InputError
from store import ledger, schema
from store.ledger import Batch, Change, Rows, Undone, Versions
from store.schema import label_event


def undo(connection: Connection, batch_id: str, actor_id: int) -> Undone:
    """Take a batch back, exactly, as a new batch of events. What was changed since by anybody stays.

    Raises:
        InputError: there is no such batch, or nothing of it is left to take back.
    """
    if connection.execute(select(schema.batch.c.id).where(schema.batch.c.id == batch_id)).first() is None:
        raise InputError(f"There is no batch {batch_id}. `sceneloop history` lists them.")
    past = connection.execute(
        select(label_event).where(label_event.c.batch_id == batch_id).order_by(label_event.c.id.desc())
    ).all()
    items = sorted({event.item_id for event in past})
    state, known = ledger.load(connection, items), ledger.versions(connection, items)
    needed = {number for event in past for number in (*event.displaced, event.restores) if number is not None}
    earlier = _events(connection, sorted(needed))
    exclusive = dict(ledger.facets(connection, set()).values())
    batch = Batch(actor_id, "human", kind="undo", note=f"undo of {batch_id}", detail={"reverts": batch_id})
    versions = dict(known)
    events: list[Rows] = []
    stuck: set[int] = set()
    for event in past:
        rows = state.setdefault(event.item_id, {})
        if event.item_id in stuck or not _still_stands(event, rows, earlier):
            stuck.add(event.item_id)
            continue
        events += _take_back(event, batch, rows, earlier, versions, exclusive[event.facet_id])
    if not events:
        raise InputError("Nothing of this batch is left to undo: every item was changed again later.")
    ledger.commit(connection, batch, events, known)
    return Undone(batch.id, len({event["item_id"] for event in events}), len(stuck))


def _result(event: Row[Any], earlier: dict[int, Rows]) -> tuple[int, int] | None:
    """(category, event id) of the row that an event left behind, or None where it left none."""
    if event.restores is not None:
        return int(earlier[event.restores]["category_id"]), int(event.restores)
    if event.reverts is not None or event.value == "clear":
        return None
    return int(event.category_id), int(event.id)


def _still_stands(event: Row[Any], rows: dict[int, Rows], earlier: dict[int, Rows]) -> bool:
    result = _result(event, earlier)
    if result is None:
        return event.category_id not in rows
    return result[0] in rows and rows[result[0]]["event_id"] == result[1]


def _take_back(
    event: Row[Any],
    batch: Batch,
    rows: dict[int, Rows],
    earlier: dict[int, Rows],
    versions: Versions,
    exclusive: bool,
) -> list[Rows]:
    """One undo event for each row that comes back, or one `clear` where none does."""
    result = _result(event, earlier)
    removed = [rows.pop(result[0])] if result is not None else []
    vacated = result[0] if result is not None else event.category_id
    made: list[Rows] = []
    for number in event.displaced or [None]:
        version = versions.get((event.item_id, event.facet_id), 0) + 1
        versions[event.item_id, event.facet_id] = version
        restored = None if number is None else {**earlier[number], "exclusive": exclusive, "event_id": number}
        category_id = vacated if restored is None else restored["category_id"]
        change = Change(event.item_id, category_id, "clear" if restored is None else restored["value"])
        new = ledger.new_event(change, batch, event.facet_id, exclusive, version, removed)
        new.update(restores=number, reverts=event.id, restored=restored, vacated=None if made else vacated)
        if restored is not None:
            rows[restored["category_id"]] = restored
        made.append(new)
        removed = []
    return made


def _events(connection: Connection, numbers: Sequence[int]) -> dict[int, Rows]:
    found: dict[int, Rows] = {}
    for chunk in ledger.chunks(numbers):
        for row in connection.execute(select(label_event).where(label_event.c.id.in_(chunk))):
            found[row.id] = dict(row._mapping)
    return found


def replay(connection: Connection) -> dict[tuple[int, int], tuple[str, str, int]]:
    """Fold all events again: (item, category) -> (value, source, event id). `doctor` and the tests compare it with the state."""
    exclusive = dict(ledger.facets(connection, set()).values())
    events: dict[int, Row[Any]] = {}
    state: dict[int, dict[int, Rows]] = {}
    for event in connection.execute(select(label_event).order_by(label_event.c.id)):
        events[event.id] = event
        rows = state.setdefault(event.item_id, {})
        if event.reverts is not None:
            undone = events[event.reverts]
            left = events[undone.restores] if undone.restores is not None else undone
            if rows.get(left.category_id, {}).get("event_id") == left.id:
                del rows[left.category_id]
            origin = None if event.restores is None else events[event.restores]
        else:
            ledger.displace(
                rows,
                Change(event.item_id, event.category_id, event.value),
                event.facet_id,
                exclusive[event.facet_id],
            )
            origin = event if event.value != "clear" else None
        if origin is not None:
            rows[origin.category_id] = {**dict(origin._mapping), "event_id": origin.id}
    return {
        (item_id, category_id): (row["value"], row["source"], row["event_id"])
        for item_id, rows in state.items()
        for category_id, row in rows.items()
    }
