"""A board as the store has it: read whole once, then only what changed."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import numpy.typing as npt
from sqlalchemy import Connection

from labeling.board import NONE, SOURCES, UNSURE, YES, Board
from store import board as board_rows

VALUES = {"no": NONE, "yes": YES, "unsure": UNSURE}


def load(connection: Connection, ids: npt.NDArray[np.int64], facet_id: int) -> Board:
    """Every item that has a vector, with what stands for it in a facet.

    Args:
        ids: int64 [n] of the items that have one, ascending.
    """
    rows = list(board_rows.items(connection))
    place = np.searchsorted(ids, [row.id for row in rows]) if len(ids) else np.empty(0, np.int64)
    keep = [k for k, row in enumerate(rows) if place[k] < len(ids) and ids[place[k]] == row.id] if len(ids) else []
    rows = [rows[k] for k in keep]
    groups: dict[str, int] = {}
    n = len(rows)
    board = Board(
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
    _fill(connection, board, facet_id, None)
    board.last_event = board_rows.newest_event(connection)
    return board


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
    _fill(connection, fresh, facet_id, ids)
    return fresh


def _fill(connection: Connection, board: Board, facet_id: int, ids: list[int] | None) -> None:
    place = {int(number): row for row, number in enumerate(board.ids)} if ids is None else None
    if place is None:
        place = {int(board.ids[row]): int(row) for row in board.rows(ids or [])}
    for state in board_rows.states(connection, facet_id, ids):
        row = place.get(state.item_id)
        if row is None:
            continue
        if state.value == "no":
            board.rejected[row] = board.rejected.get(row, frozenset()) | {state.category_id}
            if board.value[row] == NONE:
                board.source[row], board.actor[row] = 0, state.actor_id
            continue
        board.category[row], board.value[row] = state.category_id, VALUES[state.value]
        board.source[row], board.actor[row] = SOURCES.index(state.source), state.actor_id
        board.confidence[row] = np.nan if state.confidence is None else state.confidence
        board.at[row] = state.at.timestamp()
    for version in board_rows.versions(connection, facet_id, ids):
        if version.item_id in place:
            board.version[place[version.item_id]] = version.version
