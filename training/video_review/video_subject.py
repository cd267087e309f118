"""Whole videos of an exclusive facet as a subject: what judges labels of images judges theirs too."""

from __future__ import annotations

from collections.abc import Hashable, Sequence

import numpy as np
import numpy.typing as npt

from errors import InputError
from labeling.cleaning.label_table import Board
from labeling.snapshot import label_table_reader
from labeling.snapshot.snapshot import Snapshot
from store.ledger import label_rows
from store.project.taxonomy import VIDEO, Category
from training.video_review import video_board
from training.video_review.video_board import VideoBoard
from training.videos.video_set import Ints

ONE_ANSWER = "A video has any number of these tags, so there is no one answer to compare. Choose a question with one class per video."


class Videos:
    """Whole videos in one of their facets."""

    def __init__(self, snapshot: Snapshot, videos: VideoBoard) -> None:
        """A subject.

        Raises:
            InputError: the facet takes any number of labels.
        """
        if not videos.answers.facet.exclusive:
            raise InputError(ONE_ANSWER)
        self._snapshot = snapshot
        self._videos = videos

    @property
    def snapshot(self) -> Snapshot:
        """The workspace in memory."""
        return self._snapshot

    @property
    def of_videos(self) -> bool:
        """True."""
        return True

    def facet_id(self) -> int:
        """The facet that is answered."""
        return self._videos.answers.facet.id

    def board(self) -> Board:
        """Every whole video, with or without features."""
        ids, workspace = self._videos.answers.ids, self._snapshot.workspace
        with workspace.read() as connection:
            newest = label_rows.newest_event(connection)
        facet_id = self.facet_id()
        return self._snapshot.cached(
            f"board of videos {facet_id}",
            (newest, ids.tobytes()),
            lambda: label_table_reader.load(workspace, ids, facet_id, (VIDEO,)),
        )

    def categories(self) -> Sequence[Category]:
        """The classes of the facet."""
        return self._videos.answers.classes

    def machine_key(self) -> Hashable:
        """The head or the prompts in use, the features and the videos."""
        machine = self._videos.machine
        return None if machine is None else machine.key

    def named(self, rows: Ints) -> Ints:
        """int64 [k]: the class that the machine proposes, by a fit that did not see the video; 0 where nothing can score it."""
        ids = self.board().ids[rows]
        place = np.searchsorted(self._videos.answers.ids, ids)
        return np.array([video_board.likeliest(self._videos, row) or 0 for row in place.tolist()], np.int64)

    def doubt(self, rows: Ints, categories: Ints) -> npt.NDArray[np.float64]:
        """float64 [k]: how unlikely the machine finds a class; 0.5 where nothing can score it."""
        machine = self._videos.machine
        doubtful = np.full(len(rows), 0.5)
        if machine is None:
            return doubtful
        place = np.searchsorted(self._videos.answers.ids, self.board().ids[rows])
        column = {one.id: k for k, one in enumerate(self._videos.answers.classes)}
        for at, (row, number) in enumerate(zip(place.tolist(), categories.tolist(), strict=True)):
            if number in column:
                doubtful[at] = 1.0 - float(machine.probabilities[row, column[number]])
        return doubtful


def of(snapshot: Snapshot, facet_id: int) -> Videos:
    """A facet of videos by id.

    Raises:
        InputError: there is no such facet of videos, or it takes any number of labels.
    """
    facet = video_board.facet_of(snapshot, facet_id)
    if facet is None:
        raise InputError("No facet of videos is there yet. Name its classes on this page first.")
    return Videos(snapshot, video_board.read(snapshot, facet))
