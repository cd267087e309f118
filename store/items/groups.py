"""Groups that people name: which of them are audit, a tenth of their images however the names are spelled."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence

from sqlalchemy import Connection, case, func, select, update

from store.database import schema
from store.database.bulk import among
from store.items.items import AUDIT_SHARE

MOST = 1.25  # audit images, as a multiple of the tenth, that whole groups may add up to


def assign(connection: Connection, groups: Mapping[str, Sequence[int]]) -> None:
    """Put items into groups, each of which lies on one side of every split.

    A group that is known stays on its side. Of the others so many become audit, in an order fixed by their names, that a tenth of all
    these items is audit, as near as whole groups come to it. A group that is too large for that is never audit.

    Args:
        groups: ids of the items by group key.
    """
    known = _known(connection, list(groups))
    wanted = AUDIT_SHARE * sum(len(members) for members in groups.values())
    taken = sum(len(groups[key]) for key, is_audit in known.items() if is_audit)
    sides = dict(known)
    for key in sorted(groups, key=_place):
        if key in sides:
            continue
        total = taken + len(groups[key])
        sides[key] = abs(total - wanted) < abs(taken - wanted) and total <= MOST * wanted
        taken = total if sides[key] else taken
    for key, members in groups.items():
        query = update(schema.item).where(among(schema.item.c.id, members))
        connection.execute(query.values(group_key=key, audit=sides[key]))


def _place(key: str) -> bytes:
    return hashlib.sha256(f"audit {key}".encode()).digest()


def _known(connection: Connection, keys: Sequence[str]) -> dict[str, bool]:
    """Groups that have items already -> whether they are audit."""
    item = schema.item.c
    audit_by_group: dict[str, bool] = {}
    for start in range(0, len(keys), 500):
        part = keys[start : start + 500]
        query = (
            select(item.group_key, func.max(case((item.audit, 1), else_=0)))
            .where(item.group_key.in_(part))
            .group_by(item.group_key)
        )
        audit_by_group.update({str(key): bool(is_audit) for key, is_audit in connection.execute(query)})
    return audit_by_group
