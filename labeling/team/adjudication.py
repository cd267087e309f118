"""Adjudication: images or videos that people labelled differently, and that somebody has to settle."""

from __future__ import annotations

import numpy as np
from typing_extensions import TypedDict

from labeling.snapshot.subject import Subject
from labeling.team import last_words, workload
from labeling.team.last_words import LastWords
from store.ledger import opinion_reader
from store.ledger.opinion_reader import Ids
from store.team import actors

ORDER = "adjudication"  # how an image came before whoever settles it


class PersonsLabel(TypedDict):
    """What a person answered; `category` is None for none of the classes, `at` is ISO 8601."""

    person: str
    category: int | None
    at: str


def waiting(subject: Subject) -> Ids:
    """Items, int64 [n], on which last words differ and were not settled since; what was decided about last comes first."""
    newest, words = workload.words_of(subject.snapshot, subject.facet_id())
    name = f"adjudication {subject.facet_id()}"
    apart: Ids = subject.snapshot.cached(name, newest, lambda: _apart(subject, words))
    return apart


def _apart(subject: Subject, words: LastWords) -> Ids:
    with subject.snapshot.workspace.read() as connection:
        settled = opinion_reader.came(connection, ORDER)
    if not len(words):
        return words.item
    first = last_words.first_rows(words)
    last = np.append(first[1:], len(words)) - 1
    least, most = (reduce.reduceat(words.category, first) for reduce in (np.minimum, np.maximum))
    rows: Ids = last[(least != most) & ~np.isin(words.event[last], settled)]
    ordered: Ids = words.item[rows[np.argsort(-words.event[rows])]]
    return ordered


def answers(subject: Subject, item_id: int) -> list[PersonsLabel]:
    """What people answered on an item that waits to be settled, oldest first; nothing on another."""
    with subject.snapshot.workspace.read() as connection:
        words = opinion_reader.several(connection, [item_id], subject.facet_id())
    if len({word.category_id for word in words}) < 2 or words[-1].came == ORDER:
        return []
    with subject.snapshot.workspace.read() as connection:
        names = actors.names(connection)
    return [
        {"person": names[word.actor_id], "category": word.category_id or None, "at": word.at.isoformat()}
        for word in words
    ]
