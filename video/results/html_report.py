"""A page for people without the app: player, timeline, keyframes and scores of one video in a single HTML file.

Nothing is fetched from anywhere: pictures and the small film are inside, and the page's own policy allows its one script and no other.
The same page is the presentation view of the app, where the film comes from the server.
"""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import numpy as np
from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template
from numpy.typing import NDArray

from video.results.document import SegmentJson, SegmentsJson, TagJson
from video.results.speech import ENGLISH, Speech
from video.results.tables import timecode
from video.segmenting.analysis import Analysis
from video.segmenting.analysis_file import Keyframe
from video.segmenting.segments import Segmentation

HERE = Path(__file__).parent
TEMPLATE, SCRIPT, STYLE = "report.html.jinja", "report.js", "report.css"
CURVE_POINTS = 600


@dataclass(frozen=True)
class Colours:
    """Colours `#RRGGBB` of a label: of its line, of its wash, and of text on the wash."""

    line: str = "#697184"
    wash: str = "#EEF0F4"
    text: str = "#1C2230"


@dataclass(frozen=True)
class Cover:
    """What a report says of itself.

    Attributes:
        workspace: its name. at: when the report was made, with a zone.
        colours: by label; a label without one is grey.
        film: `data:` URI or address of the film, or "" where keyframes play in its place.
        film_note: a sentence on the film: why there is none, or what it lacks.
        speech: the words around the data.
    """

    workspace: str
    at: dt.datetime
    colours: Mapping[str, Colours] = field(default_factory=dict)
    film: str = ""
    film_note: str = ""
    speech: Speech = ENGLISH


@dataclass(frozen=True)
class Stretch:
    """One stretch of a label of an open facet: where it begins, its place in per cent of the video, its words."""

    segment: int
    start_s: float
    left: float
    width: float
    title: str


@dataclass(frozen=True)
class TagBand:
    """A thin band for one label of an open facet; a click goes to where a stretch begins."""

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
class Share:
    """Seconds of a label, and their share of the video."""

    label: str
    seconds: float
    share: float


@dataclass(frozen=True)
class TableRow:
    """One row of the table; `person` is who labelled it, None where the machine did."""

    segment: SegmentJson
    person: str | None
    keyframes: list[Keyframe]
    reasons: list[str]


@cache
def _template() -> Template:
    environment = Environment(
        loader=FileSystemLoader(HERE), autoescape=True, undefined=StrictUndefined, keep_trailing_newline=True
    )
    environment.filters["timecode"] = timecode
    environment.filters["clock"] = clock
    environment.filters["base64"] = lambda content: base64.b64encode(content).decode()
    return environment.get_template(TEMPLATE)


@cache
def _script() -> str:
    return (HERE / SCRIPT).read_text(encoding="utf-8")


@cache
def policy() -> str:
    """The Content-Security-Policy of a report: its one script by its hash, pictures and a film, nothing else."""
    digest = base64.b64encode(hashlib.sha256(_script().encode()).digest()).decode()
    return (
        f"default-src 'none'; script-src 'sha256-{digest}'; style-src 'unsafe-inline'; img-src data:; "
        "media-src data: 'self'; base-uri 'none'; form-action 'none'"
    )


def clock(seconds: float) -> str:
    """M:SS or H:MM:SS, as people read it."""
    minutes, whole = divmod(int(seconds), 60)
    return f"{minutes // 60}:{minutes % 60:02d}:{whole:02d}" if minutes >= 60 else f"{minutes}:{whole:02d}"


def to_html(document: SegmentsJson, analysis: Analysis, segmentation: Segmentation, cover: Cover) -> str:
    """The whole page."""
    names = segmentation.names
    given = {segment["label"] for segment in document["segments"]}
    return _template().render(
        document={"notes": [], **document},
        cover=cover,
        speech=cover.speech,
        say=cover.speech.say,
        policy=policy(),
        script=_script(),
        style=(HERE / STYLE).read_text(encoding="utf-8"),
        colours={name: cover.colours.get(name, Colours()) for name in names},
        legend=[name for k, name in enumerate(names) if k not in segmentation.above]
        + [name for k, name in enumerate(names) if k in segmentation.above and name in given],
        shares=_shares(document),
        shots=[ShotStretch(shot.span.start_s, shot.span.seconds, names[shot.own]) for shot in segmentation.shots],
        tags=_tag_bands(document, cover.speech),
        curves=_curves(segmentation, document["duration_s"]),
        rows=[_row(k, segment, analysis, segmentation) for k, segment in enumerate(document["segments"])],
    )


def _shares(document: SegmentsJson) -> list[Share]:
    """Seconds of each label that occurs, the longest first."""
    seconds: dict[str, float] = {}
    for segment in document["segments"]:
        seconds[segment["label"]] = seconds.get(segment["label"], 0.0) + segment["end_s"] - segment["start_s"]
    whole = sum(seconds.values()) or 1.0
    ranked = sorted(seconds.items(), key=lambda item: -item[1])
    return [Share(label, length, length / whole) for label, length in ranked]


def _tag_bands(document: SegmentsJson, speech: Speech) -> list[TagBand]:
    """One band for each label of an open facet that occurs."""
    rows: dict[tuple[str, str], list[TagJson]] = {}
    for tag in document.get("tags", []):
        rows.setdefault((tag["facet"], tag["label"]), []).append(tag)
    starts = [segment["start_frame"] for segment in document["segments"]]
    return [
        TagBand(f"{facet}: {label}", [_stretch(tag, starts, document["duration_s"], speech) for tag in tags])
        for (facet, label), tags in rows.items()
    ]


def _stretch(tag: TagJson, starts: list[int], duration_s: float, speech: Speech) -> Stretch:
    return Stretch(
        segment=bisect_right(starts, tag["start_frame"]) - 1,
        start_s=tag["start_s"],
        left=100 * tag["start_s"] / duration_s,
        width=100 * (tag["end_s"] - tag["start_s"]) / duration_s,
        title=speech.say(
            "{label} {share} %, {start} to {end}",
            label=tag["label"],
            share=f"{100 * tag['score']:.0f}",
            start=timecode(tag["start_s"]),
            end=timecode(tag["end_s"]),
        ),
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
        person=segment.person,
        keyframes=[analysis.keyframes[i] for i in segment.keyframes],
        reasons=[segment.backed_off, *reasons] if segment.backed_off else reasons,
    )
