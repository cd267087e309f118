"""Who did how much: labels, speed, agreement with others, and what others corrected, in all and by class.

The counts are kept in memory and follow what came since: all events are read once, then those of the images that were touched.
"""

from __future__ import annotations

import datetime as dt
import threading
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from labeling.cleaning.agreement import Agreement, agree
from labeling.snapshot.snapshot import Snapshot
from labeling.team import double_labels
from store.database import schema
from store.ledger import event_reader, label_rows, opinion_reader
from store.ledger.opinion_reader import Opinion
from store.team import actors

PACE_OVER = dt.timedelta(days=30)
RECENT = dt.timedelta(days=7)
HOUR_S = 3600


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
        name: as it stands on the labels. recent: labels of the last seven days, to an hour. paced, minutes: labels of the last 30 days, and the
            minutes that they took without breaks of over two minutes. classes: the same counts by class that the person gave; 0 is none of the classes.
    """

    name: str = ""
    recent: int = 0
    paced: int = 0
    minutes: float = 0.0
    classes: dict[int, Tally] = field(default_factory=lambda: defaultdict(Tally))


@dataclass
class _Work:
    """The counts up to an event, for one thread at a time.

    Attributes:
        newest: id of that event. words: last words by item. people, hours: counts by actor; `hours` of labels by the hour since 1970.
    """

    lock: threading.Lock = field(default_factory=threading.Lock)
    newest: int | None = None
    words: dict[int, list[Opinion]] = field(default_factory=dict)
    people: dict[int, PersonsWork] = field(default_factory=lambda: defaultdict(PersonsWork))
    hours: dict[int, Counter[int]] = field(default_factory=lambda: defaultdict(Counter))

    def follow(self, snapshot: Snapshot) -> None:
        """Count what came since."""
        with snapshot.workspace.read() as connection:
            newest = label_rows.newest_event(connection)
            if newest == self.newest:
                return
            items = None if self.newest is None else opinion_reader.touched(connection, self.newest)
            words = opinion_reader.everybody(connection, self.newest)
        for item in items or ():
            self._count(self.words.pop(item, []), -1)
        by_item: dict[int, list[Opinion]] = defaultdict(list)
        for word in words:
            by_item[word.item_id].append(word)
        for given in by_item.values():
            self._count(given, 1)
        self.words.update(by_item)
        self.newest = newest

    def _count(self, given: Sequence[Opinion], by: int) -> None:
        """Add or take away the words on one item."""
        for place, word in enumerate(given):
            others = [other for other in given if other.actor_id != word.actor_id] if len(given) > 1 else given[:0]
            changed = any(other.category_id != word.category_id for other in given[place + 1 :])
            alike = bool(others) and all(other.category_id == word.category_id for other in others)
            self.hours[word.actor_id][int(word.at.timestamp()) // HOUR_S] += by
            person = self.people[word.actor_id]
            for tally in (person, person.classes[word.category_id]):
                tally.labelled += by
                tally.shared += by * bool(others)
                tally.alike += by * alike
                tally.corrected += by * changed


def of(snapshot: Snapshot) -> list[PersonsWork]:
    """Everybody who gave a label by looking, most labels first. An image counts once for a person, by their last word on it."""
    now = schema.now()
    since = int((now - RECENT).timestamp()) // HOUR_S
    work = _work(snapshot)
    people = []
    with work.lock:
        work.follow(snapshot)
        with snapshot.workspace.read() as connection:
            names = actors.names(connection)
            for number, one in work.people.items():
                if one.labelled:
                    recent = sum(count for hour, count in work.hours[number].items() if hour >= since)
                    paced, minutes = event_reader.pace(connection, number, since=now - PACE_OVER)
                    classes = {category: replace(tally) for category, tally in one.classes.items() if tally.labelled}
                    copy = replace(
                        one, name=names[number], recent=recent, paced=paced, minutes=minutes, classes=classes
                    )
                    people.append(copy)
    return sorted(people, key=lambda one: (-one.labelled, one.name))


def labelled_twice(snapshot: Snapshot) -> Agreement | None:
    """How far first and second label agree on the share of images that is labelled twice; None where no share is, or none of it has both."""
    share = double_labels.percent(snapshot.workspace)
    if not share:
        return None
    work = _work(snapshot)
    with work.lock:
        work.follow(snapshot)
        twice = {item: given for item, given in work.words.items() if len(given) > 1}
    ids = np.fromiter(twice, np.int64, len(twice))
    among = ids[double_labels.chosen(ids, share)].tolist()
    if not among:
        return None
    return agree([twice[item][0].category_id for item in among], [twice[item][1].category_id for item in among])


def _work(snapshot: Snapshot) -> _Work:
    return snapshot.cached("work", None, _Work)
