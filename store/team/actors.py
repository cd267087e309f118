"""Actors: people and the machine, as the ledger signs with them."""

from __future__ import annotations

from sqlalchemy import Connection, insert, select

from store.database import schema
from store.team import people


def id_of(connection: Connection, name: str) -> int:
    """The id of a person (or of `people.MACHINE`), added at first sight.

    Raises:
        InputError: it is not a name, see `people.person`.
    """
    name = people.signer(name)
    number = known(connection, name)
    if number is not None:
        return number
    insertion = insert(schema.actor).values(name=name, created_at=schema.now()).returning(schema.actor.c.id)
    return int(connection.execute(insertion).scalar_one())


def known(connection: Connection, name: str) -> int | None:
    """The id of a person who has worked here before, or None."""
    number = connection.execute(select(schema.actor.c.id).where(schema.actor.c.name == name)).scalar()
    return None if number is None else int(number)


def names(connection: Connection) -> dict[int, str]:
    """Names of all actors by id."""
    return {int(row.id): str(row.name) for row in connection.execute(select(schema.actor))}


def several_people(connection: Connection) -> bool:
    """Whether more than one person has worked here; a name that the program itself signs with is nobody's."""
    two = select(schema.actor.c.id).where(schema.actor.c.name.not_in(people.RESERVED)).limit(2)
    return len(connection.execute(two).all()) == 2
