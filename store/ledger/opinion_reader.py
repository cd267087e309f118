"""What stands as each person's own last word on an item."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, ScalarSelect, Select, func, literal, null, select

from store.database import bulk, schema
from store.database.schema import label_event
from store.ledger.event_reader import ANSWER


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


def everybody(connection: Connection, since: int | None = None) -> list[Opinion]:
    """The same for all items that anybody decided about, without how they came.

    Args:
        since: only items about which something was decided, or taken back, after the event of this id.
    """
    query = _events_alone()
    if since is not None:
        event = label_event.c
        query = query.where(event.item_id.in_(select(event.item_id).where(event.id > since)))
    return _last(connection, query)


def touched(connection: Connection, since: int) -> list[int]:
    """Items about which something was decided, or taken back, after the event of this id."""
    return list(connection.execute(select(label_event.c.item_id).where(label_event.c.id > since).distinct()).scalars())


def _one_answer() -> ScalarSelect[int]:
    facet = schema.facet.c
    return select(func.min(facet.id)).where(facet.exclusive, facet.subject == "image").scalar_subquery()


def _events(one_answer: ColumnElement[int]) -> Select[tuple[object, ...]]:
    event = label_event.c
    came = schema.batch.c.detail["order"].as_string().label("came")
    query = select(event.id, event.item_id, event.actor_id, event.category_id, event.source, event.reverts, event.at)
    query = query.add_columns(ANSWER, came).join(schema.batch, schema.batch.c.id == event.batch_id)
    return query.where(event.facet_id == one_answer)


def _events_alone() -> Select[tuple[object, ...]]:
    """The same without how items came, which takes the batch of each."""
    event = label_event.c
    query = select(event.id, event.item_id, event.actor_id, event.category_id, event.source, event.reverts, event.at)
    return query.add_columns(ANSWER, null().label("came")).where(event.facet_id == _one_answer())


def _last(connection: Connection, query: Select[tuple[object, ...]]) -> list[Opinion]:
    last: dict[tuple[int, int], tuple[str, Opinion]] = {}
    void: set[int] = set()
    rows: Iterable[Any] = connection.execute(query.order_by(label_event.c.id.desc()))
    for number, item, actor, category, source, reverts, at, answer, came in rows:  # there may be a million
        if reverts is not None and number not in void:
            void.add(reverts)
        elif reverts is None and source == "human" and number not in void and (item, actor) not in last:
            word = Opinion(item, actor, category if answer == "yes" else 0, at, came)
            last[item, actor] = answer, word
    given = [word for answer, word in last.values() if answer in ("yes", "none")]
    return given[::-1]  # the newest came first
