"""Rare-safe bulk accept: a lot is accepted only after a random spot check, and the screen says what may still be wrong in it."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from typing_extensions import TypedDict

from errors import InputError
from labeling.cleaning import error_bounds
from labeling.review import grid, machine_view
from labeling.review.tile import Tile
from labeling.snapshot.snapshot import Snapshot
from store.items.file_names import handles
from store.ledger import labels
from store.ledger.events import Batch, Change
from store.team import actors

CHECKED = 60  # no error among so many bounds the rest at 4.9 %
RARE_SHARE = 0.05
LARGE_BOUND = 0.1  # share of errors that the rest may hold; above it a person has to say that they take it all the same


@dataclass(frozen=True)
class Lot:
    """What a bulk accept would take.

    Attributes:
        rows: int64, of the lot. check: int64, the random part of it that a person looks at first.
        held_back: int64, above the score too, but the runner-up is a rare class. skipped_human: decided by people already.
    """

    category: int
    rows: npt.NDArray[np.int64]
    check: npt.NDArray[np.int64]
    held_back: npt.NDArray[np.int64]
    skipped_human: int


class Accepted(TypedDict):
    """A bulk accept: counts of images, and the upper 95 % bound on the share of errors in the rest of the lot.

    `left` were not accepted because of the bound; `batch` takes the rest back, None where none of it was accepted.
    """

    accepted: int
    left: int
    held_back: int
    skipped_human: int
    error_bound: float
    errors_found: int
    batch: str | None


class SpotCheck(TypedDict):
    """What to look at before a lot can be accepted: files and ids of the spot check, and counts of images."""

    accepted: int
    held_back: int
    skipped_human: int
    error_bound: None
    lot: int
    check: list[str]
    check_ids: list[int]


def lot(snapshot: Snapshot, category: int, above: float) -> Lot:
    """Items that the machine gives a class with a probability of at least `above`.

    Raises:
        InputError: the machine does not choose from this class.
    """
    seen = machine_view.view(snapshot)
    linear, probabilities = snapshot.classifiers.probabilities()
    if category not in linear.classes:
        raise InputError("The machine does not propose this category. Choose one of the classes that it proposes.")
    board, k = seen.board, linear.classes.index(category)
    above_score = (seen.best == category) & (probabilities[:, k] >= above)
    share = np.bincount(probabilities.argmax(axis=1), minlength=len(linear.classes)) / max(len(board), 1)
    rare = (share < RARE_SHARE) & (np.arange(len(share)) != k)
    others = probabilities.copy()
    others[:, k] = -1.0
    second = others.argmax(axis=1)
    near_rare = (
        rare[second] & (probabilities[np.arange(len(board)), second] > 0.5 * (1 - probabilities[:, k])) & rare.any()
    )
    rows = np.flatnonzero(above_score & ~board.person & ~near_rare & ~board.audit)
    held = np.flatnonzero(above_score & ~board.person & near_rare)
    digest = hashlib.sha256(board.ids[rows].tobytes() + str(category).encode()).digest()
    random = np.random.default_rng(int.from_bytes(digest[:8], "big"))
    check = np.sort(random.choice(rows, min(CHECKED, len(rows)), replace=False)) if len(rows) else rows
    return Lot(category, rows, check, held, int((above_score & board.person).sum()))


def accept(
    snapshot: Snapshot, lot: Lot, answers: Mapping[int, int | None], actor: str, *, anyway: bool = False
) -> Accepted:
    """Accept a lot after its spot check, as one batch of the person's own that can be undone.

    Where the rest may hold more errors than LARGE_BOUND, the answers alone are kept and the rest is left as it is.

    Args:
        answers: item id -> category, the person's decisions on the spot check, None for "not this class"; they are written
            as human labels.
        anyway: accept the rest whatever its bound is.

    Raises:
        InputError: an item of the spot check has no answer.
    """
    board = snapshot.labels.board()
    checked = [int(board.ids[row]) for row in lot.check]
    missing = [number for number in checked if number not in answers]
    if missing:
        with snapshot.workspace.read() as connection:
            [name] = handles(connection, missing[:1]).values()
        raise InputError(
            f"The spot check lacks {len(missing)} of {len(checked)} items, for example {name}. Nothing was accepted."
        )
    errors = sum(answers[number] != lot.category for number in checked)
    rest = [int(board.ids[row]) for row in np.setdiff1d(lot.rows, lot.check)]
    bound = error_bounds.upper_bound(errors, len(checked)) if rest else 0.0
    taken = rest if anyway or bound <= LARGE_BOUND else []
    with snapshot.workspace.engine.begin() as connection:
        actor_id = actors.id_of(connection, actor)
        labels.write(
            connection,
            Batch(actor_id, "human", note="spot check"),
            [_decided(number, answers[number], lot.category) for number in checked],
        )
        wrong = "1 error" if errors == 1 else f"{errors} errors"
        batch = Batch(actor_id, "neighbour", note=f"accepted in bulk after {len(checked)} checks with {wrong}")
        outcomes = labels.write(connection, batch, [Change(number, lot.category) for number in taken])
    accepted = sum(outcome.status == "saved" for outcome in outcomes)
    return {
        "accepted": accepted + len(checked) - errors,
        "left": len(rest) - len(taken),
        "held_back": len(lot.held_back),
        "skipped_human": lot.skipped_human + sum(outcome.status == "skipped" for outcome in outcomes),
        "error_bound": bound,
        "errors_found": errors,
        "batch": batch.id if accepted else None,
    }


def _decided(number: int, category: int | None, asked: int) -> Change:
    return Change(number, asked, "no") if category is None else Change(number, category)


def tiles(snapshot: Snapshot, lot: Lot) -> list[Tile]:
    """The tiles of the spot check as the components read them; `value` is the machine's probability."""
    seen = machine_view.view(snapshot)
    return [grid.tile(seen, int(row), float(seen.confidence[row])) for row in lot.check]


def to_check(snapshot: Snapshot, lot: Lot) -> SpotCheck:
    """What to look at before a lot can be accepted; nothing is accepted."""
    board = snapshot.labels.board()
    ids = [int(board.ids[row]) for row in lot.check]
    with snapshot.workspace.read() as connection:
        called = handles(connection, ids)
    return {
        "accepted": 0,
        "held_back": len(lot.held_back),
        "skipped_human": lot.skipped_human,
        "error_bound": None,
        "lot": len(lot.rows),
        "check": [called[number] for number in ids],
        "check_ids": ids,
    }
