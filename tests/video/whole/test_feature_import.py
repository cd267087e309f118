"""Features, titles and labels of other systems: taken in with exact counts, trained on, and said again in their formats."""

from __future__ import annotations

import json
import pickle
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from whole_films import film, tone

import cli
from store import workspace
from store.items import feature_sets, video_features
from store.items.video_features import FRAMES, SOUND
from video.exchange.foreign_video import ImportReport
from video.exchange.paddle import paddle_classes, paddle_output

CLASSES = "music-piano\t2\nsport-football\t0\nsport-tennis\t1\nsport-football\t3\n"
CONF = """[MODEL]
feature_dims = [[8], [4], [5, 50, 1]]
class_name_file = "./datasets/class.txt"
drop_rate = 0.5
name = "x"
[TRAIN]
filelist = "./datasets/feature_files/"
url_title_label_file = "./datasets/train.txt"
"""
# Traps: a tab inside, a lone quote, a title read as empty, a second line, unknown labels, a line that is none, one without features.
TRAPS = [
    "t0.mp4\tTab\tinside\tsport-football",
    't1.mp4\t"Lone quote\tsport-tennis,unheard',
    "http://host/t2.final.mp4\tNA\tsport-football",
    "t0.mp4\tAgain\tmusic-piano",
    "t3.mp4\t\tunheard",
    "only a name",
    "t4.mp4\tgone\tmusic-piano",
    "t5.mp4\tquantised\tmusic-piano",
    "t6.mp4\tnot finite\tmusic-piano",
    "t7.mp4\truns code\tmusic-piano",
    "t8.mp4\tanother width\tmusic-piano",
]
REPORT = {
    "tab_inside": 1, "lone_quote": 1, "title_read_as_empty": 1, "second_line": 1, "unknown_label": 2, "without_known_label": 1,
    "untitled": 1, "not_a_row": 1, "missing_features": 1, "quantised": 1, "not_finite": 1, "unreadable_features": 1,
    "another_width": 1, "lengths_differ": 1, "without_sound": 1, "silent": 1, "class_twice": 1,
}  # fmt: skip
GOOD = 24
Rows = NDArray[np.float32]


class Touch:
    """What a pickle of somebody else may do to whoever loads it."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple[Any, ...]:
        return Path.touch, (self.path,)


def pickled(frames: object, sound: object, name: str = "") -> bytes:
    return pickle.dumps({"video": name, "label": [0], "feature": {"image_pkl": frames, "audio_pkl": sound}}, 2)


def rows(rng: np.random.Generator, count: int, dim: int, kind: int = 0) -> Rows:
    """Rows of one of three kinds, which a model can tell apart."""
    out = rng.normal(size=(count, dim)).astype("f4")
    out[:, kind] += 4
    return out


@pytest.fixture(scope="module")
def paddle(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in PaddleVideo's formats: 24 good videos of three classes, and nine with every trap."""
    folder, rng = tmp_path_factory.mktemp("paddle"), np.random.default_rng(0)
    place = folder / "datasets" / "feature_files"
    place.mkdir(parents=True)
    (folder / "conf").mkdir()
    (folder / "conf" / "conf.txt").write_text(CONF)
    (folder / "datasets" / "class.txt").write_text(CLASSES)
    names = ["sport-football", "sport-tennis", "music-piano"]
    lines = [f"v{k}.mp4\ta title of {k}\t{names[k % 3]}" for k in range(GOOD)]
    (folder / "datasets" / "train.txt").write_text("\n".join([*lines, *TRAPS]) + "\n")
    for k in range(GOOD):
        (place / f"v{k}.pkl").write_bytes(pickled(rows(rng, 10, 8, k % 3), rows(rng, 10, 4, k % 3)))
    usual = rows(rng, 10, 8), rows(rng, 10, 4)
    for name, data in (
        ("t0", pickled(usual[0], rows(rng, 40, 4))),
        ("t1", pickled(usual[0], np.empty((0, 4), "f4"))),
        ("t2", pickled(usual[0], np.zeros((10, 4), "f4"))),
        ("t3", pickled(*usual)),
        ("t5", pickled(rng.integers(0, 256, (10, 8)).astype("f4"), usual[1])),
        ("t6", pickled(np.full((10, 8), np.nan, "f4"), usual[1])),
        ("t7", pickle.dumps({"feature": {"image_pkl": Touch(folder / "OWNED"), "audio_pkl": usual[1]}})),
        ("t8", pickled(rows(rng, 10, 9), usual[1])),
    ):
        (place / f"{name}.pkl").write_bytes(data)
    return folder


def run(capsys: pytest.CaptureFixture[str], *arguments: object) -> dict[str, Any]:
    assert cli.main([*map(str, arguments), "--json"]) == 0, capsys.readouterr().err
    answer: dict[str, Any] = json.loads(capsys.readouterr().out)
    return answer


def fails(capsys: pytest.CaptureFixture[str], *arguments: object) -> str:
    assert cli.main([*map(str, arguments)]) == 1
    return capsys.readouterr().err


def test_from_a_folder_of_paddlevideo_to_its_output(
    paddle: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    ws = tmp_path / "ws"
    run(capsys, "init", ws)
    seen = run(capsys, "videos", "import", ws, "--format", "paddle", paddle, "--preview")
    assert {k: seen[k] for k in ("videos", "matched", "new", "labels", "classes", "with_frames", "with_sound")} == {
        "videos": 33, "matched": 0, "new": 33, "labels": 32, "classes": 0, "with_frames": 28, "with_sound": 29,
    }  # fmt: skip
    assert seen["new_classes"] == ["sport-football", "sport-tennis", "music-piano"]
    assert sum(each["count"] for each in seen["misfits"]) == sum(REPORT.values())
    [tab] = [each for each in seen["misfits"] if each["words"].startswith("a tab inside")]
    assert (tab["file"], tab["rows"]) == ("conf.txt", [GOOD + 1])
    assert not (paddle / "OWNED").exists()
    assert run(capsys, "videos", "features", ws)["sets"] == [], "a preview writes nothing"
    done = run(capsys, "videos", "import", ws, "--format", "paddle", paddle)
    assert done["report"] == REPORT
    assert (done["imported"], done["new"], done["labelled"], done["classes"]) == (33, 33, 32, 3)
    assert (done["set"], done["reads"], done["may_have_two_levels"], done["ignored"]) == (
        "paddle", True, True, ["MODEL.name"],
    )  # fmt: skip
    assert not (paddle / "OWNED").exists()
    assert run(capsys, "videos", "features", ws) == {
        "reads": "paddle",
        # Frames that wait for features are none; neither is sound that could not be read or does not fit.
        "sets": [{"name": "paddle", "format": "paddle", "frames": 28, "sound": 31, "dims": {"frames": 8, "sound": 4}}],
    }
    seen = run(capsys, "videos", "import", ws, "--format", "paddle", paddle, "--preview")
    assert (seen["matched"], seen["new"], seen["classes"], seen["new_classes"]) == (33, 0, 3, [])
    again = run(capsys, "videos", "import", ws, "--format", "paddle", paddle / "conf" / "conf.txt")
    assert (again["imported"], again["new"], again["batch"]) == (33, 0, None)
    trained = run(capsys, "videos", "train", ws, "--promote", "always")
    assert {row["modalities"] for row in trained["table"]} >= {"V+A+T", "V"}
    assert trained["table"][0]["map"] > 0.9
    out, place = tmp_path / "output.json", paddle / "datasets" / "feature_files"
    asked = ("videos", "predict", ws, paddle / "datasets" / "train.txt", "--features", place)
    run(capsys, *asked, "--format", "paddle", "--threshold", 0.3, "--out", out)
    text = out.read_text(encoding="utf-8")
    assert text == json.dumps(json.loads(text), ensure_ascii=False, indent=4)
    names = paddle_classes.read(paddle / "datasets" / "class.txt", ImportReport()).names
    report = ImportReport()
    read = {one.video: dict(one.labels) for one in paddle_output.read(out, report)}
    assert report.rows == {}
    assert len(read) == 31  # of two, neither frames nor sound can be had
    for k in range(GOOD):
        reply = list(read[f"v{k}.mp4"])
        assert reply == [name for name in names if name in reply], "in the order of the classes"
    right = [max(read[f"v{k}.mp4"], key=read[f"v{k}.mp4"].__getitem__) == names[k % 3] for k in range(GOOD)]
    assert np.mean(right) > 0.9
    predicted = run(capsys, "videos", "predict", ws, place / "v3.pkl", place / "v4.pkl")
    assert [video["video"] for video in predicted["videos"]] == ["v3.pkl", "v4.pkl"]
    assert "--features DIR" in fails(capsys, "videos", "predict", ws, film(tmp_path / "x.mkv", 20))
    assert run(capsys, "doctor", ws)["problems"] == []
    assert run(capsys, "undo", ws, done["batch"])["reverted"] == 32


def test_two_levels_become_a_tree_and_are_joined_again(
    paddle: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    ws, place = tmp_path / "ws", paddle / "datasets" / "feature_files"
    run(capsys, "init", ws)
    done = run(capsys, "videos", "import", ws, "--format", "paddle", paddle, "--two-levels", "--dequantise")
    assert done["classes"] == 5
    run(capsys, "videos", "train", ws, "--promote", "always")
    asked = ("videos", "predict", ws, place / "v0.pkl", "--threshold", 0)
    [video] = run(capsys, *asked)["videos"]
    assert {name for name, _ in video["labels"]} == {"sport", "sport/football", "sport/tennis", "music", "music/piano"}
    assert cli.main([*map(str, asked), "--format", "paddle"]) == 0
    [entry] = json.loads(capsys.readouterr().out)
    assert [name for name, _ in entry["labels"]] == ["sport-football", "sport-tennis", "music-piano"]
    assert cli.main([*map(str, asked), "--format", "yt8m"]) == 0
    header, line = capsys.readouterr().out.splitlines()
    assert header == "VideoId,LabelConfidencePairs"
    assert sorted(line.partition(",")[2].split()[::2]) == ["0", "1", "2"]


def test_youtube_8m_keeps_its_numbers_and_is_no_part_of_another_set(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    ws, rng = tmp_path / "ws", np.random.default_rng(1)
    records = [
        {
            "video": f"id{k}", "feature": rng.integers(0, 256, (6, 1024), np.uint8),
            "audio": rng.integers(0, 256, (6, 128), np.uint8), "label": [11 + 7 * (k % 2)], "nframes": 6 if k else 9,
        }
        for k in range(4)
    ]  # fmt: skip
    (tmp_path / "train.pkl").write_bytes(pickle.dumps(records, 2))
    run(capsys, "init", ws)
    done = run(capsys, "videos", "import", ws, "--format", "yt8m", tmp_path / "train.pkl")
    assert (done["imported"], done["labelled"], done["report"]) == (4, 4, {"lengths_differ": 1})
    assert "taken in as yt8m" in fails(
        capsys, "videos", "import", ws, "--format", "paddle", "--set", "yt8m", tmp_path / "train.pkl"
    )
    opened = workspace.open_workspace(ws)
    with opened.read() as connection:
        numbers = video_features.whole_videos(connection)
    mark = feature_sets.fingerprint("yt8m", FRAMES)
    seen = video_features.load(opened, FRAMES, mark, numbers)[numbers[0]].rows
    opened.engine.dispose()
    assert -2 < seen.min() < seen.max() < 2.01
    run(capsys, "videos", "train", ws, "--promote", "always")
    assert cli.main(["videos", "predict", str(ws), str(tmp_path / "train.pkl"), "--format", "yt8m"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split(",")[0] for line in lines] == ["VideoId", "id0", "id1", "id2", "id3"]
    assert sorted(lines[1].split(",")[1].split()[::2]) == ["11", "18"]


def test_lists_of_npy_files(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rng = np.random.default_rng(2)
    place = tmp_path / "wbdc" / "npy"
    place.mkdir(parents=True)
    entries: list[dict[str, object]] = []
    for k in range(5):
        entries.append({"id": f"w{k}", "title": f"title {k}", "asr": "", "ocr": [], "category_id": f"010{k % 2}"})
        np.save(place / f"w{k}.npy", rng.normal(size=(4, 768)).astype("f4"))
    np.save(place / "w4.npy", np.full((4, 768), np.inf, "f4"))
    entries.append({"id": "w5", "title": "", "category_id": "xx"})
    (tmp_path / "wbdc" / "labeled.json").write_text(json.dumps(entries))
    ws = tmp_path / "ws"
    run(capsys, "init", ws)
    done = run(capsys, "videos", "import", ws, "--format", "wbdc", tmp_path / "wbdc")
    assert (done["imported"], done["labelled"], done["classes"]) == (6, 5, 3)
    assert done["report"] == {
        "not_finite": 1, "missing_features": 1, "untitled": 1, "unknown_label": 1, "without_known_label": 1,
    }  # fmt: skip
    tags = tmp_path / "tags"
    tags.mkdir()
    np.save(tags / "a.npy", rng.normal(size=(3, 2048)).astype("f4"))
    (tags / "list.txt").write_text("a.npy cat dog\nb.npy cat\na.npy dog\n")
    done = run(capsys, "videos", "import", ws, "--format", "videotag", tags, "--facet", "tags 2")
    assert (done["imported"], done["labelled"], done["reads"]) == (2, 3, False)
    assert done["report"] == {"missing_features": 1, "second_line": 1}
    assert "Name one facet" in fails(capsys, "videos", "import", ws, "--format", "videotag", tags)
    assert run(capsys, "videos", "features", ws, "--use", "videotag")["reads"] == "videotag"
    assert "There are: own, wbdc, videotag" in fails(capsys, "videos", "features", ws, "--use", "x")


def test_features_for_videos_that_are_added(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Nothing is computed; what came as features alone gets its file; and the project's own vectors stay apart."""
    rng, ws, given, films = np.random.default_rng(3), tmp_path / "ws", tmp_path / "given", tmp_path / "films"
    given.mkdir()
    films.mkdir()
    for k in range(3):
        film(films / f"{k}.mkv", 40 * k, 4, tone(4))
    (given / "0.pkl").write_bytes(pickled(rows(rng, 8, 8), rows(rng, 4, 4)))
    np.save(given / "1.npy", rows(rng, 4, 8))
    (tmp_path / "list.txt").write_text("0.mkv\tfirst\tdog\n")
    run(capsys, "init", ws)
    run(capsys, "videos", "import", ws, "--format", "paddle", tmp_path / "list.txt", "--features", given)
    done = run(capsys, "videos", "add", ws, films, "--features", given)
    assert (done["added"], done["duplicates"], done["untitled"]) == (3, 0, 2)  # the first has its title from the list
    assert done["report"] == {"missing_features": 1, "another_hop": 1, "lengths_differ": 1}
    opened = workspace.open_workspace(ws)
    with opened.read() as connection:
        numbers = video_features.whole_videos(connection)
        assert feature_sets.in_use(connection) == "paddle"
    [frames, *_] = video_features.load(opened, FRAMES, feature_sets.fingerprint("paddle", FRAMES), numbers).values()
    assert frames.times.tolist() == [0, 0.5, 1, 1.5, 2, 2.5, 3, 3.5]
    assert len(video_features.load(opened, SOUND, feature_sets.fingerprint("paddle", SOUND), numbers)) == 1
    opened.engine.dispose()
    assert "--features DIR" in fails(capsys, "videos", "add", ws, films, "--set", "x")
    assert "not a folder of features" in fails(capsys, "videos", "add", ws, films, "--features", tmp_path / "none")
    own = run(capsys, "videos", "add", ws, films)
    assert (own["added"], own["duplicates"]) == (0, 3)
    assert run(capsys, "videos", "features", ws, "--use", "own")["reads"] == "own"
    assert "reads its own vectors" in fails(capsys, "videos", "predict", ws, given / "0.pkl", "--facet", "tags")


def test_what_cannot_be_meant_is_said(paddle: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run(capsys, "init", tmp_path / "ws")
    start = ("videos", "import", tmp_path / "ws", "--format")
    assert "does not exist" in fails(capsys, *start, "paddle", tmp_path / "none")
    assert "is a list of videos" in fails(capsys, *start, "paddle", paddle / "datasets" / "class.txt")
    (tmp_path / "two").mkdir()
    (tmp_path / "two" / "class.txt").write_text("a\t0\n")
    assert "2 lists of classes" in fails(capsys, *start, "paddle", paddle, tmp_path / "two")
    assert "not a name for a set" in fails(capsys, *start, "paddle", paddle, "--set", "own")
