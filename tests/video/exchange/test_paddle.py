"""PaddleVideo's files: every line that its own reader drops is counted here, and what is written is read back."""

from __future__ import annotations

import csv
import json
import os
import pickle
import tracemalloc
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from errors import InputError
from video.exchange import foreign_formats
from video.exchange.foreign_formats import Choices
from video.exchange.foreign_video import FeatureRows, ForeignVideo, ImportReport, Reason
from video.exchange.paddle import paddle_classes, paddle_config, paddle_list, paddle_output
from video.exchange.paddle.paddle_classes import PaddleClasses

CLASSES = "sport-football\t0\nsport-tennis\t1\nmusic-piano\t2\nmusic-drums\t3\n"
LIST = (
    "a.mp4\tA match\tsport-football,music-drums\n"
    "http://host/b.c.mp4\tNA\tsport-tennis,unheard\n"
    'c.mp4\t"Lone quote\tmusic-piano\n'
    "a.mp4\tAgain\tmusic-piano\n"
    "d.mp4\tTab\tinside\tmusic-drums\n"
    'e.mp4\t"In ""quotes"""\tunheard\n'
    "\n"
    "only a name\n"
    "f.mp4\t\tsport-football\n"
)
CONF = """[MODEL]
name = ""
drop_rate = 0.5
feature_dims = [[8], [4], [5, 50, 1]]
num_classes = 4
top_n = [1,2,3,5]
class_name_file = "./datasets/class.txt"
ernie_freeze = True
lstm_pool_mode = 'text_guide'
[TRAIN]
epoch = 30
use_gpu = True
filelist = "./datasets/feature_files/"
url_title_label_file = "./datasets/train.txt"
[INFER]
threshold = __import__('os').system('touch OWNED')
"""


def features(name: str, frames: np.ndarray, sound: np.ndarray, video: str | None = None) -> tuple[str, bytes]:
    record = {"video": video or f"{name}.mp4", "label": [0], "feature": {"image_pkl": frames, "audio_pkl": sound}}
    return f"{name}.pkl", pickle.dumps(record, 2)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Five videos with every trap of the format."""
    rng = np.random.default_rng(0)
    for place in ("conf", "datasets/feature_files"):
        (tmp_path / place).mkdir(parents=True)
    (tmp_path / "conf/conf.txt").write_text(CONF.replace("__import__('os').system('touch OWNED')", "0.25"))
    (tmp_path / "datasets/class.txt").write_text(CLASSES)
    (tmp_path / "datasets/train.txt").write_text(LIST)
    rows = lambda count, dim: rng.normal(size=(count, dim)).astype("f4")  # noqa: E731
    for name, data in (
        features("a", rows(10, 8), rows(10, 4)),
        features("b", rng.integers(0, 256, (10, 8)).astype("f4"), np.empty((0, 4), "f4")),
        features("c", np.full((3, 8), np.nan, "f4"), np.zeros((3, 4), "f4"), video="x/z.mp4"),
        features("d", rows(10, 8), rows(30, 4)),
        features("e", rows(10, 9), rows(10, 4)),
    ):
        (tmp_path / "datasets/feature_files" / name).write_bytes(data)
    return tmp_path


def test_every_trap_is_reported_with_its_rows(folder: Path) -> None:
    source = foreign_formats.opened("paddle", folder / "conf/conf.txt")
    videos = list(source.videos)
    assert {reason.value: rows for reason, rows in source.report.rows.items()} == {
        "second_line": [4],
        "unknown_label": [2, 6],
        "without_known_label": [6],
        "title_read_as_empty": [2],
        "lone_quote": [3],
        "tab_inside": [5],
        "not_a_row": [8],
        "untitled": [9],
        "missing_features": [9],
        "quantised": [2],
        "without_sound": [2],
        "other_video": [3],
        "not_finite": [3],
        "silent": [3],
        "lengths_differ": [5],
        "another_width": [6],
    }
    assert source.report.counts()["unknown_label"] == 2
    assert [(video.row, video.name, video.title, video.labels) for video in videos] == [
        (1, "a.mp4", "A match", (("sport-football",), ("music-drums",))),
        (2, "http://host/b.c.mp4", "NA", (("sport-tennis",),)),
        (3, "c.mp4", '"Lone quote', (("music-piano",),)),
        (5, "d.mp4", "Tab inside", (("music-drums",),)),
        (6, "e.mp4", 'In "quotes"', ()),
        (9, "f.mp4", "", (("sport-football",),)),
    ]
    states = [
        (v.frames is not None and v.frames.rows.shape, v.sound is not None and v.sound.rows.shape) for v in videos
    ]
    assert states == [
        ((10, 8), (10, 4)), ((10, 8), (0, 4)), (False, (3, 4)), ((10, 8), (30, 4)), (False, (10, 4)), (False, False),
    ]  # fmt: skip
    assert source.ignored == ("MODEL.name", "TRAIN.use_gpu")
    assert source.classes is not None
    assert source.classes.may_have_two_levels
    assert any("2 x a label that the list of classes does not have" in line for line in source.report.sentences())


def test_pandas_reads_the_same_titles_where_its_reader_loses_nothing(tmp_path: Path) -> None:
    path = tmp_path / "list.txt"
    rows = [("a.mp4", 'say "x"', "p,q"), ("b.mp4", '"all"', "p"), ("c.mp4", "日本語 ✓ <b>", "q"), ("d.mp4", "", "q")]
    videos = [
        ForeignVideo(k, name, title, tuple((x,) for x in labels.split(",")))
        for k, (name, title, labels) in enumerate(rows, 1)
    ]
    assert paddle_list.write(path, videos) == 4
    theirs = pd.read_csv(path, sep="\t", header=None).fillna("")
    assert [tuple(row) for row in theirs.to_numpy().tolist()] == rows
    report = ImportReport()
    assert list(paddle_list.read(path, None, report)) == videos
    assert report.counts() == {"untitled": 1}


def test_two_levels_are_parted_at_the_first_hyphen_when_asked(folder: Path) -> None:
    classes = folder / "datasets/class.txt"
    source = foreign_formats.opened("paddle", folder / "datasets/train.txt", Choices(classes=classes, two_levels=True))
    assert next(source.videos).labels == (("sport", "football"), ("music", "drums"))
    assert source.classes is not None
    assert source.classes.path("sport-five-a-side", two_levels=True) == ("sport", "five-a-side")
    assert not PaddleClasses({"sport-football": 0, "music": 1}).may_have_two_levels


def test_durations_give_times_and_show_another_hop(folder: Path) -> None:
    durations = {"a.mp4": 10.4, "d.mp4": 5.0}
    chosen = Choices(features=folder / "datasets/feature_files", durations=durations, dequantise=True)
    source = foreign_formats.opened("paddle", folder / "datasets/train.txt", chosen)
    videos = {video.name: video for video in source.videos}
    assert source.report.rows[Reason.ANOTHER_HOP] == [5]
    assert source.report.details[Reason.ANOTHER_HOP] == "10 rows in 5.0 s, so one every 0.50 s"
    assert isinstance(videos["a.mp4"].frames, FeatureRows)
    np.testing.assert_array_equal(videos["a.mp4"].frames.times, np.arange(10.0))
    assert videos["d.mp4"].sound is not None
    np.testing.assert_allclose(videos["d.mp4"].sound.times, np.arange(30) / 6)
    quantised = videos["http://host/b.c.mp4"].frames
    assert quantised is not None
    assert quantised.times is None
    assert -2 < quantised.rows.min() < quantised.rows.max() < 2.01


def test_features_outside_of_their_folder_under_one_name_or_dangerous_stay_unread(folder: Path) -> None:
    place = folder / "datasets/feature_files"
    (folder / "secret.pkl").write_bytes((place / "a.pkl").read_bytes())
    os.symlink(folder / "secret.pkl", place / "link.pkl")
    (place / "bad.pkl").write_bytes(b"cos\nsystem\n(S'touch OWNED'\ntR.")
    (place / "other.pkl").write_bytes(pickle.dumps([1, 2]))
    lines = ["link.mp4", "bad.mp4", "other.mp4", "a.mp4", "a.final.mp4", ".hidden", "x" * 300, "../conf", "\u202e.mp4"]
    path = folder / "list.txt"
    path.write_text("".join(f"{line}\tt\tl\n" for line in lines))
    source = foreign_formats.opened("paddle", path, Choices(features=place))
    assert [video.frames is not None for video in source.videos] == [k == 3 for k in range(9)]
    assert {reason.value: rows for reason, rows in source.report.rows.items()} == {
        "outside": [1], "unreadable_features": [2, 3], "same_feature_file": [5], "missing_features": [6, 7, 8, 9],
    }  # fmt: skip
    assert "bad.pkl asks to run os.system, which is never done" in source.report.details[Reason.UNREADABLE_FEATURES]


def test_lines_that_are_no_text_are_left_out_by_number(tmp_path: Path) -> None:
    path = tmp_path / "list.txt"
    path.write_bytes(b"\xef\xbb\xbfa\tt\tl\r\n\xff\tt\tl\nb\t\x00\tl\n" + b"x" * 3_000_000 + b"\nc\tt\tl")
    report = ImportReport()
    assert [(v.row, v.name) for v in paddle_list.read(path, None, report)] == [(1, "a"), (5, "c")]
    assert report.rows == {Reason.NOT_UTF8: [2], Reason.UNFIT_TEXT: [3], Reason.LINE_TOO_LONG: [4]}


def test_numbers_of_classes_are_those_of_paddlevideo(tmp_path: Path) -> None:
    path, report = tmp_path / "class.txt", ImportReport()
    path.write_text("a\n\nb\nc\t1\na\td\ne\tmany\ne\t\tmore\nf\t-1\ng\t1\n")
    classes = paddle_classes.read(path, report)
    assert classes.indices == {"a": 0, "c": 1, "b": 2, "e": 6}
    assert report.rows == {Reason.NOT_A_ROW: [2], Reason.CLASS_TWICE: [5], Reason.CLASS_INDEX: [6, 8, 9]}
    assert paddle_classes.read(path, ImportReport()).names == ["a", "c", "b", "e"]
    written = paddle_classes.write(path, ["x", "y z"])
    assert path.read_text() == "x\t0\ny z\t1\n"
    assert paddle_classes.read(path, ImportReport()) == written
    with pytest.raises(InputError, match="Rename it"):
        paddle_classes.write(path, ["x,y"])


def test_settings_are_literals_and_never_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "conf.txt"
    path.write_text(CONF)
    with pytest.raises(InputError, match=r"threshold in \[INFER\] must be a number"):
        paddle_config.read(path)
    assert [each.name for each in tmp_path.iterdir()] == ["conf.txt"]
    path.write_text(CONF.replace("__import__('os').system('touch OWNED')", ".3"))
    config = paddle_config.read(path)
    assert config.number("INFER", "threshold") == 0.3
    assert config.value("MODEL", "top_n") == (1, 2, 3, 5)
    assert config.value("MODEL", "ernie_freeze") is True
    assert config.widths == (8, 4)


@pytest.mark.parametrize(
    "text",
    ["", "no section = 1", "[MODEL]\n[MODEL]\n", "[MODEL]\nx = 1\n", "[MODEL]\ndrop_rate = " + "-" * 1900 + "1\n",
     "[MODEL]\nepoch = " + "(" * 1900, "[MODEL]\nepoch = " + "9" * 5000, "[M]\nfilelist = '\\0'", "[M]\nclass_name_file = 3"],
)  # fmt: skip
def test_settings_of_another_form_are_refused_in_a_sentence(tmp_path: Path, text: str) -> None:
    path = tmp_path / "conf.txt"
    path.write_text(text)
    with pytest.raises(InputError, match=r"^conf\.txt"):
        paddle_config.read(path)


def test_predictions_are_byte_for_byte_those_of_paddlevideo(tmp_path: Path) -> None:
    names = ["sport", "музыка", 'a "b"\\']
    scores = {"v1": np.array([0.5, 0.49999, 0.9], "f4"), "v2": np.zeros(3, "f4"), "日": np.ones(3, "f4")}
    path = tmp_path / "output.json"
    assert paddle_output.write(path, names, scores.items()) == 3
    theirs = [
        {"video_id": video, "labels": [(names[k], float(row[k])) for k in np.where(row >= 0.5)[0]]}
        for video, row in scores.items()
    ]
    assert path.read_text(encoding="utf-8") == json.dumps(theirs, ensure_ascii=False, indent=4)
    report = ImportReport()
    back = list(paddle_output.read(path, report))
    assert [(each.row, each.video, [list(pair) for pair in each.labels]) for each in back] == [
        (k, entry["video_id"], [list(pair) for pair in entry["labels"]]) for k, entry in enumerate(theirs, 1)
    ]
    assert not report.rows
    assert paddle_output.write(path, names, []) == 0
    assert path.read_text() == "[]"
    assert list(paddle_output.read(path, report)) == []


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ('[{"video_id": 1, "labels": []}, {"video_id": "a"}, {"video_id": "a", "labels": [["x", 1.5]]}]', [1, 2, 3]),
        ('[{"video_id": "\\ud800", "labels": []}, {"video_id": "a", "labels": [["x", NaN], 3]}]', [1, 2]),
        ('[{"video_id": "a", "labels": [["x", 1' + "0" * 400 + "]]}]", [1]),
    ],
)
def test_predictions_that_are_none_are_noted(tmp_path: Path, text: str, rows: list[int]) -> None:
    path, report = tmp_path / "output.json", ImportReport()
    path.write_text(text)
    assert list(paddle_output.read(path, report)) == []
    assert report.rows == {Reason.NOT_A_ROW: rows}


def test_what_the_list_cannot_hold_is_refused_and_nothing_is_replaced(tmp_path: Path) -> None:
    path = tmp_path / "list.txt"
    path.write_text("before")
    for video in (
        ForeignVideo(1, "a\tb"), ForeignVideo(1, "a", labels=(("x,y",),)), ForeignVideo(1, "a", labels=(("x-y", "z"),)),
        ForeignVideo(1, "a", labels=(("x", "y", "z"),)), ForeignVideo(1, " "),
    ):  # fmt: skip
        with pytest.raises(InputError, match="cannot be written"):
            paddle_list.write(path, [video])
    assert path.read_text() == "before"


def test_a_hundred_thousand_lines_in_bounded_memory(tmp_path: Path) -> None:
    path = tmp_path / "list.txt"
    with path.open("w") as out:
        out.writelines(f"folder/video-{k:06d}.mp4\tTitle of number {k}\tl{k % 90},l{k % 7}\n" for k in range(100_000))
    known = PaddleClasses({f"l{k}": k for k in range(80)})
    report = ImportReport()
    tracemalloc.start()
    try:
        assert sum(1 for _ in paddle_list.read(path, known, report)) == 100_000
        assert tracemalloc.get_traced_memory()[1] < 30 * 2**20
    finally:
        tracemalloc.stop()
    assert report.counts() == {"unknown_label": sum(k % 90 >= 80 for k in range(100_000))}


TEXT = st.text(
    st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Zl", "Zp"), exclude_characters="\ufeff"), max_size=20
)


@settings(max_examples=200, deadline=None)
@given(st.lists(st.tuples(TEXT, TEXT, st.lists(TEXT, max_size=3)), max_size=5))
def test_any_list_that_is_written_is_read_back(
    tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[str, str, list[str]]]
) -> None:
    path = tmp_path_factory.getbasetemp() / "list.txt"
    plain = {name.strip(): (title, labels) for name, title, labels in rows}
    videos = [
        ForeignVideo(k, name, title, tuple((label,) for label in labels))
        for k, (name, (title, labels)) in enumerate(plain.items(), 1)
    ]
    try:
        paddle_list.write(path, videos)
    except InputError:
        return
    back = list(paddle_list.read(path, None, ImportReport()))
    assert [(v.row, v.name, v.title) for v in back] == [(v.row, v.name, " ".join(v.title.split())) for v in videos]


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=200), st.sampled_from(["list.txt", "class.txt", "conf.txt", "output.json"]))
def test_any_bytes_end_in_rows_or_a_sentence(tmp_path_factory: pytest.TempPathFactory, data: bytes, name: str) -> None:
    path = tmp_path_factory.getbasetemp() / name
    path.write_bytes(data)
    report = ImportReport()
    try:
        if name == "list.txt":
            list(paddle_list.read(path, None, report))
        elif name == "class.txt":
            paddle_classes.read(path, report)
        elif name == "conf.txt":
            paddle_config.read(path)
        else:
            list(paddle_output.read(path, report))
    except InputError:
        pass
    for line in report.sentences():
        assert line


def test_quotes_are_those_of_csv(tmp_path: Path) -> None:
    path = tmp_path / "list.txt"
    with path.open("w", newline="") as out:
        csv.writer(out, delimiter="\t").writerow(["a.mp4", 'tab\tand "quote"', "l"])
    report = ImportReport()
    assert next(paddle_list.read(path, None, report)).title == 'tab and "quote"'
    assert report.rows == {Reason.TAB_INSIDE: [1]}
