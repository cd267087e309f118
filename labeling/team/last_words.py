"""Each person's last word on each image, and what follows for who gave it. Arrays, so that a million decisions are counted in a second or two."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from store.ledger.opinion_reader import NO_WORD, Decided, Ids

Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class LastWords:
    """Last words, int64 [n] each, by item; those on one item in the order in which they were given.

    Attributes:
        event: the decision. category: the class, 0 for none of the classes.
    """

    event: Ids
    item: Ids
    actor: Ids
    category: Ids

    def __len__(self) -> int:
        return len(self.item)

    def where(self, chosen: Flags) -> LastWords:
        """Those that are chosen, bool [n]."""
        return LastWords(self.event[chosen], self.item[chosen], self.actor[chosen], self.category[chosen])

    def followed_by(self, other: LastWords) -> LastWords:
        """Both; no item is in both."""
        both = [np.concatenate(pair) for pair in zip(_columns(self), _columns(other), strict=True)]
        order = np.argsort(both[1], kind="stable")
        return LastWords(*(column[order] for column in both))


@dataclass(frozen=True)
class Outcomes:
    """What became of each word, bool [n] each.

    Attributes:
        shared: others had a word on the item too. alike: all of them the same.
        corrected: somebody gave another answer later.
    """

    shared: Flags
    alike: Flags
    corrected: Flags


def of(events: Decided) -> LastWords:
    """The last words among all events on some items.

    One that was taken back counts no more, nor one that its person followed by "not this" or "unsure".
    """
    void = _taken_back(events)
    spoken = (events.reverts == 0) & ~np.isin(events.event, void)
    event, item, actor, word = events.event[spoken], events.item[spoken], events.actor[spoken], events.word[spoken]
    order = np.lexsort((event, actor, item))
    last = np.ones(len(order), np.bool_)
    last[:-1] = (item[order][1:] != item[order][:-1]) | (actor[order][1:] != actor[order][:-1])
    kept = order[last & (word[order] != NO_WORD)]
    kept = kept[np.lexsort((event[kept], item[kept]))]
    return LastWords(event[kept], item[kept], actor[kept], word[kept])


def _taken_back(events: Decided) -> Ids:
    """Events that were taken back by one that was not taken back itself."""
    void: set[int] = set()
    rows = np.flatnonzero(events.reverts)[::-1]
    for number, reverts in zip(events.event[rows].tolist(), events.reverts[rows].tolist(), strict=True):
        if number not in void:
            void.add(reverts)
    return np.fromiter(void, np.int64, len(void))


def outcomes(words: LastWords) -> Outcomes:
    """What became of each word."""
    n = len(words)
    if not n:
        none = np.zeros(0, np.bool_)
        return Outcomes(none, none, none)
    starts = first_rows(words)
    counts = np.diff(starts, append=n)
    least, most = np.minimum.reduceat(words.category, starts), np.maximum.reduceat(words.category, starts)
    shared = np.repeat(counts > 1, counts)
    alike = shared & np.repeat(least == most, counts)
    rows = np.arange(n)
    changes = np.zeros(n, np.bool_)  # the next word on the item is another
    changes[:-1] = (words.item[1:] == words.item[:-1]) & (words.category[1:] != words.category[:-1])
    last_change = np.maximum.reduceat(np.where(changes, rows, -1), starts)
    return Outcomes(shared, alike, np.repeat(last_change, counts) >= rows)


def first_rows(words: LastWords) -> Ids:
    """Rows of the first word on each item, int64 [items]."""
    begins = np.ones(len(words), np.bool_)
    begins[1:] = words.item[1:] != words.item[:-1]
    return np.flatnonzero(begins).astype(np.int64, copy=False)


def _columns(words: LastWords) -> tuple[Ids, Ids, Ids, Ids]:
    return words.event, words.item, words.actor, words.category
