"""What somebody says is in a video, to measure against: our own JSON, ActivityNet JSON, or CSV.

Labels of open facets, which an export may hold beside the segments, are left out: they overlap.
"""

from __future__ import annotations

import csv
import io
import json
from dataclasses import dataclass
from pathlib import Path

from errors import InputError
from naming import class_above
from video.results.document import SegmentsJson
from video.results.segment_accuracy import Labelled, report
from video.results.tables import FACET
from written.csv_cells import plain


@dataclass(frozen=True)
class Truth:
    """The truth of one video.

    Attributes:
        segments: labelled stretches in seconds.
        cuts: first frames after hard cuts; None where the file says nothing about cuts.
        transitions: half-open stretches of dissolves and fades, in frames.
    """

    segments: list[Labelled]
    cuts: list[int] | None = None
    transitions: list[tuple[int, int]] | None = None


def read(path: Path, video: str = "") -> Truth:
    """Read a truth file; `video` names the entry of an ActivityNet file with several.

    Raises:
        InputError: it cannot be read or holds no segments for the video.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
        if path.suffix.lower() == ".csv":
            return _from_csv(text)
        content = json.loads(text)
        if "database" in content or "results" in content:
            return _from_activitynet(content, video, path)
        return _from_json(content)
    except (
        OSError,
        UnicodeDecodeError,
        json.JSONDecodeError,
        KeyError,
        TypeError,
        ValueError,
        AttributeError,
    ) as error:
        raise InputError(
            f"{path.name} is not a truth file: {type(error).__name__} {error}. It needs segments with label, start_s and "
            "end_s (or start_frame, end_frame and fps) as JSON, ActivityNet JSON, or CSV."
        ) from error


def compare(segments_json: SegmentsJson, truth: Truth) -> dict[str, object]:
    """All figures of `video.results.segment_accuracy.report`; segments are compared in seconds, cuts in frames.

    A label that the truth does not know counts as the nearest above it that it knows (`nature` for `nature/forest`). Without cuts in the truth the borders of its segments stand for them.
    """
    fps = segments_json["fps"]
    cuts = truth.cuts
    if cuts is None:
        cuts = [round(s.start * fps) for s in sorted(truth.segments, key=lambda s: s.start)][1:]
    known = {segment.label for segment in truth.segments}
    return report(
        [Labelled(_as_known(s["label"], known), s["start_s"], s["end_s"]) for s in segments_json["segments"]],
        [shot["start_frame"] for shot in segments_json["shots"]],
        truth.segments,
        cuts,
        truth.transitions or [],
    )


def _as_known(label: str, known: set[str]) -> str:
    above = label
    while above and above not in known:
        above = class_above(above)
    return above or label


def _from_json(content: dict[str, object]) -> Truth:
    segments, fades, cuts = content["segments"], content.get("fades", []), content.get("cuts")
    if not isinstance(segments, list) or not isinstance(fades, list) or not isinstance(cuts, list | None):
        raise ValueError("segments, fades and cuts must be lists")
    fps = float(str(content.get("fps", 0)))
    return Truth(
        [_stretch(row, fps) for row in segments],
        None if cuts is None else [int(c) for c in cuts],
        [(int(f["start_frame"]), int(f["end_frame"])) for f in fades],
    )


def _stretch(row: dict[str, object], fps: float = 0.0) -> Labelled:
    """A row with seconds, or with frames and a known rate."""
    if row.get("start_s") not in (None, ""):
        return Labelled(str(row["label"]), float(str(row["start_s"])), float(str(row["end_s"])))
    rate = float(str(row.get("fps") or fps))
    if rate <= 0:
        raise ValueError("frames without fps")
    return Labelled(str(row["label"]), float(str(row["start_frame"])) / rate, float(str(row["end_frame"])) / rate)


def _from_activitynet(content: dict[str, dict[str, object]], video: str, path: Path) -> Truth:
    entries = content.get("database") or content["results"]
    names = [name for name in (video, Path(video).stem, "v_" + Path(video).stem) if name in entries]
    if not names and len(entries) != 1:
        raise InputError(f"{path.name} has no entry for {video}; it has {', '.join(sorted(entries)[:5])}.")
    entry = entries[names[0]] if names else next(iter(entries.values()))
    rows = entry["annotations"] if isinstance(entry, dict) else entry
    if not isinstance(rows, list):
        raise ValueError("annotations must be a list")
    return Truth([Labelled(str(r["label"]), *map(float, r["segment"])) for r in rows if not r.get(FACET)])


def _from_csv(text: str) -> Truth:
    reader = csv.DictReader(io.StringIO(text, newline=""))
    rows = [{key: plain(cell) if isinstance(cell, str) else cell for key, cell in row.items()} for row in reader]
    if not rows:
        raise ValueError("no rows")
    return Truth([_stretch(dict(row)) for row in rows if not row.get(FACET)])
