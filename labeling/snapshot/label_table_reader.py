"""A board as the store has it: read whole once, in pieces, then only what changed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt

from labeling.cleaning.label_table import NO_CLASS, NONE, SOURCES, UNSURE, YES, Board, sorted_places
from store.database.connection import Connection
from store.ledger import board_columns, events, label_rows
from store.ledger.board_columns import ItemColumns, StateColumns, VersionColumns
from store.workspace import Workspace

Ints = npt.NDArray[np.int64]

IMAGES = ("image", "frame")  # kinds of items
VALUES = {"no": NONE, "yes": YES, "unsure": UNSURE, "none": NO_CLASS}


def load(workspace: Workspace, ids: Ints, facet_id: int, kinds: Sequence[str] = IMAGES) -> Board:
    """Every item of some kinds that has a vector, with what stands for it in a facet.

    It is as of the newest event before the reading: what came in between is read again with what is newer.

    Args:
        ids: int64 [n] of the items that have one, ascending.
    """
    items: list[ItemColumns] = []
    states: list[StateColumns] = []
    versions: list[VersionColumns] = []
    with workspace.read() as connection:
        newest = label_rows.newest_event(connection)
    for span in label_rows.spans(ids):
        with workspace.read() as connection:
            items.append(board_columns.items(connection, span, kinds))
            states.append(board_columns.states(connection, facet_id, span))
            versions.append(board_columns.versions(connection, facet_id, span))
    board = _empty(items, ids)
    for stands, version in zip(states, versions, strict=True):
        _fill(board, stands, version)
    board.last_event = newest
    return board


def _empty(parts: Sequence[ItemColumns], ids: Ints) -> Board:
    """A board of those items that have a vector, nothing standing for any."""
    groups: dict[str, int] = {}
    names: list[str] = []
    group: list[int] = []
    kept = [np.flatnonzero(sorted_places(ids, part.id)[1]) for part in parts]
    for part, rows in zip(parts, kept, strict=True):
        names += [part.name[row] for row in rows]
        group += [groups.setdefault(part.group_key[row], len(groups)) for row in rows]

    def joined(column: str, kind: npt.DTypeLike) -> npt.NDArray[Any]:
        pieces = [getattr(part, column)[rows] for part, rows in zip(parts, kept, strict=True)]
        return np.concatenate(pieces) if pieces else np.empty(0, kind)

    n = len(names)
    return Board(
        ids=joined("id", np.int64),
        names=names,
        video=joined("video", np.int64),
        time_s=joined("time_s", np.float32),
        group=np.array(group, np.int64),
        audit=joined("audit", np.bool_),
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
    # Of what is on the board: other items of the facet may have changed too.
    on_it = fresh.ids[rows].tolist()
    stands = board_columns.states(connection, facet_id, on_it)
    _fill(fresh, stands, board_columns.versions(connection, facet_id, on_it))
    return fresh


def _fill(board: Board, stands: StateColumns, versions: VersionColumns) -> None:
    """Put standing rows and versions where they belong; what is of no item of the board is left out."""
    row, on_it = sorted_places(board.ids, stands.item)
    refused = np.array([value == "no" for value in stands.value], np.bool_)
    answers = [events.answer(value, reason) for value, reason in zip(stands.value, stands.reason, strict=True)]
    stated = np.flatnonzero(on_it & ~refused)
    at = row[stated]
    board.value[at] = [VALUES[answers[k]] for k in stated]
    board.category[at] = np.where(board.value[at] == NO_CLASS, 0, stands.category[stated])
    board.source[at] = [SOURCES.index(stands.source[k]) for k in stated]
    board.actor[at], board.confidence[at], board.at[at] = (
        stands.actor[stated],
        stands.confidence[stated],
        stands.at[stated],
    )
    for k in np.flatnonzero(on_it & refused):
        place = int(row[k])
        board.rejected[place] = board.rejected.get(place, frozenset()) | {int(stands.category[k])}
        if board.value[place] == NONE:
            board.source[place], board.actor[place] = 0, stands.actor[k]
    row, on_it = sorted_places(board.ids, versions.item)
    board.version[row[on_it]] = versions.version[on_it]
