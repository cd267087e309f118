"""Segments for other programs: CSV with timecodes, WebVTT, ActivityNet JSON."""

from __future__ import annotations

import csv
import io

from video.document import SegmentsJson

COLUMNS = ["label", "score", "start_timecode", "end_timecode", "start_s", "end_s", "start_frame", "end_frame"]


def timecode(seconds: float) -> str:
    """HH:MM:SS.mmm, as WebVTT and most players read it."""
    whole = round(seconds * 1000)
    minutes, milliseconds = divmod(whole, 60_000)
    return f"{minutes // 60:02d}:{minutes % 60:02d}:{milliseconds // 1000:02d}.{milliseconds % 1000:03d}"


def to_csv(found: SegmentsJson) -> str:
    """One row a segment; frames are exact, timecodes to the millisecond."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    for segment in found["segments"]:
        times = [timecode(segment["start_s"]), timecode(segment["end_s"]), segment["start_s"], segment["end_s"]]
        label = _plain_cell(segment["label"])
        writer.writerow([label, segment["score"], *times, segment["start_frame"], segment["end_frame"]])
    return text.getvalue()


def to_webvtt(found: SegmentsJson) -> str:
    """One cue a segment, its label as text."""
    lines = ["WEBVTT", ""]
    for number, segment in enumerate(found["segments"], start=1):
        text = segment["label"].replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
        text = " ".join(text.split()) or "-"
        lines += [str(number), f"{timecode(segment['start_s'])} --> {timecode(segment['end_s'])}", text, ""]
    return "\n".join(lines)


def to_activitynet(found: SegmentsJson) -> dict[str, object]:
    """The result file of the ActivityNet evaluation (detection)."""
    results = [
        {"label": s["label"], "score": s["score"], "segment": [s["start_s"], s["end_s"]]} for s in found["segments"]
    ]
    return {
        "version": "VERSION 1.3",
        "results": {found["video"]: results},
        "external_data": {"used": True, "details": found["model"]},
    }


def _plain_cell(text: str) -> str:
    """A spreadsheet takes a cell that starts with one of these for a formula; a quote in front makes it text."""
    return "'" + text if text[:1] in ("=", "+", "-", "@", "\t", "\r") else text
