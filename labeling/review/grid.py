"""The grid: tiles for a filter and an order, and all ids that match it."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
from typing_extensions import TypedDict

from errors import InputError
from labeling.cleaning import error_bounds
from labeling.cleaning.label_table import HUMAN, IMPORT, NO_CLASS, SOURCES, UNSURE, YES, Board
from labeling.review import batch_choice, stop_meter
from labeling.review.machine_view import View, contradiction, view
from labeling.review.tile import Tile, dressed
from labeling.search import held_back, item_names, similarity
from labeling.snapshot.snapshot import Snapshot
from labeling.snapshot.subject import Images
from labeling.tags import answers, scores
from labeling.team import adjudication

ORDERS = (
    "margin", "confidence", "suspicion", "disagreement", "newest", "random", "next", "clusters", "given", "tags", "likeness",
    adjudication.ORDER,
)  # fmt: skip
STATES = ("none", "machine", "person", "unsure", "no_class")
PAGE_LIMIT = 500


@dataclass(frozen=True)
class TileQuery:
    """A filter and an order, as the URL carries them. Empty means no restriction.

    Attributes:
        classes, proposed: category ids of the standing label and of the machine's choice.
        not_actors: people whose labels are left out.
        states: of STATES. split: `audit` or `train`. low, high: bounds of the sorted value.
        ids: exactly these items, in this order under `given`.
        held: what the lane for none of the classes holds back, whoever decided on it.
        tags: of open facets: category id and `yes`, `no`, `unknown` or `proposed`.
        named: words that all occur in the name, the folders or the metadata. text: what the order `likeness` compares images with.
    """

    order: str = "margin"
    classes: tuple[int, ...] = ()
    proposed: tuple[int, ...] = ()
    sources: tuple[str, ...] = ()
    actors: tuple[int, ...] = ()
    not_actors: tuple[int, ...] = ()
    states: tuple[str, ...] = ()
    video: int | None = None
    split: str | None = None
    low: float | None = None
    high: float | None = None
    ids: tuple[int, ...] = ()
    held: bool = False
    tags: tuple[tuple[int, str], ...] = ()
    named: str = ""
    text: str = ""
    seed: int = 0
    offset: int = 0
    limit: int = 60


class TilePage(TypedDict):
    """A page of tiles out of `total`; `counts`: by class, what the filter lets through of it; `no_class`, `reviewed`: of all items."""

    total: int
    revision: int
    tiles: list[Tile]
    counts: dict[int, int]
    no_class: int
    reviewed: int
    items: int


class Matching(TypedDict):
    """Everything that a filter lets through: [item, version] each."""

    total: int
    items: list[tuple[int, int]]


def select(snapshot: Snapshot, query: TileQuery) -> tuple[View, npt.NDArray[np.int64], npt.NDArray[np.float32]]:
    """Rows that match, in order, and the value that each was sorted by."""
    if query.order not in ORDERS:
        raise InputError(f"There is no order {query.order!r}. Use one of {', '.join(ORDERS)}.")
    by_suspicion = query.order in ("suspicion", "clusters")
    seen = view(snapshot, suspicion=by_suspicion, best_by_neighbours=by_suspicion)
    value, descending = _value(snapshot, seen, query)
    passing = _matches(snapshot, seen, query, value)
    rows = np.flatnonzero(passing)
    if query.order == "given" and query.ids:
        place = {number: k for k, number in enumerate(query.ids)}
        rows = np.array(sorted(rows.tolist(), key=lambda row: place[int(seen.board.ids[row])]), np.int64)
    elif query.order == "next":
        waiting = np.array(stop_meter.pending(Images(snapshot)), np.int64)
        rows = np.asarray(batch_choice.next_rows(snapshot, seen, passing, waiting, query.limit, query.seed), np.int64)
    else:
        sort = np.nan_to_num(value[rows], nan=-np.inf if descending else np.inf)
        rows = rows[np.argsort(-sort if descending else sort, kind="stable")]
    return seen, rows, value


def _value(snapshot: Snapshot, seen: View, query: TileQuery) -> tuple[npt.NDArray[np.float32], bool]:
    n = len(seen.board)
    if query.order in ("margin", "next"):
        return seen.margin, False
    if query.order in ("confidence", "given"):
        return seen.confidence, True
    if query.order in ("suspicion", "clusters"):
        score = seen.suspicion if seen.suspicion is not None else np.zeros(n, np.float32)
        return np.where(seen.board.person, np.nan, score).astype(np.float32), True
    if query.order == "disagreement":
        apart = contradiction(snapshot, seen)
        rows = np.flatnonzero(apart > 0)
        rows = rows[~stop_meter.confirmed(Images(snapshot), rows)]  # who decided the same again has looked
        value = np.full(n, np.nan, np.float32)
        value[rows] = apart[rows]
        return value, True
    if query.order == adjudication.ORDER:
        return _apart(snapshot, seen), True
    if query.order == "tags":
        return scores.doubt(snapshot, query.tags[0][0] if len(query.tags) == 1 else None), False
    if query.order == "likeness":
        return similarity.to_words(snapshot, query.text), True
    if query.order == "newest":
        return np.arange(n, dtype=np.float32), True
    if query.seed == 0:  # the one random order of the workspace: what is labelled in it is a fair sample
        return np.argsort(np.argsort(error_bounds.ranks(seen.board.ids), kind="stable")).astype(np.float32), False
    return np.random.default_rng(query.seed).random(n, np.float32), False


def _apart(snapshot: Snapshot, seen: View) -> npt.NDArray[np.float32]:
    """float32 [n]: 0 for the latest disagreement of people that waits to be settled, less for older ones, NaN elsewhere."""
    value = np.full(len(seen.board), np.nan, np.float32)
    rows = seen.board.rows(adjudication.waiting(Images(snapshot)).tolist())
    value[rows] = -np.arange(len(rows), dtype=np.float32)
    return value


def _matches(snapshot: Snapshot, seen: View, query: TileQuery, value: npt.NDArray[np.float32]) -> npt.NDArray[np.bool_]:
    board = seen.board
    keep = answers.matches(snapshot, dict(query.tags)) & item_names.matches(snapshot, query.named)
    wanted = (
        (query.classes, seen.standing),
        (query.proposed, seen.best),
        (_codes(query.sources, SOURCES), board.source),
        (query.actors, board.actor),
        (_codes(query.states, STATES), states(board)),
        (query.ids, board.ids),
        (() if query.video is None else (query.video,), board.video),
        ((query.split == "audit",) if query.split else (), board.audit),
    )
    for some, column in wanted:
        if some:
            keep &= np.isin(column, some)
    if query.held:
        keep &= held_back.holds(snapshot, snapshot.prompts.version()[1])
    if query.not_actors:
        keep &= ~np.isin(board.actor, query.not_actors)
    if query.low is not None:
        keep &= value >= query.low
    if query.high is not None:
        keep &= value <= query.high
    if query.order in ("disagreement", adjudication.ORDER):
        keep &= ~np.isnan(value)
    return keep


def _codes(given: tuple[str, ...], known: tuple[str, ...]) -> tuple[int, ...]:
    """The index of each name; -1, which nothing has, for one that is not known."""
    return tuple(known.index(name) if name in known else -1 for name in given)


def states(board: Board) -> npt.NDArray[np.int8]:
    """int8 [n], index into STATES."""
    codes = np.where(board.value == YES, np.where(board.person, 2, 1), 0)
    return np.where(board.no_class, 4, np.where(board.value == UNSURE, 3, codes)).astype(np.int8)


def tile(seen: View, row: int, value: float | None, state: str | None = None) -> Tile:
    """One tile as the components read it. `guess` is what batch mode accepts: an imported label, else the machine's choice."""
    board = seen.board
    category = int(board.category[row]) or None
    proposed = int(seen.best[row])
    return {
        "id": int(board.ids[row]),
        "name": board.names[row],
        "category": category,
        "source": SOURCES[board.source[row]] or None,
        "actor": int(board.actor[row]) or None,
        "version": int(board.version[row]),
        "proposed": None if proposed == category else proposed,
        "guess": category if category and board.source[row] >= IMPORT else proposed,
        "value": _number(value),
        "state": state or STATES[int(states_of(board, row))],
        "confidence": _number(seen.confidence[row]),
        "margin": _number(seen.margin[row]),
        "suspicion": None if seen.suspicion is None else _number(seen.suspicion[row]),
        "time_s": _number(board.time_s[row]),
        "video": int(board.video[row]) or None,
    }


def states_of(board: Board, row: int) -> int:
    """The state of one row, index into STATES."""
    return {YES: 2 if board.source[row] >= HUMAN else 1, UNSURE: 3, NO_CLASS: 4}.get(int(board.value[row]), 0)


def _number(value: float | np.floating | None) -> float | None:
    if value is None or np.isnan(value):
        return None
    return round(float(value), 4)


def tiles(snapshot: Snapshot, query: TileQuery) -> TilePage:
    """A page of tiles, how many match, and how many items carry each class."""
    seen, rows, value = select(snapshot, query)
    shown = rows[max(query.offset, 0) :][: min(max(query.limit, 1), PAGE_LIMIT)]
    says = query.order != adjudication.ORDER  # there the value is a place, no figure
    tiles_of = [tile(seen, int(row), float(value[row]) if says else None) for row in shown]
    every = _matches(snapshot, seen, replace(query, classes=()), value)
    return page(seen, len(rows), dressed(snapshot, shown, tiles_of), every)


def page(seen: View, total: int, shown: list[Tile], every: npt.NDArray[np.bool_]) -> TilePage:
    """A page of tiles as the routes answer it; `every`, bool [n], is what the filter lets through of all classes."""
    numbers, counts = np.unique(seen.standing[every & ~seen.board.no_class], return_counts=True)
    return {
        "total": total,
        "revision": seen.board.last_event,
        "tiles": shown,
        "counts": {int(number): int(count) for number, count in zip(numbers, counts, strict=True)},
        "no_class": int(seen.board.no_class.sum()),
        "reviewed": int((seen.board.person & (seen.board.labelled | seen.board.no_class)).sum()),
        "items": len(seen.board),
    }


def matching(snapshot: Snapshot, seen: View, query: TileQuery) -> npt.NDArray[np.int64]:
    """Rows that pass the filter; bounds of the sorted value are bounds of the margin here."""
    return np.flatnonzero(_matches(snapshot, seen, query, seen.margin))


def ids(snapshot: Snapshot, query: TileQuery) -> Matching:
    """Every id and version that matches: what Ctrl+A selects."""
    seen, rows, _ = select(snapshot, query)
    return {"total": len(rows), "items": np.stack([seen.board.ids[rows], seen.board.version[rows]], axis=1).tolist()}
