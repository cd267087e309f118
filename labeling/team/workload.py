"""Who did how much: labels, speed, agreement with others, and what others corrected, in all and by class.

The counts are kept in memory and follow what came since: all events are read once, then those of the images that were touched.
"""

from __future__ import annotations

import datetime as dt
import threading
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

import numpy as np

from labeling.cleaning.agreement import Agreement, agree
from labeling.snapshot.snapshot import Snapshot
from labeling.team import double_labels, last_words
from labeling.team.last_words import Flags, LastWords
from store.database import schema
from store.ledger import event_reader, label_rows, opinion_reader
from store.ledger.opinion_reader import Ids
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
    """The counts in a facet up to an event, for one thread at a time.

    Attributes:
        facet_id: an exclusive one. newest: id of that event. words: all last words. people: counts by actor.
        hours: labels by actor and hour since 1970, of the hours that were recent when they were read.
    """

    facet_id: int
    lock: threading.Lock = field(default_factory=threading.Lock)
    newest: int | None = None
    words: LastWords = field(default_factory=lambda: LastWords(*(np.empty(0, np.int64) for _ in range(4))))
    people: dict[int, PersonsWork] = field(default_factory=lambda: defaultdict(PersonsWork))
    hours: dict[int, Counter[int]] = field(default_factory=lambda: defaultdict(Counter))

    def follow(self, snapshot: Snapshot, since: dt.datetime) -> int:
        """Count what came since; hours from `since` on. Returns the newest event."""
        with snapshot.workspace.read() as connection:
            newest = label_rows.newest_event(connection)
            if newest == self.newest:
                return newest
            events = opinion_reader.decided(connection, self.facet_id, self.newest)
            times = opinion_reader.recent(connection, self.facet_id, since, self.newest)
        touched = np.isin(self.words.item, events.item)
        words = last_words.of(events)
        for given, by in ((self.words.where(touched), -1), (words, 1)):
            self._count(given, by)
            self._count_hours(given, by, *times)
        self.words, self.newest = self.words.where(~touched).followed_by(words), newest
        return newest

    def _count(self, words: LastWords, by: int) -> None:
        """Add or take away words, with all words on their items."""
        became = last_words.outcomes(words)
        every = np.ones(len(words), np.bool_)
        for (actor, category), sums in _sums(
            words.actor, words.category, every, became.shared, became.alike, became.corrected
        ):
            labelled, shared, alike, corrected = (by * number for number in sums)
            person = self.people[actor]
            for tally in (person, person.classes[category]):
                tally.labelled += labelled
                tally.shared += shared
                tally.alike += alike
                tally.corrected += corrected

    def _count_hours(self, words: LastWords, by: int, events: Ids, seconds: Ids) -> None:
        """The same for the hours of recent ones."""
        if not len(events):
            return
        place = np.searchsorted(events, words.event).clip(max=len(events) - 1)
        is_recent = events[place] == words.event
        for (actor, hour), (count,) in _sums(
            words.actor[is_recent], seconds[place[is_recent]] // HOUR_S, is_recent[is_recent]
        ):
            self.hours[actor][hour] += by * count


def _sums(one: Ids, other: Ids, *of_words: Flags) -> Iterator[tuple[tuple[int, int], list[int]]]:
    """For each pair of two numbers how many words there are of each kind."""
    if not len(one):
        return
    span = int(other.max()) + 1
    pairs, place = np.unique(one * span + other, return_inverse=True)
    sums = [np.bincount(place, weights=kind, minlength=len(pairs)).astype(np.int64) for kind in of_words]
    for pair, counts in zip(pairs.tolist(), np.stack(sums, axis=1).tolist(), strict=True):
        yield divmod(pair, span), counts


def of(snapshot: Snapshot) -> list[PersonsWork]:
    """Everybody who gave a label by looking, most labels first. An image counts once for a person, by their last word on it."""
    now = schema.now()
    since = int((now - RECENT).timestamp()) // HOUR_S
    work = _work(snapshot, snapshot.categories.facet_id())
    people = []
    with work.lock:
        work.follow(snapshot, _recently(now))
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
    _, words = words_of(snapshot, snapshot.categories.facet_id())
    first = last_words.first_rows(words)
    twice = first[np.diff(first, append=len(words)) > 1]
    among = twice[double_labels.chosen(words.item[twice], share)]
    if not len(among):
        return None
    return agree(words.category[among].tolist(), words.category[among + 1].tolist())


def words_of(snapshot: Snapshot, facet_id: int) -> tuple[int, LastWords]:
    """(the newest event, everybody's last words in an exclusive facet up to it)."""
    work = _work(snapshot, facet_id)
    with work.lock:
        return work.follow(snapshot, _recently(schema.now())), work.words


def _recently(now: dt.datetime) -> dt.datetime:
    """When the first of the recent hours began."""
    return dt.datetime.fromtimestamp(int((now - RECENT).timestamp()) // HOUR_S * HOUR_S, dt.UTC)


def _work(snapshot: Snapshot, facet_id: int) -> _Work:
    return snapshot.cached(f"work {facet_id}", None, lambda: _Work(facet_id))
