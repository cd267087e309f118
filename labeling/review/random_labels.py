"""Which labels of a workspace were drawn at random, as its history tells."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from labeling.cleaning import random_sample
from labeling.cleaning.label_table import Board
from labeling.cleaning.random_sample import Draw
from labeling.snapshot.snapshot import Snapshot
from store.ledger import event_reader


def draw(
    snapshot: Snapshot, board: Board, decided: npt.NDArray[np.bool_] | None = None, facet_id: int | None = None
) -> Draw:
    """How the labels of a facet came about; of the exclusive one unless another is named.

    Args:
        decided: bool [n], where people have decided in the facet; on the board unless given.
    """
    decision_mask = board.person if decided is None else decided
    number = snapshot.categories.facet_id() if facet_id is None else facet_id
    fair: npt.NDArray[np.bool_] = snapshot.cached(
        f"drawn {number}", (board.last_event, len(board)), lambda: _fair(snapshot, board, number)
    )
    return random_sample.draw(board.ids, board.audit, decision_mask, fair)


def _fair(snapshot: Snapshot, board: Board, facet_id: int) -> npt.NDArray[np.bool_]:
    """bool [n]: first decided in an order of chance. Audit items come by chance in the next batch too."""
    with snapshot.workspace.read() as connection:
        came = event_reader.orders(connection, facet_id, (*random_sample.RANDOM, random_sample.DEALT))
    fair = np.zeros(len(board), np.bool_)
    by_chance = [item for item, order in came.items() if order in random_sample.RANDOM]
    dealt = [item for item, order in came.items() if order == random_sample.DEALT]
    fair[board.rows(sorted(by_chance))] = True
    rows = board.rows(sorted(dealt))
    fair[rows[board.audit[rows]]] = True
    return fair
