"""People's corrections laid over the machine's segments; the newest correction of a moment holds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from video.segmenting.analysis import Analysis
from video.segmenting.segments import Segment, Segmentation
from video.segmenting.span import Span


@dataclass(frozen=True)
class Correction:
    """A person's label of a stretch.

    Attributes:
        start_s: where it starts, in seconds.
        end_s: where it ends, in seconds.
        category: id of the class.
        person: who said so.
    """

    start_s: float
    end_s: float
    category: int
    person: str


def snapped(analysis: Analysis, start_s: float, end_s: float) -> Span:
    """The stretch of whole frames nearest to two times in seconds; it may be empty."""
    first, end = (_border(analysis, seconds) for seconds in (start_s, end_s))
    return Span(_time(analysis, first), _time(analysis, end), first, end)


def overlay(
    segmentation: Segmentation, analysis: Analysis, classes: Sequence[int], corrections: Sequence[Correction]
) -> Segmentation:
    """The segmentation with corrected stretches cut out and put in, oldest correction first.

    Args:
        found: what the machine says.
        analysis: of the same video.
        classes: category ids in the order of `found.names`; corrections to other categories are left out.
        corrections: oldest first.
    """
    place = {category: index for index, category in enumerate(classes)}
    shown = segmentation.segments
    for correction in corrections:
        span = snapped(analysis, correction.start_s, correction.end_s)
        if span.frames > 0 and correction.category in place:
            shown = _put(shown, span, place[correction.category], correction.person, len(classes))
    if shown is segmentation.segments:
        return segmentation
    return replace(segmentation, segments=[_completed(segment, segmentation, analysis) for segment in shown])


def widened(segmentation: Segmentation, names: Sequence[str]) -> Segmentation:
    """The segmentation with further classes that the machine gives no chance."""
    if not names:
        return segmentation
    more = len(names)
    return replace(
        segmentation,
        names=[*segmentation.names, *names],
        segments=[replace(segment, scores=_wider(segment.scores, more)) for segment in segmentation.segments],
        shots=[replace(shot, scores=_wider(shot.scores, more)) for shot in segmentation.shots],
        curve=_wider(segmentation.curve, more),
    )


def _wider(rows: NDArray[np.float32], more: int) -> NDArray[np.float32]:
    return np.pad(rows, [(0, 0)] * (rows.ndim - 1) + [(0, more)])


def _border(analysis: Analysis, seconds: float) -> int:
    """The frame border nearest to a time: a frame's index, or the number of frames for the end."""
    right = int(np.searchsorted(analysis.times, seconds))
    if right == 0:
        return 0
    return right if _time(analysis, right) - seconds < seconds - _time(analysis, right - 1) else right - 1


def _time(analysis: Analysis, border: int) -> float:
    return float(analysis.times[border]) if border < analysis.frames else analysis.duration_s


def _put(segments: Sequence[Segment], span: Span, label: int, person: str, classes: int) -> list[Segment]:
    shown: list[Segment] = []
    for old in segments:
        here = old.span
        if here.end_frame <= span.start_frame or here.start_frame >= span.end_frame:
            shown.append(old)
            continue
        if here.start_frame < span.start_frame:
            shown.append(replace(old, span=Span(here.start_s, span.start_s, here.start_frame, span.start_frame)))
        if here.end_frame > span.end_frame:
            shown.append(replace(old, span=Span(span.end_s, here.end_s, span.end_frame, here.end_frame)))
    scores = np.zeros(classes, np.float32)
    scores[label] = 1.0
    shown.append(Segment(span, label, scores, (0, 0), [], person))
    return sorted(shown, key=lambda segment: segment.span.start_frame)


def _completed(segment: Segment, segmentation: Segmentation, analysis: Analysis) -> Segment:
    """The shots that a stretch touches, and the keyframes that lie in it."""
    span = segment.span
    touched = [
        k
        for k, shot in enumerate(segmentation.shots)
        if shot.span.start_frame < span.end_frame and shot.span.end_frame > span.start_frame
    ]
    inside = [k for k, frame in enumerate(analysis.keyframes) if span.start_frame <= frame.frame < span.end_frame]
    return replace(segment, shots=(touched[0], touched[-1] + 1), keyframes=inside)
