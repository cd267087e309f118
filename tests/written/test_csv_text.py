"""Label tables as spreadsheets and people write them."""

from __future__ import annotations

import re
import tracemalloc
from pathlib import Path

import pytest

from errors import InputError
from written import csv_text


def rows(tmp_path: Path, content: str | bytes) -> list[tuple[int, dict[str, str]]]:
    path = tmp_path / "table.csv"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return list(csv_text.read(path, ("file", "class")))


@pytest.mark.parametrize(
    "content",
    [
        "file,class\na.jpg,cat\nb.jpg,dog\n",
        "file;class\r\na.jpg;cat\r\nb.jpg;dog",
        "file\tclass\na.jpg\tcat\nb.jpg\tdog\n",
        "sep=;\nfile;class\na.jpg;cat\nb.jpg;dog\n",
        "\ufefffile,class\na.jpg,cat\nb.jpg,dog\n",
        "file\tclass\na.jpg\tcat\nb.jpg\tdog\n".encode("utf-16"),
        "file , class\n\na.jpg,cat\n,\nb.jpg,dog\n",
        "class;file\ncat;a.jpg\ndog;b.jpg\n",
        "file,class,,\na.jpg,cat,,\nb.jpg,dog,,\n",
        "file\rclass".replace("\r", ",") + "\ra.jpg,cat\rb.jpg,dog",
        '"file","class"\n"a.jpg","cat"\n"b.jpg","dog"\n',
    ],
    ids=lambda content: repr(content[:24]),
)
def test_separators_and_encodings_of_spreadsheets(tmp_path: Path, content: str | bytes) -> None:
    assert [row for _, row in rows(tmp_path, content)] == [
        {"file": "a.jpg", "class": "cat"},
        {"file": "b.jpg", "class": "dog"},
    ]


def test_values_stay_as_written_and_lines_are_those_of_the_file(tmp_path: Path) -> None:
    result = rows(tmp_path, 'file,class\na.jpg,007\n\n"b;1.jpg","say ""no""\nand go"\nc 5" wide.jpg,no\n')
    assert result == [
        (2, {"file": "a.jpg", "class": "007"}),
        (4, {"file": "b;1.jpg", "class": 'say "no"\nand go'}),
        (6, {"file": 'c 5" wide.jpg', "class": "no"}),
    ]


def test_a_cell_that_is_missing_is_empty(tmp_path: Path) -> None:
    assert rows(tmp_path, "file,class\na.jpg\n") == [(2, {"file": "a.jpg", "class": ""})]


REFUSED = {
    "file,class,class\na.jpg,cat,dog\n": "two columns 'class' (numbers 2, 3)",
    "file;class;note;note\na;b;c;d\n": "two columns 'note'",
    "file|class\na.jpg|cat\n": "no column 'file' (it has file|class). The first line must name the columns, with commas, semicolons, tabs",
    "name,class\na,b\n": "no column 'file' (it has name, class)",
    "": "it has nothing",
    'file,class\na.jpg,cat\n"b.jpg,dog\nc.jpg,cat\n': "line 3: a quote begins here and never ends",
    'file,class\n"a ""1"".jpg","cat\nb.jpg,dog\n': "line 2: a quote begins here and never ends",
    'file,class\n"a\n1.jpg","cat\nb.jpg,dog\n': "line 3: a quote begins here and never ends",
    f'file,class\na.jpg,cat\n{"x" * 200_000},cat\n"b.jpg",dog\n': "line 3: a value is longer than 131,072 characters",
    'file,class\n"a" b.jpg,cat\n': "line 2: a value goes on behind its closing quote",
    "file,class\na.jpg,c\x07t\n": "line 2 holds a control character (U+0007",
    b"file,class\nb\xe4r.jpg,cat\n": "line 2: this is not UTF-8",
    "file,class\na.jpg,cat\n".encode("utf-16")[2:]: "not a text file in UTF-8",
    b"PK\x03\x04\x14\x00": "an Excel or OpenDocument file",
    b"\xd0\xcf\x11\xe0\xa1": "an old Excel file",
}


@pytest.mark.parametrize("content", REFUSED, ids=lambda content: repr(content[:30]))
def test_what_would_be_guessed_at_is_refused(tmp_path: Path, content: str | bytes) -> None:
    with pytest.raises(InputError, match=re.escape(REFUSED[content])):
        rows(tmp_path, content)


def test_a_quote_that_never_ends_takes_no_more_memory_than_the_file(tmp_path: Path) -> None:
    path = tmp_path / "long.csv"
    path.write_text('file,class\n"a.jpg,cat\n' + "b.jpg,dog\n" * 400_000)
    tracemalloc.start()
    with pytest.raises(InputError, match="line 2: a quote begins here and never ends"):
        list(csv_text.read(path, ("file", "class")))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 12 * path.stat().st_size
