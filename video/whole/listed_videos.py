"""Titles and labels of whole videos from a file: CSV with a header, or PaddleVideo's list."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import reading
from errors import InputError
from labeling.exchange import video_labels, video_titles
from labeling.exchange.video_labels import RowLabel
from labeling.exchange.video_titles import TITLE, TitleRow
from naming import class_path
from video.exchange.foreign_video import ForeignVideo, ImportReport
from video.exchange.paddle import paddle_list

FIRST = 2**16  # bytes in which the first line is looked for


def titles(path: Path) -> tuple[list[TitleRow], Counter[str]]:
    """Titles and labels of a file, and what did not fit, counted by reason.

    Raises:
        InputError: it cannot be read.
    """
    if not is_paddle(path):
        return video_titles.read(path), Counter()
    videos, report = _listed(path)
    rows = [
        TitleRow(
            one.row, one.name, {TITLE: one.title} if one.title else {}, tuple(class_path(label) for label in one.labels)
        )
        for one in videos
    ]
    return rows, Counter(report.counts())


def labels(path: Path) -> tuple[list[RowLabel], Counter[str]]:
    """Labels of a file, and what did not fit, counted by reason.

    Raises:
        InputError: it cannot be read, or a value is neither yes nor no.
    """
    if not is_paddle(path):
        return video_labels.read_rows(path), Counter()
    videos, report = _listed(path)
    rows = [RowLabel(one.row, one.name, class_path(label)) for one in videos for label in one.labels]
    return rows, Counter(report.counts())


def is_paddle(path: Path) -> bool:
    """Whether a file is PaddleVideo's list: its columns are parted by tabs, and its first line names none `file`.

    Raises:
        InputError: it cannot be read.
    """
    try:
        with reading.opened(path) as file:
            content = file.read(FIRST)
    except OSError as error:
        raise InputError(f"{reading.readable(path)} cannot be read ({error.strerror}). Check the path.") from error
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return False
    first = content.decode("utf-8-sig", errors="replace").partition("\n")[0]
    return "\t" in first and "file" not in [cell.strip() for cell in first.split("\t")]


def _listed(path: Path) -> tuple[list[ForeignVideo], ImportReport]:
    report = ImportReport()
    return list(paddle_list.read(path, None, report)), report
