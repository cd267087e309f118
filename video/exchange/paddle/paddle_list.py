"""PaddleVideo's list of videos: `name`, title and `label,label` in columns parted by tabs.

PaddleVideo reads it with pandas, which drops lines without a word. Here each of those lines is in the report, and as much of it as
has one meaning is kept.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

import files
from errors import InputError, StoreError
from video.exchange import text_lines
from video.exchange.foreign_video import ForeignVideo, ImportReport, LabelPath, Reason
from video.exchange.paddle.paddle_classes import JOINER, PaddleClasses

# What pandas takes for a missing value unless told otherwise.
READ_AS_EMPTY = {
    "#N/A", "#N/A N/A", "#NA", "-1.#IND", "-1.#QNAN", "-NaN", "-nan", "1.#IND", "1.#QNAN", "<NA>", "N/A", "NA", "NULL", "NaN",
    "None", "n/a", "nan", "null",
}  # fmt: skip
_CELL = re.compile(r'(?:"((?:[^"]|"")*)"(?=\t|$)|([^\t]*))(\t|$)')


def read(
    path: Path, classes: PaddleClasses | None, report: ImportReport, *, two_levels: bool = False
) -> Iterator[ForeignVideo]:
    """Videos of a list without their features; rows of the report are lines, counted from 1.

    Args:
        classes: the labels that are known; any label where it is None.
        two_levels: whether names of classes are two levels around their first hyphen.

    Raises:
        InputError: the file cannot be read.
    """
    names: set[str] = set()
    for number, line in text_lines.lines(path, report):
        cells = _cells(line, number, report)
        name = cells[0].strip()
        if not name or len(cells) < 2:
            if line.strip():
                report.note(Reason.NOT_A_ROW, number)
            continue
        if name in names:
            report.note(Reason.SECOND_LINE, number, name)
            continue
        names.add(name)
        title, written = _title(cells, number, report)
        yield ForeignVideo(number, name, title, _labels(written, classes, two_levels, number, report))


def _cells(line: str, number: int, report: ImportReport) -> list[str]:
    """The columns of a line. A cell in quotes is what stands between them; a quote that never ends is a letter."""
    cells, place = [], 0
    while match := _CELL.match(line, place):
        quoted, plain, end = match.groups()
        if quoted is None and plain.startswith('"'):
            report.note(Reason.LONE_QUOTE, number)
        cells.append(plain if quoted is None else quoted.replace('""', '"'))
        place = match.end()
        if not end:
            break
    return cells


def _title(cells: list[str], number: int, report: ImportReport) -> tuple[str, str | None]:
    """The title of a line, and its labels as written: None where the list has no such column."""
    written = cells[-1] if len(cells) > 2 else None
    middle = cells[1:-1] if len(cells) > 2 else cells[1:]
    if len(middle) > 1 or "\t" in middle[0]:
        report.note(Reason.TAB_INSIDE, number)
    title = " ".join(" ".join(middle).split("\t")).strip()
    if not title:
        report.note(Reason.UNTITLED, number)
    elif title in READ_AS_EMPTY:
        report.note(Reason.TITLE_READ_AS_EMPTY, number, title)
    return title, written


def _labels(
    written: str | None, classes: PaddleClasses | None, two_levels: bool, number: int, report: ImportReport
) -> tuple[LabelPath, ...]:
    if written is None:
        return ()
    names = list(dict.fromkeys(name.strip() for name in written.split(",") if name.strip()))
    known = [name for name in names if classes is None or name in classes.indices]
    unknown = [name for name in names if name not in known]
    if unknown:
        report.note(Reason.UNKNOWN_LABEL, number, unknown[0])
    if not known:
        report.note(Reason.WITHOUT_KNOWN_LABEL, number)
    some = classes or PaddleClasses({})
    return tuple(dict.fromkeys(some.path(name, two_levels=two_levels) for name in known))


def write(path: Path, videos: Iterable[ForeignVideo]) -> int:
    """Write a list that PaddleVideo and `read` take; returns how many lines it has.

    Tabs and line ends of a title become spaces. Two levels of a label are joined by a hyphen.

    Raises:
        InputError: a name or a label cannot stand in the format.
        StoreError: the disk refuses; what was there before stays.
    """
    count = 0
    try:
        with files.replacing(path) as part, part.open("w", encoding="utf-8", newline="") as out:
            for video in videos:
                out.write(_line(video))
                count += 1
    except OSError as error:
        raise StoreError(
            f"{path} cannot be written ({error.strerror}). {files.remedy(error)}, then try again."
        ) from error
    return count


def _line(video: ForeignVideo) -> str:
    labels = [JOINER.join(label) for label in video.labels]
    bad = next((text for text in labels if set(text) & set("\t\r\n,") or text.startswith('"')), None)
    if set(video.name) & set("\t\r\n") or video.name.startswith('"') or not video.name.strip():
        bad = video.name
    if bad is not None:
        raise InputError(
            f"{bad!r} cannot be written: this format parts labels by commas and columns by tabs. Rename it."
        )
    deep = next((label for label in video.labels if len(label) > 2 or (len(label) == 2 and JOINER in label[0])), None)
    if deep is not None:
        raise InputError(
            f"{'/'.join(deep)!r} cannot be written: this format has two levels, parted by the first hyphen. Rename or move it."
        )
    title = " ".join(video.title.split())
    if '"' in title:
        title = '"' + title.replace('"', '""') + '"'
    return f"{video.name}\t{title}\t{','.join(labels)}\n"
