"""Which stretches of which videos a query is, how sure, or nothing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np

from video.matching import alignment
from video.matching.alignment import AlignOptions, Laid, Seen
from video.matching.fragment_index import FragmentIndex, Query, SearchOptions
from video.matching.moments import PER_S, Moments

LIMIT = 0.55  # of the score; chosen by `python -m bench fragments` on one half of its videos
PART_S = 60.0  # of a query that is looked up at once
WHOLE_S = 5.0  # a stretch of this length needs no more of the query around it


@dataclass(frozen=True)
class MatchOptions:
    """How fragments are looked up. limit: least score of a match. overlap: share of a stretch that another match of the video may have."""

    search: SearchOptions = field(default_factory=SearchOptions)
    align: AlignOptions = field(default_factory=AlignOptions)
    limit: float = LIMIT
    overlap: float = 0.5


@dataclass(frozen=True)
class Match:
    """A stretch of a video that is one of the query.

    Attributes:
        laid: the stretches. score: at most 1; likeness, less where the match is only a part of a short query.
    """

    video: int
    is_mirrored: bool
    laid: Laid
    score: float

    @property
    def strength(self) -> float:
        """By which matches are ordered: a long one before a short one that is as sure."""
        return self.score * (self.laid.to_s - self.laid.from_s)


def find(
    index: FragmentIndex, query: Query, moments_of: Callable[[int], Moments], options: MatchOptions | None = None
) -> list[Match]:
    """All matches of a query, the strongest first. A long query is looked up in parts, whose matches are joined where they go on.

    Args:
        moments_of: the moments of a video of the index; asked for the few videos that have the most votes.
    """
    chosen = options or MatchOptions()
    known: dict[int, Seen] = {}

    def video(number: int) -> Seen:
        if number not in known:
            moments = moments_of(number)
            known[number] = Seen(moments.times, index.centred(moments.vectors), moments.hashes)
        return known[number]

    matches: list[Match] = []
    for part in _parts(query):
        for match in _of_part(index, part, video, chosen):
            _join(matches, match, chosen.align.gap_s)
    return _distinct(sorted(matches, key=lambda each: (-each.strength, each.video)), chosen.overlap)


def _parts(query: Query) -> list[Query]:
    """The query in parts of at most `PART_S`."""
    moments = query.moments
    cuts = np.arange(PART_S, moments.times[-1] - moments.times[0], PART_S) + moments.times[0]
    edges = [0, *np.searchsorted(moments.times, cuts).tolist(), len(moments)]
    return [
        Query(
            Moments(moments.times[start:end], moments.vectors[start:end], moments.hashes[start:end]),
            query.mirror[start:end],
        )
        for start, end in pairwise(edges)
        if end > start
    ]


def _of_part(index: FragmentIndex, part: Query, video: Callable[[int], Seen], options: MatchOptions) -> list[Match]:
    votes = index.votes(part, options.search)
    sides = {
        is_mirrored: Seen(moments.times, index.centred(moments.vectors), moments.hashes)
        for is_mirrored, moments in ((False, part.moments), (True, part.turned()))
    }
    whole_s = min(WHOLE_S, float(part.moments.times[-1] - part.moments.times[0]) + 1 / PER_S)
    matches = []
    for one in votes.candidates:
        laid = alignment.lay(sides[one.is_mirrored], votes.weights, video(one.video), one.offset_s, options.align)
        if laid is not None:
            share = min(1.0, (laid.to_s - laid.from_s) / whole_s)
            matches.append(Match(one.video, one.is_mirrored, laid, float(laid.score * np.sqrt(share))))
    good = [match for match in matches if match.score >= options.limit]
    return _distinct(sorted(good, key=lambda each: (-each.strength, each.video)), options.overlap)


def _join(matches: list[Match], new: Match, gap_s: float) -> None:
    """Put a match of the next part beside the others, or behind the one that it goes on with."""
    for k, old in enumerate(matches):
        wait, gone = new.laid.from_s - old.laid.to_s, new.laid.start_s - old.laid.end_s
        same = (old.video, old.is_mirrored) == (new.video, new.is_mirrored)
        if same and -1 <= wait <= gap_s and abs(gone - wait * new.laid.speed) <= gap_s:
            matches[k] = _joined(old, new)
            return
    matches.append(new)


def _joined(old: Match, new: Match) -> Match:
    first, second = old.laid, new.laid
    weight = first.moments / max(first.moments + second.moments, 1e-9)
    laid = Laid(
        first.from_s, second.to_s, first.start_s, second.end_s, (second.end_s - first.start_s) / (second.to_s - first.from_s),
        weight * first.score + (1 - weight) * second.score, first.moments + second.moments,
    )  # fmt: skip
    return Match(old.video, old.is_mirrored, laid, weight * old.score + (1 - weight) * new.score)


def _distinct(matches: list[Match], overlap: float) -> list[Match]:
    """Matches without those that say of a stretch of the query again that it is of the same video."""
    kept: list[Match] = []
    for match in matches:
        same = [each for each in kept if each.video == match.video]
        if all(_shared(each.laid, match.laid) <= overlap for each in same):
            kept.append(match)
    return kept


def _shared(one: Laid, other: Laid) -> float:
    """Share of the shorter stretch of the query that both have."""
    both = min(one.to_s, other.to_s) - max(one.from_s, other.from_s)
    return both / max(min(one.to_s - one.from_s, other.to_s - other.from_s), 1e-9)
