"""Dealing the next batch to a person: leased for some minutes, so that two people do not get the same items, practice mixed in."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import numpy.typing as npt

from labeling.review import batch_choice, grid, machine_view, practice, stop_meter
from labeling.review.grid import TilePage, TileQuery
from labeling.review.machine_view import View
from labeling.review.tile import Tile, dressed
from labeling.snapshot.snapshot import Snapshot
from store.team import actors, leases

Bools = npt.NDArray[np.bool_]


class NextBatch(TilePage):
    """The next batch; until when it is leased to the person, and how many images others hold."""

    leased_until: str
    leased_by_others: int


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
    matching = _matching(snapshot, seen, query)
    held = [row for row in seen.board.rows(own).tolist() if matching[row]]
    if fresh or not held:
        held = _claim(snapshot, seen, matching, query, actor_id, set(own) if fresh else set())
    with snapshot.workspace.engine.begin() as connection:
        until = leases.extend(connection, actor_id)
    return {
        **grid.page(
            seen,
            len(np.flatnonzero(matching)),
            _tiles(snapshot, seen, held, query, actor_id),
            _matching(snapshot, seen, replace(query, classes=())),
        ),
        "leased_until": until.isoformat(),
        "leased_by_others": len(others),
    }


def _matching(snapshot: Snapshot, seen: View, query: TileQuery) -> Bools:
    """bool [n]: passes the filter; audit decisions that wait for a second one pass whoever made them."""
    mask = np.zeros(len(seen.board), np.bool_)
    mask[grid.matching(snapshot, seen, query)] = True
    anyone = np.zeros(len(seen.board), np.bool_)
    anyone[grid.matching(snapshot, seen, replace(query, states=()))] = True
    waiting = np.array(stop_meter.pending(snapshot), np.int64)
    mask[waiting] = anyone[waiting]
    return mask


def _claim(
    snapshot: Snapshot, seen: View, matching: Bools, query: TileQuery, actor_id: int, passed: set[int]
) -> list[int]:
    """Rows of a new batch that the person now holds.

    Choosing takes a while, so it is done before the transaction. Where others have leased most of the choice meanwhile it is
    done again inside, where nobody leases anything: who presses together with ten others waits a little and gets a batch too.
    """
    board = seen.board
    waiting = np.array(stop_meter.pending(snapshot), np.int64)

    def choose(others: set[int]) -> list[int]:
        allowed = matching.copy()
        allowed[board.rows(sorted(others))] = False
        left = allowed.copy()
        left[board.rows(sorted(passed))] = False
        allowed = left if left.any() else allowed
        rows = batch_choice.next_rows(snapshot, seen, allowed, waiting, query.limit, query.seed)
        return [int(number) for number in board.ids[rows]]

    with snapshot.workspace.read() as connection:
        _, others = leases.held(connection, actor_id)
    chosen = choose(others)
    with snapshot.workspace.engine.begin() as connection:
        won = leases.claim(connection, actor_id, chosen)
        if 2 * len(won) < len(chosen):
            _, others = leases.held(connection, actor_id)
            won = leases.claim(connection, actor_id, choose(others))
    return [int(row) for row in board.rows(won)]


def _tiles(snapshot: Snapshot, seen: View, rows: list[int], query: TileQuery, actor_id: int) -> list[Tile]:
    """Tiles of the batch with practice at random places; an open item to practise on is shown as practice alone."""
    extra = practice.waiting(snapshot, seen, actor_id, query.limit, query.seed) if rows else []
    plain = [row for row in rows if row not in extra]
    tiles = [grid.tile(seen, row, float(seen.margin[row])) for row in plain]
    tiles = dressed(snapshot, np.array(plain, np.int64), tiles)
    places = np.random.default_rng(query.seed + len(plain)).integers(0, len(tiles) + 1, len(extra))
    for place, row in zip(places, extra, strict=True):
        tiles.insert(int(place), practice.tile(snapshot, seen, row, float(seen.margin[row])))
    return tiles
