"""Segments for other programs: CSV with timecodes, WebVTT, ActivityNet JSON."""

from __future__ import annotations

from video.results.document import SegmentJson, SegmentsJson, TagJson
from written.csv_cells import csv_text

COLUMNS = ["label", "score", "start_timecode", "end_timecode", "start_s", "end_s", "start_frame", "end_frame"]
FACET = "facet"  # names the facet of a row or an entry that is not a segment but a label of an open facet


def timecode(seconds: float) -> str:
    """HH:MM:SS.mmm, as WebVTT and most players read it."""
    whole = round(seconds * 1000)
    minutes, milliseconds = divmod(whole, 60_000)
    return f"{minutes // 60:02d}:{minutes % 60:02d}:{milliseconds // 1000:02d}.{milliseconds % 1000:03d}"


def to_csv(segments_json: SegmentsJson) -> str:
    """One row a segment; frames are exact, timecodes to the millisecond.

    Where the workspace has open facets a column `facet` follows, and one row for each stretch of each of their labels.
    """
    tags = segments_json.get("tags")
    if tags is None:
        return csv_text(COLUMNS, [_cells(segment) for segment in segments_json["segments"]])
    rows = [[*_cells(segment), ""] for segment in segments_json["segments"]]
    return csv_text([*COLUMNS, FACET], rows + [[*_cells(tag), tag["facet"]] for tag in tags])


def to_webvtt(segments_json: SegmentsJson) -> str:
    """One cue a segment, its label as text; labels of open facets are cues of their own, `facet: label`, in order of time."""
    cues = [(s["start_s"], s["end_s"], s["label"]) for s in segments_json["segments"]]
    cues += [(t["start_s"], t["end_s"], f"{t['facet']}: {t['label']}") for t in segments_json.get("tags", [])]
    lines = ["WEBVTT", ""]
    for number, (start, end, text) in enumerate(sorted(cues, key=lambda cue: cue[0]), start=1):
        text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
        text = " ".join(text.split()) or "-"
        lines += [str(number), f"{timecode(start)} --> {timecode(end)}", text, ""]
    return "\n".join(lines)


def to_activitynet(segments_json: SegmentsJson) -> dict[str, object]:
    """The result file of the ActivityNet evaluation (detection); labels of open facets are further entries with their `facet`."""
    results = [_entry(segment) for segment in segments_json["segments"]]
    results += [_entry(tag) | {FACET: tag["facet"]} for tag in segments_json.get("tags", [])]
    return {
        "version": "VERSION 1.3",
        "results": {segments_json["video"]: results},
        "external_data": {"used": True, "details": segments_json["model"]},
    }


def _entry(one: SegmentJson | TagJson) -> dict[str, object]:
    return {"label": one["label"], "score": one["score"], "segment": [one["start_s"], one["end_s"]]}


def _cells(one: SegmentJson | TagJson) -> list[object]:
    times = [timecode(one["start_s"]), timecode(one["end_s"]), one["start_s"], one["end_s"]]
    return [one["label"], one["score"], *times, one["start_frame"], one["end_frame"]]
