"""All items with their current label as arrays, kept up to date by the newest events: what a grid is filtered and sorted from."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

SOURCES = ("", "zero_shot", "head", "import", "neighbour", "human")  # by strength: the code is the index
HUMAN = SOURCES.index("neighbour")  # this code and above is a person's
IMPORT = SOURCES.index("import")
NONE, YES, UNSURE, NO_CLASS = 0, 1, 2, 3


def sorted_places(
    ids: npt.NDArray[np.int64], wanted: npt.NDArray[np.int64]
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.bool_]]:
    """Place int64 [k] of each wanted id among ascending ids, and bool [k], whether it is there; without it the place says nothing."""
    if not len(ids):
        return np.zeros(len(wanted), np.int64), np.zeros(len(wanted), np.bool_)
    place = np.minimum(np.searchsorted(ids, wanted), len(ids) - 1)
    return place, np.asarray(ids[place] == wanted)


@dataclass
class Board:
    """One row an item, in ascending order of id.

    Attributes:
        ids: int64 [n]. category: int64 [n], id of the class that stands, 0 without one (an unsure item keeps the class in
            question). value: int8 [n] of NONE, YES, UNSURE, NO_CLASS (none of the classes, which is an answer). source: int8 [n], index
            into SOURCES. actor, version: int64 [n].
        rejected: categories that a person said no to, by row.
        video: int64 [n], id of the video that a frame lies in, or 0. time_s: float32 [n], NaN without one.
        group: int64 [n], equal for items that must stay on one side of a split. audit: bool [n].
    """

    ids: npt.NDArray[np.int64]
    names: list[str]
    video: npt.NDArray[np.int64]
    time_s: npt.NDArray[np.float32]
    group: npt.NDArray[np.int64]
    audit: npt.NDArray[np.bool_]
    category: npt.NDArray[np.int64]
    value: npt.NDArray[np.int8]
    source: npt.NDArray[np.int8]
    actor: npt.NDArray[np.int64]
    version: npt.NDArray[np.int64]
    confidence: npt.NDArray[np.float32]
    at: npt.NDArray[np.float64]
    rejected: dict[int, frozenset[int]] = field(default_factory=dict)
    last_event: int = 0

    def __len__(self) -> int:
        """Number of items."""
        return len(self.ids)

    def rows(self, ids: npt.NDArray[np.int64] | list[int]) -> npt.NDArray[np.int64]:
        """Row numbers of item ids that are on the board."""
        place, here = sorted_places(self.ids, np.asarray(ids, np.int64))
        return place[here]

    @property
    def person(self) -> npt.NDArray[np.bool_]:
        """bool [n]: a person has decided (or was unsure)."""
        return np.asarray(self.source >= HUMAN)

    @property
    def labelled(self) -> npt.NDArray[np.bool_]:
        """bool [n]: a class stands."""
        return np.asarray(self.value == YES)

    @property
    def no_class(self) -> npt.NDArray[np.bool_]:
        """bool [n]: the answer that stands is none of the classes."""
        return np.asarray(self.value == NO_CLASS)

    def judges(self, truth: npt.NDArray[np.int64], enough: int) -> tuple[npt.NDArray[np.int64], str]:
        """(rows, what they are) that a machine is judged on: people's labels, the audit items alone where there are `enough`.

        Args:
            truth: int64 [n], class index of what stands, -1 for none.
        """
        verified = self.person & (truth >= 0)
        audit = np.flatnonzero(verified & self.audit)
        return (audit, "audit items") if len(audit) >= enough else (np.flatnonzero(verified), "human labels")

    def class_index(self, classes: tuple[int, ...]) -> npt.NDArray[np.int64]:
        """int64 [n]: index of the standing class in `classes`, -1 for none or another."""
        if not classes:
            return np.full(len(self), -1, np.int64)
        numbers = np.array(classes, np.int64)
        order = np.argsort(numbers)
        place = np.minimum(np.searchsorted(numbers[order], self.category), len(numbers) - 1)
        indices = np.where(numbers[order][place] == self.category, order[place], -1)
        indices[self.value != YES] = -1
        return np.asarray(indices, np.int64)
