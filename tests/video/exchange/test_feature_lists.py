"""VideoTag's and WBDC's lists with `.npy` files, and lists in JSON that are larger than memory."""

from __future__ import annotations

import contextlib
import json
import os
import tracemalloc
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from errors import InputError
from video.exchange import feature_rows, foreign_formats, json_list
from video.exchange.foreign_formats import Choices
from video.exchange.foreign_video import Reason

RNG = np.random.default_rng(0)


def test_a_list_of_videotag_with_every_fault(tmp_path: Path) -> None:
    rows = RNG.normal(size=(300, 2048)).astype("f4")
    (tmp_path / "folder").mkdir()
    np.save(tmp_path / "folder/a b.npy", rows)
    np.save(tmp_path / "long.npy", np.repeat(rows[:1], 301, 0))
    np.save(tmp_path / "narrow.npy", rows[:, :7])
    np.save(tmp_path / "objects.npy", np.array([[{}]], object), allow_pickle=True)
    np.save(tmp_path / "columns.npy", np.asfortranarray(rows[:3]))
    np.save(tmp_path / "bytes.npy", RNG.integers(0, 256, (3, 2048)).astype("f2"))
    path = tmp_path / "train.list"
    path.write_text(
        "folder/a b.npy 12 7 12\nlong.npy 1\nnarrow.npy 1\nobjects.npy 1\nno file\n\nmissing.npy 1\nlong.npy 2\n"
        "columns.npy\nbytes.npy 3\n/etc/passwd.npy 1\n../up.npy 1\n"
    )
    np.save(tmp_path.parent / "up.npy", rows[:1])
    source = foreign_formats.opened("videotag", path)
    videos = list(source.videos)
    assert [(v.name, v.labels) for v in videos[:2]] == [("folder/a b.npy", (("12",), ("7",))), ("long.npy", (("1",),))]
    assert source.report.rows == {
        Reason.TOO_MANY_ROWS: [2], Reason.ANOTHER_WIDTH: [3], Reason.UNREADABLE_FEATURES: [4], Reason.NOT_A_ROW: [5],
        Reason.MISSING_FEATURES: [7, 11], Reason.SECOND_LINE: [8], Reason.WITHOUT_KNOWN_LABEL: [9], Reason.QUANTISED: [10],
        Reason.OUTSIDE: [12],
    }  # fmt: skip
    columns = next(v for v in videos if v.name == "columns.npy")
    assert columns.frames is not None
    np.testing.assert_array_equal(columns.frames.rows, rows[:3])


def test_a_list_of_wbdc_with_every_fault(tmp_path: Path) -> None:
    features = tmp_path / "feats"
    features.mkdir()
    rows = RNG.normal(size=(32, 768)).astype("f2")
    np.save(features / "1.npy", rows)
    np.save(features / "2.npy", np.repeat(rows, 2, 0))
    entries = [
        {"id": "1", "title": "a  title", "asr": "spoken", "ocr": [{"time": 0, "text": "x"}], "category_id": "0103"},
        {"id": "2", "title": "", "asr": "", "ocr": [], "category_id": "2201"},
        {"id": "3", "title": "t"}, {"id": "1", "title": "t"}, {"id": "../1", "title": "t"}, {"title": "t"}, {"id": 5},
        {"id": "4", "title": "t", "category_id": "103"}, {"id": "5", "title": "half \ud800", "category_id": 103},
    ]  # fmt: skip
    path = tmp_path / "labeled.json"
    path.write_text(json.dumps(entries))
    source = foreign_formats.opened("wbdc", path, Choices(features=features))
    videos = list(source.videos)
    assert [(v.row, v.name, v.title, v.labels) for v in videos] == [
        (1, "1", "a title", (("01", "0103"),)), (2, "2", "", (("22", "2201"),)), (3, "3", "t", ()), (8, "4", "t", ()),
        (9, "5", "", ()),
    ]  # fmt: skip
    assert source.report.rows == {
        Reason.OTHER_TEXTS: [1], Reason.UNTITLED: [2], Reason.TOO_MANY_ROWS: [2], Reason.MISSING_FEATURES: [3, 8, 9],
        Reason.SECOND_LINE: [4], Reason.NOT_A_ROW: [5, 6, 7], Reason.UNKNOWN_LABEL: [8, 9],
        Reason.WITHOUT_KNOWN_LABEL: [8, 9], Reason.UNFIT_TEXT: [9],
    }  # fmt: skip
    assert videos[0].frames is not None
    assert videos[0].frames.rows.dtype == np.float32
    np.testing.assert_array_equal(videos[0].frames.rows, rows.astype("f4"))


@pytest.mark.parametrize(
    ("text", "count", "words"),
    [
        ("[]", 0, None), (" [ { } , {} ] ", 2, None), ("\ufeff[{}]", 1, None), ("", 0, "not a list"), ("{}", 0, "not a list"),
        ("[{}", 1, "entry 2"), ("[{}, ]", 1, "entry 2"), ("[{} {}]", 1, "entry 2"), ("[1]", 0, "entry 1"), ("[[{}]]", 0, "entry 1"),
        ('[{}, {"a": "' + "x" * 200_000, 1, "entry 2"), ('[{"a": ' + "[" * 100_000 + "]" * 100_000 + "}]", 0, "entry 1"),
        ('[{"a": ' + "9" * 5000 + "}]", 0, "entry 1"), ('[{"a": "' + "é" * 70_000 + '"}]', 1, None),
    ],
)  # fmt: skip
def test_lists_in_json_end_well_or_in_a_sentence(tmp_path: Path, text: str, count: int, words: str | None) -> None:
    path = tmp_path / "x.json"
    path.write_text(text)
    entries = json_list.entries(path)
    assert [next(entries)[0] for _ in range(count)] == list(range(1, count + 1))
    if words is None:
        assert next(entries, None) is None
    else:
        with pytest.raises(InputError, match=words):
            next(entries)


def test_an_entry_without_end_does_not_fill_the_memory(tmp_path: Path) -> None:
    path = tmp_path / "x.json"
    with path.open("w") as out:
        out.write('[{"a": "')
        for _ in range(80):
            out.write("x" * 2**20)
    tracemalloc.start()
    try:
        with pytest.raises(InputError, match="entry 1 is not an object"):
            list(json_list.entries(path))
        assert tracemalloc.get_traced_memory()[1] < 80 * 2**20
    finally:
        tracemalloc.stop()


def test_twenty_thousand_entries_in_bounded_memory(tmp_path: Path) -> None:
    path = tmp_path / "labeled.json"
    with path.open("w") as out:
        out.write("[")
        for k in range(20_000):
            entry = {
                "id": f"v{k}",
                "title": f"Title {k}",
                "asr": "",
                "ocr": [],
                "category_id": f"{k % 23:02d}{k % 9:02d}",
            }
            out.write((", " if k else "") + json.dumps(entry))
        out.write("]")
    source = foreign_formats.opened("wbdc", path)
    tracemalloc.start()
    try:
        assert sum(len(video.labels) for video in source.videos) == 20_000
        assert tracemalloc.get_traced_memory()[1] < 12 * 2**20
    finally:
        tracemalloc.stop()
    assert not source.report.rows


@pytest.mark.parametrize(
    ("shape", "kind", "words"),
    [
        ((9000, 2000), "<f8", "144,000,000 bytes, and 32 are there"), ((99_999_999, 9), "<f8", "at most"), ((-1, 9), "<f8", "no rows"),
        ((2, 2, 2), "<f8", "no rows"), ((2,), "<f8", "no rows"), ((2, 2), "|O", "no rows"), ((2, 2), "<U4", "no rows"),
    ],
)  # fmt: skip
def test_a_header_that_claims_too_much_reserves_nothing(
    tmp_path: Path, shape: tuple[int, ...], kind: str, words: str
) -> None:
    path = tmp_path / "x.npy"
    with path.open("wb") as out:
        np.lib.format.write_array_header_1_0(out, {"shape": shape, "fortran_order": False, "descr": kind})
        out.write(bytes(32))
    tracemalloc.start()
    try:
        with pytest.raises(InputError, match=words):
            feature_rows.read_npy(path)
        assert tracemalloc.get_traced_memory()[1] < 2**20
    finally:
        tracemalloc.stop()
    os.truncate(path, 5)
    with pytest.raises(InputError, match=r"not a \.npy"):
        feature_rows.read_npy(path)


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        (np.arange(256, dtype="u1").reshape(2, 128), True), (np.arange(256, dtype="f4").reshape(2, 128), True),
        (np.arange(256, dtype="i8").reshape(2, 128), True), (np.eye(3), False), (np.array([[0.0, 255.5]]), False),
        (np.array([[-1.0, 200.0]]), False), (np.array([[1.0, 300.0]]), False), (np.zeros((2, 2)), False), (np.eye(2) > 0, False),
    ],
)  # fmt: skip
def test_quantised_rows_are_told_from_others(values: np.ndarray, expected: bool) -> None:
    assert feature_rows.is_quantised(values) is expected


def test_an_unknown_format_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="Choose one of paddle, yt8m, videotag, wbdc"):
        foreign_formats.opened("other", tmp_path)
    for form in foreign_formats.FORMATS:
        with pytest.raises(InputError):
            list(foreign_formats.opened(form, tmp_path / "missing").videos)
        with pytest.raises(InputError):
            list(foreign_formats.opened(form, tmp_path).videos)


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=200), st.sampled_from(["wbdc", "videotag"]))
def test_any_bytes_end_in_rows_or_a_sentence(tmp_path_factory: pytest.TempPathFactory, data: bytes, form: str) -> None:
    folder = tmp_path_factory.getbasetemp()
    (folder / "list").write_bytes(data)
    with contextlib.suppress(InputError):
        list(foreign_formats.opened(form, folder / "list", Choices(features=folder)).videos)
    (folder / "x.npy").write_bytes(b"\x93NUMPY\x01\x00" + data)
    with contextlib.suppress(InputError):
        feature_rows.read_npy(folder / "x.npy")
