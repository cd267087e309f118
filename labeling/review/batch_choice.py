"""The next batch: what teaches most, with random checks among it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
from typing_extensions import TypedDict

from labeling.cleaning import error_bounds, ordering
from labeling.review import stop_meter
from labeling.snapshot.snapshot import Snapshot
from labeling.snapshot.subject import Images
from store.items.file_names import handles

if TYPE_CHECKING:
    from labeling.review.machine_view import View

Ints = npt.NDArray[np.int64]


class BatchItem(TypedDict):
    """An item of the next batch: the path of the class proposed, the margin to the second one, whether it is an audit item."""

    file: str
    proposed: str | None
    margin: float
    audit: bool


def next_rows(
    snapshot: Snapshot, seen: View, allowed: npt.NDArray[np.bool_], waiting: Ints, size: int, seed: int = 0
) -> Ints:
    """Rows of the next batch: uncertain and diverse, audit items in their order, and disagreements to confirm first.

    Args:
        waiting: int64 rows that wait for a second decision (`stop_meter.pending`). No database is asked here.
    """
    board = seen.board
    untouched = ~board.person & allowed
    confirm = waiting[allowed[waiting]]
    fresh = error_bounds.upcoming(board.ids, board.audit, untouched, size)
    checks = np.concatenate([confirm, fresh])
    return ordering.next_batch(snapshot.vectors, seen.margin, untouched & ~board.audit, checks, size=size, seed=seed)


def batch(snapshot: Snapshot, size: int = 60, seed: int = 0, order: str = "next") -> list[BatchItem]:
    """The next batch as the command line gives it: file, proposed, margin, audit. order: `next` or `random`."""
    from labeling.review import machine_view

    seen = machine_view.view(snapshot)
    names = {category.id: category.path for category in snapshot.categories.tree}
    if order == "random":
        rows = error_bounds.upcoming(seen.board.ids, np.ones(len(seen.board), np.bool_), ~seen.board.person, size)
    else:
        waiting = np.array(stop_meter.pending(Images(snapshot)), np.int64)
        rows = next_rows(snapshot, seen, np.ones(len(seen.board), np.bool_), waiting, size, seed)
    with snapshot.workspace.read() as connection:
        called = handles(connection, seen.board.ids[rows].tolist())
    return [
        {
            "file": called[int(seen.board.ids[row])],
            "proposed": names.get(int(seen.best[row])),
            "margin": round(float(seen.margin[row]), 6),
            "audit": bool(seen.board.audit[row]),
        }
        for row in rows
    ]
