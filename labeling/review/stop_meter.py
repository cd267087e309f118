"""The stop meter: about how many labels that nobody has looked at are wrong, and what to do next."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
import numpy.typing as npt
from typing_extensions import TypedDict

from labeling.cleaning import error_bounds, unseen_errors
from labeling.cleaning.label_table import UNSURE, Board
from labeling.review import random_labels
from labeling.snapshot.subject import Subject
from store.ledger import event_reader

Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]
T = TypeVar("T")
FIRST_IMAGES = "Fix the most suspicious labels first. Then check 20 random images to estimate the errors left."
FIRST_VIDEOS = "Fix the most suspicious labels first. Then check 20 random videos to estimate the errors left."
MORE_IMAGES = "Nearly done: check 20 more random images to be more certain."
MORE_VIDEOS = "Nearly done: check 20 more random videos to be more certain."
ENOUGH = 20  # random checks below which there is no estimate
GOOD = 0.02  # share of all labels that may be wrong where work can stop
LEAST_GROUPS, LARGEST = 20, 0.1  # of audit: fewer groups, or a larger share of one, are no sample of all images
NEWER = 0.05  # share of the labels left that may be newer than a check that still speaks of them


@dataclass(frozen=True)
class Checks:
    """What people found, and what is left.

    Attributes:
        rows: int64 [m], rows of the board that count: those that nobody has looked at, and those decided since they were proposed.
        stood: int64 [m], the class that the label named before anybody looked. looked: float64 [m], seconds, infinite where
            nobody has. moment: float64 [m], when a check was drawn, NaN for no check. wrong, pending: bool [m], of the checks.
    """

    rows: Ints
    stood: Ints
    looked: npt.NDArray[np.float64]
    moment: npt.NDArray[np.float64]
    wrong: Bools
    pending: Bools


class ErrorRate(TypedDict):
    """The share of wrong labels among those that nobody has looked at, with its interval."""

    estimate: float | None
    low: float
    high: float


class Remaining(TypedDict):
    """The stop meter, in labels.

    With fewer than `enough` checks `estimate`, `low` and `high` are None, 0 and `unseen`. `audited` random checks count, and
    `pending` of them wait for a second decision.
    """

    estimate: int | None
    low: int
    high: int
    audited: int
    enough: int
    pending: int
    unseen: int
    items: int
    rate: ErrorRate
    advice: str


def remaining(subject: Subject) -> Remaining:
    """About how many labels that nobody has looked at are wrong, with an interval that holds at every look."""
    board = subject.board()
    checks = _checks(subject)
    left = int(np.isinf(checks.looked).sum())
    rate = _rate(subject, checks)
    known = round(rate.audited) >= ENOUGH
    high = min(int(np.ceil(rate.high * left)), left) if known else left
    return {
        "estimate": min(round(rate.estimate * left), high) if known else None,
        "low": int(rate.low * left) if known else 0,
        "high": high,
        "audited": round(rate.audited),
        "enough": ENOUGH,
        "pending": int(checks.pending.sum()),
        "unseen": left,
        "items": len(board),
        "rate": {"estimate": rate.estimate if known else None, "low": rate.low, "high": rate.high},
        "advice": _advice(rate, left, int(board.labelled.sum()), of_videos=subject.of_videos),
    }


def pending(subject: Subject) -> list[int]:
    """Rows drawn at random that a person decided otherwise than the machine, and that wait for a second decision."""
    checks = _checks(subject)
    rows: list[int] = checks.rows[checks.pending].tolist()
    return rows


def confirmed(subject: Subject, rows: Ints) -> Bools:
    """bool [k]: whether people decided for the standing answer of each of these rows (int64 [k]) at least twice, each time by looking."""
    board = subject.board()
    key = (board.last_event, len(board), rows.tobytes())
    times: Counter[tuple[int, int]] = _cached(subject, "decisions", key, lambda: _times(subject, rows))
    standing = zip(board.ids[rows].tolist(), board.category[rows].tolist(), strict=True)
    return np.fromiter((times[pair] >= 2 for pair in standing), np.bool_, len(rows))


def _times(subject: Subject, rows: Ints) -> Counter[tuple[int, int]]:
    """How often people decided for a class of an item, by (item, category); 0 is none of the classes."""
    ids = subject.board().ids[rows].tolist()
    with subject.snapshot.workspace.read() as connection:
        return Counter(event_reader.decisions(connection, ids, subject.facet_id()))


def _checks(subject: Subject) -> Checks:
    board = subject.board()
    key = subject.machine_key(), board.last_event, len(board)
    return _cached(subject, "checks", key, lambda: _gather(subject, board))


def _gather(subject: Subject, board: Board) -> Checks:
    """Decisions since the labels that are left were proposed, and older ones on audit items, of which no head has learned."""
    nobody = board.labelled & ~board.person
    by_chance, drawn = _drawn(subject, board)
    since = float(np.quantile(board.at[nobody], 1 - NEWER, method="higher")) if nobody.any() else -np.inf
    fresh = board.person & (board.at > since)
    older = board.person & ~fresh & drawn & board.audit
    rows = np.flatnonzero(nobody | fresh | older)
    looked = np.where(nobody, np.inf, np.where(fresh, board.at, since))[rows]
    stood = np.where(nobody, board.category, 0)
    stood[older] = _machine_says(subject, board, np.flatnonzero(older))
    if drawn.any():  # else nothing can be said, and the past need not be read
        stood[fresh] = _stood(subject, board, np.flatnonzero(fresh))
    rows, looked = rows[stood[rows] > 0], looked[stood[rows] > 0]  # what had no label was no wrong label
    stood = stood[rows]
    counts = drawn[rows]
    moment = np.where(counts, np.where(by_chance[rows], looked, since), np.nan)
    wrong = counts & (board.labelled | board.no_class)[rows] & ~_agrees(subject, stood, board.category[rows])
    waits = counts & (board.value[rows] == UNSURE)
    at = np.flatnonzero(wrong)
    again = at[~confirmed(subject, rows[at])]
    wrong[again] = False
    waits[again] = True
    return Checks(rows, stood, looked, moment, wrong, waits)


def _drawn(subject: Subject, board: Board) -> tuple[Bools, Bools]:
    """(drawn in an order of chance, part of a random sample however it was labelled), bool [n] each.

    Audit items are a sample of all where they lie in many small groups. Where they are whole sources they are not: then only
    what is decided without a gap from the start of the one random order of all items counts.
    """
    by_chance = random_labels.draw(subject.snapshot, board, facet_id=subject.facet_id()).drawn
    size = np.bincount(board.group[board.audit])
    size = size[size > 0]
    many_small = len(size) >= LEAST_GROUPS and size.max() <= LARGEST * size.sum()
    side = board.audit if many_small else np.ones(len(board), np.bool_)
    run = np.zeros(len(board), np.bool_)
    run[error_bounds.sample(board.ids, side, board.person)] = True  # without a gap: a sample, whoever chose them
    return (by_chance, by_chance | run) if many_small else (by_chance & run, run)


def _machine_says(subject: Subject, board: Board, rows: Ints) -> Ints:
    """int64 [k]: the imported class of each row, else the one that the machine in use names."""
    if not len(rows):
        return rows
    predicted = subject.named(rows)
    with subject.snapshot.workspace.read() as connection:
        imported = event_reader.imported(connection, board.ids[rows].tolist(), subject.facet_id())
    given = zip(board.ids[rows].tolist(), predicted.tolist(), strict=True)
    return np.array([imported.get(number, category) for number, category in given], np.int64)


def _stood(subject: Subject, board: Board, rows: Ints) -> Ints:
    """int64 [k]: the class that stood before the first decision of people on each row, 0 where none did; remembered by item."""
    held: dict[int, tuple[float, int]] = _cached(subject, "stood", board.ids[:1].tobytes(), dict)
    items = board.ids[rows].tolist()
    times = board.at[rows].tolist()
    new = [item for item, at in zip(items, times, strict=True) if item not in held or held[item][0] != at]
    if new:
        with subject.snapshot.workspace.read() as connection:
            before = event_reader.stood_before(connection, subject.facet_id(), new)
        now = dict(zip(items, times, strict=True))
        held.update({item: (now[item], before.get(item, 0)) for item in new})
    return np.array([held[item][1] for item in items], np.int64)


def _agrees(subject: Subject, stood: Ints, decided: Ints) -> Bools:
    """bool [k]: whether the label named the class that people decided for, or one above it."""
    parents = {category.id: category.parent_id for category in subject.categories()}
    right = stood == decided
    above = decided.copy()
    while (above > 0).any():
        above = np.array([parents.get(number) or 0 for number in above.tolist()], np.int64)
        right |= (above > 0) & (stood == above)
    return np.asarray(right, np.bool_)


def _rate(subject: Subject, checks: Checks) -> error_bounds.Remaining:
    if np.isnan(checks.moment).all() or not np.isinf(checks.looked).any():
        return error_bounds.remaining(0, 0, 0)
    doubt = subject.doubt(checks.rows, checks.stood)
    return unseen_errors.remaining(doubt, checks.looked, checks.moment, checks.wrong, checks.pending)


def _cached(subject: Subject, name: str, key: Hashable, compute: Callable[[], T]) -> T:
    return subject.snapshot.cached(f"{name} {subject.facet_id()}", key, compute)


def _advice(rate: error_bounds.Remaining, left: int, labels: int, *, of_videos: bool) -> str:
    if not left:
        return "Every label has been reviewed."
    if round(rate.audited) < ENOUGH:
        return FIRST_VIDEOS if of_videos else FIRST_IMAGES
    if rate.high * left <= GOOD * labels:
        return f"You can stop: at most {rate.high * left / labels:.1%} of all labels are wrong and unseen."
    if rate.estimate * left <= GOOD * labels:
        return MORE_VIDEOS if of_videos else MORE_IMAGES
    return "Continue by suspicion: it shows most of these errors first."
