"""No cell runs as a formula, and each text is read back as it was."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from written.csv_cells import csv_text, guarded, plain

FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
TEXT = st.text(st.sampled_from("=+-@\t\r\n'\",;ab é"), max_size=6)


@given(st.lists(st.lists(TEXT, min_size=3, max_size=3), max_size=4))
@example([["'=1", "''@x", "'"], ["-1", "\ra", "a\rb"], ["=cmd|' /C calc'!A0", "", "'-"]])
def test_a_text_is_read_back_as_it_was(rows: list[list[str]]) -> None:
    text = csv_text(["=a", "b", "c"], rows)
    result = list(csv.reader(io.StringIO(text, newline="")))
    assert not [cell for row in result for cell in row if cell.startswith(FORMULA)]
    assert [[plain(cell) for cell in row] for row in result] == [["=a", "b", "c"], *rows]


@pytest.mark.parametrize("text", ["it's", "'quoted'", "a=b", "1-2", "", "'"])
def test_other_texts_stay_as_they_are(text: str) -> None:
    assert guarded(text) == plain(text) == text


def test_numbers_stay_numbers() -> None:
    assert csv_text(["a"], [[-1.5], [None], [float("nan")], [True]]) == "a\n-1.5\n\n\nTrue\n".replace(
        "\n\n\n", '\n""\n""\n'
    )
