"""A page that can be mailed: timeline, keyframes and score curves of one video in a single HTML file without scripts."""

from __future__ import annotations

import base64
from bisect import bisect_right
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template
from numpy.typing import NDArray

from video.results.document import SegmentJson, SegmentsJson, TagJson
from video.results.tables import timecode
from video.segmenting.analysis import Analysis
from video.segmenting.analysis_file import Keyframe
from video.segmenting.segments import Segmentation

TEMPLATE = Path(__file__).with_name("report.html.jinja")
COLOURS = ["#2a9d8f", "#e76f51", "#4361ee", "#e9b44c", "#8e5572", "#5c946e", "#bc4b51", "#5b8e7d", "#6d6875", "#118ab2"]
CURVE_POINTS = 600


@dataclass(frozen=True)
class Stretch:
    """One stretch of a label of an open facet: the segment where it begins, its place in per cent of the video, its words."""

    segment: int
    left: float
    width: float
    title: str


@dataclass(frozen=True)
class TagBand:
    """A thin band for one label of an open facet; a click goes to the segment where a stretch begins."""

    name: str
    stretches: list[Stretch]


@dataclass(frozen=True)
class ShotStretch:
    """One shot of the band below the segments."""

    start_s: float
    seconds: float
    label: str


@dataclass(frozen=True)
class Curve:
    """Scores of one label over the video, as the points of an SVG polyline: 1000 wide, 100 high."""

    label: str
    points: str


@dataclass(frozen=True)
class TableRow:
    """One row of the table."""

    segment: SegmentJson
    keyframes: list[Keyframe]
    reasons: list[str]


@cache
def _template() -> Template:
    environment = Environment(
        loader=FileSystemLoader(TEMPLATE.parent), autoescape=True, undefined=StrictUndefined, keep_trailing_newline=True
    )
    environment.filters["timecode"] = timecode
    environment.filters["base64"] = lambda content: base64.b64encode(content).decode()
    return environment.get_template(TEMPLATE.name)


def to_html(document: SegmentsJson, analysis: Analysis, segmentation: Segmentation) -> str:
    """The whole page; pictures are inside it and nothing is fetched from anywhere."""
    names = segmentation.names
    given = {segment["label"] for segment in document["segments"]}
    return _template().render(
        document={"notes": [], **document},
        colours={name: COLOURS[k % len(COLOURS)] for k, name in enumerate(names)},
        legend=[name for k, name in enumerate(names) if k not in segmentation.above]
        + [name for k, name in enumerate(names) if k in segmentation.above and name in given],
        shots=[ShotStretch(shot.span.start_s, shot.span.seconds, names[shot.own]) for shot in segmentation.shots],
        tags=_tag_bands(document),
        curves=_curves(segmentation, document["duration_s"]),
        rows=[_row(k, segment, analysis, segmentation) for k, segment in enumerate(document["segments"])],
    )


def _tag_bands(document: SegmentsJson) -> list[TagBand]:
    """One band for each label of an open facet that occurs."""
    rows: dict[tuple[str, str], list[TagJson]] = {}
    for tag in document.get("tags", []):
        rows.setdefault((tag["facet"], tag["label"]), []).append(tag)
    starts = [segment["start_frame"] for segment in document["segments"]]
    return [
        TagBand(f"{facet}: {label}", [_stretch(tag, starts, document["duration_s"]) for tag in tags])
        for (facet, label), tags in rows.items()
    ]


def _stretch(tag: TagJson, starts: list[int], duration_s: float) -> Stretch:
    return Stretch(
        segment=bisect_right(starts, tag["start_frame"]) - 1,
        left=100 * tag["start_s"] / duration_s,
        width=100 * (tag["end_s"] - tag["start_s"]) / duration_s,
        title=f"{tag['label']} {tag['score']:.0%}, {timecode(tag['start_s'])} to {timecode(tag['end_s'])}",
    )


def _curves(segmentation: Segmentation, duration_s: float) -> list[Curve]:
    """Curves of the labels that are nobody's parent, thinned out to `CURVE_POINTS`."""
    picked: NDArray[np.int64] = np.unique(
        np.linspace(0, len(segmentation.curve_times) - 1, CURVE_POINTS).round().astype(np.int64)
    )
    return [
        Curve(
            name,
            " ".join(
                f"{1000 * segmentation.curve_times[i] / duration_s:.1f},{100 * (1 - segmentation.curve[i, k]):.1f}"
                for i in picked
            ),
        )
        for k, name in enumerate(segmentation.names)
        if k not in segmentation.above
    ]


def _row(k: int, document: SegmentJson, analysis: Analysis, segmentation: Segmentation) -> TableRow:
    segment = segmentation.segments[k]
    reasons = [shot.reason for shot in segmentation.shots[slice(*segment.shots)] if shot.reason]
    return TableRow(
        segment=document,
        keyframes=[analysis.keyframes[i] for i in segment.keyframes],
        reasons=[segment.backed_off, *reasons] if segment.backed_off else reasons,
    )
