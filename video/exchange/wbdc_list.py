"""WBDC-2022's short videos: a list of `{id, title, asr, ocr, category_id}` in JSON, and `{id}.npy` with at most 32 rows of 768 numbers.

A category is four digits, two for each of its two levels: `0103` stands below `01`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from video.exchange import json_list
from video.exchange.feature_rows import FRAMES, RowRules
from video.exchange.foreign_video import ForeignVideo, ImportReport, LabelPath, Reason
from video.exchange.videotag_list import frames_of
from written import texts
from written.json_values import Json

WIDTH, MOST_ROWS = 768, 32
_CATEGORY = re.compile(r"([0-9]{2})[0-9]{2}")
_ID = re.compile(r"[\w.-]{1,200}", re.ASCII)


def read(path: Path, report: ImportReport, *, features: Path | None = None) -> Iterator[ForeignVideo]:
    """Videos of a list, one at a time; rows of the report are entries, counted from 1.

    Args:
        features: the folder of the `.npy` files; without it no frames are read.

    Raises:
        InputError: the file cannot be read, or is not a list of objects.
    """
    rules = RowRules(report, {FRAMES: WIDTH})
    names: set[str] = set()
    for row, entry in json_list.entries(path):
        name = entry.get("id")
        if not isinstance(name, str) or not _ID.fullmatch(name) or set(name) == {"."}:
            report.note(Reason.NOT_A_ROW, row)
            continue
        if name in names:
            report.note(Reason.SECOND_LINE, row, name)
            continue
        names.add(name)
        title = _title(entry.get("title"), row, report)
        if entry.get("asr") or entry.get("ocr"):
            report.note(Reason.OTHER_TEXTS, row)
        labels = _labels(entry.get("category_id"), row, report)
        frames = frames_of(features, f"{name}.npy", rules, row, MOST_ROWS) if features is not None else None
        yield ForeignVideo(row, name, title, labels, frames=frames)


def _title(value: Json, row: int, report: ImportReport) -> str:
    title = " ".join(value.split()) if isinstance(value, str) else ""
    fault = texts.fault(title)
    if fault is not None:
        report.note(Reason.UNFIT_TEXT, row, f"its title {fault}")
        return ""
    if not title:
        report.note(Reason.UNTITLED, row)
    return title


def _labels(value: Json, row: int, report: ImportReport) -> tuple[LabelPath, ...]:
    if value is None:  # unlabelled, as most of the set is
        return ()
    match = _CATEGORY.fullmatch(value) if isinstance(value, str) else None
    if match is None:
        report.note(Reason.UNKNOWN_LABEL, row, str(value)[:80])
        report.note(Reason.WITHOUT_KNOWN_LABEL, row)
        return ()
    return ((match[1], match[0]),)
