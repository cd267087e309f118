"""Dealing a batch to a person: leased for some minutes, so that two people do not get the same items, practice and second labels mixed in.

What is dealt from is a table: the images of a project, or its whole videos in one of their facets. The rules are the same for both.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol, TypeVar

import numpy as np
import numpy.typing as npt

from labeling.snapshot.snapshot import Snapshot
from labeling.team import double_labels
from store.team import actors, leases

Bools = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.int64]
T = TypeVar("T")


@dataclass(frozen=True)
class Pool:
    """What a batch of a person is chosen from.

    Attributes:
        allowed: bool [n], rows that pass the filter and are not somebody else's to label.
        waiting: int64 rows that wait for a second decision on a random check. twice: int64 rows that wait for a second label.
        assigned: how many rows are left of what is assigned to the person, None where nothing is.
    """

    allowed: Bools
    waiting: Ints
    twice: Ints
    assigned: int | None = None

    @property
    def dealt(self) -> set[int]:
        """Rows that a batch can hold."""
        return {*np.flatnonzero(self.allowed).tolist(), *self.twice.tolist()}


class Table(Protocol):
    """What is dealt from."""

    @property
    def snapshot(self) -> Snapshot:
        """The workspace in memory."""

    @property
    def of_videos(self) -> bool:
        """Whether the items are whole videos: a person holds a batch of them beside one of images."""

    @property
    def ids(self) -> Ints:
        """Items of the rows, int64 [n] ascending."""

    def pool(self, actor_id: int) -> Pool:
        """What a batch of a person is chosen from."""

    def choose(self, allowed: Bools, waiting: Ints, size: int, seed: int) -> Ints:
        """int64 rows that teach most, random checks among them. allowed: bool [n]. waiting: as in `Pool`. No database is asked here."""

    def practice(self, actor_id: int, size: int, seed: int) -> list[int]:
        """Rows to practise on in a batch of `size`."""


@dataclass(frozen=True)
class Hand:
    """What a person was dealt.

    Attributes:
        rows: of the batch, in order, without those to practise on. twice: those whose answer by somebody else is hidden.
        practice, places: rows to practise on, and before which of the rows dealt so far each comes.
        matching: how many rows can be dealt. until: when the leases end. others: how many items of this kind others hold.
    """

    rows: list[int]
    twice: frozenset[int]
    practice: list[int]
    places: list[int]
    matching: int
    assigned: int | None
    until: dt.datetime
    others: int

    def mixed(self, tiles: Sequence[T], practice: Sequence[T]) -> list[T]:
        """Tiles of the rows with those to practise on at their places."""
        whole = list(tiles)
        for place, tile in zip(self.places, practice, strict=True):
            whole.insert(place, tile)
        return whole


def deal(table: Table, actor: str, *, size: int, seed: int, fresh: bool) -> Hand:
    """Deal a batch, leased to the person.

    What the person holds and has not decided is shown again, so that a reload or somebody's training reshuffles nothing.

    Args:
        fresh: the person has done with the held ones: a new batch without them, unless there are no others.
    """
    with table.snapshot.workspace.engine.begin() as connection:
        actor_id = actors.id_of(connection, actor)
        own, others = leases.held(connection, actor_id, of_videos=table.of_videos)
    pool = table.pool(actor_id)
    held = [row for row in _rows(table, own).tolist() if row in pool.dealt]
    if fresh or not held:
        held = _claim(table, pool, actor_id, size, seed, set(own) if fresh else set())
    with table.snapshot.workspace.engine.begin() as connection:
        until = leases.extend(connection, actor_id, of_videos=table.of_videos)
    extra = table.practice(actor_id, size, seed) if held else []
    plain = [row for row in held if row not in extra]  # an open item to practise on is shown as practice alone
    places = np.random.default_rng(seed + len(plain)).integers(0, len(plain) + 1, len(extra)).tolist()
    return Hand(
        plain, frozenset(pool.twice.tolist()), extra, places, len(pool.dealt), pool.assigned, until, len(others)
    )


def _rows(table: Table, numbers: Sequence[int]) -> Ints:
    """Rows int64 of the items among some that are on the table, in their order."""
    place = {number: row for row, number in enumerate(table.ids.tolist())}
    return np.array([place[number] for number in numbers if number in place], np.int64)


def _claim(table: Table, pool: Pool, actor_id: int, size: int, seed: int, passed: set[int]) -> list[int]:
    """Rows of a new batch that the person now holds.

    Choosing takes a while, so it is done before the transaction. Where others have leased most of the choice meanwhile it is
    done again inside, where nobody leases anything: who presses together with ten others waits a little and gets a batch too.
    """

    def choose(others: set[int]) -> list[int]:
        allowed = pool.allowed.copy()
        allowed[_rows(table, sorted(others))] = False
        left = allowed.copy()
        left[_rows(table, sorted(passed))] = False
        allowed = left if left.any() else allowed
        again = _second_labels(pool.twice, _rows(table, sorted(others | passed)), size, seed)
        rows = table.choose(allowed, pool.waiting, size - len(again), seed)
        return [int(number) for number in table.ids[_spread(rows, again, seed)]]

    with table.snapshot.workspace.read() as connection:
        _, others = leases.held(connection, actor_id, of_videos=table.of_videos)
    chosen = choose(others)
    with table.snapshot.workspace.engine.begin() as connection:
        won = leases.claim(connection, actor_id, chosen, of_videos=table.of_videos)
        if 2 * len(won) < len(chosen):
            _, others = leases.held(connection, actor_id, of_videos=table.of_videos)
            won = leases.claim(connection, actor_id, choose(others), of_videos=table.of_videos)
    return [int(row) for row in _rows(table, won)]


def _second_labels(twice: Ints, without: Ints, size: int, seed: int) -> Ints:
    """Rows of the batch that get a second label: a part of it, drawn at random."""
    free = twice[~np.isin(twice, without)]
    most = int(size * double_labels.OF_A_BATCH)
    return np.asarray(np.random.default_rng(seed).permutation(free)[:most], np.int64)


def _spread(rows: Ints, again: Ints, seed: int) -> Ints:
    """The rows in their order, with those for a second label at random places: nobody can tell by the place."""
    again = again[~np.isin(again, rows)]
    places = np.random.default_rng(seed + len(rows)).integers(0, len(rows) + 1, len(again))
    return np.asarray(np.insert(rows, places, again), np.int64)
