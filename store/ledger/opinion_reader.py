"""What stands as each person's own last word on an item."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import Connection, ScalarSelect, Select, func, select

from store.database import bulk, schema
from store.database.schema import label_event
from store.ledger.event_reader import ANSWER


class Opinion(NamedTuple):
    """A person's last word on an item, in the exclusive facet of images.

    Attributes:
        category_id: the class, 0 for none of the classes. came: the order in which the item came before the person, or None.
    """

    item_id: int
    actor_id: int
    category_id: int
    at: dt.datetime
    came: str | None


def several(connection: Connection, among: Sequence[int] | None = None) -> list[Opinion]:
    """The last words on items about which several people decided, in the order in which they were given.

    Only decisions made by looking count, not those through neighbours. One that was taken back counts no more, nor one that its
    person followed by "not this" or "unsure".

    Args:
        among: only these items, or all.
    """
    event, one_answer = label_event.c, _one_answer()
    by_hand = (event.source == "human", event.reverts.is_(None), event.value != "clear", event.facet_id == one_answer)
    items = select(event.item_id).where(*by_hand).group_by(event.item_id)
    items = items.having(func.count(func.distinct(event.actor_id)) > 1)
    if among is not None:
        items = items.where(bulk.among(event.item_id, among))
    return _last(connection, _events().where(event.item_id.in_(items)))


def everybody(connection: Connection, since: int | None = None) -> list[Opinion]:
    """The same for all items that anybody decided about.

    Args:
        since: only items about which something was decided, or taken back, after the event of this id.
    """
    query = _events()
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


def _events() -> Select[tuple[object, ...]]:
    event = label_event.c
    came = schema.batch.c.detail["order"].as_string().label("came")
    query = select(event.id, event.item_id, event.actor_id, event.category_id, event.source, event.reverts, event.at)
    query = query.add_columns(ANSWER, came).join(schema.batch, schema.batch.c.id == event.batch_id)
    return query.where(event.facet_id == _one_answer())


def _last(connection: Connection, query: Select[tuple[object, ...]]) -> list[Opinion]:
    last: dict[tuple[int, int], tuple[int, str, Opinion]] = {}
    void: set[int] = set()
    for row in connection.execute(query.order_by(label_event.c.id.desc())):
        if row.reverts is not None and row.id not in void:
            void.add(row.reverts)
        elif row.reverts is None and row.source == "human" and row.id not in void:
            category = int(row.category_id) if row.answer == "yes" else 0
            word = Opinion(int(row.item_id), int(row.actor_id), category, row.at, row.came)
            last.setdefault((word.item_id, word.actor_id), (int(row.id), str(row.answer), word))
    given = sorted((number, word) for number, answer, word in last.values() if answer in ("yes", "none"))
    return [word for _, word in given]
