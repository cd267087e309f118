"""Taking a batch back exactly, and folding the whole past again to check the present."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, select, update

from errors import InputError
from store.database import schema
from store.database.bulk import among
from store.database.schema import label_event, label_state
from store.ledger import append, encoder_switches, events, tree_changes
from store.ledger.events import Batch, BatchDetail, Change, Event, Rows, Undone, Versions

_ALL = select(*(label_event.c[name] for name in Event._fields))
_EVENTS = _ALL.where(among(label_event.c.id, "ids"))


def reverse_batch(connection: Connection, batch_id: str, actor_id: int) -> Undone:
    """Take a batch back, exactly, as a new batch of events. What was changed since by anybody stays.

    Raises:
        InputError: there is no such batch, or nothing of it is left to take back.
    """
    chosen = connection.execute(select(schema.batch.c.detail).where(schema.batch.c.id == batch_id)).first()
    if chosen is None:
        raise InputError(f"There is no batch {batch_id}. `sceneloop history` lists them.")
    newest_first = _ALL.where(label_event.c.batch_id == batch_id).order_by(label_event.c.id.desc())
    if "encoder" in chosen.detail:
        switched = encoder_switches.take_back(connection, batch_id, chosen.detail["encoder"], actor_id)
        return Undone(switched, 0, 0, 0)
    past = list(map(Event._make, connection.execute(newest_first)))
    items = sorted({event.item_id for event in past})
    state, known = events.load(connection, items), events.versions(connection, items)
    needed = {number for event in past for number in (*event.displaced, event.restores) if number is not None}
    earlier = _events(connection, sorted(needed))
    exclusive = dict(events.facets(connection, set()).values())
    batch = Batch(actor_id, "human", kind="undo", note=f"undo of {batch_id}", detail={"reverts": batch_id})
    versions = dict(known)
    new: list[Rows] = []
    stuck: set[int] = set()
    for event in past:
        rows = state.setdefault(event.item_id, {})
        if event.item_id in stuck or not _still_stands(event, rows, earlier, exclusive[event.facet_id]):
            stuck.add(event.item_id)
            continue
        new += _take_back(event, batch, rows, earlier, versions, exclusive[event.facet_id])
    kept: BatchDetail = chosen.detail
    if not new and not kept.get("categories") and not kept.get("prompts"):
        raise InputError("Nothing of this batch is left to undo: every item was changed again later.")
    append.record(connection, batch)
    append.append(connection, new, known)
    detail = _reshape_back(connection, kept, batch)
    if not new and not detail["categories"] and not detail.get("prompts"):
        raise InputError("Nothing of this batch is left to undo: everything was changed again later.")
    return Undone(batch.id, len({event["item_id"] for event in new}), len(stuck), len(detail["categories"]))


def _reshape_back(connection: Connection, detail: BatchDetail, batch: Batch) -> BatchDetail:
    """Take back what a batch did to the tree and its prompts, and keep that in the undo's own detail: it can be undone too.

    Raises:
        InputError: the tree has changed since in a way that leaves no room for the old one.
    """
    before = tree_changes.rows(connection)
    tree_changes.restore(connection, detail.get("categories") or ())
    changes = tree_changes.difference(before, tree_changes.rows(connection))
    if not changes and (detail.get("categories") or not detail.get("prompts")):
        return {"categories": []}
    tree_changes.check(connection)
    undo_detail: BatchDetail = {**batch.detail, "categories": changes}
    if detail.get("prompts"):
        restored = tree_changes.restore_prompts(connection, detail["prompts"], batch.actor_id, always=bool(changes))
        if restored is not None:
            undo_detail["prompts"] = restored
    connection.execute(update(schema.batch).where(schema.batch.c.id == batch.id).values(detail=undo_detail))
    return undo_detail


def _result(event: Event, earlier: dict[int, Rows]) -> tuple[int, int] | None:
    """(category, event id) of the row that an event left behind, or None where it left none."""
    if event.restores is not None:
        return int(earlier[event.restores]["category_id"]), int(event.restores)
    if event.reverts is not None or event.value == "clear":
        return None
    return int(event.category_id), int(event.id)


def _still_stands(event: Event, rows: dict[int, Rows], earlier: dict[int, Rows], exclusive: bool) -> bool:
    """Whether an event's result is still there, and room for what it displaced."""
    result = _result(event, earlier)
    vacated = event.category_id if result is None else result[0]
    if result is None and vacated in rows:
        return False
    if result is not None and (vacated not in rows or rows[vacated]["event_id"] != result[1]):
        return False
    others = {number: row for number, row in rows.items() if number != vacated}
    back = [earlier[number] for number in event.displaced]
    held = any(row["facet_id"] == event.facet_id and row["value"] in ("yes", "unsure") for row in others.values())
    claims = exclusive and any(row["value"] in ("yes", "unsure") for row in back)
    return not (held and claims) and not any(row["category_id"] in others for row in back)


def _take_back(
    event: Event,
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
    undo_events: list[Rows] = []
    returning: list[int | None] = [*event.displaced] or [None]
    for number in returning:
        version = versions.get((event.item_id, event.facet_id), 0) + 1
        versions[event.item_id, event.facet_id] = version
        restored = None if number is None else {**earlier[number], "exclusive": exclusive, "event_id": number}
        category_id = vacated if restored is None else restored["category_id"]
        change = Change(event.item_id, category_id, "clear" if restored is None else restored["value"])
        new = events.new_event(change, batch, event.facet_id, exclusive, version, removed)
        new.update(restores=number, reverts=event.id, restored=restored, vacated=None if undo_events else vacated)
        if restored is not None:
            rows[restored["category_id"]] = restored
        undo_events.append(new)
        removed = []
    return undo_events


def _events(connection: Connection, numbers: Sequence[int]) -> dict[int, Rows]:
    rows = connection.execute(_EVENTS, {"ids": numbers}).mappings()
    return {row["id"]: dict(row) for row in rows}


def replay(connection: Connection) -> dict[tuple[int, int], tuple[str, str, int]]:
    """Fold all events again: (item, category) -> (value, source, event id). `doctor` and the tests compare it with the state."""
    return fold(*recorded(connection))


def standing(connection: Connection) -> dict[tuple[int, int], tuple[str, str, int]]:
    """The state as it stands, in the form of `replay`."""
    columns = (label_state.c.item_id, label_state.c.category_id, label_state.c.value, label_state.c.source)
    rows = connection.execute(select(*columns, label_state.c.event_id))
    return {(row.item_id, row.category_id): (row.value, row.source, row.event_id) for row in rows}


def recorded(connection: Connection) -> tuple[dict[int, bool], list[Event]]:
    """What `fold` needs: whether each facet is exclusive, by its id, and all events in their order."""
    every = connection.execute(_ALL.order_by(label_event.c.id))
    return dict(events.facets(connection, set()).values()), list(map(Event._make, every))


def fold(exclusive: dict[int, bool], recorded: list[Event]) -> dict[tuple[int, int], tuple[str, str, int]]:
    """The state that follows from events, (item, category) -> (value, source, event id). No connection is held meanwhile."""
    every: dict[int, Event] = {}
    state: dict[int, dict[int, Rows]] = {}
    for event in recorded:
        every[event.id] = event
        rows = state.setdefault(event.item_id, {})
        if event.reverts is not None:
            undone = every[event.reverts]
            left = every[undone.restores] if undone.restores is not None else undone
            if rows.get(left.category_id, {}).get("event_id") == left.id:
                del rows[left.category_id]
            origin = None if event.restores is None else every[event.restores]
        else:
            events.displace(
                rows,
                Change(event.item_id, event.category_id, event.value),
                event.facet_id,
                exclusive[event.facet_id],
            )
            origin = event if event.value != "clear" else None
        if origin is not None:
            rows[origin.category_id] = {**origin._asdict(), "event_id": origin.id}
    return {
        (item_id, category_id): (row["value"], row["source"], row["event_id"])
        for item_id, rows in state.items()
        for category_id, row in rows.items()
    }
