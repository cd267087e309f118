"""Videos on the command line: several at once, exports that other programs read, the plan, the truth."""

from __future__ import annotations

import csv
import json
import shutil
import subprocess
import sys
from fractions import Fraction
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import av
import numpy as np
import pytest
import webvtt
from PIL import Image

import cli
import sample_data
from cli import videos
from video.runs import segmentation
from video.segmenting.aggregation import AGGREGATORS
from video.segmenting.smoothing import AMOUNTS

IMAGES = sorted(sample_data.images_folder().glob("*.jpg"))
FPS = 10


def film(path: Path, pictures: list[Path], seconds: int = 2) -> Path:
    """Each picture for some seconds."""
    with av.open(str(path), "w") as output:
        stream = output.add_stream("mpeg4", rate=Fraction(FPS))
        stream.width, stream.height, stream.pix_fmt, stream.bit_rate = 192, 144, "yuv420p", 2_000_000
        for picture in pictures:
            pixels = np.asarray(Image.open(picture).convert("RGB").resize((192, 144)))
            for _ in range(FPS * seconds):
                output.mux(stream.encode(av.VideoFrame.from_ndarray(pixels, format="rgb24")))
        output.mux(stream.encode(None))
    return path


def run(capsys: pytest.CaptureFixture[str], *arguments: object) -> dict[str, Any]:
    assert cli.main([*map(str, arguments), "--json"]) == 0, capsys.readouterr().err
    return json.loads(capsys.readouterr().out)


def fails(capsys: pytest.CaptureFixture[str], *arguments: object) -> str:
    assert cli.main([*map(str, arguments)]) == 1
    captured = capsys.readouterr()
    assert captured.out == ""
    return captured.err


@pytest.fixture
def workspace_path(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Path:
    """A workspace without images."""
    run(capsys, "init", tmp_path / "ws", "--taxonomy", sample_data.taxonomy_file())
    return tmp_path / "ws"


@pytest.fixture
def clip(tmp_path: Path) -> Path:
    return film(tmp_path / "clip.mp4", [IMAGES[0], IMAGES[-1], IMAGES[len(IMAGES) // 2]])


def test_several_videos_one_of_them_bad_and_again_without_decoding(
    workspace_path: Path,
    clip: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    bad = tmp_path / "bad.mp4"
    bad.write_bytes(b"no video at all")
    (tmp_path / "other").mkdir()
    twin = film(tmp_path / "other" / "clip.mp4", [IMAGES[5]])
    out = tmp_path / "out"
    result = run(capsys, "segment", workspace_path, clip, bad, twin, "--out", out)["videos"]
    assert [Path(entry["video"]) for entry in result] == [clip, bad, twin]
    assert "cannot be read as a video" in result[1]["error"]
    assert [Path(result[k]["out"]).name for k in (0, 2)] == ["clip.json", "clip-2.json"]
    assert json.loads(Path(result[2]["out"]).read_text())["frames"] == 2 * FPS

    monkeypatch.setattr(segmentation, "analyse", lambda *a, **k: pytest.fail("decoded again"))
    assert run(capsys, "segment", workspace_path, clip, twin, "--out", out, "--format", "vtt")["videos"][1][
        "out"
    ].endswith("vtt")
    assert run(capsys, "segment", workspace_path, clip) == json.loads((out / "clip.json").read_text())
    assert "None of 2 videos" in fails(capsys, "segment", workspace_path, bad, tmp_path / "missing.mp4", "--out", out)
    assert "--out FOLDER" in fails(capsys, "segment", workspace_path, clip, twin)


@pytest.mark.slow
def test_videos_side_by_side_give_the_same(
    workspace_path: Path, clip: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bad = tmp_path / "bad.mp4"
    bad.write_bytes(b"")
    same = shutil.copy(clip, tmp_path / "same.mp4")
    result = run(capsys, "segment", workspace_path, clip, bad, same, "--out", tmp_path / "out", "--jobs", 2)["videos"]
    assert "0 bytes" in result[1]["error"]
    first, second = (json.loads(Path(result[k]["out"]).read_text()) for k in (0, 2))
    assert first == second == run(capsys, "segment", workspace_path, clip)


def test_a_changed_detector_is_decoded_again(
    workspace_path: Path, clip: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from labeling.snapshot.snapshot import Snapshot
    from store import workspace

    run(capsys, "segment", workspace_path, clip)
    opened = workspace.open_workspace(workspace_path)
    snapshot = Snapshot(opened)
    video = segmentation.register(opened, clip)
    assert segmentation.kept(snapshot, video) is not None
    with opened.engine.begin() as connection:
        workspace.change_settings(connection, detector="content")
    assert segmentation.kept(snapshot, video) is None
    opened.engine.dispose()


def test_exports_are_read_back(
    workspace_path: Path, clip: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    segments = run(capsys, "segment", workspace_path, clip)["segments"]
    for name in ("s.json", "s.csv", "s.vtt", "s.html"):
        done = run(capsys, "segment", workspace_path, clip, "--out", tmp_path / name)
        assert done["segments"] == len(segments)
    frame = 1 / FPS
    assert json.loads((tmp_path / "s.json").read_text())["segments"] == segments
    with (tmp_path / "s.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [(row["label"], int(row["start_frame"])) for row in rows] == [
        (s["label"], s["start_frame"]) for s in segments
    ]
    for cue, segment in zip(webvtt.read(tmp_path / "s.vtt"), segments, strict=True):
        assert cue.text == segment["label"]
        assert abs(cue.start_in_seconds - segment["start_s"]) < frame
        assert abs(cue.end_in_seconds - segment["end_s"]) < frame + 1
    page = (tmp_path / "s.html").read_text()
    assert page.startswith("<!doctype html>")
    assert "http" not in page.replace("http-equiv", "")
    run(capsys, "segment", workspace_path, clip, "--out", tmp_path / "a.json", "--format", "activitynet")
    results = json.loads((tmp_path / "a.json").read_text())["results"]["clip.mp4"]
    assert [r["segment"] for r in results] == [[s["start_s"], s["end_s"]] for s in segments]
    assert "ending" in fails(capsys, "segment", workspace_path, clip, "--out", tmp_path / "s.docx")
    assert "Rename" in fails(capsys, "segment", workspace_path, clip, "--out", tmp_path / "s.csv", "--format", "html")


def test_a_plan_follows_the_rules_and_runs(
    workspace_path: Path, clip: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    segments = run(capsys, "segment", workspace_path, clip, "--plan", tmp_path / "p.json")["segments"]
    steps = json.loads((tmp_path / "p.json").read_text())["steps"]
    assert [(s["label"], s["start_frame"], s["end_frame"]) for s in steps] == [
        (s["label"], s["start_frame"], s["end_frame"]) for s in segments
    ]
    assert all(step["encode"]["codec"] == "libx264" for step in steps)
    rules = tmp_path / "rules.yaml"
    rules.write_text("default: {encode: {codec: mpeg4, qscale: 5}}\nlabels: {}\n")
    run(capsys, "segment", workspace_path, clip, "--plan", tmp_path / "p.sh", "--rules", rules)
    assert "-c:v mpeg4" in (tmp_path / "p.sh").read_text()
    if shutil.which("ffmpeg"):
        subprocess.run(["sh", str(tmp_path / "p.sh")], check=True)
        with av.open(str(tmp_path / "clip_planned.mkv")) as encoded:
            assert sum(1 for _ in encoded.decode(video=0)) == 6 * FPS
    assert "--plan" in fails(capsys, "segment", workspace_path, clip, "--rules", rules)
    assert "ffmpeg" in fails(capsys, "segment", workspace_path, clip, "--plan", tmp_path / "p.txt")
    assert "one video" in fails(
        capsys, "segment", workspace_path, clip, clip.parent / "x.mp4", "--plan", tmp_path / "p.sh"
    )


def test_segments_against_a_truth(
    workspace_path: Path, clip: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run(capsys, "segment", workspace_path, clip, "--out", tmp_path / "s.json")
    result = json.loads((tmp_path / "s.json").read_text())
    truth = tmp_path / "truth.json"
    keep = ("label", "start_frame", "end_frame")
    cuts = [shot["start_frame"] for shot in result["shots"]][1:]
    same = {"fps": FPS, "segments": [{key: s[key] for key in keep} for s in result["segments"]], "cuts": cuts}
    truth.write_text(json.dumps(same))
    right = run(capsys, "evaluate-video", tmp_path / "s.json", "--truth", truth)
    assert right["time_accuracy"] == pytest.approx(1)
    assert right["cuts"]["0"]["f1"] == right["segment_f1"]["0.5"] == 1
    truth.write_text(json.dumps({"fps": FPS, "segments": [{"label": "none", "start_frame": 0, "end_frame": 60}]}))
    wrong = run(capsys, "evaluate-video", tmp_path / "s.json", "--truth", truth)
    assert wrong["time_accuracy"] == 0
    assert "not a segments file" in fails(capsys, "evaluate-video", truth.with_name("gone.json"), "--truth", truth)
    assert "not a truth file" in fails(capsys, "evaluate-video", tmp_path / "s.json", "--truth", tmp_path / "gone.json")


def test_smoothing_and_aggregator_are_those_of_the_page(
    workspace_path: Path,
    clip: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert (tuple(AMOUNTS), AGGREGATORS) == (videos.SMOOTHING, videos.AGGREGATORS)
    run(capsys, "segment", workspace_path, clip)
    monkeypatch.setattr(segmentation, "analyse", lambda *a, **k: pytest.fail("decoded again"))
    asked = []
    labelled = sys.modules["video.runs.labelled_run"]
    kept = labelled.segmented  # type: ignore[attr-defined]
    monkeypatch.setattr(
        labelled, "segmented", lambda snapshot, a, view: (asked.append(view), kept(snapshot, a, view))[1]
    )
    plan = tmp_path / "p.json"
    result = run(capsys, "segment", workspace_path, clip, "--smoothing", "none", "--aggregator", "mean", "--plan", plan)
    steps = json.loads(plan.read_text())["steps"]
    assert [(s["label"], s["start_frame"]) for s in steps] == [
        (s["label"], s["start_frame"]) for s in result["segments"]
    ]
    assert {(view.switch_cost, view.aggregator) for view in asked} == {(0.0, "mean")}
    run(capsys, "segment", workspace_path, clip, clip, "--out", tmp_path / "out", "--smoothing", "strong")
    assert asked[-1].switch_cost == AMOUNTS["strong"]


def test_a_gpu_takes_one_video_for_every_four_cores(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(videos.os, "cpu_count", lambda: 16)
    assert videos._jobs(SimpleNamespace(encoder=SimpleNamespace(on_gpu=True))) == 4
    assert videos._jobs(SimpleNamespace(encoder=SimpleNamespace(on_gpu=False))) == 1
    monkeypatch.setattr(videos.os, "cpu_count", lambda: 2)
    assert videos._jobs(SimpleNamespace(encoder=SimpleNamespace(on_gpu=True))) == 1
