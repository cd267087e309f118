"""A labelled video as the timeline shows it: plain data with category ids, reasons, curves thinned to what a screen can show."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from typing_extensions import TypedDict

from video.results.document import SpanJson
from video.segmenting.analysis import Analysis
from video.segmenting.segments import Segment, Segmentation
from video.segmenting.span import Span

CURVE_POINTS = 2000
LATE_S = 0.2  # a first picture that comes later is worth a mark


class Hole(TypedDict):
    """A stretch without a picture."""

    start_s: float
    end_s: float


class DrawnKeyframe(TypedDict):
    """A keyframe; `image` is the address of its picture."""

    index: int
    time_s: float
    image: str


class DrawnShot(SpanJson):
    """A shot with its own class (an id), and why smoothing gave it another one."""

    category: int
    score: float
    reason: str | None


class DrawnSegment(SpanJson):
    """A segment. `source`: `human`, `head` or `zero_shot`; `actor`: who labelled it, None where the machine did."""

    category: int
    label: str
    score: float
    scores: dict[str, float]
    source: str
    actor: str | None
    backed_off: bool
    reason: str
    keyframes: list[DrawnKeyframe]


class Curve(TypedDict):
    """Scores over time, in seconds; one series a class, by the text of its id."""

    times: list[float]
    scores: dict[str, list[float]]


class Screen(TypedDict):
    """What the page draws of a video."""

    fps: float
    duration_s: float
    frames: int
    width: int
    height: int
    notes: list[str]
    holes: list[Hole]
    segments: list[DrawnSegment]
    shots: list[DrawnShot]
    keyframes: list[DrawnKeyframe]
    curve: Curve


def screen(
    analysis: Analysis, segmentation: Segmentation, classes: Sequence[int], source: str, image: Callable[[int], str]
) -> Screen:
    """What the page draws.

    Args:
        classes: category ids in the order of `found.names`.
        source: `head` or `zero_shot`, for segments that no person labelled.
        image: the address of a keyframe's picture, by its index.
    """
    frames: list[DrawnKeyframe] = [
        {"index": k, "time_s": round(keyframe.time_s, 4), "image": image(k)}
        for k, keyframe in enumerate(analysis.keyframes)
    ]
    return {
        "fps": round(analysis.fps, 6),
        "duration_s": round(analysis.duration_s, 4),
        "frames": analysis.frames,
        "width": analysis.width,
        "height": analysis.height,
        "notes": analysis.notes,
        "holes": _holes(analysis),
        "segments": [_segment(segment, segmentation, classes, source, frames) for segment in segmentation.segments],
        "shots": [
            {
                **_span(shot.span),
                "category": classes[shot.own],
                "score": round(float(shot.scores[shot.own]), 4),
                "reason": shot.reason,
            }
            for shot in segmentation.shots
        ],
        "keyframes": frames,
        "curve": _curve(segmentation, classes),
    }


def _holes(analysis: Analysis) -> list[Hole]:
    """Where no picture comes: before the first one, and where the file has none for long."""
    holes = [(0.0, float(analysis.times[0]))] if analysis.times[0] > LATE_S else []
    holes += [(each.time_s - each.step_s, each.time_s) for each in analysis.breaks if not each.closed]
    return [{"start_s": round(start, 4), "end_s": round(end, 4)} for start, end in holes]


def _span(span: Span) -> SpanJson:
    return {
        "start_s": round(span.start_s, 4),
        "end_s": round(span.end_s, 4),
        "start_frame": int(span.start_frame),
        "end_frame": int(span.end_frame),
    }


def _segment(
    segment: Segment, segmentation: Segmentation, classes: Sequence[int], source: str, frames: Sequence[DrawnKeyframe]
) -> DrawnSegment:
    why = [segment.backed_off] if segment.backed_off else []
    reasons = why + [shot.reason for shot in segmentation.shots[slice(*segment.shots)] if shot.reason]
    return {
        **_span(segment.span),
        "category": classes[segment.label],
        "label": segmentation.names[segment.label],
        "score": round(segment.score, 4),
        "scores": segmentation.named(segment),
        "source": source if segment.person is None else "human",
        "actor": segment.person,
        "backed_off": segment.backed_off is not None,
        # A person's label needs no reason from the smoothing.
        "reason": ". ".join(reasons[:2]) if segment.person is None else "",
        "keyframes": [frames[k] for k in segment.keyframes],
    }


def _curve(segmentation: Segmentation, classes: Sequence[int]) -> Curve:
    step = max(1, -(-len(segmentation.curve_times) // CURVE_POINTS))
    return {
        "times": [round(float(time), 3) for time in segmentation.curve_times[::step]],
        "scores": {
            str(number): np.round(segmentation.curve[::step, k], 3).tolist() for k, number in enumerate(classes)
        },
    }
