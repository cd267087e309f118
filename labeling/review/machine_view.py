"""What the machine says of every item now: its choice, confidence, margin and suspicion."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from errors import InputError
from labeling.cleaning.label_table import NONE, Board
from labeling.scoring import zero_shot
from labeling.snapshot.snapshot import Snapshot


@dataclass(frozen=True)
class View:
    """Per row: what the machine says. `best` is a category id; `value` is what the order sorts by."""

    board: Board
    best: npt.NDArray[np.int64]
    confidence: npt.NDArray[np.float32]
    margin: npt.NDArray[np.float32]
    suspicion: npt.NDArray[np.float32] | None

    @property
    def standing(self) -> npt.NDArray[np.int64]:
        """int64 [n], category ids: the class that stands, and the machine's choice where there is none."""
        return np.where(self.board.value == NONE, self.best, self.board.category)


def view(snapshot: Snapshot, *, suspicion: bool = False, best_by_neighbours: bool = False) -> View:
    """The machine's choice for every row: what it would say now, never again what a person has said no to.

    With `best_by_neighbours` the choice is what the neighbours favour, which is what a suspicion speaks of.
    """
    board = snapshot.labels.board()
    linear, probabilities = snapshot.classifiers.probabilities()
    classes = np.array(linear.classes, np.int64)
    if len(probabilities) != len(board):
        raise InputError("Items were added a moment ago and are still being read. Try again.")
    if not len(board):
        empty = np.empty(0, np.float32)
        return View(board, np.empty(0, np.int64), empty, empty, empty if suspicion else None)
    best, confidence, margin = _allowed(snapshot, board, probabilities, classes)
    graph_suspicion = snapshot.labels.suspicion() if suspicion else None
    chosen = _stopped(snapshot, linear.classes, probabilities, classes[best])
    if graph_suspicion is not None and best_by_neighbours:
        chosen = np.where(board.labelled, classes[graph_suspicion.proposed], chosen)
    return View(
        board, chosen, np.maximum(confidence, 0), margin, None if graph_suspicion is None else graph_suspicion.score
    )


def contradiction(snapshot: Snapshot, seen: View) -> npt.NDArray[np.float32]:
    """float32 [n]: how much likelier the machine's choice is than what a person decided; NaN where no person gave a class."""
    linear, probabilities = snapshot.classifiers.probabilities()
    standing = seen.board.class_index(linear.classes)
    given = probabilities[np.arange(len(seen.board)), np.maximum(standing, 0)]
    decided = seen.board.person & (standing >= 0)
    return np.asarray(np.where(decided, seen.confidence - given, np.nan), np.float32)


def _stopped(
    snapshot: Snapshot, classes: tuple[int, ...], probabilities: npt.NDArray[np.float32], best: npt.NDArray[np.int64]
) -> npt.NDArray[np.int64]:
    """In a tree the category at which the machine stops; a leaf that a person's "no" has made the choice stays."""
    if not snapshot.categories.is_tree:
        return best
    least = snapshot.prompts.version()[1].options.back_off if snapshot.has_text else 0.0
    key = (snapshot.classifiers.machine_key()[1], least, tuple(snapshot.categories.parents()))
    stopped: npt.NDArray[np.int64] = snapshot.cached(
        "stopped", key, lambda: snapshot.categories.stop(classes, probabilities, least)[0]
    )
    plain = np.array(classes, np.int64)[snapshot.classifiers.top_two()[0]]
    return np.asarray(np.where(best == plain, stopped, best))


def _allowed(
    snapshot: Snapshot, board: Board, probabilities: npt.NDArray[np.float32], classes: npt.NDArray[np.int64]
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.float32], npt.NDArray[np.float32]]:
    """Best class index, its probability and the margin of each row; only the rows with a "no" are looked at again."""
    best, confidence, margin = snapshot.classifiers.top_two()
    if not board.rejected:
        return best, confidence, margin
    rows = np.fromiter(board.rejected, np.int64, len(board.rejected))
    left = probabilities[rows]
    for at, gone in enumerate(board.rejected.values()):
        left[at, np.isin(classes, list(gone))] = -1.0
    best, confidence, margin = best.copy(), confidence.copy(), margin.copy()
    best[rows], confidence[rows], margin[rows] = zero_shot.top_two(left)
    return best, confidence, margin
