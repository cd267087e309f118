"""Trained heads, their promotion, and the rounds that they make."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, func, insert, select, update

from errors import InputError
from store.database import schema


@dataclass(frozen=True)
class HeadRow:
    """A trained head. `state` is new, promoted or retired; `card` is the artifact's JSON card."""

    id: int
    number: int
    encoder_id: int
    facet_id: int
    file: str
    sha256: str
    card: dict[str, Any]
    labels: int
    reason: str
    created_at: dt.datetime
    state: str


@dataclass(frozen=True)
class RoundRow:
    """One turn of the loop and what it measured."""

    number: int
    kind: str
    head_id: int | None
    prompt_version: int | None
    metrics: dict[str, Any]
    at: dt.datetime


def _row(row: Any) -> HeadRow:
    state = "promoted" if row.promoted_at and not row.retired_at else "retired" if row.retired_at else "new"
    return HeadRow(
        row.id, row.number, row.encoder_id, row.facet_id, row.file, row.sha256, row.card, row.labels, row.reason, row.created_at, state
    )  # fmt: skip


def add(
    connection: Connection,
    *,
    encoder_id: int,
    facet_id: int,
    file: str,
    sha256: str,
    card: Mapping[str, object],
    labels: int,
    reason: str,
    actor_id: int,
) -> HeadRow:
    """Record a head whose file is already on disk."""
    number = int(connection.execute(select(func.coalesce(func.max(schema.head.c.number), 0))).scalar_one()) + 1
    cursor = connection.execute(
        insert(schema.head)
        .values(
            number=number,
            encoder_id=encoder_id,
            facet_id=facet_id,
            file=file,
            sha256=sha256,
            card=card,
            labels=labels,
            reason=reason,
            actor_id=actor_id,
            created_at=schema.now(),
        )  # fmt: skip
        .returning(schema.head.c.id)
    )
    return get(connection, int(cursor.scalar_one()))


def get(connection: Connection, head_id: int) -> HeadRow:
    """A head by id.

    Raises:
        InputError: there is none.
    """
    row = connection.execute(select(schema.head).where(schema.head.c.id == head_id)).first()
    if row is None:
        raise InputError(f"There is no head {head_id} in this workspace. Train one first.")
    return _row(row)


def every(connection: Connection, *, encoder_id: int | None = None, facet_id: int | None = None) -> list[HeadRow]:
    """All heads, newest first; or those of one encoder, of one facet."""
    query = select(schema.head).order_by(schema.head.c.number.desc())
    if encoder_id is not None:
        query = query.where(schema.head.c.encoder_id == encoder_id)
    if facet_id is not None:
        query = query.where(schema.head.c.facet_id == facet_id)
    return [_row(row) for row in connection.execute(query)]


def in_use(connection: Connection, encoder_id: int) -> dict[int, HeadRow]:
    """The promoted head of each facet, by facet id. A head of another encoder is never used."""
    query = select(schema.head).where(
        schema.head.c.encoder_id == encoder_id,
        schema.head.c.promoted_at.is_not(None),
        schema.head.c.retired_at.is_(None),
    )
    rows = connection.execute(query.order_by(schema.head.c.promoted_at))
    return {row.facet_id: _row(row) for row in rows}


def promote(connection: Connection, head_id: int, *, reason: str = "") -> HeadRow:
    """Put a head in use; the one before it in the same facet is retired and can be taken back."""
    chosen = get(connection, head_id)
    same = (schema.head.c.encoder_id == chosen.encoder_id, schema.head.c.facet_id == chosen.facet_id)
    used = (schema.head.c.promoted_at.is_not(None), schema.head.c.retired_at.is_(None))
    connection.execute(
        update(schema.head).where(*same, *used, schema.head.c.id != head_id).values(retired_at=schema.now())
    )
    values: dict[str, Any] = {"promoted_at": schema.now(), "retired_at": None}
    if reason:
        values["reason"] = reason
    connection.execute(update(schema.head).where(schema.head.c.id == head_id).values(**values))
    return get(connection, head_id)


def roll_back(connection: Connection, encoder_id: int, facet_id: int) -> HeadRow | None:
    """Retire a facet's head in use and bring the one before it back; None where zero-shot is in use again.

    Raises:
        InputError: the facet has no head in use.
    """
    current = in_use(connection, encoder_id).get(facet_id)
    if current is None:
        raise InputError("No head is promoted, so there is nothing to roll back.")
    query = (
        select(schema.head.c.id)
        .where(
            schema.head.c.encoder_id == encoder_id,
            schema.head.c.facet_id == facet_id,
            schema.head.c.retired_at.is_not(None),
            schema.head.c.promoted_at.is_not(None),
            schema.head.c.number < current.number,
        )
        .order_by(schema.head.c.number.desc())
        .limit(1)
    )
    before = connection.execute(query).scalar()
    connection.execute(update(schema.head).where(schema.head.c.id == current.id).values(retired_at=schema.now()))
    return promote(connection, before) if before is not None else None


def add_round(
    connection: Connection,
    *,
    kind: str,
    metrics: Mapping[str, object],
    head_id: int | None = None,
    prompt_version: int | None = None,
    batch_id: str | None = None,
) -> int:
    """Record a turn of the loop; returns its number."""
    number = int(connection.execute(select(func.coalesce(func.max(schema.round.c.number), -1))).scalar_one()) + 1
    connection.execute(
        insert(schema.round).values(
            number=number,
            kind=kind,
            head_id=head_id,
            prompt_version=prompt_version,
            batch_id=batch_id,
            metrics=metrics,
            at=schema.now(),
        )  # fmt: skip
    )
    return number


def rounds(connection: Connection) -> list[RoundRow]:
    """All rounds, oldest first."""
    rows = connection.execute(select(schema.round).order_by(schema.round.c.number))
    return [RoundRow(row.number, row.kind, row.head_id, row.prompt_version, row.metrics, row.at) for row in rows]
