"""Adjudication: images or videos that people labelled differently, and that somebody has to settle."""

from __future__ import annotations

from typing_extensions import TypedDict

from labeling.snapshot.subject import Subject
from store.ledger import opinion_reader
from store.ledger.opinion_reader import Opinion
from store.team import actors

ORDER = "adjudication"  # how an image came before whoever settles it


class PersonsLabel(TypedDict):
    """What a person answered; `category` is None for none of the classes, `at` is ISO 8601."""

    person: str
    category: int | None
    at: str


def waiting(subject: Subject) -> dict[int, list[Opinion]]:
    """The last words of each person, oldest first, on the items where they differ; what was settled after them is left out."""
    board, name = subject.board(), f"adjudication {subject.facet_id()}"
    apart: dict[int, list[Opinion]] = subject.snapshot.cached(
        name, (board.last_event, len(board)), lambda: _apart(subject)
    )
    return apart


def _apart(subject: Subject) -> dict[int, list[Opinion]]:
    with subject.snapshot.workspace.read() as connection:
        words = opinion_reader.several(connection, facet_id=subject.facet_id())
    by_item: dict[int, list[Opinion]] = {}
    for word in words:
        by_item.setdefault(word.item_id, []).append(word)
    return {
        item: given
        for item, given in by_item.items()
        if len({word.category_id for word in given}) > 1 and given[-1].came != ORDER
    }


def answers(subject: Subject, item_id: int) -> list[PersonsLabel]:
    """What people answered on an item that waits to be settled, oldest first; nothing on another."""
    words = waiting(subject).get(item_id, [])
    if not words:
        return []
    with subject.snapshot.workspace.read() as connection:
        names = actors.names(connection)
    return [
        {"person": names[word.actor_id], "category": word.category_id or None, "at": word.at.isoformat()}
        for word in words
    ]
