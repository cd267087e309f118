"""One segmented video as text in any of the formats that leave the program."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path

from errors import InputError
from video.results.chapters import to_chapters
from video.results.document import SegmentsJson
from video.results.edit_lists import to_edl, to_fcp7, to_otio
from video.results.tables import to_activitynet, to_csv, to_webvtt

# Format: file name's ending, media type.
FORMATS = {
    "json": (".json", "application/json"),
    "csv": (".csv", "text/csv"),
    "vtt": (".vtt", "text/vtt"),
    "activitynet": (".json", "application/json"),
    "otio": (".otio", "application/json"),
    "fcp7": (".xml", "application/xml"),
    "edl": (".edl", "text/plain"),
    "youtube": (".txt", "text/plain"),
    "html": (".html", "text/html"),
}


def of(path: Path, asked: str | None = None) -> str:
    """The format of a file to be written: the one asked for, else by the name's ending.

    Raises:
        InputError: the name's ending says nothing, or something else than what was asked for.
    """
    ending = path.suffix.lower()
    if asked is not None:
        if ending and ending != FORMATS[asked][0]:
            raise InputError(
                f"{path.name} ends in {ending}, but {asked} is written to {FORMATS[asked][0]} files. Rename it."
            )
        return asked
    format_name = next((name for name, (suffix, _) in FORMATS.items() if suffix == ending), None)
    if format_name is None:
        endings = ", ".join(sorted({suffix for suffix, _ in FORMATS.values()}))
        raise InputError(f"{path.name} has no ending that names a format. Use one of {endings}.")
    return format_name


def written(name: str, segments_json: SegmentsJson) -> str:
    """The text of a format that needs no pictures; `video.results.html_report` makes the other, `html`.

    Raises:
        InputError: there is no such format, or the video cannot be said in it.
    """
    writer = _WRITERS.get(name)
    if writer is None:
        raise InputError(f"There is no format {name!r}. Use one of {', '.join(FORMATS)}.")
    return writer(segments_json)


def _indented(content: Mapping[str, object]) -> str:
    return json.dumps(content, ensure_ascii=False, indent=2)


_WRITERS: dict[str, Callable[[SegmentsJson], str]] = {
    "json": _indented,
    "csv": to_csv,
    "vtt": to_webvtt,
    "activitynet": lambda segments_json: _indented(to_activitynet(segments_json)),
    "otio": to_otio,
    "fcp7": to_fcp7,
    "edl": to_edl,
    "youtube": to_chapters,
}
