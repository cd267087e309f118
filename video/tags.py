"""Several labels at once: where in a video each label of an open facet holds, every label with its own extents."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from video.analysis import Analysis
from video.keyframes import inside
from video.span import Span


@dataclass(frozen=True)
class TagOptions:
    """When a label holds.

    Attributes:
        threshold: a shot starts an extent from this score on, 0 to 1.
        keep: a neighbouring shot continues it from this lower score on, so that it does not flutter.
        share: score of a shot = mean of this share of its highest samples: a label may show only for a while.
        min_s: shorter extents are dropped, in seconds.
    """

    threshold: float = 0.5
    keep: float = 0.35
    share: float = 0.25
    min_s: float = 0.5


@dataclass(frozen=True)
class Extent:
    """One stretch where a label holds.

    Attributes:
        label: class index.
        span: where.
        score: mean score of its shots by time, 0 to 1.
        shots: half-open range of shot indices.
    """

    label: int
    span: Span
    score: float
    shots: tuple[int, int]


def extents(analysis: Analysis, curve: NDArray[np.float32], options: TagOptions | None = None) -> list[Extent]:
    """Extents of every label, by label and time; they may overlap.

    Args:
        analysis: of the video.
        curve: float32 [m, c], the score of each label at each sample, each for itself (they need not sum to 1).
    """
    options = options or TagOptions()
    scores = np.stack([_top(curve[inside(span, analysis.sample_frames)], options.share) for span in analysis.shots])
    found = []
    for label in range(curve.shape[1]):
        for first, end in hysteresis(scores[:, label], options.threshold, options.keep):
            span = analysis.shots[first].joined(analysis.shots[end - 1])
            lengths = [analysis.shots[i].seconds for i in range(first, end)]
            if span.seconds >= options.min_s:
                score = float(np.average(scores[first:end, label], weights=lengths))
                found.append(Extent(label, span, score, (first, end)))
    return found


def hysteresis(scores: NDArray[np.float32], start: float, keep: float) -> list[tuple[int, int]]:
    """Half-open runs of values of at least `keep` that hold one of at least `start`; scores: float32 [n]."""
    runs = []
    first: int | None = None
    for i, score in enumerate([*scores.tolist(), -1.0]):
        if score >= keep:
            first = i if first is None else first
        elif first is not None:
            if scores[first:i].max() >= start:
                runs.append((first, i))
            first = None
    return runs


def _top(rows: NDArray[np.float32], share: float) -> NDArray[np.float32]:
    count = max(1, round(share * len(rows)))
    return np.asarray(np.sort(rows, axis=0)[-count:].mean(axis=0), np.float32)
