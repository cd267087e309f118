"""The next batch of images, dealt to a person as tiles."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import numpy.typing as npt

from labeling.review import batch_choice, grid, machine_view, practice, stop_meter
from labeling.review.grid import TilePage, TileQuery
from labeling.review.machine_view import View
from labeling.review.tile import Tile, dressed
from labeling.snapshot.snapshot import Snapshot
from labeling.snapshot.subject import Images
from labeling.team import assigned_work, dealing, double_labels
from labeling.team.dealing import Pool

Bools = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.int64]


class NextBatch(TilePage):
    """The next batch; until when it is leased to the person, and how many images others hold.

    `assigned` is how many images are left of what is assigned to the person, None where nothing is.
    """

    leased_until: str
    leased_by_others: int
    assigned: int | None


def deal(snapshot: Snapshot, query: TileQuery, actor: str, *, fresh: bool = False) -> NextBatch:
    """A page of tiles in the order `next`, leased to the person; `leased_until` says how long.

    Args:
        fresh: as in `dealing.deal`.
    """
    seen = machine_view.view(snapshot)
    table = _Images(snapshot, seen, query)
    hand = dealing.deal(table, actor, size=query.limit, seed=query.seed, fresh=fresh)
    plain = [_tile(snapshot, seen, row, blind=row in hand.twice) for row in hand.rows]
    plain = dressed(snapshot, np.array(hand.rows, np.int64), plain)
    extra = [practice.tile(snapshot, seen, row, float(seen.margin[row])) for row in hand.practice]
    matching = table.matching(replace(query, classes=()))
    return {
        **grid.page(seen, hand.matching, hand.mixed(plain, extra), matching),
        "leased_until": hand.until.isoformat(),
        "leased_by_others": hand.others,
        "assigned": hand.assigned,
    }


class _Images:
    """The images of a workspace as a table."""

    of_videos = False

    def __init__(self, snapshot: Snapshot, seen: View, query: TileQuery) -> None:
        self.snapshot, self.ids = snapshot, seen.board.ids
        self._seen, self._query = seen, query

    def pool(self, actor_id: int) -> Pool:
        """What is left of the person's own assignments comes first; what is somebody else's alone is not dealt."""
        allowed, board = self.matching(self._query), self._seen.board
        twice = double_labels.waiting(Images(self.snapshot), actor_id)
        if len(twice):
            twice = twice[self._passing(replace(self._query, states=()))[twice]]
        waiting = self._pending()
        share = assigned_work.share(self.snapshot, board, self._seen.best, actor_id)
        if share is None:
            return Pool(allowed, waiting, twice)
        own = allowed & share.mine
        left = int((own & ~board.person).sum())
        return Pool(own if own.any() else allowed & ~share.others, waiting, twice, left if share.mine.any() else None)

    def choose(self, allowed: Bools, waiting: Ints, size: int, seed: int) -> Ints:
        """Uncertain and diverse, with random checks."""
        return batch_choice.next_rows(self.snapshot, self._seen, allowed, waiting, size, seed)

    def practice(self, actor_id: int, size: int, seed: int) -> list[int]:
        """Agreed images that this person neither labelled nor answered."""
        return practice.waiting(self.snapshot, self._seen.board, actor_id, size, seed)

    def matching(self, query: TileQuery) -> Bools:
        """bool [n]: passes the filter; audit decisions that wait for a second one pass whoever made them."""
        mask = self._passing(query)
        anyone, waiting = self._passing(replace(query, states=())), self._pending()
        mask[waiting] = anyone[waiting]
        return mask

    def _pending(self) -> Ints:
        return np.array(stop_meter.pending(Images(self.snapshot)), np.int64)

    def _passing(self, query: TileQuery) -> Bools:
        """bool [n]: passes the filter."""
        mask = np.zeros(len(self.ids), np.bool_)
        mask[grid.matching(self.snapshot, self._seen, query)] = True
        return mask


def _tile(snapshot: Snapshot, seen: View, row: int, *, blind: bool) -> Tile:
    """The tile of a row; what somebody else answered is hidden where a second label is asked for."""
    value = float(seen.margin[row])
    if not blind:
        return grid.tile(seen, row, value)
    return {**practice.untouched(snapshot, seen, row, value), "blind": "opinion"}
