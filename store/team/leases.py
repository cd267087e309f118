"""Leases: items of a person's next batch are kept from others for some minutes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from sqlalchemy import ColumnElement, Connection, delete, insert, select, update

from store.database import schema
from store.database.bulk import among
from store.database.schema import lease

FOR = dt.timedelta(minutes=15)


def taken(connection: Connection) -> set[int]:
    """Every item that somebody holds."""
    return {int(n) for n in connection.execute(select(lease.c.item_id).where(lease.c.until > schema.now())).scalars()}


def held(
    connection: Connection, actor_id: int, *, of_videos: bool = False, at: dt.datetime | None = None
) -> tuple[list[int], set[int]]:
    """(a person's own leased items in their order, the items that others hold); what has run out counts for nobody.

    Args:
        of_videos: whole videos; by default images.
    """
    query = select(lease.c.item_id, lease.c.actor_id).where(lease.c.until > (at or schema.now()), _kind(of_videos))
    rows = list(connection.execute(query.order_by(lease.c.position)))
    own = [int(row.item_id) for row in rows if row.actor_id == actor_id]
    return own, {int(row.item_id) for row in rows if row.actor_id != actor_id}


def claim(connection: Connection, actor_id: int, item_ids: Sequence[int], *, of_videos: bool = False) -> list[int]:
    """Lease items in their order, in a write transaction; those that somebody else holds are left out. What was leased.

    What the person held of the same kind is given back.
    """
    now = schema.now()
    _, others = held(connection, actor_id, of_videos=of_videos, at=now)
    won = [number for number in item_ids if number not in others]
    release(connection, actor_id, of_videos=of_videos)
    if won:
        connection.execute(delete(lease).where(among(lease.c.item_id, won)))  # what ran out for somebody else
        rows = [{"item_id": n, "actor_id": actor_id, "position": k, "until": now + FOR} for k, n in enumerate(won)]
        connection.execute(insert(lease), rows)
    return won


def extend(connection: Connection, actor_id: int, *, of_videos: bool = False) -> dt.datetime:
    """Begin the time of a person's leases of a kind anew; until when they hold."""
    now = schema.now()
    own = (lease.c.actor_id == actor_id, lease.c.until > now, _kind(of_videos))
    connection.execute(update(lease).where(*own).values(until=now + FOR))
    return now + FOR


def release(connection: Connection, actor_id: int, *, of_videos: bool = False) -> None:
    """Give a person's leases of a kind back."""
    connection.execute(delete(lease).where(lease.c.actor_id == actor_id, _kind(of_videos)))


def _kind(of_videos: bool) -> ColumnElement[bool]:
    videos = select(schema.item.c.id).where(schema.item.c.kind == "video")
    return lease.c.item_id.in_(videos) if of_videos else lease.c.item_id.not_in(videos)


def of_item(connection: Connection, item_id: int) -> tuple[str, dt.datetime] | None:
    """(who holds an item, until when), or None."""
    query = (
        select(schema.actor.c.name, lease.c.until)
        .join(schema.actor, schema.actor.c.id == lease.c.actor_id)
        .where(lease.c.item_id == item_id, lease.c.until > schema.now())
    )
    row = connection.execute(query).first()
    return None if row is None else (str(row.name), row.until)
