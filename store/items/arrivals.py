"""What came into a workspace by itself, out of folders that are watched."""

from __future__ import annotations

import datetime as dt
from typing import NamedTuple

from sqlalchemy import Connection, func, select

from store.database import schema
from store.items.items import sources

WATCHED = "watch"  # the kind of such a source


class Arrivals(NamedTuple):
    """Images and stills that came since a person last labelled: how many, into which folders, and when that was (None: never)."""

    images: int
    folders: list[str]
    since: dt.datetime | None


def unseen(connection: Connection) -> Arrivals | None:
    """What came out of watched folders since a person last labelled; None where nothing did."""
    batch = schema.batch.c
    newest = connection.execute(
        select(func.max(batch.at)).where(batch.kind == "label", batch.source == "human")
    ).scalar()
    rows = [
        row for row in sources(connection) if row.kind == WATCHED and row.added and (newest is None or row.at > newest)
    ]
    if not rows:
        return None
    return Arrivals(sum(row.added for row in rows), sorted({row.path for row in rows}), newest)
