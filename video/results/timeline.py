"""A labelled video as the timeline shows it: plain data with category ids, reasons, curves thinned to what a screen can show."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from video.segmenting.analysis import Analysis
from video.segmenting.segments import Segment, Segmentation
from video.segmenting.span import Span

CURVE_POINTS = 2000
LATE_S = 0.2  # a first picture that comes later is worth a mark


def screen(
    analysis: Analysis, found: Segmentation, classes: Sequence[int], source: str, image: Callable[[int], str]
) -> dict[str, Any]:
    """What the page draws.

    Args:
        classes: category ids in the order of `found.names`.
        source: `head` or `zero_shot`, for segments that no person labelled.
        image: the address of a keyframe's picture, by its index.
    """
    frames = [
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
        "segments": [_segment(segment, found, classes, source, frames) for segment in found.segments],
        "shots": [
            {
                **_span(shot.span),
                "category": classes[shot.own],
                "score": round(float(shot.scores[shot.own]), 4),
                "reason": shot.reason,
            }
            for shot in found.shots
        ],
        "keyframes": frames,
        "curve": _curve(found, classes),
    }


def _holes(analysis: Analysis) -> list[dict[str, float]]:
    """Where no picture comes: before the first one, and where the file has none for long."""
    found = [(0.0, float(analysis.times[0]))] if analysis.times[0] > LATE_S else []
    found += [(each.time_s - each.step_s, each.time_s) for each in analysis.breaks if not each.closed]
    return [{"start_s": round(start, 4), "end_s": round(end, 4)} for start, end in found]


def _span(span: Span) -> dict[str, Any]:
    return {
        "start_s": round(span.start_s, 4),
        "end_s": round(span.end_s, 4),
        "start_frame": int(span.start_frame),
        "end_frame": int(span.end_frame),
    }


def _segment(
    segment: Segment, found: Segmentation, classes: Sequence[int], source: str, frames: Sequence[dict[str, Any]]
) -> dict[str, Any]:
    why = [segment.backed_off] if segment.backed_off else []
    reasons = why + [shot.reason for shot in found.shots[slice(*segment.shots)] if shot.reason]
    return {
        **_span(segment.span),
        "category": classes[segment.label],
        "label": found.names[segment.label],
        "score": round(segment.score, 4),
        "scores": found.named(segment),
        "source": source if segment.person is None else "human",
        "actor": segment.person,
        "backed_off": segment.backed_off is not None,
        # A person's label needs no reason from the smoothing.
        "reason": ". ".join(reasons[:2]) if segment.person is None else "",
        "keyframes": [frames[k] for k in segment.keyframes],
    }


def _curve(found: Segmentation, classes: Sequence[int]) -> dict[str, Any]:
    step = max(1, -(-len(found.curve_times) // CURVE_POINTS))
    return {
        "times": [round(float(time), 3) for time in found.curve_times[::step]],
        "scores": {str(number): np.round(found.curve[::step, k], 3).tolist() for k, number in enumerate(classes)},
    }
