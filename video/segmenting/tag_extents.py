"""Several labels at once: where in a video each label of an open facet holds, every label with its own extents."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from video.segmenting.analysis import Analysis
from video.segmenting.span import Span


@dataclass(frozen=True)
class TagOptions:
    """When a label holds.

    Attributes:
        smooth_s: scores are averaged over so many seconds around each sample, never across a cut; 0 leaves them as they are.
        keep: an extent that has begun goes on down to this share of the label's threshold, so that it does not flutter.
        gap_s: a shorter pause is bridged, in seconds.
        min_s: shorter extents are dropped, in seconds.
    """

    smooth_s: float = 1.0
    keep: float = 0.7
    gap_s: float = 1.0
    min_s: float = 0.5


PLAIN = TagOptions(smooth_s=0.0, keep=1.0, gap_s=0.0, min_s=0.0)  # what the scores say, sample by sample


@dataclass(frozen=True)
class Extent:
    """One stretch where a label holds.

    Attributes:
        label: class index.
        span: where; it begins and ends at a cut, or between two samples of one shot.
        score: mean score over it, 0 to 1.
    """

    label: int
    span: Span
    score: float


def extents(
    analysis: Analysis, curve: NDArray[np.float32], thresholds: Sequence[float], options: TagOptions | None = None
) -> list[Extent]:
    """Extents of every label, by label and time; those of different labels may overlap.

    Args:
        analysis: of the video.
        curve: float32 [m, c], the score of each label at each sample, each for itself (they need not sum to 1).
        thresholds: c of them, the score from which on a label holds, 0 to 1.
    """
    options = options or TagOptions()
    frames = _borders(analysis)
    times = np.append(analysis.times, analysis.duration_s)[frames]
    seconds = np.diff(times)
    smoothed = _smoothed(curve, analysis, options.smooth_s)
    intervals = []
    for label, threshold in enumerate(thresholds):
        runs = hysteresis(smoothed[:, label], threshold, options.keep * threshold)
        for first, end in _bridged(runs, times, options.gap_s):
            span = Span(float(times[first]), float(times[end]), int(frames[first]), int(frames[end]))
            if span.seconds >= options.min_s:
                score = np.average(curve[first:end, label], weights=seconds[first:end])
                intervals.append(Extent(label, span, float(score)))
    return intervals


def hysteresis(scores: NDArray[np.floating], start: float, keep: float) -> list[tuple[int, int]]:
    """Half-open runs of values of at least `keep` that hold one of at least `start`; scores: float [n]."""
    on = np.concatenate([[False], scores >= keep, [False]])
    borders = np.flatnonzero(on[1:] != on[:-1]).tolist()
    runs = zip(borders[::2], borders[1::2], strict=True)
    return [(first, end) for first, end in runs if scores[first:end].max() >= start]


def _bridged(runs: list[tuple[int, int]], times: NDArray[np.float64], gap_s: float) -> list[tuple[int, int]]:
    joined: list[tuple[int, int]] = []
    for first, end in runs:
        if joined and times[first] - times[joined[-1][1]] < gap_s:
            first = joined.pop()[0]
        joined.append((first, end))
    return joined


def _borders(analysis: Analysis) -> NDArray[np.int64]:
    """int64 [m + 1]: the frames between which each sample stands: halfway to the next, or the cut between the two."""
    samples = analysis.sample_frames
    cuts = np.array([shot.start_frame for shot in analysis.shots], np.int64)
    before, after = samples[:-1], samples[1:]
    last = cuts[np.searchsorted(cuts, after, side="right") - 1]
    inner = np.where(last > before, last, (before + after + 1) // 2)
    return np.concatenate([[0], inner, [analysis.frames]])


def _smoothed(curve: NDArray[np.float32], analysis: Analysis, window_s: float) -> NDArray[np.float64]:
    """float64 [m, c]: mean over the samples of the same shot that lie at most half a window away."""
    if window_s <= 0:
        return np.asarray(curve, np.float64)
    times = analysis.sample_times
    starts = np.array([shot.start_frame for shot in analysis.shots], np.int64)
    shot = np.searchsorted(starts, analysis.sample_frames, side="right")
    low = np.maximum(np.searchsorted(times, times - window_s / 2), np.searchsorted(shot, shot))
    high = np.minimum(
        np.searchsorted(times, times + window_s / 2, side="right"), np.searchsorted(shot, shot, side="right")
    )
    sums = np.concatenate([np.zeros((1, curve.shape[1])), np.cumsum(curve, axis=0, dtype=np.float64)])
    return np.asarray((sums[high] - sums[low]) / (high - low)[:, None], np.float64)
