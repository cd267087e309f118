"""Items that a category's guideline shows (examples and counter-examples), items to practise on, and the answers to those."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from sqlalchemy import Connection, Select, delete, insert, select

from errors import InputError
from store.database import schema
from store.database.schema import practice_answer, reference
from store.project.taxonomy import IMAGE, VIDEO

KINDS = ("example", "counter", "practice")
MOST = 12  # examples, and counter-examples, of one category: more are not looked at


@dataclass(frozen=True)
class Reference:
    """An image or a video that stands for a category, or against it (`counter`)."""

    item_id: int
    category_id: int
    kind: str


class PracticeAnswer(NamedTuple):
    """A row of `practice_answer`: the first answer of a person to an item whose class is agreed.

    Attributes:
        category_id: the agreed class. said: the answer; None for "not this".
    """

    actor_id: int
    item_id: int
    category_id: int
    said: int | None
    is_right: bool
    at: dt.datetime


_ANSWER = select(*(practice_answer.c[name] for name in PracticeAnswer._fields))


def listed(connection: Connection, kinds: Sequence[str] = KINDS, facet_id: int | None = None) -> list[Reference]:
    """All references of some kinds, oldest first: those of images, or of a facet of videos."""
    query = select(reference).where(reference.c.kind.in_(kinds), reference.c.category_id.in_(_categories(facet_id)))
    query = query.order_by(reference.c.at, reference.c.item_id)
    return [Reference(int(row.item_id), int(row.category_id), row.kind) for row in connection.execute(query)]


def add(connection: Connection, new: Reference, actor_id: int) -> None:
    """Make an item a reference of a category; an example is no longer a counter-example, and the other way round.

    Raises:
        InputError: an unknown kind, item or category, or there are enough of that kind.
    """
    if new.kind not in KINDS:
        raise InputError(f"A reference image is one of {', '.join(KINDS)}, not {new.kind!r}.")
    for table, number, word in (
        (schema.item, new.item_id, "item"),
        (schema.category, new.category_id, "category"),
    ):
        if connection.execute(select(table.c.id).where(table.c.id == number)).first() is None:
            raise InputError(f"There is no {word} with id {number}. Reload the page.")
    _must_suit(connection, new)
    clash = KINDS[:2] if new.kind in KINDS[:2] else KINDS[2:]
    for kind in clash:
        remove(connection, Reference(new.item_id, new.category_id, kind))
    facet = select(schema.category.c.facet_id).where(schema.category.c.id == new.category_id)
    of_kind = listed(connection, [new.kind], connection.execute(facet).scalar_one())
    same = [other for other in of_kind if other.category_id == new.category_id]
    if new.kind != "practice" and len(same) >= MOST:
        raise InputError(f"This guideline has {MOST} images of that kind. Remove one first: more are not looked at.")
    values = {"item_id": new.item_id, "category_id": new.category_id, "kind": new.kind}
    connection.execute(insert(reference).values(**values, actor_id=actor_id, at=schema.now()))


def _must_suit(connection: Connection, new: Reference) -> None:
    """A class of videos is shown by videos, one of images by images."""
    facet, category, item = schema.facet.c, schema.category.c, schema.item.c
    of = (
        select(facet.subject).join(schema.category, category.facet_id == facet.id).where(category.id == new.category_id)
    )
    kind = connection.execute(select(item.kind).where(item.id == new.item_id)).scalar_one()
    if (connection.execute(of).scalar_one() == VIDEO) != (kind == VIDEO):
        raise InputError("A class of videos is shown by videos, and a class of images by images. Choose another one.")


def _categories(facet_id: int | None) -> Select[tuple[int]]:
    """Categories of a facet, or of all facets of images."""
    facet, category = schema.facet.c, schema.category.c
    query = select(category.id).join(schema.facet, facet.id == category.facet_id)
    return query.where(facet.subject == IMAGE if facet_id is None else facet.id == facet_id)


def remove(connection: Connection, gone: Reference) -> None:
    """Make an item no reference of this kind any more."""
    where = (
        reference.c.item_id == gone.item_id,
        reference.c.category_id == gone.category_id,
        reference.c.kind == gone.kind,
    )
    connection.execute(delete(reference).where(*where))


def answers(connection: Connection, actor_id: int, facet_id: int | None = None) -> list[PracticeAnswer]:
    """What a person answered in practice, oldest first: about images, or in a facet of videos."""
    column = practice_answer.c
    query = _ANSWER.where(column.actor_id == actor_id, column.category_id.in_(_categories(facet_id)))
    query = query.order_by(column.at)
    return list(map(PracticeAnswer._make, connection.execute(query)))


def answer(
    connection: Connection, actor_id: int, item_id: int, *, agreed: int, answered: int | None, is_right: bool
) -> None:
    """Keep the first answer of a person to an item; later ones are not kept."""
    where = (practice_answer.c.actor_id == actor_id, practice_answer.c.item_id == item_id)
    if connection.execute(select(practice_answer.c.item_id).where(*where)).first() is None:
        values = {
            "actor_id": actor_id,
            "item_id": item_id,
            "category_id": agreed,
            "said": answered,
            "is_right": is_right,
        }
        connection.execute(insert(practice_answer).values(**values, at=schema.now()))
