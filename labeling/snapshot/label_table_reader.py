"""A board as the store has it: read whole once, in pieces, then only what changed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from labeling.cleaning.label_table import NO_CLASS, NONE, SOURCES, UNSURE, YES, Board
from store.database.connection import Connection
from store.ledger import events, label_rows
from store.ledger.label_rows import BoardItem, StandingState, StandingVersion
from store.workspace import Workspace

IMAGES = ("image", "frame")  # kinds of items
VALUES = {"no": NONE, "yes": YES, "unsure": UNSURE, "none": NO_CLASS}


def load(workspace: Workspace, ids: npt.NDArray[np.int64], facet_id: int, kinds: Sequence[str] = IMAGES) -> Board:
    """Every item of some kinds that has a vector, with what stands for it in a facet.

    It is as of the newest event before the reading: what came in between is read again with what is newer.

    Args:
        ids: int64 [n] of the items that have one, ascending.
    """
    rows: list[BoardItem] = []
    states: list[StandingState] = []
    versions: list[StandingVersion] = []
    with workspace.read() as connection:
        newest = label_rows.newest_event(connection)
    for span in label_rows.spans(ids):
        with workspace.read() as connection:
            rows += label_rows.items(connection, span, kinds)
            states += label_rows.states(connection, facet_id, span)
            versions += label_rows.versions(connection, facet_id, span)
    board = _empty(rows, ids)
    _fill(board, states, versions)
    board.last_event = newest
    return board


def _empty(rows: list[BoardItem], ids: npt.NDArray[np.int64]) -> Board:
    """A board of those items that have a vector, nothing standing for any."""
    place = np.searchsorted(ids, [row.id for row in rows]) if len(ids) else np.empty(0, np.int64)
    keep = [k for k, row in enumerate(rows) if place[k] < len(ids) and ids[place[k]] == row.id] if len(ids) else []
    rows = [rows[k] for k in keep]
    groups: dict[str, int] = {}
    n = len(rows)
    return Board(
        ids=np.array([row.id for row in rows], np.int64),
        names=[row.name for row in rows],
        video=np.array([row.parent_id or 0 for row in rows], np.int64),
        time_s=np.array([np.nan if row.time_s is None else row.time_s for row in rows], np.float32),
        group=np.array([groups.setdefault(row.group_key, len(groups)) for row in rows], np.int64),
        audit=np.array([row.audit for row in rows], np.bool_),
        category=np.zeros(n, np.int64),
        value=np.zeros(n, np.int8),
        source=np.zeros(n, np.int8),
        actor=np.zeros(n, np.int64),
        version=np.zeros(n, np.int64),
        confidence=np.full(n, np.nan, np.float32),
        at=np.zeros(n, np.float64),
    )


def updated(connection: Connection, board: Board, ids: list[int], facet_id: int, newest: int) -> Board:
    """A new board with some items read again; readers of the old one are not disturbed."""
    fresh = replace(
        board,
        category=board.category.copy(),
        value=board.value.copy(),
        source=board.source.copy(),
        actor=board.actor.copy(),
        version=board.version.copy(),
        confidence=board.confidence.copy(),
        at=board.at.copy(),
        rejected=dict(board.rejected),
        last_event=newest,
    )
    rows = fresh.rows(ids)
    fresh.category[rows], fresh.value[rows], fresh.source[rows], fresh.actor[rows] = 0, NONE, 0, 0
    fresh.confidence[rows], fresh.at[rows] = np.nan, 0.0
    for row in rows.tolist():
        fresh.rejected.pop(row, None)
    _fill(fresh, label_rows.states(connection, facet_id, ids), label_rows.versions(connection, facet_id, ids), rows)
    return fresh


def _fill(
    board: Board,
    states: Iterable[StandingState],
    versions: Iterable[StandingVersion],
    rows: npt.NDArray[np.int64] | None = None,
) -> None:
    """Put standing rows and versions where they belong; `rows` are all that they may speak of, or the whole board."""
    rows = np.arange(len(board)) if rows is None else rows
    place = dict(zip(board.ids[rows].tolist(), rows.tolist(), strict=True))
    for state in states:
        row = place.get(state.item_id)
        if row is None:
            continue
        if state.value == "no":
            board.rejected[row] = board.rejected.get(row, frozenset()) | {state.category_id}
            if board.value[row] == NONE:
                board.source[row], board.actor[row] = 0, state.actor_id
            continue
        answer = events.answer(state.value, state.reason)
        board.category[row], board.value[row] = 0 if answer == "none" else state.category_id, VALUES[answer]
        board.source[row], board.actor[row] = SOURCES.index(state.source), state.actor_id
        board.confidence[row] = np.nan if state.confidence is None else state.confidence
        board.at[row] = state.at.timestamp()
    for version in versions:
        if version.item_id in place:
            board.version[place[version.item_id]] = version.version
