"""Leases: items of a person's next batch are kept from others for some minutes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from sqlalchemy import Connection, delete, insert, select, update

from store.database import schema
from store.database.bulk import among
from store.database.schema import lease

FOR = dt.timedelta(minutes=15)


def taken(connection: Connection) -> set[int]:
    """Every item that somebody holds."""
    return {int(n) for n in connection.execute(select(lease.c.item_id).where(lease.c.until > schema.now())).scalars()}


def held(connection: Connection, actor_id: int, *, at: dt.datetime | None = None) -> tuple[list[int], set[int]]:
    """(a person's own leased items in their order, the items that others hold); what has run out counts for nobody."""
    query = select(lease.c.item_id, lease.c.actor_id).where(lease.c.until > (at or schema.now()))
    rows = list(connection.execute(query.order_by(lease.c.position)))
    own = [int(row.item_id) for row in rows if row.actor_id == actor_id]
    return own, {int(row.item_id) for row in rows if row.actor_id != actor_id}


def claim(connection: Connection, actor_id: int, item_ids: Sequence[int]) -> list[int]:
    """Lease items in their order, in a write transaction; those that somebody else holds are left out. What was leased."""
    now = schema.now()
    _, others = held(connection, actor_id, at=now)
    won = [number for number in item_ids if number not in others]
    release(connection, actor_id)
    if won:
        connection.execute(delete(lease).where(among(lease.c.item_id, won)))  # what ran out for somebody else
        rows = [{"item_id": n, "actor_id": actor_id, "position": k, "until": now + FOR} for k, n in enumerate(won)]
        connection.execute(insert(lease), rows)
    return won


def extend(connection: Connection, actor_id: int) -> dt.datetime:
    """Begin the time of a person's leases anew; until when they hold."""
    now = schema.now()
    connection.execute(update(lease).where(lease.c.actor_id == actor_id, lease.c.until > now).values(until=now + FOR))
    return now + FOR


def release(connection: Connection, actor_id: int) -> None:
    """Give a person's leases back."""
    connection.execute(delete(lease).where(lease.c.actor_id == actor_id))


def of_item(connection: Connection, item_id: int) -> tuple[str, dt.datetime] | None:
    """(who holds an item, until when), or None."""
    query = (
        select(schema.actor.c.name, lease.c.until)
        .join(schema.actor, schema.actor.c.id == lease.c.actor_id)
        .where(lease.c.item_id == item_id, lease.c.until > schema.now())
    )
    row = connection.execute(query).first()
    return None if row is None else (str(row.name), row.until)
