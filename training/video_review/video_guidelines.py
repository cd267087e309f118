"""Guidelines of the classes of a facet of videos: words, and videos as examples and counter-examples."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from errors import InputError
from labeling.review import guidelines
from labeling.review.guidelines import Guidelines
from labeling.review.tile import VideoTile
from labeling.snapshot.snapshot import Snapshot
from training.video_review import video_board, video_tiles


def listed(snapshot: Snapshot, facet_id: int) -> Guidelines:
    """The guidelines of a facet of videos.

    Raises:
        InputError: there is no such facet.
    """
    facet = video_board.facet_of(snapshot, facet_id)
    if facet is None:
        raise InputError("No facet of videos is there yet. Name its classes on this page first.")
    board = video_board.read(snapshot, facet)

    def tiles(shown: Sequence[int]) -> Mapping[int, VideoTile]:
        rows = np.flatnonzero(np.isin(board.answers.ids, list(shown))).tolist()
        sound = video_tiles.sound_of(snapshot, list(shown))
        return {board.answers.rows[row].id: video_tiles.tile(board, row, float("nan"), sound) for row in rows}

    return guidelines.of(snapshot, board.answers.classes, tiles, facet.id)
