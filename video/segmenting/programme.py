"""Which programme is this from? A clip against reference videos, by nearest neighbours that agree on a time offset.

Each sample of the clip votes, through its nearest reference samples, for pairs of video and time offset; the pairs with the
most votes are then compared sample by sample. Chance neighbours scatter over offsets, a true match piles up (the idea of
audio fingerprinting by Wang, "An industrial-strength audio search algorithm", 2003, on embeddings).
"""

from __future__ import annotations

from dataclasses import dataclass

import faiss
import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]


@dataclass(frozen=True)
class MatchOptions:
    """How a clip is matched.

    Attributes:
        neighbours: nearest reference samples that each sample of the clip votes for.
        bin_s: width of a bin of time offsets, in seconds.
        verified: so many pairs of video and offset are compared sample by sample.
        least: least mean cosine (after the references' mean is taken off) of a match, -1 to 1.
    """

    neighbours: int = 20
    bin_s: float = 0.5
    verified: int = 10
    least: float = 0.86


@dataclass(frozen=True)
class Match:
    """Where a clip comes from.

    Attributes:
        video: number of the reference video.
        offset_s: time in the reference at which the clip starts, in seconds.
        score: mean cosine along the alignment, -1 to 1.
    """

    video: int
    offset_s: float
    score: float


class References:
    """Samples of the reference videos, searchable.

    Args:
        videos: int64 [n], the reference video of each sample.
        times: float64 [n], its time in seconds; ascending within a video.
        vectors: float32 [n, d], unit rows.
    """

    def __init__(self, videos: NDArray[np.int64], times: NDArray[np.float64], vectors: Floats) -> None:
        self._videos, self._times = videos, times
        # All pictures share a large common part; without it cosines tell more.
        self._mean = vectors.mean(axis=0)
        self._vectors = self._centred(vectors)
        self._index = faiss.IndexFlatIP(vectors.shape[1])
        self._index.add(self._vectors)

    def match(self, times: NDArray[np.float64], vectors: Floats, options: MatchOptions | None = None) -> Match | None:
        """The best match of a clip, or None where nothing is like it.

        Args:
            times: float64 [m], seconds from the clip's start.
            vectors: float32 [m, d], unit rows.
        """
        options = options or MatchOptions()
        best = self.best(times, vectors, options)
        return best if best.score >= options.least else None

    def best(self, times: NDArray[np.float64], vectors: Floats, options: MatchOptions | None = None) -> Match:
        """The best match however weak."""
        options = options or MatchOptions()
        clip = self._centred(vectors)
        return max(
            (self._verify(video, offset, times, clip) for video, offset in self._voted(times, clip, options)),
            key=lambda match: match.score,
        )

    def _voted(self, times: NDArray[np.float64], clip: Floats, options: MatchOptions) -> list[tuple[int, float]]:
        cosines, rows = self._index.search(clip, min(options.neighbours, len(self._videos)))
        offsets = self._times[rows] - times[:, None]  # [m, k]
        votes: dict[tuple[int, int], float] = {}
        flat = zip(
            self._videos[rows].ravel().tolist(),
            np.round(offsets / options.bin_s).astype(int).ravel().tolist(),
            np.maximum(cosines, 0).ravel().tolist(),
            strict=True,
        )
        for video, place, weight in flat:
            # A vote near the border of a bin also counts, by half, for its neighbours.
            for shift, share in ((-1, 0.5), (0, 1.0), (1, 0.5)):
                key = video, place + shift
                votes[key] = votes.get(key, 0.0) + share * weight
        ranked = sorted(votes, key=lambda key: (-votes[key], key))[: options.verified]
        return [(video, place * options.bin_s) for video, place in ranked]

    def _verify(self, video: int, offset_s: float, times: NDArray[np.float64], clip: Floats) -> Match:
        """Mean cosine of the clip with the samples of the video at that offset, the best within half a second."""
        rows = np.flatnonzero(self._videos == video)
        shifts = np.array([-0.5, -0.25, 0.0, 0.25, 0.5]) + offset_s
        wanted = times[None] + shifts[:, None]  # [s, m]
        right = np.clip(np.searchsorted(self._times[rows], wanted), 0, len(rows) - 1)
        left = np.maximum(right - 1, 0)
        nearer = np.abs(self._times[rows][left] - wanted) < np.abs(self._times[rows][right] - wanted)
        cosines = (self._vectors[rows][np.where(nearer, left, right)] * clip[None]).sum(axis=2).mean(axis=1)
        chosen = int(cosines.argmax())
        return Match(video, float(shifts[chosen]), float(cosines[chosen]))

    def _centred(self, vectors: Floats) -> Floats:
        moved = np.asarray(vectors, np.float32) - self._mean
        return np.ascontiguousarray(moved / np.maximum(np.linalg.norm(moved, axis=1, keepdims=True), 1e-12))
