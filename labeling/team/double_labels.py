"""Double labels: a share of the images gets a second label by somebody who does not see the first."""

from __future__ import annotations

from collections import Counter

import numpy as np
import numpy.typing as npt

from errors import InputError
from labeling.cleaning import error_bounds
from labeling.cleaning.label_table import Board
from labeling.snapshot.snapshot import Snapshot
from labeling.snapshot.subject import Subject
from store.ledger import opinion_reader
from store.workspace import Workspace, change_settings, project_settings

SHARES = (0, 5, 10, 20, 50)  # percent of the images that can be chosen
SETTING = "double_share"
OF_A_BATCH = 0.25  # at most so much of a batch are second labels
_SALT = 0x5EC0_4D0F  # the images are others than the first of the one random order
_PARTS = 10_000


def percent(workspace: Workspace) -> int:
    """The share of the images that is labelled twice, in percent; 0 where nobody has asked for it."""
    with workspace.read() as connection:
        kept = project_settings(connection).get(SETTING)
    return kept if isinstance(kept, int) and kept in SHARES else 0


def change(workspace: Workspace, share: int) -> None:
    """Set the share, in percent.

    Raises:
        InputError: it is none of `SHARES`.
    """
    if share not in SHARES:
        raise InputError(f"Choose a share of {', '.join(map(str, SHARES))} percent.")
    with workspace.engine.begin() as connection:
        change_settings(connection, **{SETTING: share or None})


def chosen(ids: npt.NDArray[np.int64], share: int) -> npt.NDArray[np.bool_]:
    """bool [n]: whether an image is among the share, by its id alone: a larger share keeps those of a smaller one."""
    place = error_bounds.ranks(ids + _SALT) % np.uint64(_PARTS)
    return np.asarray(place < share * _PARTS // 100, np.bool_)


def waiting(subject: Subject, actor_id: int) -> npt.NDArray[np.int64]:
    """Rows, int64 ascending, that one other person has decided about and that wait for a second label by this one."""
    snapshot, board = subject.snapshot, subject.board()
    share = percent(snapshot.workspace)
    if not share:
        return np.empty(0, np.int64)
    facet_id = subject.facet_id() if subject.of_videos else None
    key = (board.last_event, len(board), share)
    name = f"labelled_once {facet_id}"
    rows: npt.NDArray[np.int64] = snapshot.cached(name, key, lambda: _once(snapshot, board, share, facet_id))
    return np.asarray(rows[board.actor[rows] != actor_id], np.int64)


def _once(snapshot: Snapshot, board: Board, share: int, facet_id: int | None) -> npt.NDArray[np.int64]:
    rows = np.flatnonzero(chosen(board.ids, share) & board.person & (board.labelled | board.no_class))
    with snapshot.workspace.read() as connection:
        words = opinion_reader.several(connection, board.ids[rows].tolist(), facet_id)
        people = Counter(word.item_id for word in words)
    twice = [item for item, count in people.items() if count > 1]
    return rows[~np.isin(board.ids[rows], twice)]
