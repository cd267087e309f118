"""Reading the past: batches, the events of an item, and counts of the present."""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, and_, case, func, select

from store.database import bulk, schema
from store.database.schema import label_event, label_state
from store.ledger.events import NO_CLASS


def fits_no_class(value: ColumnElement[str], reason: ColumnElement[str | None]) -> ColumnElement[bool]:
    """The condition that a row or event answers none of the classes; `store.ledger.events.answer` in SQL."""
    return and_(value == "unsure", func.lower(func.trim(reason)) == NO_CLASS.lower())


_VALUE = label_event.c.value
ANSWER = case((fits_no_class(_VALUE, label_event.c.reason), "none"), else_=_VALUE).label("answer")


@dataclass(frozen=True)
class BatchRow:
    """A batch as the history shows it. `category_id` and `value` are set where all its labels have one class, one answer.

    `item_id` is the least of its items, and `reverts` the batch that an undo takes back. `of_videos`: whether its items are whole videos.
    """

    id: str
    kind: str
    source: str
    actor: str
    at: dt.datetime
    note: str
    labels: int
    category_id: int | None
    value: str | None
    reverted: bool
    item_id: int | None
    reverts: str | None
    of_videos: bool = False


@dataclass(frozen=True)
class EventRow:
    """One event of an item."""

    id: int
    category_id: int
    value: str
    source: str
    actor: str
    at: dt.datetime
    batch_id: str
    confidence: float | None
    prompt_version: int | None
    head_id: int | None
    reason: str | None
    undo: bool
    reverted: bool


def batches(
    connection: Connection, *, limit: int = 100, actor_id: int | None = None, people: bool = False
) -> list[BatchRow]:
    """Batches, newest first; of one actor, or of people only where asked."""
    newest = select(schema.batch, schema.actor.c.name.label("actor_name")).join(schema.actor)
    if actor_id is not None:
        newest = newest.where(schema.batch.c.actor_id == actor_id)
    if people:
        newest = newest.where(
            schema.batch.c.source.in_(("human", "neighbour")), schema.batch.c.kind.in_(("label", "segments"))
        )
    rows = connection.execute(newest.order_by(schema.batch.c.at.desc(), schema.batch.c.id).limit(limit)).all()
    return _counted(connection, rows)


def batch(connection: Connection, batch_id: str) -> BatchRow:
    """One batch, which exists."""
    query = select(schema.batch, schema.actor.c.name.label("actor_name")).join(schema.actor)
    return _counted(connection, [connection.execute(query.where(schema.batch.c.id == batch_id)).one()])[0]


def _counted(connection: Connection, rows: Sequence[Row[Any]]) -> list[BatchRow]:
    """Rows of batches with what their labels have in common."""
    ids = [row.id for row in rows]
    counted = select(
        label_event.c.batch_id,
        func.count(func.distinct(label_event.c.item_id)),
        func.min(label_event.c.category_id),
        func.max(label_event.c.category_id),
        func.min(ANSWER),
        func.max(ANSWER),
        func.min(label_event.c.item_id),
    ).group_by(label_event.c.batch_id)
    counts = {row[0]: row[1:] for row in connection.execute(counted.where(label_event.c.batch_id.in_(ids)))}
    undone = set(connection.execute(select(schema.batch.c.reverts).where(schema.batch.c.reverts.in_(ids))).scalars())
    films = select(label_event.c.batch_id).join(schema.item, schema.item.c.id == label_event.c.item_id).distinct()
    of_videos = set(
        connection.execute(films.where(label_event.c.batch_id.in_(ids), schema.item.c.kind == "video")).scalars()
    )
    batch_rows = []
    for row in rows:
        labels, low, high, least, most, item = counts.get(row.id, (0, None, None, None, None, None))
        one, value = (low if low == high else None), (least if least == most else None)
        batch_rows.append(BatchRow(
            row.id, row.kind, row.source, row.actor_name, row.at, row.note, labels, one, value, row.id in undone, item, row.reverts,
            row.id in of_videos,
        ))  # fmt: skip
    return batch_rows


def newest_batch(connection: Connection, actor_id: int) -> str | None:
    """A person's newest batch that is neither an undo nor undone, or None. A key of Review takes it back, and so it is not a switch of
    the encoder either."""
    undone = select(schema.batch.c.reverts).where(schema.batch.c.reverts.is_not(None))
    query = select(schema.batch.c.id).where(
        schema.batch.c.actor_id == actor_id,
        schema.batch.c.kind.not_in(("undo", "encoder")),
        schema.batch.c.id.not_in(undone),
    )
    return connection.execute(query.order_by(schema.batch.c.at.desc()).limit(1)).scalar()


def events(connection: Connection, item_id: int, facet_id: int | None = None) -> list[EventRow]:
    """All events of an item, of one facet only where it is given, newest first."""
    query = (
        select(label_event, schema.actor.c.name)
        .join(schema.actor, schema.actor.c.id == label_event.c.actor_id)
        .where(label_event.c.item_id == item_id)
        .order_by(label_event.c.id.desc())
    )
    if facet_id is not None:
        query = query.where(label_event.c.facet_id == facet_id)
    rows = list(connection.execute(query))
    undone = {row.reverts for row in rows if row.reverts is not None}
    return [
        EventRow(
            row.id,
            row.category_id,
            row.value,
            row.source,
            row.name,
            row.at,
            row.batch_id,
            row.confidence,
            row.prompt_version,
            row.head_id,
            row.reason,
            row.reverts is not None,
            row.id in undone,
        )  # fmt: skip
        for row in rows
    ]


def pace(connection: Connection, actor_id: int, *, since: dt.datetime) -> tuple[int, float]:
    """(labels, minutes) of a person's decisions since a time, breaks of over two minutes left out."""
    batch = schema.batch.c
    counted = select(func.count()).where(label_event.c.batch_id == batch.id).correlate(schema.batch).scalar_subquery()
    query = select(batch.at, counted).where(
        batch.actor_id == actor_id, batch.at >= since, batch.kind.in_(("label", "segments", "undo"))
    )
    query = query.order_by(batch.at)
    rows = [(at, int(count)) for at, count in connection.execute(query)]
    gaps = [(b[0] - a[0]).total_seconds() for a, b in itertools.pairwise(rows)]
    return sum(count for _, count in rows), sum(gap for gap in gaps if gap < 120) / 60


def human_labels_since(connection: Connection, facet_id: int, since: dt.datetime | None) -> int:
    """How many items a person has labelled in a facet since a time (or ever); where any number of labels holds, a no counts too."""
    query = select(func.count(func.distinct(label_state.c.item_id))).where(
        label_state.c.facet_id == facet_id,
        label_state.c.source.in_(("human", "neighbour")),
        (label_state.c.value == "yes") | (~label_state.c.exclusive & (label_state.c.value == "no")),
    )
    if since is not None:
        query = query.where(label_state.c.at > since)
    return int(connection.execute(query).scalar_one())


def mean_state(connection: Connection) -> dict[str, int]:
    """How many images stand as person, machine, import, unsure and none of the classes."""
    kind = case(
        (fits_no_class(label_state.c.value, label_state.c.reason), "none"),
        (label_state.c.value == "unsure", "unsure"),
        (label_state.c.source.in_(("human", "neighbour")), "person"),
        (label_state.c.source == "import", "import"),
        else_="machine",
    )
    of_images = select(schema.facet.c.id).where(schema.facet.c.subject == "image")
    query = select(kind, func.count(func.distinct(label_state.c.item_id)))
    query = query.where(label_state.c.value != "no", label_state.c.facet_id.in_(of_images)).group_by(kind)
    return {str(row[0]): int(row[1]) for row in connection.execute(query)}


def imported(connection: Connection, item_ids: list[int], facet_id: int) -> dict[int, int]:
    """The class of a facet that was imported for each item, where one was: item -> category."""
    event = label_event.c
    query = select(event.item_id, event.category_id).where(
        bulk.among(event.item_id, item_ids),
        event.source == "import",
        event.value == "yes",
        event.facet_id == facet_id,
    )
    return {int(row[0]): int(row[1]) for row in connection.execute(query.order_by(event.id))}


def decisions(connection: Connection, item_ids: list[int], facet_id: int) -> list[tuple[int, int]]:
    """(item, category) of every decision for a class of a facet that a person made and nobody took back; 0 is none of the classes."""
    event = label_event.c
    query = select(event.id, event.item_id, event.category_id, event.source, ANSWER, event.reverts)
    query = query.where(bulk.among(event.item_id, item_ids), event.facet_id == facet_id)
    rows = list(connection.execute(query.order_by(event.id)))
    undone = {row.reverts for row in rows if row.reverts is not None}
    return [
        (int(row.item_id), int(row.category_id) if row.answer == "yes" else 0)
        for row in rows
        if row.source == "human" and row.answer in ("yes", "none") and row.reverts is None and row.id not in undone
    ]


def decided_by(connection: Connection, actor_id: int, among: Sequence[int], facet_id: int | None = None) -> set[int]:
    """Those of some items that a person has ever decided about, in one facet where it is given."""
    event = label_event.c
    query = select(event.item_id).where(event.actor_id == actor_id, bulk.among(event.item_id, among))
    query = query if facet_id is None else query.where(event.facet_id == facet_id)
    return {int(number) for number in connection.execute(query).scalars()}


def decided_after(connection: Connection, after: int, among: Sequence[int], *, without: int | None) -> dict[int, int]:
    """On how many of some items each person but one decided after an event, by looking or through neighbours: person -> items."""
    event = label_event.c
    query = select(event.actor_id, func.count(func.distinct(event.item_id))).where(
        event.id > after, bulk.among(event.item_id, among), event.source.in_(("human", "neighbour"))
    )
    if without is not None:
        query = query.where(event.actor_id != without)
    return {int(row[0]): int(row[1]) for row in connection.execute(query.group_by(event.actor_id))}


def orders(connection: Connection, facet_id: int, wanted: Sequence[str]) -> dict[int, str]:
    """The order in which each item came before the person who first decided about it, where it is one of some orders: item -> order.

    Decisions that were taken back do not count, nor those made through neighbours.
    """
    event = label_event.c
    came = schema.batch.c.detail["order"].as_string()
    asked = select(event.item_id).join(schema.batch, schema.batch.c.id == event.batch_id)
    asked = asked.where(came.in_(wanted), event.facet_id == facet_id)
    query = select(event.id, event.item_id, event.source, event.reverts, came.label("came"))
    query = query.join(schema.batch, schema.batch.c.id == event.batch_id)
    query = query.where(event.item_id.in_(asked), event.facet_id == facet_id).order_by(event.id)
    rows = list(connection.execute(query))
    undone = {row.reverts for row in rows if row.reverts is not None}
    first: dict[int, str | None] = {}
    for row in rows:
        if row.reverts is None and row.id not in undone and row.source in ("human", "neighbour"):
            first.setdefault(int(row.item_id), row.came if row.source == "human" else None)
    return {item: order for item, order in first.items() if order is not None and order in wanted}


def stood_before(connection: Connection, facet_id: int, item_ids: Sequence[int]) -> dict[int, int]:
    """The class that a machine or an import had given each item when a person first decided about it: item -> category.

    Decisions that were taken back do not count. An item that had no such label is left out.
    """
    event = label_event.c
    query = select(
        event.id, event.item_id, event.category_id, event.source, event.value, event.reverts, event.displaced
    )
    query = query.where(bulk.among(event.item_id, item_ids), event.facet_id == facet_id)
    rows = {row.id: row for row in connection.execute(query.order_by(event.id))}
    undone = {row.reverts for row in rows.values() if row.reverts is not None}
    first: dict[int, int] = {}
    for row in rows.values():
        person = row.source in ("human", "neighbour") and row.reverts is None and row.id not in undone
        if person and row.item_id not in first:
            before = (rows[number] for number in row.displaced if number in rows)
            first[int(row.item_id)] = next((int(old.category_id) for old in before if old.value == "yes"), 0)
    return {item: category for item, category in first.items() if category}
