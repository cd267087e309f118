"""Which moments of many videos look like those of a query: a FAISS index over binary codes, and votes for pairs of video and time offset.

A code is the hash of the picture and the signs of random projections of its centred vector (Charikar, "Similarity estimation techniques from
rounding algorithms", 2002). Chance neighbours scatter over offsets, a true match piles up in one (Wang, "An industrial-strength audio
search algorithm", 2003).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

import faiss
import numpy as np
import numpy.typing as npt

from video.matching.moments import BITS, Moments, is_seen, mirrored

Floats = npt.NDArray[np.float32]
Ints = npt.NDArray[np.int64]
Codes = npt.NDArray[np.uint8]
SIGNS = 192  # bits of a code that come from the vector, beside the 64 of the hash
SEED = 0
_Piles: TypeAlias = "dict[tuple[int, bool], list[tuple[float, float]]]"  # (offset, weight) by video and side


@dataclass(frozen=True)
class SearchOptions:
    """How candidates are searched.

    Attributes:
        neighbours: nearest moments that each moment of a query votes for. voters: moments of a query that vote at most.
        bin_s: width of a bin of time offsets. candidates: pairs of video and offset that are looked at more closely.
        far: bits in which a neighbour may differ from its moment.
        common: a moment that looks like one of more videos than this counts less, as one of an intro or a studio.
    """

    neighbours: int = 48
    voters: int = 60
    bin_s: float = 1.0
    candidates: int = 16
    far: int = 96
    common: int = 8


@dataclass(frozen=True)
class Query:
    """A query, and the same mirrored. mirror: float32 [t, d], vectors of the mirrored pictures."""

    moments: Moments
    mirror: Floats

    def turned(self) -> Moments:
        """The moments of the mirrored query."""
        return Moments(self.moments.times, self.mirror, mirrored(self.moments.hashes))


@dataclass(frozen=True)
class Candidate:
    """Where a query may come from: at time t of the query the video shows what it shows at `offset_s` + t. votes: how much speaks for it."""

    video: int
    is_mirrored: bool
    offset_s: float
    votes: float


@dataclass(frozen=True)
class Votes:
    """What a search gave. candidates: the most votes first. weights: float32 [t], how much each moment of the query says; less in an intro."""

    candidates: tuple[Candidate, ...]
    weights: Floats


class FragmentIndex:
    """Moments of videos, searchable by their codes.

    Attributes:
        centre: float32 [d], the mean of all vectors, which they have in common. stored: uint8 [n, 32], codes.
        videos: int64 [n], of each moment. times: float64 [n].
    """

    def __init__(self, centre: Floats, codes: Codes, videos: Ints, times: npt.NDArray[np.float64]) -> None:
        self.centre, self.videos, self.times = centre, videos, times
        self._projection = _projection(len(centre))
        self._index = faiss.IndexBinaryFlat(BITS + SIGNS)
        self._index.add(codes)
        self.stored = codes

    @classmethod
    def build(cls, moments: Mapping[int, Moments]) -> FragmentIndex:
        """Index videos by number; moments without anything to see are left out."""
        dim = next(iter(moments.values())).vectors.shape[1]
        total, count = np.zeros(dim, np.float64), 0
        for each in moments.values():
            total += each.vectors.astype(np.float32).sum(axis=0)
            count += len(each)
        empty = cls(
            (total / max(count, 1)).astype(np.float32), np.empty((0, (BITS + SIGNS) // 8), np.uint8),
            np.empty(0, np.int64), np.empty(0, np.float64),
        )  # fmt: skip
        return empty.joined(moments)

    def joined(self, moments: Mapping[int, Moments]) -> FragmentIndex:
        """The same with more videos, around the same centre."""
        codes, videos, times = [self.stored], [self.videos], [self.times]
        for number, each in moments.items():
            seen = is_seen(each.hashes)
            codes.append(self.codes(each)[seen])
            videos.append(np.full(int(seen.sum()), number, np.int64))
            times.append(each.times[seen])
        return FragmentIndex(self.centre, np.concatenate(codes), np.concatenate(videos), np.concatenate(times))

    def only(self, kept: npt.NDArray[np.bool_]) -> FragmentIndex:
        """The same with some of the moments. kept: bool [n]."""
        return FragmentIndex(self.centre, self.stored[kept], self.videos[kept], self.times[kept])

    def __len__(self) -> int:
        return len(self.videos)

    def centred(self, vectors: npt.NDArray[np.number]) -> Floats:
        """Unit rows float32 [n, d] without what all vectors have in common."""
        moved = np.asarray(vectors, np.float32) - self.centre
        return np.asarray(moved / np.maximum(np.linalg.norm(moved, axis=1, keepdims=True), 1e-9), np.float32)

    def codes(self, moments: Moments) -> Codes:
        """uint8 [t, 32]."""
        signs = np.packbits(self.centred(moments.vectors) @ self._projection > 0, axis=1)
        return np.ascontiguousarray(np.concatenate([moments.hashes, signs], axis=1))

    def votes(self, query: Query, options: SearchOptions | None = None) -> Votes:
        """Pairs of video and offset that moments of a query vote for."""
        chosen = options or SearchOptions()
        piles: _Piles = defaultdict(list)
        spread = np.ones(len(query.moments))
        for is_mirrored, moments in ((False, query.moments), (True, query.turned())):
            seen = np.flatnonzero(is_seen(moments.hashes))
            if not len(seen) or not len(self):
                continue
            voters = seen[np.linspace(0, len(seen) - 1, min(len(seen), chosen.voters)).astype(np.int64)]
            distances, rows = self._index.search(self.codes(moments)[voters], min(chosen.neighbours, len(self)))
            counts = np.array(
                [
                    self._vote(piles, is_mirrored, float(time_s), far, near, chosen)
                    for time_s, far, near in zip(moments.times[voters], distances, rows, strict=True)
                ]
            )
            own = np.interp(np.arange(len(moments)), voters, counts)
            spread = np.maximum(spread, own)
        return Votes(tuple(_piled(piles, chosen)), np.asarray(np.minimum(1, chosen.common / spread), np.float32))

    def _vote(
        self,
        piles: _Piles,
        is_mirrored: bool,
        time_s: float,
        far: npt.NDArray[np.int32],
        near: Ints,
        options: SearchOptions,
    ) -> int:
        """Put the votes of one moment on their piles; returns how many videos look like it."""
        close = far < options.far
        videos, offsets = self.videos[near[close]], self.times[near[close]] - time_s
        count = len(np.unique(videos))
        weights = (1 - far[close] / options.far) / max(1, count)
        best: dict[tuple[int, int], float] = {}
        for video, offset, weight in zip(videos.tolist(), offsets.tolist(), weights.tolist(), strict=True):
            key = (video, round(offset / options.bin_s))
            best[key] = max(weight, best.get(key, 0.0))  # one vote a bin: a still picture has many equal moments
        for (video, place), weight in best.items():
            piles[video, is_mirrored].append((place * options.bin_s, weight))
        return count


def _piled(votes: _Piles, options: SearchOptions) -> list[Candidate]:
    """The highest piles: votes of one bin with half of those beside it; at most three a video and side, apart from each other."""
    piles: list[Candidate] = []
    for (video, is_mirrored), some in votes.items():
        height: dict[float, float] = defaultdict(float)
        for offset, weight in some:
            for shift, share in ((-1, 0.5), (0, 1.0), (1, 0.5)):
                height[offset + shift * options.bin_s] += share * weight
        taken: list[float] = []
        for offset in sorted(height, key=lambda each: (-height[each], each)):
            if all(abs(offset - other) > 2 * options.bin_s for other in taken):
                taken.append(offset)
                piles.append(Candidate(video, is_mirrored, offset, height[offset]))
            if len(taken) == 3:
                break
    return sorted(piles, key=lambda pile: (-pile.votes, pile.video, pile.offset_s))[: options.candidates]


def _projection(dim: int) -> Floats:
    return np.random.default_rng(SEED).standard_normal((dim, SIGNS)).astype(np.float32)
