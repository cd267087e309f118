"""The result of segmenting a video as plain data: the JSON that the command line prints and every export starts from."""

from __future__ import annotations

import json
from pathlib import Path
from typing import NotRequired

from typing_extensions import TypedDict

from errors import InputError
from video.segmenting.analysis import Analysis
from video.segmenting.segments import Segment, Segmentation
from video.segmenting.span import Span
from video.segmenting.tag_extents import Extent


class SpanJson(TypedDict):
    """A stretch; the end frame is exclusive."""

    start_s: float
    end_s: float
    start_frame: int
    end_frame: int


class SegmentJson(SpanJson):
    """A labelled stretch with the probability of its label and of every class.

    `backed_off` is there, and true, where the label is a parent in a tree because no class below it is certain.
    """

    label: str
    score: float
    scores: dict[str, float]
    keyframes_s: list[float]
    backed_off: NotRequired[bool]


class TagJson(SpanJson):
    """A stretch where a label of an open facet holds; those of different labels may overlap."""

    label: str
    facet: str
    score: float


class BreakJson(TypedDict):
    """Where the video does not go on from frame to frame, see `video.decoding.clock.Break`."""

    frame: int
    time_s: float
    step_s: float
    closed: bool


class SegmentsJson(TypedDict):
    """One video; times are the container's, as a browser's player shows them.

    `start_s` is there where the first picture or sound comes later than 0, `breaks` where the time stamps jump or no picture
    comes for long.
    """

    video: str
    fps: float
    duration_s: float
    frames: int
    model: str
    segments: list[SegmentJson]
    shots: list[SpanJson]
    notes: NotRequired[list[str]]
    tags: NotRequired[list[TagJson]]
    start_s: NotRequired[float]
    breaks: NotRequired[list[BreakJson]]


def document(video: str, model: str, analysis: Analysis, segmentation: Segmentation) -> SegmentsJson:
    """Plain data of a segmented video.

    Args:
        video: the file's name.
        model: which head or prompts gave the scores.
    """
    content: SegmentsJson = {
        "video": video,
        "fps": round(analysis.fps, 6),
        "duration_s": round(analysis.duration_s, 6),
        "frames": analysis.frames,
        "model": model,
        "segments": [_segment(segment, analysis, segmentation) for segment in segmentation.segments],
        "shots": [_span(shot.span) for shot in segmentation.shots],
        "notes": analysis.notes,
    }
    if analysis.start_s > 0:
        content["start_s"] = round(analysis.start_s, 6)
    if analysis.breaks:
        content["breaks"] = [
            {"frame": b.frame, "time_s": round(b.time_s, 6), "step_s": round(b.step_s, 6), "closed": b.closed}
            for b in analysis.breaks
        ]
    return content


def read(path: Path) -> SegmentsJson:
    """Read a document written before.

    Raises:
        InputError: it is missing, no JSON, or lacks what a segments file has.
    """
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        for segment in content["segments"]:
            _ = (str(segment["label"]), int(segment["start_frame"]), int(segment["end_frame"]), float(segment["end_s"]))
        _ = (float(content["fps"]), int(content["frames"]), [int(shot["start_frame"]) for shot in content["shots"]])
    except (OSError, UnicodeDecodeError, json.JSONDecodeError, KeyError, TypeError, ValueError) as error:
        raise InputError(
            f"{path.name} is not a segments file. Make one with: sceneloop segment ... --out FILE.json"
        ) from error
    result: SegmentsJson = content
    return result


def tag_json(label: str, facet: str, extent: Extent) -> TagJson:
    """Plain data of a stretch where a label of an open facet holds."""
    return {"label": label, "facet": facet, **_span(extent.span), "score": round(extent.score, 4)}


def _segment(segment: Segment, analysis: Analysis, segmentation: Segmentation) -> SegmentJson:
    span = _span(segment.span)
    entry: SegmentJson = {
        "start_s": span["start_s"],
        "end_s": span["end_s"],
        "start_frame": span["start_frame"],
        "end_frame": span["end_frame"],
        "label": segmentation.names[segment.label],
        "score": round(segment.score, 4),
        "scores": segmentation.named(segment),
        "keyframes_s": [round(analysis.keyframes[k].time_s, 6) for k in segment.keyframes],
    }
    if segment.backed_off is not None:
        entry["backed_off"] = True
    return entry


def _span(span: Span) -> SpanJson:
    return {
        "start_s": round(span.start_s, 6),
        "end_s": round(span.end_s, 6),
        "start_frame": span.start_frame,
        "end_frame": span.end_frame,
    }
