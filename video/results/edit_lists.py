"""Segments as a timeline for editing programs: OpenTimelineIO, Final Cut Pro 7 XML (Premiere, Resolve), EDL (CMX 3600).

All three count frames of one rate. The video is named without a folder, so the list lies beside it or is linked again on import.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from fractions import Fraction
from urllib.parse import quote
from xml.etree import ElementTree

from errors import InputError
from video.results.document import SegmentsJson, SpanJson

NTSC = (24, 30, 48, 60, 120)
SMPTE = (24, 25, 30, 48, 50, 60)  # whole rates of EDL, each also 1000/1001 of it but for 25 and 50
MOST_EVENTS = 999
COLOR = "GREEN"
ELSE = "Export OpenTimelineIO instead."


def exact_rate(fps: float) -> Fraction:
    """Frames a second as a fraction: 23.976 is 24000/1001."""
    for whole in NTSC:
        if abs(fps - whole * 1000 / 1001) < 0.0005:
            return Fraction(whole * 1000, 1001)
    return Fraction(fps).limit_denominator(1000)


def to_otio(segments_json: SegmentsJson) -> str:
    """An `.otio` timeline: a clip a segment, a marker for each stretch of a label of an open facet.

    Raises:
        InputError: frames do not come at one rate.
    """
    rate = _steady(segments_json)
    whole = _range(rate, 0, segments_json["frames"])
    url = quote(segments_json["video"])
    clips = [
        {
            **_item("Clip.2", segment["label"], {"label": segment["label"], "score": segment["score"]}),
            "source_range": _range(rate, segment["start_frame"], segment["end_frame"]),
            "media_references": {
                "DEFAULT_MEDIA": {
                    "OTIO_SCHEMA": "ExternalReference.1", "metadata": {}, "name": segments_json["video"],
                    "available_range": whole, "available_image_bounds": None, "target_url": url,
                }
            },
            "active_media_reference_key": "DEFAULT_MEDIA",
        }
        for segment in segments_json["segments"]
    ]  # fmt: skip
    markers = [
        {
            "OTIO_SCHEMA": "Marker.2", "metadata": {"sceneloop": {"score": tag["score"]}},
            "name": f"{tag['facet']}: {tag['label']}", "color": COLOR, "comment": "",
            "marked_range": _range(rate, tag["start_frame"], tag["end_frame"]),
        }
        for tag in segments_json.get("tags", [])
    ]  # fmt: skip
    track = {**_item("Track.1", "segments", {}), "markers": markers, "children": clips, "kind": "Video"}
    timeline = {
        "OTIO_SCHEMA": "Timeline.1", "metadata": {"sceneloop": {"model": segments_json["model"]}},
        "name": segments_json["video"], "global_start_time": None,
        "tracks": {**_item("Stack.1", "tracks", {}), "children": [track]},
    }  # fmt: skip
    return json.dumps(timeline, ensure_ascii=False, indent=2)


def to_fcp7(segments_json: SegmentsJson) -> str:
    """An XML of Final Cut Pro 7 (`xmeml` 5): a clip a segment, a marker for each stretch of a label of an open facet.

    Raises:
        InputError: frames do not come at one rate, or at one that the format does not know (12.5, say).
    """
    rate = _steady(segments_json)
    timebase, ntsc = _timebase(rate, "Final Cut Pro 7 XML")
    root = ElementTree.Element("xmeml", version="5")
    sequence = ElementTree.SubElement(root, "sequence", id="sequence-1")
    _texts(sequence, name=segments_json["video"], duration=segments_json["frames"])
    _rate(sequence, timebase, ntsc)
    timecode = ElementTree.SubElement(sequence, "timecode")
    _rate(timecode, timebase, ntsc)
    _texts(timecode, string="00:00:00:00", frame=0, displayformat="NDF")
    video = ElementTree.SubElement(ElementTree.SubElement(sequence, "media"), "video")
    track = ElementTree.SubElement(video, "track")
    at = 0
    for number, segment in enumerate(segments_json["segments"], start=1):
        clip = ElementTree.SubElement(track, "clipitem", id=f"clip-{number}")
        length = segment["end_frame"] - segment["start_frame"]
        _texts(clip, name=segment["label"], enabled="TRUE", duration=segments_json["frames"])
        _rate(clip, timebase, ntsc)
        _texts(clip, start=at, end=at + length)
        _texts(clip, **{"in": segment["start_frame"], "out": segment["end_frame"]})
        file = ElementTree.SubElement(clip, "file", id="file-1")
        if number == 1:  # later clips name it by its id alone
            _texts(file, name=segments_json["video"], pathurl=quote(segments_json["video"]))
            _rate(file, timebase, ntsc)
            _texts(file, duration=segments_json["frames"])
            ElementTree.SubElement(ElementTree.SubElement(file, "media"), "video")
        at += length
    for tag in segments_json.get("tags", []):
        marker = ElementTree.SubElement(sequence, "marker")
        _texts(marker, name=f"{tag['facet']}: {tag['label']}", comment="")
        _texts(marker, **{"in": tag["start_frame"], "out": tag["end_frame"]})
    ElementTree.indent(root)
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE xmeml>\n{ElementTree.tostring(root, encoding="unicode")}\n'
    )


def to_edl(segments_json: SegmentsJson) -> str:
    """An EDL (CMX 3600), non-drop: an event a segment, its label as a comment and a locator.

    Raises:
        InputError: frames do not come at one rate, or at none of SMPTE's, or there are more than 999 segments.
    """
    timebase, _ = _timebase(_steady(segments_json), "An EDL")
    if len(segments_json["segments"]) > MOST_EVENTS:
        raise InputError(f"An EDL holds {MOST_EVENTS} events, this video has {len(segments_json['segments'])}. {ELSE}")
    lines = [f"TITLE: {_line(segments_json['video'])}", "FCM: NON-DROP FRAME", ""]
    at = 0
    for number, segment in enumerate(segments_json["segments"], start=1):
        length = segment["end_frame"] - segment["start_frame"]
        frames = (segment["start_frame"], segment["end_frame"], at, at + length)
        codes = " ".join(_timecode(frame, timebase) for frame in frames)
        lines += [
            f"{number:03d}  AX       V     C        {codes}",
            f"* FROM CLIP NAME: {_line(segments_json['video'])}",
            f"* COMMENT: {_line(segment['label'])}",
            f"* LOC: {_timecode(at, timebase)} {COLOR} {_line(segment['label'])}",
            "",
        ]
        at += length
    return "\n".join(lines)


def _steady(segments_json: SegmentsJson) -> Fraction:
    """The rate of a video whose frames come at one; the times of its stretches tell."""
    rate = exact_rate(segments_json["fps"])
    start = segments_json.get("start_s", 0.0)
    spans: Sequence[SpanJson] = [*segments_json["segments"], *segments_json["shots"]]
    drift = max((abs(span["start_s"] - start - span["start_frame"] / rate) for span in spans), default=0.0)
    if segments_json.get("breaks") or drift > 1 / rate:
        raise InputError(
            f"The frames of {segments_json['video']} do not come at one rate, which every edit list counts on. Make a copy that "
            "does (ffmpeg -i VIDEO -fps_mode cfr COPY.mp4) and segment that."
        )
    return rate


def _timebase(rate: Fraction, format_name: str) -> tuple[int, bool]:
    """The whole rate that timecodes count by, and whether it is 1000/1001 of that."""
    ntsc = rate.denominator == 1001
    whole = round(rate)
    if whole not in SMPTE or (not ntsc and rate.denominator != 1):
        raise InputError(f"{format_name} knows no {float(rate):g} frames a second. {ELSE}")
    return whole, ntsc


def _range(rate: Fraction, first: int, end: int) -> dict[str, object]:
    def time(value: int) -> dict[str, object]:
        return {"OTIO_SCHEMA": "RationalTime.1", "rate": float(rate), "value": float(value)}

    return {"OTIO_SCHEMA": "TimeRange.1", "duration": time(end - first), "start_time": time(first)}


def _item(schema: str, name: str, metadata: dict[str, object]) -> dict[str, object]:
    own = {"sceneloop": metadata} if metadata else {}
    return {
        "OTIO_SCHEMA": schema, "metadata": own, "name": name, "source_range": None, "effects": [], "markers": [],
        "enabled": True,
    }  # fmt: skip


def _texts(above: ElementTree.Element, **values: object) -> None:
    for tag, value in values.items():
        ElementTree.SubElement(above, tag).text = str(value)


def _rate(above: ElementTree.Element, timebase: int, ntsc: bool) -> None:
    _texts(ElementTree.SubElement(above, "rate"), timebase=timebase, ntsc="TRUE" if ntsc else "FALSE")


def _timecode(frame: int, timebase: int) -> str:
    seconds, frames = divmod(frame, timebase)
    return f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}:{frames:02d}"


def _line(text: str) -> str:
    return " ".join(text.split())
