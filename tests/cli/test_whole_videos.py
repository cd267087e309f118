"""Whole videos on the command line: from files to tags of new ones, in the forms of the contract."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from whole_films import film, tone

import cli
from cli import whole_videos
from video.exchange import foreign_formats
from video.whole import prediction_forms


def run(capsys: pytest.CaptureFixture[str], *arguments: object) -> dict[str, Any]:
    assert cli.main([*map(str, arguments), "--json"]) == 0, capsys.readouterr().err
    answer: dict[str, Any] = json.loads(capsys.readouterr().out)
    return answer


def printed(capsys: pytest.CaptureFixture[str], *arguments: object) -> str:
    assert cli.main([*map(str, arguments)]) == 0, capsys.readouterr().err
    return capsys.readouterr().out


def fails(capsys: pytest.CaptureFixture[str], *arguments: object) -> str:
    assert cli.main([*map(str, arguments)]) == 1
    return capsys.readouterr().err


def test_from_files_to_tags_of_a_new_video(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    films, ws = tmp_path / "films", tmp_path / "ws"
    films.mkdir()
    titles, labels = ["file,title"], ["file,class"]
    for k in range(16):
        loud = k % 2 == 0
        film(films / f"{k}.mkv", 20 + 12 * k, 2, tone(2, 300 + 10 * k) if loud else None)
        titles += [f"{k}.mkv,{'news of the day' if k % 4 < 2 else 'a football match'}"] if k % 5 else []
        labels += [f"{k}.mkv,tone"] if loud else []
        labels += [f"{k}.mkv,{'news' if k % 4 < 2 else 'sport/football'}"]
    for name, lines in (("titles", titles), ("labels", labels)):
        (tmp_path / f"{name}.csv").write_text("\n".join(lines), encoding="utf-8")
    (tmp_path / "class.txt").write_text("tone\t0\nnews\t1\nsport/football\t2\n")
    run(capsys, "init", ws)
    assert "--classes" in fails(capsys, "videos", "label", ws, tmp_path / "labels.csv")
    assert run(capsys, "videos", "add", ws, films, "--titles", tmp_path / "titles.csv") == {
        "added": 16, "duplicates": 0, "untitled": 4, "silent": 0, "without_sound": 8, "quarantined": [], "report": {},
    }  # fmt: skip
    done = run(capsys, "videos", "label", ws, tmp_path / "labels.csv", "--classes", tmp_path / "class.txt")
    assert {name: done[name] for name in ("labelled", "unmatched", "unknown_classes", "conflicts")} == {
        "labelled": 24, "unmatched": [], "unknown_classes": [], "conflicts": [],
    }  # fmt: skip
    trained = run(capsys, "videos", "train", ws, "--promote", "always", "--seed", 1)
    assert trained["promoted"]
    row = {
        "model", "modalities", "map", "micro_f1", "macro_f1", "hit1", "hit2", "gap20", "ece", "seconds", "parameters",
        "n", "low", "high",
    }  # fmt: skip
    assert all(row <= each.keys() for each in trained["table"])
    assert {"head", "promoted", "reason", "table"} <= trained.keys()
    film(tmp_path / "new.mkv", 100, 2, tone(2, 333))
    (tmp_path / "new.csv").write_text("file,title\nnew.mkv,news of the day\n")
    new = ("videos", "predict", ws, tmp_path / "new.mkv", "--titles", tmp_path / "new.csv")
    [tags] = run(capsys, *new, "--threshold", 0)["videos"]
    assert {name for name, _ in tags["labels"]} == {"tone", "news", "sport", "sport/football"}
    assert next(score for name, score in tags["labels"] if name == "tone") > 0.5
    paddle = json.loads(printed(capsys, *new, "--format", "paddle", "--threshold", 0))
    assert [name for name, _ in paddle[0]["labels"]] == ["tone", "news", "sport", "sport/football"]
    assert paddle[0]["video_id"] == "new.mkv"
    youtube = printed(capsys, *new, "--format", "yt8m").splitlines()
    assert youtube[0] == "VideoId,LabelConfidencePairs"
    assert youtube[1].startswith("new,")
    assert len(youtube[1].partition(",")[2].split()) == 8
    assert run(capsys, *new, "--format", "csv", "--out", tmp_path / "out.csv")["videos"] == 1
    assert (tmp_path / "out.csv").read_text().startswith("file,class,score")
    judged = run(capsys, "videos", "evaluate", ws, "--truth", tmp_path / "labels.csv")
    assert judged["head"]["n"] == 16
    assert set(judged["by_level"]) == {"1", "2"}
    explained = run(capsys, "videos", "explain", ws, "0.mkv")["tags"]
    assert {"tag", "score", "frames", "sound", "title", "when"} <= explained[0].keys()
    assert run(capsys, "videos", "propose", ws)["skipped_human"] == 16
    assert run(capsys, "undo", ws, done["batch"])["reverted"] == 16  # videos
    assert "no column 'class'" in fails(capsys, "videos", "evaluate", ws, "--truth", tmp_path / "titles.csv")
    assert run(capsys, "doctor", ws)["problems"] == []


def test_a_file_that_is_no_video_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run(capsys, "init", tmp_path / "ws")
    (tmp_path / "broken.mp4").write_bytes(b"x" * 100)
    done = run(capsys, "videos", "add", tmp_path / "ws", tmp_path / "broken.mp4")
    assert done["added"] == 0
    assert "cannot be read as a video" in done["quarantined"][0]["reason"]
    assert "does not exist" in fails(capsys, "videos", "add", tmp_path / "ws", tmp_path / "nowhere")
    assert "No facet of videos" in fails(capsys, "videos", "train", tmp_path / "ws")


def test_the_forms_are_those_of_the_engine() -> None:
    assert whole_videos.FORMATS == prediction_forms.FORMATS
    assert whole_videos.FOREIGN == foreign_formats.FORMATS
