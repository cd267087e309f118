"""Assignments: a category or a video that is somebody's to label."""

from __future__ import annotations

import datetime as dt
from typing import NamedTuple

from sqlalchemy import Connection, delete, insert, select

from errors import InputError
from store.database import schema
from store.database.schema import assignment


class Assignment(NamedTuple):
    """One assignment; of `category_id` and `video_id` one is None."""

    id: int
    actor_id: int
    category_id: int | None
    video_id: int | None
    by_id: int
    at: dt.datetime


def listed(connection: Connection) -> list[Assignment]:
    """All assignments, oldest first."""
    columns = (assignment.c[name] for name in Assignment._fields)
    return [Assignment(*row) for row in connection.execute(select(*columns).order_by(assignment.c.id))]


def add(
    connection: Connection, actor_id: int, by_id: int, *, category_id: int | None = None, video_id: int | None = None
) -> None:
    """Assign a category or a video to a person, in a write transaction; what is theirs already stays as it is.

    Raises:
        InputError: not exactly one of both is given, or it is not in the workspace.
    """
    if (category_id is None) == (video_id is None):
        raise InputError("Choose a category or a video to assign.")
    table, number, word = (
        (schema.category, category_id, "category") if video_id is None else (schema.item, video_id, "video")
    )
    kind = () if video_id is None else (schema.item.c.kind == "video",)
    if connection.execute(select(table.c.id).where(table.c.id == number, *kind)).first() is None:
        raise InputError(f"There is no {word} with id {number}. Reload the page.")
    same = (assignment.c.actor_id == actor_id, assignment.c.category_id == category_id)
    if connection.execute(select(assignment.c.id).where(*same, assignment.c.video_id == video_id)).first() is None:
        values = {"actor_id": actor_id, "category_id": category_id, "video_id": video_id, "by_id": by_id}
        connection.execute(insert(assignment).values(**values, at=schema.now()))


def remove(connection: Connection, number: int) -> None:
    """End an assignment; one that has ended already stays so."""
    connection.execute(delete(assignment).where(assignment.c.id == number))
