"""Lines of text files of any length, one at a time: what is no text is noted with its line, and memory stays bounded."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import reading
from errors import InputError
from video.exchange.foreign_video import ImportReport, Reason
from written import texts

MAX_LINE = 2**17  # bytes
BOM = b"\xef\xbb\xbf"


def lines(path: Path, report: ImportReport) -> Iterator[tuple[int, str]]:
    """(number from 1, line without its end) of a file in UTF-8; lines that cannot be used are noted and left out.

    Raises:
        InputError: the file cannot be read.
    """
    number = 0
    try:
        with reading.opened(path) as file:
            while line := file.readline(MAX_LINE):
                number += 1
                if len(line) == MAX_LINE and not line.endswith(b"\n"):
                    report.note(Reason.LINE_TOO_LONG, number)
                    while (rest := file.readline(MAX_LINE)) and not rest.endswith(b"\n"):
                        pass
                    continue
                text = _text(line.removeprefix(BOM) if number == 1 else line, number, report)
                if text is not None:
                    yield number, text
    except OSError as error:
        raise InputError(f"{reading.readable(path)} cannot be read ({error.strerror}). Check the path.") from error


def _text(line: bytes, number: int, report: ImportReport) -> str | None:
    try:
        text = line.decode("utf-8").removesuffix("\n").removesuffix("\r")
    except UnicodeDecodeError:
        report.note(Reason.NOT_UTF8, number)
        return None
    fault = texts.fault(text)
    if fault is not None:
        report.note(Reason.UNFIT_TEXT, number, f"it {fault}")
        return None
    return text


def read_whole(path: Path, most: int) -> str:
    """A small text file in UTF-8.

    Raises:
        InputError: it cannot be read, is larger than `most` bytes, or no text.
    """
    name = reading.readable(path.name)
    try:
        text = reading.content(path, most).decode("utf-8-sig")
    except OSError as error:
        raise InputError(f"{name} cannot be read ({error.strerror}). Check the path.") from error
    except UnicodeDecodeError as error:
        raise InputError(f"{name} is not UTF-8. Save it so, then try again.") from error
    fault = texts.fault(text)
    if fault is not None:
        raise InputError(f"{name} {fault}. Remove that character, then try again.")
    return text
