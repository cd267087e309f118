"""Dealing the next batch to a person: leased for some minutes, so that two people do not get the same items, practice mixed in."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from labeling.review import batch_choice, grid, machine_view, practice, stop_meter
from labeling.review.grid import TilePage, TileQuery
from labeling.review.machine_view import View
from labeling.review.tile import Tile, dressed
from labeling.snapshot.snapshot import Snapshot
from labeling.snapshot.subject import Images
from labeling.team import assigned_work, double_labels
from store.team import actors, leases

Bools = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.int64]


class NextBatch(TilePage):
    """The next batch; until when it is leased to the person, and how many images others hold.

    `assigned` is how many images are left of what is assigned to the person, None where nothing is.
    """

    leased_until: str
    leased_by_others: int
    assigned: int | None


@dataclass(frozen=True)
class Pool:
    """What a batch of a person is chosen from.

    Attributes:
        allowed: bool [n], rows that pass the filter and are not somebody else's to label.
        waiting: int64 rows that wait for a second decision on a random check. twice: int64 rows that wait for a second label.
        assigned: see `NextBatch`.
    """

    allowed: Bools
    waiting: Ints
    twice: Ints
    assigned: int | None

    @property
    def dealt(self) -> set[int]:
        """Rows that a batch can hold."""
        return {*np.flatnonzero(self.allowed).tolist(), *self.twice.tolist()}


def deal(snapshot: Snapshot, query: TileQuery, actor: str, *, fresh: bool = False) -> NextBatch:
    """A page of tiles in the order `next`, leased to the person; `leased_until` says how long.

    What the person holds and has not decided is shown again, so that a reload or somebody's training reshuffles nothing.

    Args:
        fresh: the person has done with the held ones: a new batch without them, unless there are no others.
    """
    with snapshot.workspace.engine.begin() as connection:
        actor_id = actors.id_of(connection, actor)
        own, others = leases.held(connection, actor_id)
    seen = machine_view.view(snapshot)
    pool = _pool(snapshot, seen, query, actor_id)
    held = [row for row in seen.board.rows(own).tolist() if row in pool.dealt]
    if fresh or not held:
        held = _claim(snapshot, seen, pool, query, actor_id, set(own) if fresh else set())
    with snapshot.workspace.engine.begin() as connection:
        until = leases.extend(connection, actor_id)
    return {
        **grid.page(
            seen,
            len(pool.dealt),
            _tiles(snapshot, seen, held, set(pool.twice.tolist()), query, actor_id),
            _matching(snapshot, seen, replace(query, classes=())),
        ),
        "leased_until": until.isoformat(),
        "leased_by_others": len(others),
        "assigned": pool.assigned,
    }


def _pool(snapshot: Snapshot, seen: View, query: TileQuery, actor_id: int) -> Pool:
    """What is left of the person's own assignments comes first; what is somebody else's alone is not dealt."""
    allowed, board = _matching(snapshot, seen, query), seen.board
    twice = double_labels.waiting(snapshot, actor_id)
    if len(twice):
        twice = twice[_passing(snapshot, seen, replace(query, states=()))[twice]]
    waiting = np.array(stop_meter.pending(Images(snapshot)), np.int64)
    share = assigned_work.share(snapshot, board, seen.best, actor_id)
    if share is None:
        return Pool(allowed, waiting, twice, None)
    own = allowed & share.mine
    left = int((own & ~board.person).sum())
    return Pool(own if own.any() else allowed & ~share.others, waiting, twice, left if share.mine.any() else None)


def _matching(snapshot: Snapshot, seen: View, query: TileQuery) -> Bools:
    """bool [n]: passes the filter; audit decisions that wait for a second one pass whoever made them."""
    mask = _passing(snapshot, seen, query)
    anyone = _passing(snapshot, seen, replace(query, states=()))
    waiting = np.array(stop_meter.pending(Images(snapshot)), np.int64)
    mask[waiting] = anyone[waiting]
    return mask


def _passing(snapshot: Snapshot, seen: View, query: TileQuery) -> Bools:
    """bool [n]: passes the filter."""
    mask = np.zeros(len(seen.board), np.bool_)
    mask[grid.matching(snapshot, seen, query)] = True
    return mask


def _claim(snapshot: Snapshot, seen: View, pool: Pool, query: TileQuery, actor_id: int, passed: set[int]) -> list[int]:
    """Rows of a new batch that the person now holds.

    Choosing takes a while, so it is done before the transaction. Where others have leased most of the choice meanwhile it is
    done again inside, where nobody leases anything: who presses together with ten others waits a little and gets a batch too.
    """
    board = seen.board

    def choose(others: set[int]) -> list[int]:
        allowed = pool.allowed.copy()
        allowed[board.rows(sorted(others))] = False
        left = allowed.copy()
        left[board.rows(sorted(passed))] = False
        allowed = left if left.any() else allowed
        again = _second_labels(pool.twice, board.rows(sorted(others | passed)), query)
        size = query.limit - len(again)
        rows = batch_choice.next_rows(snapshot, seen, allowed, pool.waiting, size, query.seed)
        return [int(number) for number in board.ids[_spread(rows, again, query.seed)]]

    with snapshot.workspace.read() as connection:
        _, others = leases.held(connection, actor_id)
    chosen = choose(others)
    with snapshot.workspace.engine.begin() as connection:
        won = leases.claim(connection, actor_id, chosen)
        if 2 * len(won) < len(chosen):
            _, others = leases.held(connection, actor_id)
            won = leases.claim(connection, actor_id, choose(others))
    return [int(row) for row in board.rows(won)]


def _second_labels(twice: Ints, without: Ints, query: TileQuery) -> Ints:
    """Rows of the batch that get a second label: a part of it, drawn at random."""
    free = twice[~np.isin(twice, without)]
    most = int(query.limit * double_labels.OF_A_BATCH)
    return np.asarray(np.random.default_rng(query.seed).permutation(free)[:most], np.int64)


def _spread(rows: Ints, again: Ints, seed: int) -> Ints:
    """The rows in their order, with those for a second label at random places: nobody can tell by the place."""
    again = again[~np.isin(again, rows)]
    places = np.random.default_rng(seed + len(rows)).integers(0, len(rows) + 1, len(again))
    return np.asarray(np.insert(rows, places, again), np.int64)


def _tiles(
    snapshot: Snapshot, seen: View, rows: list[int], twice: set[int], query: TileQuery, actor_id: int
) -> list[Tile]:
    """Tiles of the batch with practice at random places; an open item to practise on is shown as practice alone."""
    extra = practice.waiting(snapshot, seen, actor_id, query.limit, query.seed) if rows else []
    plain = [row for row in rows if row not in extra]
    tiles = [_tile(snapshot, seen, row, blind=row in twice) for row in plain]
    tiles = dressed(snapshot, np.array(plain, np.int64), tiles)
    places = np.random.default_rng(query.seed + len(plain)).integers(0, len(tiles) + 1, len(extra))
    for place, row in zip(places, extra, strict=True):
        tiles.insert(int(place), practice.tile(snapshot, seen, row, float(seen.margin[row])))
    return tiles


def _tile(snapshot: Snapshot, seen: View, row: int, *, blind: bool) -> Tile:
    """The tile of a row; what somebody else answered is hidden where a second label is asked for."""
    value = float(seen.margin[row])
    if not blind:
        return grid.tile(seen, row, value)
    return {**practice.untouched(snapshot, seen, row, value), "blind": "opinion"}
