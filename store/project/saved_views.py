"""Saved views: a filter and an order under a name, for everybody in the workspace."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import Connection, delete, insert, select

from errors import ConflictError, InputError
from store.database import schema
from store.database.schema import saved_view
from written import texts

MAX_NAME = 80
MAX_VIEWS = 200
MAX_QUERY = 20_000  # characters of all its values together


@dataclass(frozen=True)
class ViewRow:
    """One saved view; `query` holds the parameters of the page's address."""

    name: str
    query: dict[str, str]
    actor: str
    at: dt.datetime


def listed(connection: Connection) -> list[ViewRow]:
    """All views by name."""
    joined = select(saved_view, schema.actor.c.name.label("who")).join(
        schema.actor, schema.actor.c.id == saved_view.c.actor_id
    )
    rows = connection.execute(joined.order_by(saved_view.c.name))
    return [ViewRow(row.name, dict(row.query), row.who, row.at) for row in rows]


def must_stand(connection: Connection, name: str, was: str) -> None:
    """Make sure that a view is the one that a writer saw.

    Args:
        was: its time in ISO 8601, or empty where there was none of that name.

    Raises:
        ConflictError: it is another one, or none any more.
    """
    there = next((view for view in listed(connection) if view.name == _plain(name)), None)
    if there is None and was:
        raise ConflictError(
            f"Somebody has forgotten the view {name} meanwhile. Nothing was changed. Save it again if you want it."
        )
    if there is not None and there.at.isoformat() != was:
        raise ConflictError(
            f"{there.actor} kept a view under the name {there.name} meanwhile. Nothing was changed. Look at theirs, or choose another name."
        )


def _plain(name: str) -> str:
    return " ".join(texts.check(name, "The name of the view").split())


def save(connection: Connection, name: str, query: dict[str, str], actor_id: int) -> None:
    """Keep a view; one of the same name is replaced.

    Raises:
        InputError: the name is empty, too long or cannot be stored, or there are too many views.
    """
    name = _plain(name)
    for key, value in query.items():
        texts.check(f"{key}={value}", "The filter of the view")
    if not 0 < len(name) <= MAX_NAME:
        raise InputError(f"A view needs a name of 1 to {MAX_NAME} characters. Type one, then save it.")
    if sum(len(key) + len(value) for key, value in query.items()) > MAX_QUERY:
        raise InputError("That many chosen images do not fit into a view. Use a filter instead, then save it.")
    remove(connection, name)
    if len(listed(connection)) >= MAX_VIEWS:
        raise InputError(f"There are {MAX_VIEWS} views already. Remove one that nobody uses, then save this one.")
    values = {"name": name, "query": query, "actor_id": actor_id, "at": schema.now()}
    connection.execute(insert(saved_view).values(**values))


def remove(connection: Connection, name: str) -> None:
    """Forget a view; one that does not exist is not an error."""
    connection.execute(delete(saved_view).where(saved_view.c.name == name))
