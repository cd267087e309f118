"""Videos that are looked at again without what stands: second opinions, practice; and disagreements that somebody settles."""

from __future__ import annotations

import numpy as np

from errors import InputError
from labeling.review import practice
from labeling.review.tile import VideoTile
from labeling.snapshot.snapshot import Snapshot
from labeling.team import adjudication
from store.ledger.events import PERSON
from store.team import actors
from training.video_review import video_board
from training.video_review.video_board import VideoBoard
from training.video_review.video_query import VideoQuery
from training.video_review.video_subject import Videos
from training.videos.video_set import Bools, Floats

OPINION, PRACTICE = "opinion", "practice"


def asked(snapshot: Snapshot, board: VideoBoard, query: VideoQuery) -> Bools:
    """bool [n]: videos that the query asks to look at again; all where it asks nothing of the kind.

    Raises:
        InputError: the facet takes any number of labels, or what is asked for is not known.
    """
    if not query.blind:
        return np.ones(len(board), np.bool_)
    if query.blind not in (OPINION, PRACTICE):
        raise InputError(f"Labels are hidden for an {OPINION} or for {PRACTICE}, not for {query.blind!r}.")
    subject = Videos(snapshot, board)
    with snapshot.workspace.read() as connection:
        who = actors.known(connection, query.actor) if query.actor else None
        if query.blind == PRACTICE:
            new, left = practice.unseen(connection, who or 0, subject.facet_id())
            return np.isin(board.answers.ids, new[:left])
    return np.array([_by_another(board, row, who) for row in range(len(board))], np.bool_)


def _by_another(board: VideoBoard, row: int, who: int | None) -> bool:
    """Whether a person other than this one gave the answer that stands."""
    standing = video_board.standing(board, row)
    return standing is not None and standing.source in PERSON and standing.actor_id != who


def apart(snapshot: Snapshot, board: VideoBoard) -> Floats:
    """float32 [n]: 0 for the latest disagreement of people that waits to be settled, less for older ones, NaN elsewhere.

    Raises:
        InputError: the facet takes any number of labels.
    """
    value = np.full(len(board), np.nan, np.float32)
    latest_first = adjudication.waiting(Videos(snapshot, board)).tolist()
    place = {number: k for k, number in enumerate(board.answers.ids.tolist())}
    for rank, item in enumerate(number for number in latest_first if number in place):
        value[place[item]] = -rank
    return value


def hidden(board: VideoBoard, row: int, tile: VideoTile, blind: str) -> VideoTile:
    """A tile without what stands. To practise on it shows what the machine says; for an opinion it shows nothing."""
    best = video_board.likeliest(board, row)
    bare: VideoTile = {**tile, "category": None, "proposed": None, "source": None, "actor": None, "value": None}
    if blind == PRACTICE:
        return {**bare, "proposed": best, "guess": best or 0, "state": "machine" if best else "none", "practice": True}
    return {**bare, "guess": best or 0, "state": "none", "blind": OPINION}
