"""A page that can be mailed: timeline, keyframes and score curves of one video in a single HTML file without scripts."""

from __future__ import annotations

import base64
from bisect import bisect_right
from html import escape

import numpy as np
from numpy.typing import NDArray

from video.results.document import SegmentsJson, TagJson
from video.results.tables import timecode
from video.segmenting.analysis import Analysis
from video.segmenting.segments import Segmentation

COLOURS = ["#2a9d8f", "#e76f51", "#4361ee", "#e9b44c", "#8e5572", "#5c946e", "#bc4b51", "#5b8e7d", "#6d6875", "#118ab2"]
CURVE_POINTS = 600

STYLE = """
body { font: 15px/1.5 system-ui, "Noto Sans", "Noto Sans CJK SC", sans-serif; margin: 2rem auto; max-width: 72rem;
  padding: 0 1rem; color: #1d2730; background: #fff }
.band { display: flex; height: 2.4rem; border-radius: 6px; overflow: hidden; margin: .3rem 0 1rem }
.band a, .band span { display: block; min-width: 0; border-right: 1px solid #fff }
.shots { height: .7rem }
.tag { margin: .25rem 0; font-size: .8rem; line-height: 1.3 }
.tag b { font-weight: 500 }
.tag div { position: relative; height: .5rem; background: #f1f4f6; border-radius: 3px }
.tag a { position: absolute; top: 0; bottom: 0; border-radius: 3px; background: #5b6770 }
svg { width: 100%; height: 9rem; background: #f6f8f9; border-radius: 6px }
table { border-collapse: collapse; width: 100% }
td, th { text-align: left; padding: .5rem .6rem; border-bottom: 1px solid #e3e8eb; vertical-align: top }
img { height: 5.5rem; border-radius: 4px; margin: 0 .3rem .3rem 0 }
.key { display: inline-block; width: .8rem; height: .8rem; border-radius: 2px; margin: 0 .3rem 0 1rem }
.why { color: #5b6770; font-size: .85rem }
tr:target { background: #fff6d6 }
"""


def to_html(found: SegmentsJson, analysis: Analysis, segmentation: Segmentation) -> str:
    """The whole page; pictures are inside it and nothing is fetched from anywhere."""
    names = segmentation.names
    colours = {name: COLOURS[k % len(COLOURS)] for k, name in enumerate(names)}
    shown = [name for k, name in enumerate(names) if k not in segmentation.above]
    shown += [name for k, name in enumerate(names) if k in segmentation.above and _labels(found, name)]
    legend = "".join(f'<span class="key" style="background:{colours[n]}"></span>{escape(n)}' for n in shown)
    head = f"{timecode(found['duration_s'])}, {found['frames']} frames, {found['fps']:.3f} per second, {escape(found['model'])}"
    notes = "".join(f'<p class="why">{escape(note)}</p>' for note in found.get("notes", []))
    rows = "".join(_row(k, found, analysis, segmentation, colours) for k in range(len(found["segments"])))
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{escape(found["video"])}</title>'
        f"<style>{STYLE}</style></head><body><h1>{escape(found['video'])}</h1><p>{head}</p>"
        f"{notes}"
        f"<p>{legend}</p>{_segment_band(found, colours)}{_shot_band(segmentation, colours)}{_tag_bands(found)}"
        f"<h2>Scores</h2>{_curves(segmentation, found['duration_s'], colours)}"
        "<h2>Segments</h2><table><tr><th>From</th><th>To</th><th>Label</th><th>Score</th><th>Keyframes</th></tr>"
        f"{rows}</table></body></html>"
    )


def _labels(found: SegmentsJson, name: str) -> bool:
    return any(segment["label"] == name for segment in found["segments"])


def _segment_band(found: SegmentsJson, colours: dict[str, str]) -> str:
    parts = "".join(
        f'<a href="#s{k}" title="{escape(s["label"])} {timecode(s["start_s"])}" '
        f'style="flex:{s["end_s"] - s["start_s"]:.4f} 0 0;background:{colours[s["label"]]}"></a>'
        for k, s in enumerate(found["segments"])
    )
    return f'<div class="band">{_late(found["segments"][0]["start_s"])}{parts}</div>'


def _late(seconds: float) -> str:
    """An empty stretch where the picture starts late."""
    return f'<span style="flex:{seconds:.4f} 0 0" title="No picture yet"></span>' if seconds > 0 else ""


def _shot_band(segmentation: Segmentation, colours: dict[str, str]) -> str:
    parts = "".join(
        f'<span style="flex:{shot.span.seconds:.4f} 0 0;background:{colours[segmentation.names[shot.own]]}"></span>'
        for shot in segmentation.shots
    )
    return f'<div class="band shots">{_late(segmentation.shots[0].span.start_s)}{parts}</div>'


def _tag_bands(found: SegmentsJson) -> str:
    """One thin band for each label of an open facet that occurs; a click goes to the segment where a stretch begins."""
    rows: dict[tuple[str, str], list[TagJson]] = {}
    for tag in found.get("tags", []):
        rows.setdefault((tag["facet"], tag["label"]), []).append(tag)
    bands = "".join(_tag_band(f"{facet}: {label}", tags, found) for (facet, label), tags in rows.items())
    return f"<h2>Labels</h2>{bands}" if bands else ""


def _tag_band(name: str, tags: list[TagJson], found: SegmentsJson) -> str:
    starts = [segment["start_frame"] for segment in found["segments"]]
    whole = found["duration_s"]
    parts = "".join(
        f'<a href="#s{bisect_right(starts, tag["start_frame"]) - 1}" '
        f'title="{escape(tag["label"])} {tag["score"]:.0%}, {timecode(tag["start_s"])} to {timecode(tag["end_s"])}" '
        f'style="left:{100 * tag["start_s"] / whole:.3f}%;width:{100 * (tag["end_s"] - tag["start_s"]) / whole:.3f}%"></a>'
        for tag in tags
    )
    return f'<div class="tag"><b title="{escape(name)}">{escape(name)}</b><div>{parts}</div></div>'


def _curves(segmentation: Segmentation, duration_s: float, colours: dict[str, str]) -> str:
    picked: NDArray[np.int64] = np.unique(
        np.linspace(0, len(segmentation.curve_times) - 1, CURVE_POINTS).round().astype(np.int64)
    )
    lines = []
    for k, name in enumerate(segmentation.names):
        if k in segmentation.above:
            continue
        points = " ".join(
            f"{1000 * segmentation.curve_times[i] / duration_s:.1f},{100 * (1 - segmentation.curve[i, k]):.1f}"
            for i in picked
        )
        lines.append(
            f'<polyline points="{points}" fill="none" stroke="{colours[name]}" stroke-width="1.5" '
            'vector-effect="non-scaling-stroke"/>'
        )
    return f'<svg viewBox="0 -2 1000 104" preserveAspectRatio="none">{"".join(lines)}</svg>'


def _row(k: int, found: SegmentsJson, analysis: Analysis, segmentation: Segmentation, colours: dict[str, str]) -> str:
    segment, data = segmentation.segments[k], found["segments"][k]
    pictures = "".join(
        f'<img alt="{timecode(analysis.keyframes[i].time_s)}" '
        f'src="data:image/jpeg;base64,{base64.b64encode(analysis.keyframes[i].jpeg).decode()}">'
        for i in segment.keyframes
    )
    reasons = [shot.reason for shot in segmentation.shots[slice(*segment.shots)] if shot.reason]
    reasons = [segment.backed_off, *reasons] if segment.backed_off else reasons
    why = "".join(f'<div class="why">{escape(reason)}</div>' for reason in reasons)
    return (
        f'<tr id="s{k}"><td>{timecode(data["start_s"])}</td><td>{timecode(data["end_s"])}</td>'
        f'<td style="border-left:6px solid {colours[data["label"]]}">{escape(data["label"])}</td>'
        f"<td>{data['score']:.0%}</td><td>{pictures}{why}</td></tr>"
    )
