"""Cells of a CSV that no spreadsheet takes for a formula, and that are read back as they were.

A text that begins like a formula gets an apostrophe in front (as OWASP advises against CSV injection); one that already has
apostrophes there gets one more, so that taking one off gives back exactly what was written.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence

# The full-width signs count for spreadsheets in East Asian settings.
_FORMULA = re.compile(r"'*[=+\-@\t\r\n＝＋－＠]")
_GUARDED = re.compile(r"'+[=+\-@\t\r\n＝＋－＠]")


def guarded(text: str) -> str:
    """A text as a cell."""
    return f"'{text}" if _FORMULA.match(text) else text


def plain(cell: str) -> str:
    """The text of a cell that `guarded` made; any other cell as it is."""
    return cell[1:] if _GUARDED.match(cell) else cell


def csv_text(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A CSV: texts guarded, numbers as they are, an absent value (None, NaN) empty."""
    return "".join(csv_lines([columns])) + "".join(csv_lines(rows))


def csv_lines(rows: Iterable[Sequence[object]]) -> Iterator[str]:
    """The lines of `csv_text`, each with its end."""
    line = io.StringIO(newline="")
    # A carriage return is quoted only where it is part of the line's end; lines then end as they always did here.
    writer = csv.writer(line, lineterminator="\r\n")
    for row in rows:
        writer.writerow([_cell(value) for value in row])
        yield line.getvalue().removesuffix("\r\n") + "\n"
        line.seek(0)
        line.truncate()


def _cell(value: object) -> object:
    if isinstance(value, str):
        return guarded(value)
    return "" if value is None or value != value else value
