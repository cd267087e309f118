"""Which samples stand for a shot."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil

import numpy as np
from numpy.typing import NDArray

from video.segmenting.span import Span


@dataclass(frozen=True)
class KeyframeOptions:
    """How a shot is sampled.

    Attributes:
        trim: share of the shot left out at each end, where transitions live.
        candidates: at most so many samples are compared for one keyframe.
        every_s: one keyframe for each such stretch of a long shot, in seconds.
    """

    trim: float = 0.1
    candidates: int = 8
    every_s: float = 20.0


def inside(span: Span, sample_frames: NDArray[np.int64], trim: float = 0.1) -> NDArray[np.int64]:
    """Indices of the samples within a trimmed span, int64 [k], k >= 1: the nearest one where none is inside."""
    margin = trim * span.frames
    # Whole numbers: a float would make numpy copy all frames to float at every call.
    first = int(np.searchsorted(sample_frames, ceil(span.start_frame + margin)))
    last = int(np.searchsorted(sample_frames, ceil(span.end_frame - margin)))
    if first < last:
        return np.arange(first, last)
    middle = (span.start_frame + span.end_frame) / 2
    return np.array([int(np.argmin(np.abs(sample_frames - middle)))])


def medoid(vectors: NDArray[np.float32]) -> int:
    """Row with the greatest sum of cosines to the others; vectors: float32 [k, d], unit rows."""
    return int(np.argmax(vectors @ vectors.sum(axis=0)))


def choose(
    span: Span,
    sample_frames: NDArray[np.int64],
    vectors: NDArray[np.float32],
    options: KeyframeOptions | None = None,
) -> list[int]:
    """Samples that stand for a span, ascending: the medoid of each stretch of `every_s`.

    Args:
        sample_frames: int64 [m], ascending.
        vectors: float32 [m, d], unit rows.
    """
    options = options or KeyframeOptions()
    indices = inside(span, sample_frames, options.trim)
    stretches = max(1, min(len(indices), round(span.seconds / options.every_s)))
    chosen = []
    for part in np.array_split(indices, stretches):
        if len(part) > options.candidates:
            part = part[np.linspace(0, len(part) - 1, options.candidates).round().astype(int)]
        chosen.append(int(part[medoid(vectors[part])]))
    return chosen
