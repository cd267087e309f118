"""Moving labels from one category to another by events, each label keeping its source, person, time, prompts and head."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from sqlalchemy import Connection, select

from store.database.schema import label_state
from store.ledger import append, events
from store.ledger.events import RANK, Batch, Change, Rows, State, Versions

PROVENANCE = ("source", "actor_id", "at", "confidence", "prompt_version", "head_id", "reason")


@dataclass(frozen=True)
class Route:
    """Where a split sends one item: `confidence` in [0, 1]."""

    item_id: int
    category_id: int
    confidence: float


@dataclass(frozen=True)
class Planned:
    """Events that a recorded batch may append, and the versions before them."""

    events: list[Rows]
    known: Versions


def holders(connection: Connection, category_id: int, values: Sequence[str] = ("yes", "unsure")) -> list[Rows]:
    """The standing rows of a category, by item."""
    where = (label_state.c.category_id == category_id, label_state.c.value.in_(values))
    query = select(label_state).where(*where).order_by(label_state.c.item_id)
    return [dict(row._mapping) for row in connection.execute(query)]


def absorb(connection: Connection, batch: Batch, source_id: int, target_id: int) -> Planned:
    """Every yes and unsure of one category becomes the same of another, by the same hand.

    An item that holds both keeps one row: that of the stronger source; of two of equal source a yes before an unsure, else the
    one that moves. The other is cleared; its event stays in the history, and undo brings both rows back. A `no` stays where it
    is: not being the one does not say that it is not the other.
    """
    rows = holders(connection, source_id)
    state, known = _load(connection, rows)
    versions = dict(known)
    facet_id, exclusive = events.facets(connection, {source_id, target_id})[target_id]
    new: list[Rows] = []
    for row in rows:
        mine = state[row["item_id"]]
        standing = mine.get(target_id)
        stays = standing is not None and _strength(standing) > _strength(row)
        if stays or not exclusive:
            _add(new, batch, mine, versions, Change(row["item_id"], source_id, "clear"), facet_id, exclusive)
        if not stays:
            change = Change(row["item_id"], target_id, row["value"])
            event = _add(new, batch, mine, versions, change, facet_id, exclusive)
            event.update({name: row[name] for name in PROVENANCE})
    return Planned(new, known)


def route(connection: Connection, batch: Batch, source_id: int, routes: Sequence[Route]) -> Planned:
    """A machine's yes of a category becomes its proposal of another; a person's or an imported label stays as it is."""
    wanted = {r.item_id: r for r in routes}
    rows = [row for row in holders(connection, source_id, ("yes",)) if row["item_id"] in wanted and machine(row)]
    state, known = _load(connection, rows)
    versions = dict(known)
    facet_id, exclusive = events.facets(connection, {source_id})[source_id]
    new: list[Rows] = []
    for row in rows:
        mine, way = state[row["item_id"]], wanted[row["item_id"]]
        if way.category_id in mine and RANK[mine[way.category_id]["source"]] > RANK[row["source"]]:
            continue
        change = Change(way.item_id, way.category_id, confidence=way.confidence)
        _add(new, batch, mine, versions, change, facet_id, exclusive)
    return Planned(new, known)


def confirm(connection: Connection, batch: Batch, source_id: int, routes: Sequence[Route]) -> Planned:
    """A yes of a category becomes the person's own label of another, whoever had given it."""
    ids = [way.item_id for way in routes]
    state, known = events.load(connection, ids), events.versions(connection, ids)
    versions = dict(known)
    facet_id, exclusive = events.facets(connection, {source_id})[source_id]
    new: list[Rows] = []
    for way in routes:
        mine = state.setdefault(way.item_id, {})
        _add(new, batch, mine, versions, Change(way.item_id, way.category_id), facet_id, exclusive)
    return Planned(new, known)


def machine(row: Rows) -> bool:
    """Whether a label was proposed by prompts or a head."""
    return RANK[row["source"]] == RANK["zero_shot"]


def apply(connection: Connection, planned: Planned) -> None:
    """Append the events; their batch has been recorded."""
    append.append(connection, planned.events, planned.known)


def as_machine(batch: Batch, actor_id: int, prompt_version: int | None) -> Batch:
    """The same batch, its events written as the machine's proposals from a prompt version."""
    return replace(batch, source="zero_shot", actor_id=actor_id, prompt_version=prompt_version)


def _strength(row: Rows) -> tuple[int, bool]:
    return RANK[row["source"]], row["value"] == "yes"


def _load(connection: Connection, rows: Sequence[Rows]) -> tuple[State, Versions]:
    ids = sorted({row["item_id"] for row in rows})
    return events.load(connection, ids), events.versions(connection, ids)


def _add(
    new: list[Rows],
    batch: Batch,
    rows: dict[int, Rows],
    versions: Versions,
    change: Change,
    facet_id: int,
    exclusive: bool,
) -> Rows:
    version = versions.get((change.item_id, facet_id), 0) + 1
    versions[change.item_id, facet_id] = version
    displaced = events.displace(rows, change, facet_id, exclusive)
    event = events.new_event(change, batch, facet_id, exclusive, version, displaced)
    if change.value != "clear":
        rows[change.category_id] = event
    new.append(event)
    return event
