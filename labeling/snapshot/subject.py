"""What is labelled with one answer each: the images of a project, or its whole videos in one of their facets.

What judges labels (stop meter, agreement, disagreements, practice) takes a subject and knows no difference between the two.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import Protocol

import numpy as np
import numpy.typing as npt

from labeling.cleaning.label_table import Board
from labeling.snapshot.snapshot import Snapshot
from store.project.taxonomy import Category

Ints = npt.NDArray[np.int64]


class Subject(Protocol):
    """Items of one kind in an exclusive facet, and what the machine in use says of them."""

    @property
    def snapshot(self) -> Snapshot:
        """The workspace in memory."""

    @property
    def of_videos(self) -> bool:
        """Whether the items are whole videos."""

    def facet_id(self) -> int:
        """The facet that is answered."""

    def board(self) -> Board:
        """The items with what stands for each, as of the newest event."""

    def categories(self) -> Sequence[Category]:
        """The categories in use that are or lie beside the answers."""

    def machine_key(self) -> Hashable:
        """What changes whenever the machine in use, or what it is shown, does."""

    def named(self, rows: Ints) -> Ints:
        """int64 [k]: the category that the machine in use names for each of these rows of the board (int64 [k])."""

    def doubt(self, rows: Ints, categories: Ints) -> npt.NDArray[np.float64]:
        """float64 [k] in [0, 1]: how suspicious a category (int64 [k]) would be on each row (int64 [k])."""


class Images:
    """The images of a workspace in their exclusive facet."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot

    @property
    def snapshot(self) -> Snapshot:
        """The workspace in memory."""
        return self._snapshot

    @property
    def of_videos(self) -> bool:
        """False."""
        return False

    def facet_id(self) -> int:
        """The exclusive facet of images."""
        return self._snapshot.categories.facet_id()

    def board(self) -> Board:
        """Every image that has a vector."""
        return self._snapshot.labels.board()

    def categories(self) -> Sequence[Category]:
        """The tree of images."""
        return self._snapshot.categories.tree

    def machine_key(self) -> Hashable:
        """The classifier in use and the number of images."""
        return self._snapshot.classifiers.machine_key()[1]

    def named(self, rows: Ints) -> Ints:
        """int64 [k]: the likeliest class of each row."""
        linear, probabilities = self._snapshot.classifiers.probabilities()
        best = probabilities[rows].argmax(axis=1)
        return np.asarray(np.array(linear.classes, np.int64)[best], np.int64)

    def doubt(self, rows: Ints, categories: Ints) -> npt.NDArray[np.float64]:
        """float64 [k]: by all that is known of an image but its own label."""
        return self._snapshot.labels.doubt(rows, categories)
