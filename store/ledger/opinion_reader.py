"""What stands as each person's own last word on an item."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
from sqlalchemy import ColumnElement, Connection, ScalarSelect, Select, String, case, cast, func, literal, select

from store.database import bulk, schema
from store.database.schema import label_event
from store.ledger.event_reader import ANSWER

NO_CLASS_FITS, NO_WORD = 0, -1  # in place of a class
PIECE = 50_000  # events whose numbers are one text
Ids = npt.NDArray[np.int64]


class Opinion(NamedTuple):
    """A person's last word on an item, in an exclusive facet.

    Attributes:
        category_id: the class, 0 for none of the classes. came: the order in which the item came before the person, or None.
    """

    item_id: int
    actor_id: int
    category_id: int
    at: dt.datetime
    came: str | None


class Decided(NamedTuple):
    """Events, int64 [n] each, oldest first.

    Attributes:
        word: the class, `NO_CLASS_FITS`, or `NO_WORD` where it says neither.
        reverts: the event that this one takes back, or 0.
    """

    event: Ids
    item: Ids
    actor: Ids
    word: Ids
    reverts: Ids


def several(connection: Connection, among: Sequence[int] | None = None, facet_id: int | None = None) -> list[Opinion]:
    """The last words on items about which several people decided, in the order in which they were given.

    Only decisions made by looking count, not those through neighbours. One that was taken back counts no more, nor one that its
    person followed by "not this" or "unsure".

    Args:
        among: only these items, or all.
        facet_id: an exclusive facet; by default that of images.
    """
    event, one_answer = label_event.c, _one_answer() if facet_id is None else literal(facet_id)
    by_hand = (event.source == "human", event.reverts.is_(None), event.value != "clear", event.facet_id == one_answer)
    items = select(event.item_id).where(*by_hand).group_by(event.item_id)
    items = items.having(func.count(func.distinct(event.actor_id)) > 1)
    if among is not None:
        items = items.where(bulk.among(event.item_id, among))
    return _last(connection, _events(one_answer).where(event.item_id.in_(items)))


def decided(connection: Connection, facet_id: int, since: int | None = None) -> Decided:
    """What people decided by looking in an exclusive facet, and what was taken back.

    Args:
        since: only about items about which something was decided, or taken back, after the event of this id.
    """
    event = label_event.c
    word = case((ANSWER.element == "yes", event.category_id), (ANSWER.element == "none", NO_CLASS_FITS), else_=NO_WORD)
    query = _numbers(
        event.id // PIECE, event.id, event.item_id, event.actor_id, word, func.coalesce(event.reverts, 0)
    ).where((event.source == "human") | event.reverts.is_not(None), event.facet_id == facet_id)
    if since is not None:
        query = query.where(event.item_id.in_(select(event.item_id).where(event.id > since)))
    rows = _read(connection, query, len(Decided._fields))
    return Decided(*rows[np.argsort(rows[:, 0], kind="stable")].T)


def recent(connection: Connection, facet_id: int, since: dt.datetime, after: int | None = None) -> tuple[Ids, Ids]:
    """(events, when), int64 [n] each: what people decided by looking since a time, in seconds since 1970, by event.

    Args:
        after: only about the items of `decided`.
    """
    event = label_event.c
    query = select(event.id, event.at).where(event.at >= since, event.source == "human", event.facet_id == facet_id)
    if after is not None:
        query = query.where(event.item_id.in_(select(event.item_id).where(event.id > after)))
    rows = connection.execute(query.order_by(event.id)).all()
    events = np.fromiter((row[0] for row in rows), np.int64, len(rows))
    return events, np.fromiter((int(row[1].timestamp()) for row in rows), np.int64, len(rows))


def came(connection: Connection, order: str) -> Ids:
    """Events, int64 [n], about items that came before a person in an order."""
    batch = schema.batch.c
    of_order = select(batch.id).where(batch.detail["order"].as_string() == order)
    return np.array(
        connection.execute(select(label_event.c.id).where(label_event.c.batch_id.in_(of_order))).scalars().all(),
        np.int64,
    )


def _numbers(piece: ColumnElement[int], *columns: ColumnElement[Any]) -> Select[Any]:
    """Whole numbers as one text for each piece: a million rows are read in a fraction of the time that as many objects take."""
    first, *others = (cast(column, String) for column in columns)
    row: ColumnElement[str] = first
    for other in others:
        row = row + "," + other
    return select(func.aggregate_strings(row, ",")).group_by(piece)


def _read(connection: Connection, query: Select[Any], columns: int) -> Ids:
    """The rows of `_numbers`, int64 [n, columns], in no order."""
    texts: Iterable[str] = connection.execute(query).scalars()
    pieces = [np.fromstring(piece, np.int64, sep=",") for piece in texts]
    return np.concatenate(pieces or [np.empty(0, np.int64)]).reshape(-1, columns)


def _one_answer() -> ScalarSelect[int]:
    facet = schema.facet.c
    return select(func.min(facet.id)).where(facet.exclusive, facet.subject == "image").scalar_subquery()


def _events(one_answer: ColumnElement[int]) -> Select[tuple[object, ...]]:
    event = label_event.c
    came = schema.batch.c.detail["order"].as_string().label("came")
    query = select(event.id, event.item_id, event.actor_id, event.category_id, event.source, event.reverts, event.at)
    query = query.add_columns(ANSWER, came).join(schema.batch, schema.batch.c.id == event.batch_id)
    return query.where(event.facet_id == one_answer)


def _last(connection: Connection, query: Select[tuple[object, ...]]) -> list[Opinion]:
    last: dict[tuple[int, int], tuple[str, Opinion]] = {}
    void: set[int] = set()
    rows: Iterable[Any] = connection.execute(query.order_by(label_event.c.id.desc()))
    for number, item, actor, category, source, reverts, at, answer, came in rows:
        if reverts is not None and number not in void:
            void.add(reverts)
        elif reverts is None and source == "human" and number not in void and (item, actor) not in last:
            word = Opinion(item, actor, category if answer == "yes" else 0, at, came)
            last[item, actor] = answer, word
    given = [word for answer, word in last.values() if answer in ("yes", "none")]
    return given[::-1]  # the newest came first
