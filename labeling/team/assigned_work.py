"""Whose images are whose: categories and videos that are assigned to people, and the rows that follow from them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from typing_extensions import TypedDict

from labeling.cleaning.label_table import Board
from labeling.snapshot.snapshot import Snapshot
from store.items import items
from store.project import assignments
from store.team import actors

Bools = npt.NDArray[np.bool_]


class AssignmentRow(TypedDict):
    """An assignment in words; `kind` is `category` or `video`."""

    id: int
    person: str
    kind: str
    name: str


@dataclass(frozen=True)
class Share:
    """Rows of a board by whose they are, bool [n] each; a row that is nobody's is in neither."""

    mine: Bools
    others: Bools


def videos(snapshot: Snapshot) -> dict[int, str]:
    """Names of the workspace's videos by id."""
    with snapshot.workspace.read() as connection:
        return {row.id: row.name for row in items.videos(connection)}


def listed(snapshot: Snapshot, videos: Mapping[int, str]) -> list[AssignmentRow]:
    """All assignments, oldest first; one of a category or a video that is gone is left out.

    Args:
        videos: names by id.
    """
    with snapshot.workspace.read() as connection:
        rows, names = assignments.listed(connection), actors.names(connection)
    paths = {category.id: category.path for category in snapshot.categories.tree}
    return [
        {
            "id": row.id,
            "person": names[row.actor_id],
            "kind": "video" if row.category_id is None else "category",
            "name": name,
        }
        for row in rows
        if (name := videos.get(row.video_id or 0) if row.category_id is None else paths.get(row.category_id))
    ]


def assign(
    snapshot: Snapshot, person: str, by: str, *, category_id: int | None = None, video_id: int | None = None
) -> None:
    """Assign a category with all below it, or the frames of a video, to a person.

    Raises:
        InputError: the person's name is none, or the category or the video is not in the workspace.
    """
    with snapshot.workspace.engine.begin() as connection:
        person_id, by_id = actors.id_of(connection, person), actors.id_of(connection, by)
        assignments.add(connection, person_id, by_id, category_id=category_id, video_id=video_id)


def end(snapshot: Snapshot, number: int) -> None:
    """End an assignment."""
    with snapshot.workspace.engine.begin() as connection:
        assignments.remove(connection, number)


def share(snapshot: Snapshot, board: Board, best: npt.NDArray[np.int64], actor_id: int) -> Share | None:
    """The rows of a person and those of others; None where nothing is assigned to anybody.

    An image is of the category that the machine names for it, and of all above that. What is assigned to several people is each one's.

    Args:
        best: int64 [n], the machine's choice for each row.
    """
    with snapshot.workspace.read() as connection:
        rows = assignments.listed(connection)
    if not rows:
        return None
    mine, others = np.zeros(len(board), np.bool_), np.zeros(len(board), np.bool_)
    for row in rows:
        theirs = (
            board.video == row.video_id
            if row.category_id is None
            else np.isin(best, sorted(_below(snapshot, row.category_id)))
        )
        (mine if row.actor_id == actor_id else others)[theirs] = True
    return Share(mine, others & ~mine)


def _below(snapshot: Snapshot, category_id: int) -> set[int]:
    """A category and all below it."""
    below = {category_id}
    for category in snapshot.categories.tree:  # parents come before their children
        if category.parent_id in below:
            below.add(category.id)
    return below
