"""What stands for whole videos in one of their facets, as yes, no and unknown for each class."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from labeling.exchange.video_titles import programme_of
from labeling.scoring.multilabel import NO, UNKNOWN, YES, Tri
from labeling.snapshot.category_tree import parents
from store.items import items, video_features
from store.items.item_rows import ItemRow
from store.ledger import label_rows
from store.ledger.events import PERSON
from store.ledger.label_rows import StandingState
from store.project import taxonomy
from store.project.taxonomy import VIDEO, Category, Facet
from store.workspace import Workspace
from training.videos.video_set import Bools, Floats, Ints

Times = npt.NDArray[np.float64]
CODES = {"yes": YES, "no": NO}
LEAST_PROGRAMMES = 5  # groups that folds are made of


@dataclass(frozen=True)
class VideoAnswers:
    """One row a whole video, one column a class of the facet, depth first.

    Attributes:
        rows: items of the videos. states: all that stands for them in the facet. truth: int8 [n, k], what people and imports say, with what follows from it.
        assumed: bool [n, k], a no that nobody gave: the class has no other no, and the video's labels leave it out.
        labelled: bool [n], whether anybody labelled the video in this facet.
        group: int64 [n], equal for videos of one programme, which stay together in folds.
    """

    facet: Facet
    classes: tuple[Category, ...]
    rows: tuple[ItemRow, ...]
    states: tuple[StandingState, ...]
    truth: Tri
    assumed: Bools
    labelled: Bools
    group: Ints

    @property
    def ids(self) -> Ints:
        """int64 [n], of the videos."""
        return np.array([row.id for row in self.rows], np.int64)

    @property
    def parents(self) -> list[int | None]:
        """For each class the column of its parent, None at the top."""
        return parents(list(self.classes))


def read(workspace: Workspace, facet: Facet) -> VideoAnswers:
    """What stands for all whole videos in a facet of videos."""
    with workspace.read() as connection:
        ids = video_features.whole_videos(connection)
        rows = items.get_many(connection, ids)
        classes = [one for one in taxonomy.categories(connection, subject=VIDEO) if one.facet_id == facet.id]
        created = taxonomy.created(connection)
        states = label_rows.states(connection, facet.id, ids)
    decisive = [state for state in states if state.source in (*PERSON, "import") and state.value in CODES]
    truth, since = _answers_of(decisive, ids, [one.id for one in classes])
    labelled = np.asarray((truth != UNKNOWN).any(axis=1))
    above = parents(classes)
    assumed = np.zeros(truth.shape, np.bool_)
    if not facet.exclusive:
        born = np.array([created[one.id].timestamp() for one in classes], np.float64)
        assumed = _left_out(truth, since, born)
        assumed &= followed(truth, above) == UNKNOWN
        truth = np.asarray(np.where(assumed, NO, truth), np.int8)
    truth = followed(truth, above, exclusive=facet.exclusive)
    ordered = tuple(rows[number] for number in ids)
    return VideoAnswers(facet, tuple(classes), ordered, tuple(states), truth, assumed, labelled, groups_of(ordered))


def _answers_of(decisive: Sequence[StandingState], ids: Sequence[int], classes: Sequence[int]) -> tuple[Tri, Times]:
    """(truth int8 [n, k], when each video was last given a yes float64 [n], -inf without one)."""
    place, column = {number: k for k, number in enumerate(ids)}, {number: k for k, number in enumerate(classes)}
    truth = np.full((len(ids), len(classes)), UNKNOWN, np.int8)
    since = np.full(len(ids), -np.inf)
    for state in decisive:
        if state.category_id in column:
            video = place[state.item_id]
            truth[video, column[state.category_id]] = CODES[state.value]
            if state.value == "yes":
                since[video] = max(since[video], state.at.timestamp())
    return truth, since


def _left_out(truth: Tri, since: Times, born: Times) -> Bools:
    """bool [n, k]: classes that the labels of a video leave out, which is a no where nobody ever says no of the class.

    A list of labels is meant to be whole for the classes that there were when it was given. A class that is newer is unknown.
    """
    unsaid = ~(truth == NO).any(axis=0) & (truth == YES).any(axis=0)
    return np.asarray((truth == UNKNOWN) & unsaid[None, :] & (since[:, None] >= born[None, :]))


def followed(truth: Tri, above: Sequence[int | None], *, exclusive: bool = False) -> Tri:
    """Truth int8 [n, k] with what follows from it: a yes holds for what is above, a no for what is below.

    Args:
        above: column of each class's parent, which comes before it. exclusive: a yes is a no for all that is on another path.
    """
    out = truth.copy()
    for k in reversed(range(len(above))):
        parent = above[k]
        if parent is not None:
            out[(out[:, k] == YES) & (out[:, parent] == UNKNOWN), parent] = YES
    if exclusive:
        for k in range(len(above)):
            others = np.array([not (_is_above(j, k, above) or _is_above(k, j, above)) for j in range(len(above))])
            elsewhere = (truth[:, k] == YES)[:, None] & others[None, :] & (out == UNKNOWN)
            out[elsewhere] = NO
    for k, parent in enumerate(above):
        if parent is not None:
            out[(out[:, parent] == NO) & (out[:, k] == UNKNOWN), k] = NO
    return out


def _is_above(upper: int, lower: int, above: Sequence[int | None]) -> bool:
    """Whether a class is another one or lies above it."""
    current: int | None = lower
    while current is not None and current != upper:
        current = above[current]
    return current == upper


def coherent(probabilities: Floats, above: Sequence[int | None]) -> Floats:
    """Probabilities float32 [n, k] in which no class is likelier than the one above it."""
    out = probabilities.copy()
    for k, parent in enumerate(above):
        if parent is not None:
            out[:, k] = np.minimum(out[:, k], out[:, parent])
    return out


def groups_of(rows: Sequence[ItemRow]) -> Ints:
    """int64 [n]: videos of one programme are one group where there are enough groups to hold some out; else each stands alone."""
    names = [programme_of(row) or f"video {row.id}" for row in rows]
    unique, place = np.unique(np.array(names, np.str_), return_inverse=True)
    return np.asarray(place, np.int64) if len(unique) >= LEAST_PROGRAMMES else np.arange(len(rows), dtype=np.int64)
