"""The next batch of whole videos, dealt to a person as tiles: uncertain and diverse, and kept from others for some minutes."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from errors import InputError
from labeling.cleaning import error_bounds, ordering
from labeling.review import practice, stop_meter
from labeling.review.tile import VideoTile
from labeling.snapshot.snapshot import Snapshot
from labeling.team import dealing, double_labels
from labeling.team.dealing import Pool
from training.video_review import blind_tiles, video_board, video_tiles
from training.video_review.video_board import VideoBoard
from training.video_review.video_query import VideoQuery
from training.video_review.video_subject import Videos
from training.video_review.video_tiles import VideoPage
from training.videos.video_set import Bools, Ints

NEXT = "next"  # the order that is dealt


class NextVideos(VideoPage):
    """The next batch; until when it is leased to the person, and how many videos others hold."""

    leased_until: str
    leased_by_others: int


def deal(snapshot: Snapshot, query: VideoQuery, actor: str, *, fresh: bool = False) -> NextVideos:
    """A page of tiles in the order `next`, leased to the person.

    Args:
        query: what matches can be dealt; labels that are hidden (`blind`) are no part of a batch. fresh: as in `dealing.deal`.

    Raises:
        InputError: there is no facet of videos.
    """
    facet = video_board.facet_of(snapshot, query.facet)
    if facet is None:
        raise InputError("No facet of videos is there yet. Name its classes on this page first.")
    board = video_board.read(snapshot, facet)
    table = _Videos(snapshot, board, replace(query, order="doubt", blind="", like=0))
    hand = dealing.deal(table, actor, size=query.limit, seed=0, fresh=fresh)
    sound = video_tiles.sound_of(snapshot, [int(board.answers.ids[row]) for row in [*hand.rows, *hand.practice]])

    def tile(row: int, blind: str) -> VideoTile:
        shown = video_tiles.tile(board, row, float("nan") if blind else float(table.doubt[row]), sound)
        return blind_tiles.hidden(board, row, shown, blind) if blind else shown

    plain = [tile(row, blind_tiles.OPINION if row in hand.twice else "") for row in hand.rows]
    extra = [tile(row, blind_tiles.PRACTICE) for row in hand.practice]
    return {
        **video_tiles.figures(board), "total": hand.matching, "tiles": hand.mixed(plain, extra),
        "leased_until": hand.until.isoformat(), "leased_by_others": hand.others,
    }  # fmt: skip


class _Videos:
    """Whole videos of a facet as a table; with any number of tags there are no checks, second labels and practice."""

    of_videos = True

    def __init__(self, snapshot: Snapshot, board: VideoBoard, query: VideoQuery) -> None:
        self.snapshot, self.ids = snapshot, board.answers.ids
        self.doubt = np.nan_to_num(video_board.doubt(board), nan=np.inf)
        self._board, self._query = board, query
        self._subject = Videos(snapshot, board) if board.answers.facet.exclusive else None

    def pool(self, actor_id: int) -> Pool:
        """What passes the filter; disagreements on random checks and second labels pass whoever answered."""
        allowed, anyone = self._passing(self._query), self._passing(replace(self._query, states=()))
        nothing = np.empty(0, np.int64)
        if self._subject is None:
            return Pool(allowed, nothing, nothing)
        waiting = np.array(stop_meter.pending(self._subject), np.int64)
        allowed[waiting] = anyone[waiting]
        twice = double_labels.waiting(self._subject, actor_id)
        return Pool(allowed, waiting, twice[anyone[twice]])

    def choose(self, allowed: Bools, waiting: Ints, size: int, seed: int) -> Ints:
        """Where the machine is closest to changing its mind, unlike each other by their frames, with random checks."""
        confirmed = np.array([self._board.confirmed(row) for row in range(len(self._board))], np.bool_)
        untouched, checks, audit = allowed & ~confirmed, waiting[allowed[waiting]], np.zeros(len(allowed), np.bool_)
        if self._subject is not None:
            board = self._subject.board()
            audit = board.audit
            checks = np.concatenate([checks, error_bounds.upcoming(board.ids, audit, untouched, size)])
        means, _ = video_board.unit_means(self.snapshot, self._board.answers)
        points = means if means.shape[1] else np.zeros((len(means), 1), np.float32)
        doubt = np.asarray(self.doubt, np.float32)
        return ordering.next_batch(points, doubt, untouched & ~audit, checks, size=size, seed=seed)

    def practice(self, actor_id: int, size: int, seed: int) -> list[int]:
        """Agreed videos that this person neither labelled nor answered."""
        if self._subject is None:
            return []
        board, facet = self._subject.board(), self._subject.facet_id()
        return practice.waiting(self.snapshot, board, actor_id, size, seed, facet)

    def _passing(self, query: VideoQuery) -> Bools:
        mask = np.zeros(len(self.ids), np.bool_)
        mask[video_tiles.select(self.snapshot, self._board, query)[0]] = True
        return mask
