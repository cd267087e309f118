"""What stands in one facet, counted and row by row, and spans of ids.

A large workspace is read in spans of ids, each in a transaction of its own: with SQLite's rollback journal a decision is not committed
while anybody reads, so nobody reads for long.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator, Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from sqlalchemy import ColumnElement, Connection, func, select, tuple_

from store.database import bulk, schema, sqlite
from store.ledger.events import PERSON

_STATE = schema.label_state.c
# Items read at once: some 5 ms, a few times that in a niced process; ten times as many where no decision waits for a reader.
SPAN = 5_000 if sqlite.JOURNAL == "WAL" else 500
BATCH = 5_000  # items whose labels are held at once where all of them are gone through


class Span(NamedTuple):
    """Ids from `first` to `last`, both included."""

    first: int
    last: int

    def holds(self, column: ColumnElement[int]) -> ColumnElement[bool]:
        """The condition that a column's value lies in it."""
        return column.between(self.first, self.last)


class StandingState(NamedTuple):
    """A row of `label_state` in one facet."""

    item_id: int
    category_id: int
    value: str
    source: str
    actor_id: int
    confidence: float | None
    at: dt.datetime
    reason: str | None


class StandingVersion(NamedTuple):
    """The version of an item in one facet."""

    item_id: int
    version: int


class StandingLabel(NamedTuple):
    """A label that stands for an item, and who said so; of a proposal, the prompts or the head that it comes from."""

    item_id: int
    category_id: int
    source: str
    actor: str
    at: dt.datetime
    confidence: float | None
    value: str
    reason: str | None
    prompt_version: int | None
    head_id: int | None


_STATES = select(*(_STATE[name] for name in StandingState._fields))


def spans(ids: npt.NDArray[np.int64]) -> Iterator[Span]:
    """Ascending ids in pieces of at most SPAN."""
    for start in range(0, len(ids), SPAN):
        part = ids[start : start + SPAN]
        yield Span(int(part[0]), int(part[-1]))


def newest_event(connection: Connection) -> int:
    """Id of the newest label event, or 0."""
    return int(connection.execute(select(func.coalesce(func.max(schema.label_event.c.id), 0))).scalar_one())


def touched(connection: Connection, facet_id: int, after: int) -> list[int]:
    """Items that an event after this one changed in a facet."""
    event = schema.label_event.c
    # without DISTINCT, which would make SQLite walk the whole index of items instead of the newest rows
    query = select(event.item_id).where(event.id > after, event.facet_id == facet_id)
    return sorted({int(number) for number in connection.execute(query).scalars()})


def of_people(connection: Connection) -> list[int]:
    """Items that a person has said something of."""
    query = select(_STATE.item_id).where(_STATE.source.in_(PERSON)).distinct()
    return [int(number) for number in connection.execute(query).scalars()]


def states(connection: Connection, facet_id: int, among: Sequence[int] | Span) -> list[StandingState]:
    """What stands in a facet, for a span or for some items."""
    query = _STATES.where(_STATE.facet_id == facet_id, condition(_STATE.item_id, among))
    return list(map(StandingState._make, connection.execute(query)))


def versions(connection: Connection, facet_id: int, among: Sequence[int] | Span) -> list[StandingVersion]:
    """Versions in a facet, of a span or of some items."""
    table = schema.label_version.c
    query = select(table.item_id, table.version).where(table.facet_id == facet_id, condition(table.item_id, among))
    return list(map(StandingVersion._make, connection.execute(query)))


def yes_counts(connection: Connection) -> dict[int, int]:
    """How many items carry each category."""
    query = select(_STATE.category_id, func.count()).where(_STATE.value == "yes").group_by(_STATE.category_id)
    return {int(row[0]): int(row[1]) for row in connection.execute(query)}


def count_items(connection: Connection, category_ids: Collection[int]) -> int:
    """How many items carry at least one of the categories."""
    where = (_STATE.category_id.in_(category_ids), _STATE.value == "yes")
    return int(connection.execute(select(func.count(func.distinct(_STATE.item_id))).where(*where)).scalar_one())


def by_item_name(connection: Connection, values: Sequence[str]) -> list[StandingLabel]:
    """Labels of these values as they stand, by the name of their item."""
    return [label for batch in batches_by_item_name(connection, values) for label in batch]


def batches_by_item_name(connection: Connection, values: Sequence[str]) -> Iterator[list[StandingLabel]]:
    """`by_item_name`, those of some thousands of items at a time, which are all that is held.

    Items are gone through by their names, which have an index. A database that sorts all labels itself may do so in memory.
    """
    item, key = schema.item.c, tuple_(schema.item.c.name, schema.item.c.id)
    page = select(item.name, item.id).order_by(item.name, item.id).limit(BATCH)
    labels = (
        select(
            item.id,
            _STATE.category_id,
            _STATE.source,
            schema.actor.c.name,
            _STATE.at,
            _STATE.confidence,
            _STATE.value,
            _STATE.reason,
            _STATE.prompt_version,
            _STATE.head_id,
        )
        .join(schema.label_state, _STATE.item_id == item.id)
        .join(schema.actor, schema.actor.c.id == _STATE.actor_id)
        .where(_STATE.value.in_(values), bulk.among(item.id, "ids"))
        .order_by(item.name, item.id, _STATE.category_id)
    )
    rows = connection.execute(page).all()
    while rows:
        if batch := list(map(StandingLabel._make, connection.execute(labels, {"ids": [row.id for row in rows]}))):
            yield batch
        rows = connection.execute(page.where(key > tuple_(rows[-1].name, rows[-1].id))).all()


def condition(item_id: ColumnElement[int], among: Sequence[int] | Span) -> ColumnElement[bool]:
    return among.holds(item_id) if isinstance(among, Span) else bulk.among(item_id, among)
