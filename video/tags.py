"""Several labels at once: where in a video each label of an open facet holds, every label with its own extents."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from video.analysis import Analysis
from video.span import Span, between


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
    cells = _cells(analysis)
    seconds = np.array([cell.seconds for cell in cells])
    smoothed = _smoothed(curve, analysis, options.smooth_s)
    found = []
    for label, threshold in enumerate(thresholds):
        runs = hysteresis(smoothed[:, label], threshold, options.keep * threshold)
        for first, end in _bridged(runs, cells, options.gap_s):
            span = cells[first].joined(cells[end - 1])
            if span.seconds >= options.min_s:
                score = np.average(curve[first:end, label], weights=seconds[first:end])
                found.append(Extent(label, span, float(score)))
    return found


def hysteresis(scores: NDArray[np.floating], start: float, keep: float) -> list[tuple[int, int]]:
    """Half-open runs of values of at least `keep` that hold one of at least `start`; scores: float [n]."""
    on = np.concatenate([[False], scores >= keep, [False]])
    borders = np.flatnonzero(on[1:] != on[:-1]).tolist()
    runs = zip(borders[::2], borders[1::2], strict=True)
    return [(first, end) for first, end in runs if scores[first:end].max() >= start]


def _bridged(runs: list[tuple[int, int]], cells: list[Span], gap_s: float) -> list[tuple[int, int]]:
    joined: list[tuple[int, int]] = []
    for first, end in runs:
        if joined and cells[first].start_s - cells[joined[-1][1] - 1].end_s < gap_s:
            first = joined.pop()[0]
        joined.append((first, end))
    return joined


def _cells(analysis: Analysis) -> list[Span]:
    """What each sample stands for: up to halfway to the next, or to the cut between the two."""
    cuts = np.array([shot.start_frame for shot in analysis.shots], np.int64)
    borders = []
    for before, after in pairwise(analysis.sample_frames.tolist()):
        cut = int(cuts[np.searchsorted(cuts, after, side="right") - 1])
        borders.append(cut if cut > before else (before + after + 1) // 2)
    return between(borders, analysis.times, analysis.duration_s)


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
