"""A query laid over a video along the diagonal: which stretch of one is which stretch of the other, at what speed, and how alike they are."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from video.matching.moments import BITS, PER_S, Hashes, Times, is_seen

Floats = npt.NDArray[np.float32]
SPEEDS = np.round(np.arange(0.9, 1.1001, 0.0125), 4)
CLOSE = 0.05
STEP_S, AROUND_S = 0.25, 1.5  # offsets are tried around the one that was voted for, further around in a long query


@dataclass(frozen=True)
class AlignOptions:
    """What counts as alike.

    Attributes:
        alike: likeness of two moments, at most 1, from which on they may be the same. gap_s: the longest stretch within a match that is not.
        hashes: weight of the hash beside the vector, in [0, 1].
        least_s: shortest match, by the weight of its moments. short_s, sure: one from `short_s` on counts too where its likeness is at
            least `sure`, which what only looks similar does not reach.
    """

    alike: float = 0.45
    gap_s: float = 2.0
    hashes: float = 0.5
    least_s: float = 1.5
    short_s: float = 1.0
    sure: float = 0.8


@dataclass(frozen=True)
class Laid:
    """A stretch of a query and the stretch of a video that it is.

    Attributes:
        from_s, to_s: in the query. start_s, end_s: in the video. speed: seconds of the video a second of the query.
        score: mean likeness of the moments within, at most 1. moments: how many of them are alike, each by its weight.
    """

    from_s: float
    to_s: float
    start_s: float
    end_s: float
    speed: float
    score: float
    moments: float


@dataclass(frozen=True)
class Seen:
    """Moments to compare: vectors float32 [t, d], unit rows around a common centre; hashes uint8 [t, 8]; times float64 [t], ascending."""

    times: Times
    vectors: Floats
    hashes: Hashes


def likeness(query: Seen, video: Seen, options: AlignOptions) -> Floats:
    """float32 [q, v], at most 1: the cosine of vectors and the agreement of hashes, weighed."""
    cosines = query.vectors @ video.vectors.T
    bits = np.bitwise_count(query.hashes[:, None].view(np.uint64) ^ video.hashes[None].view(np.uint64))[..., 0]
    agreement = 1 - 2 * bits.astype(np.float32) / BITS
    return np.asarray((1 - options.hashes) * cosines + options.hashes * agreement, np.float32)


def lay(query: Seen, weights: Floats, video: Seen, offset_s: float, options: AlignOptions) -> Laid | None:
    """The best stretch near an offset, or None where too little is alike.

    Args:
        query, video: at least one moment each. weights: float32 [q], how much each moment of the query says.
    """
    first, last = query.times[0], query.times[-1]
    middle, half = (first + last) / 2, (last - first) / 2
    # At another speed the ends of the query vote for other offsets than its middle does.
    around = AROUND_S + (SPEEDS[-1] - 1) * half
    reach = around + SPEEDS[-1] * half + 1
    some = np.flatnonzero(np.abs(video.times - (offset_s + middle)) <= reach)
    if not len(some):
        return None
    window = Seen(video.times[some], video.vectors[some], video.hashes[some])
    alike = likeness(query, window, options)
    starts = offset_s + middle + np.arange(-around, around + STEP_S / 2, STEP_S)
    # Around the middle of the query, so that another speed moves both of its ends alike.
    wanted = starts[None, :, None] + SPEEDS[:, None, None] * (query.times - middle)[None, None, :]  # [speed, shift, q]
    values, apart = _along(alike, window.times, wanted)
    gain = (np.maximum(values - options.alike, 0) * weights).sum(axis=2) - 0.2 * np.abs(SPEEDS - 1)[:, None]
    # Among offsets that meet the same moments, the one that meets them at their times.
    gain -= CLOSE * apart.mean(axis=2)
    speed, shift = np.unravel_index(int(gain.argmax()), gain.shape)
    return _stretch(query, weights, values[speed, shift], wanted[speed, shift], float(SPEEDS[speed]), options)


def _along(alike: Floats, times: Times, wanted: npt.NDArray[np.float64]) -> tuple[Floats, Times]:
    """Likeness of each moment of the query with the nearer ones of the video at the wanted times, -1 where it has none; seconds to the nearest."""
    right = np.clip(np.searchsorted(times, wanted), 0, len(times) - 1)
    left = np.maximum(right - 1, 0)
    rows = np.arange(alike.shape[0])
    near = 0.75 / PER_S
    out, apart = np.full(wanted.shape, -1, np.float32), np.full(wanted.shape, np.inf)
    for place in (left, right):
        far = np.abs(times[place] - wanted)
        out = np.maximum(out, np.where(far <= near, alike[rows, place], -1))
        apart = np.minimum(apart, far)
    return out, apart


def _stretch(
    query: Seen, weights: Floats, values: Floats, wanted: Times, speed: float, options: AlignOptions
) -> Laid | None:
    """The best run of moments that are alike, with gaps that are not; what shows nothing is neither."""
    seen = is_seen(query.hashes)
    good = np.flatnonzero((values >= options.alike) & seen)
    if not len(good):
        return None
    parts = np.split(good, np.flatnonzero(np.diff(query.times[good]) > options.gap_s + 1 / PER_S) + 1)
    best = max(parts, key=lambda part: float((weights[part] * (values[part] - options.alike)).sum()))
    first, last = int(best[0]), int(best[-1])
    half = 0.5 / PER_S
    within = np.arange(first, last + 1)[seen[first : last + 1]]
    score = float(np.average(np.clip(values[within], -1, 1), weights=weights[within]))
    seconds = float(weights[best].sum()) / PER_S
    if seconds < (options.short_s if score >= options.sure else options.least_s):
        return None
    return Laid(
        max(0.0, float(query.times[first]) - half), float(query.times[last]) + half,
        max(0.0, float(wanted[first]) - half * speed), float(wanted[last]) + half * speed,
        speed, score, float(weights[best].sum()),
    )  # fmt: skip
