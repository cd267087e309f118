"""Video runs: which video was analysed with what, and where its analysis lies."""

from __future__ import annotations

import datetime as dt
from typing import NamedTuple, TypedDict

from sqlalchemy import Connection, insert, select

from errors import InputError
from store.database import schema


class LabelledSpan(NamedTuple):
    """A label of a stretch of a video, and whose it is."""

    start_s: float
    end_s: float
    category_id: int
    actor: str


class RunOptions(TypedDict, total=False):
    """How a run was made, as `video.runs.segmentation` keeps it; older runs have less.

    Attributes:
        using: what labelled it, see `video.runs.labelled_run.View`. detector: what found the cuts.
        method: counts up when decoding gives other samples.
    """

    using: str
    detector: str
    method: int


class RunSummary(TypedDict):
    """What came out of a run, as `video.runs.segmentation` keeps it; `seconds` is the time that the analysis took."""

    name: str
    model: str
    duration_s: float
    frames: int
    segments: int
    shots: int
    seconds: float
    notes: list[str]


class RunRow(NamedTuple):
    """A row of `run`, with the name and path of its video.

    Attributes:
        item_id: the video. file: the analysis, in the workspace's folder `runs`.
    """

    id: int
    item_id: int
    encoder_id: int
    head_id: int | None
    file: str
    options: RunOptions
    summary: RunSummary
    actor_id: int
    at: dt.datetime
    video_name: str
    video_path: str


_RUN = select(
    *(schema.run.c[name] for name in RunRow._fields[:-2]), schema.item.c.name, schema.item.c.path
).join(schema.item, schema.item.c.id == schema.run.c.item_id)  # fmt: skip


def add(
    connection: Connection,
    *,
    item_id: int,
    encoder_id: int,
    head_id: int | None,
    file: str,
    options: RunOptions,
    summary: RunSummary,
    actor_id: int,
) -> int:
    """Record a run whose analysis file is on disk; returns its id."""
    query = insert(schema.run).values(
        item_id=item_id, encoder_id=encoder_id, head_id=head_id, file=file, options=options, summary=summary,
        actor_id=actor_id, at=schema.now(),
    )  # fmt: skip
    return int(connection.execute(query.returning(schema.run.c.id)).scalar_one())


def get(connection: Connection, run_id: int) -> RunRow:
    """A run by id.

    Raises:
        InputError: there is none.
    """
    row = connection.execute(_RUN.where(schema.run.c.id == run_id)).first()
    if row is None:
        raise InputError(f"There is no video run {run_id}. Run the video again.")
    return RunRow._make(row)


def every(connection: Connection) -> list[RunRow]:
    """All runs, newest first."""
    return list(map(RunRow._make, connection.execute(_RUN.order_by(schema.run.c.id.desc()))))


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
