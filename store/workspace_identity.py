"""Which workspace it is, whatever its folder is called: a random mark that it gets once and keeps, in a copy and in a backup too.

Roles are tied to it. A name alone would hand the roles of a workspace that was deleted to the next one of that name.
"""

from __future__ import annotations

import secrets

from sqlalchemy import Connection, Engine, select, update

from store.database import schema
from store.database.engine import is_sealed, reading

NOTE = "identity"  # in the project's settings


def new() -> str:
    """A mark: 128 random bits as hexadecimal digits."""
    return secrets.token_hex(16)


def of(connection: Connection) -> str | None:
    """The mark of a workspace; None where it is older than the mark and cannot be written."""
    settings = connection.execute(select(schema.project.c.settings)).scalar()
    return (settings or {}).get(NOTE)


def ensure(engine: Engine) -> None:
    """Give a workspace that is opened a mark, where it has none and can be written."""
    if is_sealed(engine):
        return
    with reading(engine).connect() as connection:
        if not _lacks(connection):
            return
    with engine.begin() as connection:
        if _lacks(connection):  # no other process was first
            keep(connection, new())


def keep(connection: Connection, mark: str) -> None:
    """Let a workspace have a mark, in the caller's transaction."""
    settings = connection.execute(select(schema.project.c.settings)).scalar_one()
    connection.execute(update(schema.project).values(settings={**settings, NOTE: mark}))


def _lacks(connection: Connection) -> bool:
    settings = connection.execute(select(schema.project.c.settings)).scalar()
    return settings is not None and NOTE not in settings
