"""A board as the store has it: read whole once, in pieces, then only what changed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
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
    with workspace.read() as connection:
        newest = label_rows.newest_event(connection)
    spans = list(label_rows.spans(ids))
    parts: list[_Items] = []
    for span in spans:
        with workspace.read() as connection:
            columns = board_columns.items(connection, span, kinds)
        parts.append(_kept(columns, ids))
    board = _empty(parts)
    for span in spans:
        with workspace.read() as connection:
            stands = board_columns.states(connection, facet_id, span)
            versions = board_columns.versions(connection, facet_id, span)
        _fill(board, stands, versions)
    board.last_event = newest
    return board


@dataclass(frozen=True)
class _Items:
    """Items of a span that have a vector; `group` is a hash of the group's key, int64 [n]."""

    columns: ItemColumns
    group: Ints


def _kept(columns: ItemColumns, ids: Ints) -> _Items:
    rows = np.flatnonzero(sorted_places(ids, columns.id)[1])
    group = np.fromiter((hash(columns.group_key[row]) for row in rows.tolist()), np.int64, len(rows))
    names = columns.name if len(rows) == len(columns.name) else [columns.name[row] for row in rows.tolist()]
    some = ItemColumns(columns.id[rows], names, columns.video[rows], columns.time_s[rows], [], columns.audit[rows])
    return _Items(some, group)


def _empty(parts: Sequence[_Items]) -> Board:
    """A board of some items, nothing standing for any."""

    def joined(column: str, kind: npt.DTypeLike) -> npt.NDArray[Any]:
        return np.concatenate([np.empty(0, kind), *(getattr(part.columns, column) for part in parts)])

    ids = joined("id", np.int64)
    n = len(ids)
    return Board(
        ids=ids,
        names=[name for part in parts for name in part.columns.name],
        video=joined("video", np.int64),
        time_s=joined("time_s", np.float32),
        group=_numbered(np.concatenate([np.empty(0, np.int64), *(part.group for part in parts)])),
        audit=joined("audit", np.bool_),
        category=np.zeros(n, np.int64),
        value=np.zeros(n, np.int8),
        source=np.zeros(n, np.int8),
        actor=np.zeros(n, np.int64),
        version=np.zeros(n, np.int64),
        confidence=np.full(n, np.nan, np.float32),
        at=np.zeros(n, np.float64),
    )


def _numbered(hashes: Ints) -> Ints:
    """int64 [n]: the same number for the same hash, from 0 in the order in which they come: hashes of texts differ from process to process."""
    _, first, group = np.unique(hashes, return_index=True, return_inverse=True)
    number = np.empty(len(first), np.int64)
    number[np.argsort(first, kind="stable")] = np.arange(len(first))
    return number[group]


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
