"""Video runs: which video was analysed with what, and the segments that came out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from sqlalchemy import Connection, Row, delete, insert, select

from errors import InputError
from store.database import schema


class LabelledSpan(NamedTuple):
    """A label of a stretch of a video, and whose it is."""

    start_s: float
    end_s: float
    category_id: int
    actor: str


def add(
    connection: Connection,
    *,
    item_id: int,
    encoder_id: int,
    head_id: int | None,
    file: str,
    options: dict[str, Any],
    summary: dict[str, Any],
    actor_id: int,
) -> int:
    """Record a run whose analysis file is on disk; returns its id."""
    query = insert(schema.run).values(
        item_id=item_id, encoder_id=encoder_id, head_id=head_id, file=file, options=options, summary=summary,
        actor_id=actor_id, at=schema.now(),
    )  # fmt: skip
    return int(connection.execute(query.returning(schema.run.c.id)).scalar_one())


def get(connection: Connection, run_id: int) -> Row[Any]:
    """A run by id.

    Raises:
        InputError: there is none.
    """
    row = connection.execute(select(schema.run).where(schema.run.c.id == run_id)).first()
    if row is None:
        raise InputError(f"There is no video run {run_id}. Run the video again.")
    return row


def every(connection: Connection) -> list[Row[Any]]:
    """All runs with their video's name, newest first."""
    query = select(schema.run, schema.item.c.name.label("video_name"), schema.item.c.path.label("video_path")).join(
        schema.item, schema.item.c.id == schema.run.c.item_id
    )
    return list(connection.execute(query.order_by(schema.run.c.id.desc())))


def labelled_spans(connection: Connection, video_id: int, facet_id: int) -> list[LabelledSpan]:
    """Labels of a video's segments in a facet, oldest first."""
    span, state = schema.item.c, schema.label_state.c
    query = (
        select(span.time_s, span.end_s, state.category_id, schema.actor.c.name)
        .join(schema.label_state, state.item_id == span.id)
        .join(schema.actor, schema.actor.c.id == state.actor_id)
        .join(schema.category, schema.category.c.id == state.category_id)
        .where(span.kind == "segment", span.parent_id == video_id, state.value == "yes")
        .where(schema.category.c.facet_id == facet_id)
        .order_by(state.event_id)
    )
    return [LabelledSpan(*row) for row in connection.execute(query)]


def replace_segments(connection: Connection, run_id: int, rows: Sequence[dict[str, Any]]) -> None:
    """Set the segments and shots of a run."""
    connection.execute(delete(schema.segment).where(schema.segment.c.run_id == run_id))
    if rows:
        connection.execute(insert(schema.segment), [{"run_id": run_id, **row} for row in rows])


def segments(connection: Connection, run_id: int, kind: str = "segment") -> list[Row[Any]]:
    """Segments (or shots) of a run, in time order."""
    where = (schema.segment.c.run_id == run_id, schema.segment.c.kind == kind)
    return list(connection.execute(select(schema.segment).where(*where).order_by(schema.segment.c.position)))
