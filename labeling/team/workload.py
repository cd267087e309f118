"""Who did how much: labels, speed, agreement with others, and what others corrected, in all and by class."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass, field

from labeling.snapshot.snapshot import Snapshot
from store.database import schema
from store.ledger import event_reader, opinion_reader
from store.ledger.opinion_reader import Opinion
from store.team import actors

PACE_OVER = dt.timedelta(days=30)
RECENT = dt.timedelta(days=7)


@dataclass
class Tally:
    """Counts of images.

    Attributes:
        labelled: those that the person gave a label, or none of the classes. shared: those that others labelled too, of which
            `alike` with the same answer. corrected: those whose label somebody changed after the person.
    """

    labelled: int = 0
    shared: int = 0
    alike: int = 0
    corrected: int = 0


@dataclass
class PersonsWork(Tally):
    """One person's work.

    Attributes:
        name: as it stands on the labels. recent: labels of the last seven days. paced, minutes: labels of the last 30 days, and the minutes
            that they took without breaks of over two minutes. classes: the same counts by class that the person gave; 0 is none of the classes.
    """

    name: str = ""
    recent: int = 0
    paced: int = 0
    minutes: float = 0.0
    classes: dict[int, Tally] = field(default_factory=lambda: defaultdict(Tally))


def of(snapshot: Snapshot) -> list[PersonsWork]:
    """Everybody who gave a label by looking, most labels first. An image counts once for a person, by their last word on it."""
    board = snapshot.labels.board()
    key = (board.last_event, len(board))
    words: list[Opinion] = snapshot.cached("last_words", key, lambda: _words(snapshot))
    people: dict[int, PersonsWork] = defaultdict(PersonsWork)
    by_item: dict[int, list[Opinion]] = {}
    since = schema.now() - RECENT
    for word in words:
        by_item.setdefault(word.item_id, []).append(word)
        people[word.actor_id].recent += word.at >= since
    for given in by_item.values():
        for place, word in enumerate(given):
            after, others = given[place + 1 :], [other for other in given if other.actor_id != word.actor_id]
            changed = any(other.category_id != word.category_id for other in after)
            alike = bool(others) and all(other.category_id == word.category_id for other in others)
            for tally in (people[word.actor_id], people[word.actor_id].classes[word.category_id]):
                tally.labelled += 1
                tally.shared += bool(others)
                tally.alike += alike
                tally.corrected += changed
    with snapshot.workspace.read() as connection:
        names = actors.names(connection)
        for number, one in people.items():
            one.name = names[number]
            one.paced, one.minutes = event_reader.pace(connection, number, since=schema.now() - PACE_OVER)
    return sorted(people.values(), key=lambda one: (-one.labelled, one.name))


def _words(snapshot: Snapshot) -> list[Opinion]:
    with snapshot.workspace.read() as connection:
        return opinion_reader.everybody(connection)
