"""Practice: items whose class is agreed, mixed into the batches of somebody new. An answer is scored at once and never a label."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from typing_extensions import TypedDict

from errors import InputError
from labeling.cleaning.label_table import Board
from labeling.review import grid, second_opinion
from labeling.review.machine_view import View
from labeling.review.tile import Tile
from labeling.snapshot.snapshot import Snapshot
from store.database.connection import Connection
from store.ledger import event_reader
from store.project import references, taxonomy

LENGTH = 20  # answers after which somebody is no longer new
SHARE = 0.2  # of a batch, until then


class Verdict(TypedDict):
    """Whether an answer was right, and the class that is agreed."""

    right: bool
    category: int


class PracticeItem(TypedDict):
    """An answered practice image, as an acknowledgement lists it."""

    id: int
    status: str
    practice: Verdict


class PracticeClass(TypedDict):
    """How many images of a class a person answered, and how many of them right."""

    category: int
    answered: int
    right: int


class PracticeScore(TypedDict):
    """How a person did so far; `of` answers make practice complete."""

    answered: int
    right: int
    of: int
    classes: list[PracticeClass]


def agreed(connection: Connection, among: Sequence[int] | None = None, facet_id: int | None = None) -> dict[int, int]:
    """Items to practise on and their class: chosen by somebody, or labelled alike by two people; of `among` only, where given.

    Args:
        facet_id: an exclusive facet of videos; by default images, in all their facets.
    """
    chosen = references.listed(connection, ["practice"], facet_id)
    class_by_item = second_opinion.agreed(connection, among, facet_id) | {
        reference.item_id: reference.category_id for reference in chosen
    }
    return (
        class_by_item
        if among is None
        else {number: class_by_item[number] for number in among if number in class_by_item}
    )


def waiting(
    snapshot: Snapshot, board: Board, actor_id: int, size: int, seed: int = 0, facet_id: int | None = None
) -> list[int]:
    """Rows to mix into a batch of `size`: agreed items that this person neither labelled nor answered; none once practised.

    Args:
        facet_id: as for `agreed`.
    """
    with snapshot.workspace.read() as connection:
        new, left = unseen(connection, actor_id, facet_id)
    rows = board.rows(new)
    wanted = min(round(SHARE * size), left, len(rows))
    return [int(row) for row in np.random.default_rng(seed + actor_id).permutation(rows)[:wanted]]


def unseen(connection: Connection, actor_id: int, facet_id: int | None = None) -> tuple[list[int], int]:
    """(agreed items, ascending, that a person neither labelled nor answered; how many answers are left until practice is complete).

    Args:
        facet_id: as for `agreed`.
    """
    answered = {int(row.item_id) for row in references.answers(connection, actor_id, facet_id)}
    if len(answered) >= LENGTH:
        return [], 0
    known = sorted(agreed(connection, facet_id=facet_id))
    seen_before = answered | event_reader.decided_by(connection, actor_id, known, facet_id)
    return [number for number in known if number not in seen_before], LENGTH - len(answered)


def tile(snapshot: Snapshot, seen: View, row: int, value: float) -> Tile:
    """A tile that looks as if only the machine had labelled it."""
    return {**untouched(snapshot, seen, row, value), "practice": True}


def untouched(snapshot: Snapshot, seen: View, row: int, value: float) -> Tile:
    """The tile of a row as it would be if no person had labelled it: what others answered stays hidden."""
    source, best = snapshot.classifiers.in_use().source, int(seen.best[row])
    shown = grid.tile(seen, row, value)
    return {
        **shown, "category": best, "guess": best, "proposed": None, "source": source, "actor": None, "state": "machine",
    }  # fmt: skip


def answer(
    connection: Connection, items: Sequence[int], answered: int | None, refused: int | None, actor_id: int
) -> list[PracticeItem]:
    """Score answers: a class, or "not this" of the class `refused`. Nothing is labelled.

    Raises:
        InputError: an item's class is not agreed (any more).
    """
    of = answered if answered is not None else refused
    known = agreed(connection, items, None if of is None else taxonomy.facet_of_videos(connection, of))
    scored: list[PracticeItem] = []
    for number in items:
        if number not in known:
            raise InputError("This is no longer there to practise on. Reload the page to label it.")
        is_right = known[number] == answered if answered is not None else known[number] != refused
        references.answer(connection, actor_id, number, agreed=known[number], answered=answered, is_right=is_right)
        scored.append({"id": number, "status": "saved", "practice": {"right": is_right, "category": known[number]}})
    return scored


def score(connection: Connection, actor_id: int, facet_id: int | None = None) -> PracticeScore | None:
    """How a person did, for each class that is agreed; None without an answer.

    Args:
        facet_id: as for `agreed`.
    """
    rows = references.answers(connection, actor_id, facet_id)
    if not rows:
        return None
    classes: dict[int, list[bool]] = {}
    for row in rows:
        classes.setdefault(int(row.category_id), []).append(bool(row.is_right))
    return {
        "answered": len(rows),
        "right": sum(bool(row.is_right) for row in rows),
        "of": LENGTH,
        "classes": [{"category": key, "answered": len(v), "right": sum(v)} for key, v in sorted(classes.items())],
    }
