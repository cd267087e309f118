"""VideoTag's list: the path of an `.npy` file and the labels of its video, parted by spaces; each file has rows of 2048 numbers."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path

import reading
from errors import InputError
from naming import class_name
from video.exchange import feature_rows, text_lines
from video.exchange.feature_rows import FRAMES, RowRules
from video.exchange.foreign_video import FeatureRows, ForeignVideo, ImportReport, Reason

WIDTH, MOST_ROWS = 2048, 300
_LINE = re.compile(r"(.+?\.npy)(?:\s+(.*))?", re.IGNORECASE)


def read(path: Path, report: ImportReport, *, features: Path | None = None) -> Iterator[ForeignVideo]:
    """Videos of a list with their frames, one file in memory at a time; rows of the report are lines, counted from 1.

    Args:
        features: the folder that paths start from and do not lead out of; that of the list unless given.

    Raises:
        InputError: the list cannot be read.
    """
    folder = path.parent if features is None else features
    rules = RowRules(report, {FRAMES: WIDTH})
    names: set[str] = set()
    for number, line in text_lines.lines(path, report):
        if not line.strip():
            continue
        match = _LINE.fullmatch(line.strip())
        if match is None:
            report.note(Reason.NOT_A_ROW, number)
            continue
        name, written = match[1], match[2] or ""
        if name in names:
            report.note(Reason.SECOND_LINE, number, name)
            continue
        names.add(name)
        labels = tuple((label,) for label in dict.fromkeys(map(class_name, written.split())))
        if not labels:
            report.note(Reason.WITHOUT_KNOWN_LABEL, number)
        yield ForeignVideo(number, name, labels=labels, frames=frames_of(folder, name, rules, number, MOST_ROWS))


def frames_of(folder: Path, name: str, rules: RowRules, row: int, most: int) -> FeatureRows | None:
    """The rows of an `.npy` file in a folder, or None where they cannot be had; the report says why.

    Args:
        most: rows that the format has.
    """
    path = folder / name
    if not reading.is_bytes(path) or not os.path.isfile(path):
        rules.report.note(Reason.MISSING_FEATURES, row, name)
        return None
    if not reading.resolved(path).is_relative_to(reading.resolved(folder)):
        rules.report.note(Reason.OUTSIDE, row, name)
        return None
    try:
        values = feature_rows.read_npy(path)
    except InputError as error:
        rules.report.note(Reason.UNREADABLE_FEATURES, row, str(error))
        return None
    if len(values) > most:
        rules.report.note(Reason.TOO_MANY_ROWS, row, f"{len(values):,} rows, not {most:,}")
    return rules.rows(FRAMES, values, row)
