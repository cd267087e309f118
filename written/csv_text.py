"""The one reader of label tables: CSV with a header, separated by commas, semicolons or tabs, in UTF-8 or UTF-16.

What a spreadsheet writes is read; what would be guessed at is refused with its line: a column named twice, a quote that never ends.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import reading
from errors import InputError
from written import texts

MAX_BYTES = 256 * 2**20
MAX_CELL = 131_072  # characters of one value; a quote that never ends stops here
SEPARATORS = {",": "commas", ";": "semicolons", "\t": "tabs"}
BOOKS = {b"PK\x03\x04": "an Excel or OpenDocument file", b"\xd0\xcf\x11\xe0": "an old Excel file"}
SAVE = "Save it as 'CSV UTF-8', then try again."


def read(path: Path, needed: tuple[str, ...]) -> Iterator[tuple[int, dict[str, str]]]:
    """(line where it begins, row) of a CSV with a header; what lies beyond the named columns is left out.

    Args:
        needed: columns that must be there. They also tell which separator the file uses.

    Raises:
        InputError: it cannot be read, lacks a column or names one twice, or a line of it is not a CSV.
    """
    text = _text(path)
    first, skipped = _first_line(text)
    separator = _separator(path.name, first, needed)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    lines = _lines(path.name, text, reader)
    for _ in range(skipped):
        next(lines)
    header = [name.strip() for name in next(lines)[1]]
    twice = next((name for place, name in enumerate(header) if name and name in header[:place]), None)
    if twice is not None:
        places = [str(place) for place, name in enumerate(header, 1) if name == twice]
        raise InputError(
            f"{path.name} has two columns {twice!r} (numbers {', '.join(places)}), so it is unclear which counts. Rename one of them."
        )
    for line, cells in lines:
        if any(cell.strip() for cell in cells):
            padded = [*cells, *[""] * (len(header) - len(cells))]
            yield line, {name: cell for name, cell in zip(header, padded, strict=False) if name}


def _text(path: Path) -> str:
    try:
        content = reading.content(path, MAX_BYTES)
    except OSError as error:
        raise InputError(f"{reading.readable(path)} cannot be read ({error.strerror}). Check the path.") from error
    book = next((kind for sign, kind in BOOKS.items() if content.startswith(sign)), None)
    if book is not None:
        raise InputError(f"{path.name} is {book}, not a CSV. Open it there and save it as 'CSV UTF-8', then try again.")
    utf16 = content.startswith((b"\xff\xfe", b"\xfe\xff"))
    try:
        text = content.decode("utf-16" if utf16 else "utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        kind = "UTF-16, as its first bytes say" if utf16 else "UTF-8"
        raise InputError(f"{path.name}, line {line}: this is not {kind} (byte {error.start}). {SAVE}") from error
    if "\0" in text[:1000]:
        raise InputError(f"{path.name} is not a text file in UTF-8. {SAVE}")
    if texts.fault(text) is not None:
        for line, part in enumerate(text.split("\n"), 1):
            wrong = texts.fault(part)
            if wrong is not None:
                raise InputError(f"{path.name}, line {line} {wrong}. Remove that character.")
    return text


def _first_line(text: str) -> tuple[str, int]:
    """The line that names the columns, and whether one stands before it: spreadsheets may write `sep=;` there."""
    lines = io.StringIO(text, newline="")
    first = lines.readline()
    if first.strip().lower().startswith("sep=") and len(first.strip()) <= 5:
        return lines.readline(), 1
    return first, 0


def _separator(name: str, first: str, needed: tuple[str, ...]) -> str:
    """The separator with which the first line names the columns that are needed.

    Raises:
        InputError: there is none.
    """
    headers = {}
    for separator in SEPARATORS:
        try:
            columns = next(csv.reader([first.rstrip("\r\n")], delimiter=separator), [])
        except csv.Error:
            columns = []
        headers[separator] = [column.strip() for column in columns]
        if all(column in headers[separator] for column in needed):
            return separator
    best = max(SEPARATORS, key=lambda separator: len(headers[separator]))
    missing = next(column for column in needed if column not in headers[best])
    there = ", ".join(column[:40] for column in headers[best][:20] if column) or "nothing"
    raise InputError(
        f"{name} has no column {missing!r} (it has {there}). The first line must name the columns, with {', '.join(SEPARATORS.values())} "
        "between them."
    )


def _lines(name: str, text: str, reader: csv._reader) -> Iterator[tuple[int, list[str]]]:  # type: ignore[name-defined]
    """(line where it begins, cells) of each row.

    Raises:
        InputError: a quote never ends, or a value goes on behind its closing quote.
    """
    begin = 1
    try:
        for cells in reader:
            yield begin, cells
            begin = reader.line_num + 1
    except csv.Error as error:
        message = str(error)
        if "expected after" in message:
            raise InputError(
                f"{name}, line {reader.line_num}: a value goes on behind its closing quote. Write a quote inside a value twice."
            ) from error
        row = islice(io.StringIO(text, newline=""), begin - 1, reader.line_num)
        if "field larger" in message and not any('"' in part for part in row):
            raise InputError(
                f"{name}, line {begin}: a value is longer than {MAX_CELL:,} characters. Shorten it."
            ) from error
        if "unexpected end" in message or "field larger" in message:
            line = _quote_line(text, begin, reader.dialect.delimiter)
            raise InputError(
                f"{name}, line {line}: a quote begins here and never ends. Close it, or take it out."
            ) from error
        raise InputError(
            f"{name}, line {reader.line_num}: this is not a CSV ({message}). Correct that line."
        ) from error


def _quote_line(text: str, begin: int, delimiter: str) -> int:
    """The line of the quote that is still open, in a row that begins in line `begin`."""
    line, opened = 1, begin
    inside, closed, fresh = False, False, True
    for letter in text:
        if line >= begin:
            if letter == '"':
                opened = line if fresh and not inside else opened
                inside, closed = (False, True) if inside else (fresh or closed, False)
                fresh = False
            else:
                closed = False
                fresh = not inside and letter in (delimiter, "\n", "\r")
        line += letter == "\n"
    return opened
