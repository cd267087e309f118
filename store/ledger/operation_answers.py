"""Answers to the operations of clients, kept so that a resend gets its first answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, insert, select

from store.database import schema

Kept = Any  # the JSON object of an answer, of the shape that its writer gave it


def kept(connection: Connection, operation_ids: Sequence[str]) -> dict[str, Kept]:
    """First answers by id of those operations that were answered before."""
    query = select(schema.operation).where(schema.operation.c.id.in_(operation_ids))
    return {row.id: dict(row.answer) for row in connection.execute(query)}


def keep(connection: Connection, answers: Mapping[str, Mapping[str, object]]) -> None:
    """Keep answers by the id of their operation; there is at least one."""
    at = schema.now()
    rows = [{"id": number, "answer": answer, "at": at} for number, answer in answers.items()]
    connection.execute(insert(schema.operation), rows)
