"""The command line as scripts use it: JSON on stdout alone, exit status, and messages that say what to do next."""

from __future__ import annotations

import csv
import itertools
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

import cli
import sample_data

IMAGES = sorted(sample_data.images_folder().glob("*.jpg"))


def run(capsys: pytest.CaptureFixture[str], *arguments: object) -> dict[str, Any]:
    """One command with --json; its one object."""
    assert cli.main([*map(str, arguments), "--json"]) == 0, capsys.readouterr().err
    out = capsys.readouterr().out
    assert len(out.splitlines()) == 1, "nothing but the object on stdout"
    return json.loads(out)


def fails(capsys: pytest.CaptureFixture[str], *arguments: object) -> str:
    """One command that ends with status 1 and one line on stderr."""
    assert cli.main([*map(str, arguments)]) == 1
    captured = capsys.readouterr()
    lines = [line for line in captured.err.splitlines() if line.startswith("sceneloop:")]
    assert captured.out == ""
    assert len(lines) == 1
    return lines[0]


def write(path: Path, *rows: tuple[str, ...]) -> Path:
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows(rows)
    return path


@pytest.fixture
def opened(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Path:
    """A workspace with forty demo images and a first round."""
    path = tmp_path / "ws"
    run(capsys, "init", path, "--taxonomy", sample_data.taxonomy_file())
    assert run(capsys, "add", path, *IMAGES[:40])["added"] == 40
    run(capsys, "pseudo-label", path)
    return path


def test_the_loop(opened: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], truth: dict[str, str]) -> None:
    names = [path.name for path in IMAGES[:40]]
    answers = write(tmp_path / "truth.csv", ("file", "class"), *[(name, truth[name]) for name in names])
    before = run(capsys, "evaluate", opened, "--truth", answers)
    assert before["labels"] == before["zero_shot"]
    assert before["head"] is None
    assert before["gain"] is None

    result = run(capsys, "suspects", opened, "--limit", 5)["suspects"]
    assert len(result) == 5
    assert [s["score"] for s in result] == sorted((s["score"] for s in result), reverse=True)
    assert set(result[0]) == {"file", "category", "proposed", "score"}

    done = run(
        capsys, "label", opened, write(tmp_path / "fix.csv", ("file", "class"), *[(n, truth[n]) for n in names[:30]])
    )
    assert done["labelled"] == 30
    assert done["unmatched"] == done["conflicts"] == []
    assert not [s for s in run(capsys, "suspects", opened)["suspects"] if s["file"] in names[:30]]
    assert [s for s in run(capsys, "suspects", opened, "--humans")["suspects"] if s["file"] in names[:30]]

    trained = run(capsys, "train", opened, "--promote", "always")
    assert trained["promoted"] is True
    assert 0 <= trained["metrics"]["accuracy"] <= 1
    round_two = run(capsys, "pseudo-label", opened, "--with", "head")
    assert (round_two["labelled"], round_two["skipped_human"]) == (10, 30)

    after = run(capsys, "evaluate", opened, "--truth", answers)
    assert after["labels"]["accuracy"] >= 30 / 40
    assert after["head"]["promoted"] is True
    assert after["gain"]["low"] <= after["gain"]["accuracy"] <= after["gain"]["high"]
    assert set(after["labels"]) == {"n", "accuracy", "precision", "recall", "macro_f1", "per_class"}

    rest = write(tmp_path / "rest.csv", ("file", "class"), *[(name, truth[name]) for name in names[30:]])
    unlabelled, alone = after["without_labelled"], run(capsys, "evaluate", opened, "--truth", rest)
    assert (after["n"], unlabelled["n"], alone["n"]) == (40, 10, 10)
    assert alone["without_labelled"] == unlabelled, "only the ten that nobody labelled"
    assert unlabelled["labels"]["accuracy"] == unlabelled["head"]["accuracy"], "the head labelled these"
    assert before["without_labelled"]["labels"] == before["labels"], "labels of the machine are nobody's"

    batches = run(capsys, "history", opened)["batches"]
    assert {"id", "at", "actor", "source", "labels"} <= set(batches[0])
    assert run(capsys, "undo", opened, batches[0]["id"])["reverted"] == 10
    events = run(capsys, "history", opened, "--item", names[35])["events"]
    assert [event["undo"] for event in events] == [True, False, False]

    results = run(capsys, "search", opened, "--text", "a page of text", "--limit", 3)["results"]
    assert len(results) == 3
    assert set(results[0]) == {"file", "category", "source", "similarity"}
    assert run(capsys, "search", opened, "--image", IMAGES[0], "--limit", 1)["results"][0]["file"] == IMAGES[0].name

    out = tmp_path / "labels.csv"
    run(capsys, "export", opened, "--format", "csv", "--out", out)
    with out.open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert list(rows[0]) == ["file", "class", "source", "actor", "at", "confidence"]
    assert len(rows) == 40
    assert {row["class"] for row in rows if row["source"] == "human"} <= {"nature", "animation_game", "document"}
    run(capsys, "export", opened, "--format", "parquet", "--out", tmp_path / "labels.parquet")
    run(capsys, "export", opened, "--format", "folders", "--out", tmp_path / "folders")
    assert len(list((tmp_path / "folders").rglob("*.jpg"))) == 40
    assert run(capsys, "doctor", opened)["events_match_state"] is True


def test_children_are_rolled_up_to_the_level_of_the_truth(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    taxonomy = tmp_path / "tree.yaml"
    taxonomy.write_text(
        "categories:\n- {name: outside, prompts: [a photo]}\n- {name: beach, parent: outside, prompts: [a beach]}\n"
        "- {name: forest, parent: outside, prompts: [a forest]}\n- {name: page, prompts: [a page of text]}\n"
    )
    path = tmp_path / "ws"
    run(capsys, "init", path, "--taxonomy", taxonomy)
    run(capsys, "add", path, *IMAGES[:3])
    run(
        capsys,
        "label",
        path,
        write(tmp_path / "l.csv", ("file", "class"), (IMAGES[0].name, "outside/beach"), (IMAGES[1].name, "forest")),
    )
    truth = write(
        tmp_path / "t.csv", ("file", "class"), *[(p.name, "outside") for p in IMAGES[:3]], ("gone.jpg", "page")
    )
    result = run(capsys, "evaluate", path, "--truth", truth)
    assert result["labels"]["n"] == 4
    assert result["labels"]["accuracy"] == 0.5, "an unlabelled row and one without an item count as wrong"
    assert (result["without_labelled"]["n"], result["without_labelled"]["labels"]["accuracy"]) == (2, 0.0)
    assert result["unmatched"] == ["line 5: gone.jpg"]


def test_conflicting_rows_and_unknown_files_are_reported(
    opened: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    one, two = IMAGES[0].name, IMAGES[1].name
    rows = [("file", "class"), (one, "nature"), (one, "document"), ("nowhere.jpg", "nature"), (two, "document")]
    done = run(capsys, "label", opened, write(tmp_path / "l.csv", *rows))
    assert done["labelled"] == 2
    assert len(done["conflicts"]) == 1
    assert "line 3" in done["conflicts"][0]
    assert done["unmatched"] == ["line 4: nowhere.jpg"]
    again = run(
        capsys, "label", opened, write(tmp_path / "m.csv", ("file", "class"), (one, "document")), "--source", "import"
    )
    assert again["labelled"] == 0
    assert "a person" in again["conflicts"][0]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"file,class\na.jpg,dinosaur\n", "no category 'dinosaur'"),
        (b"file,label\na.jpg,nature\n", "no column 'class'"),
        ("file,class\nä.jpg,nature\n".encode("latin-1"), "not UTF-8"),
        (b"", "no column 'file'"),
        (b"\x00\x01\x02", "not a text file"),
    ],
)
def test_a_bad_csv_is_refused_whole(
    opened: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], content: bytes, message: str
) -> None:
    bad = tmp_path / "bad.csv"
    bad.write_bytes(content)
    assert message in fails(capsys, "label", opened, bad)
    assert not [b for b in run(capsys, "history", opened)["batches"] if b["source"] == "human"]


@pytest.mark.parametrize("name", ["<img src=x onerror=alert(1)>", "../../x", "自然", "a/b", "🌄 view"])
def test_strange_names_are_text_everywhere(tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str) -> None:
    path = tmp_path / "ws"
    taxonomy = tmp_path / "t.json"
    taxonomy.write_text(
        json.dumps({"categories": [{"name": name, "prompts": ["a beach"]}, {"name": "b", "prompts": ["a page"]}]})
    )
    run(capsys, "init", path, "--taxonomy", taxonomy)
    run(capsys, "add", path, IMAGES[0])
    run(capsys, "label", path, write(tmp_path / "l.csv", ("file", "class"), (IMAGES[0].name, name)))
    out = tmp_path / "out" / "folders"
    run(capsys, "export", path, "--format", "folders", "--out", out)
    copied = list((tmp_path / "out").rglob("*.jpg"))
    assert len(copied) == 1
    assert copied[0].parent.parent == out, "one folder below the export, nowhere else"
    run(capsys, "export", path, "--format", "csv", "--out", tmp_path / "l2.csv")
    with (tmp_path / "l2.csv").open(encoding="utf-8") as file:
        assert [row["class"] for row in csv.DictReader(file)] == [name]


def test_a_row_without_a_class_is_reported_and_the_others_are_written(opened: Path, tmp_path: Path, capsys) -> None:
    names = [path.name for path in IMAGES[:4]]
    table = tmp_path / "some.csv"
    table.write_text(
        f"file;class\n{names[0]};nature\n{names[1]};\n{names[2]};  \n{names[3]};document\n", encoding="utf-8"
    )
    done = run(capsys, "label", opened, table)
    assert done["labelled"] == 2
    assert done["conflicts"] == [f"line 3: {names[1]} has no class", f"line 4: {names[2]} has no class"]
    table.write_text("file,class,class\na,b,c\n")
    assert "two columns 'class'" in fails(capsys, "label", opened, table)


def test_errors_name_the_way_out(opened: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert "sceneloop init" in fails(capsys, "add", tmp_path / "nowhere", IMAGES[0])
    assert "already holds a workspace" in fails(capsys, "init", opened, "--classes", "a,b")
    assert "does not exist" in fails(capsys, "add", opened, tmp_path / "missing")
    assert "at least two classes" in fails(capsys, "train", opened)
    assert "No head is promoted" in fails(capsys, "pseudo-label", opened, "--with", "head")
    assert "no batch" in fails(capsys, "undo", opened, "0000")
    empty = tmp_path / "prompts.yaml"
    empty.write_text("categories:\n- {name: nature, prompts: []}\n")
    assert "has no prompts" in fails(capsys, "prompts", opened, "--set", empty)
    assert run(capsys, "prompts", opened, "--show")["version"] == 1
    (tmp_path / "bad.yaml").write_text("categories: [")
    assert "not valid YAML" in fails(capsys, "prompts", opened, "--set", tmp_path / "bad.yaml")
    with pytest.raises(SystemExit) as usage:
        cli.main(["train", str(opened), "--promote", "perhaps"])
    assert usage.value.code == 2


def test_options_may_stand_between_the_arguments() -> None:
    given = cli.parser().parse_args(["taxonomy", "W", "retire", "--id", "3"])
    assert (given.by_id, given.action, given.rest) == (True, "retire", ["3"])
    given = cli.parser().parse_args(["add", "W", "--labels", "l.csv", "one", "--meta", "m.csv", "two"])
    assert (given.paths, given.labels, given.meta) == (["one", "two"], Path("l.csv"), Path("m.csv"))
    with pytest.raises(SystemExit) as usage:
        cli.parser().parse_args(["taxonomy", "W", "--nonsense"])
    assert usage.value.code == 2


def test_no_network_and_no_weights_is_one_error_and_writes_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "ws"
    message = fails(capsys, "init", path, "--model", "ViT-B-32/laion2b_s34b_b79k", "--classes", "a,b")
    assert "built-in" in message
    assert not path.exists()


def test_precomputed_vectors_take_the_place_of_a_model(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "ws"
    run(capsys, "init", path, "--model", "vectors:hog", "--classes", "left,right")
    random = np.random.default_rng(0)
    side = np.arange(60) % 2
    vectors = random.normal(size=(60, 8)).astype(np.float32) * 0.1
    vectors[:, 0] += np.where(side == 0, 1, -1)
    names = np.array([f"{k:03d}.png" for k in range(60)])
    np.savez(tmp_path / "v.npz", path=names, vector=vectors, encoder="hog")
    assert run(capsys, "add", path, "--vectors", tmp_path / "v.npz")["added"] == 60
    given = [(n, "left" if s == 0 else "right") for n, s in zip(names, side, strict=True)]
    wrong = {"004.png", "031.png"}
    rows = [(n, {"left": "right", "right": "left"}[c] if n in wrong else c) for n, c in given]
    labels = write(tmp_path / "l.csv", ("file", "class"), *rows)
    assert run(capsys, "label", path, labels, "--source", "import")["labelled"] == 60
    result = run(capsys, "suspects", path, "--limit", 2)["suspects"]
    assert {s["file"] for s in result} == wrong
    assert "precomputed" in fails(capsys, "pseudo-label", path)


def test_segment_prints_the_contract_before_any_training_and_without_images(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "ws"
    run(capsys, "init", path, "--taxonomy", sample_data.taxonomy_file())
    result = run(capsys, "segment", path, sample_data.video_file(), "--with", "zero-shot")
    assert set(result) >= {"video", "fps", "duration_s", "frames", "model", "segments", "shots"}
    segments = result["segments"]
    assert segments[0]["start_frame"] == 0
    assert segments[-1]["end_frame"] == result["frames"]
    assert all(a["end_frame"] == b["start_frame"] for a, b in itertools.pairwise(segments))
    assert set(segments[0]) == {
        "start_s",
        "end_s",
        "start_frame",
        "end_frame",
        "label",
        "score",
        "scores",
        "keyframes_s",
    }
    assert set(result["shots"][0]) == {"start_s", "end_s", "start_frame", "end_frame"}
    out = tmp_path / "s.json"
    assert cli.main(["segment", str(path), str(sample_data.video_file()), "--out", str(out)]) == 0
    assert json.loads(out.read_text())["segments"] == segments


def test_a_folder_called_store_or_video_does_not_shadow_ours(tmp_path: Path) -> None:
    for name in ("store", "video"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "__init__.py").write_text("raise RuntimeError('shadowed')")
    assert cli.main(["init", str(tmp_path / "ws"), "--classes", "a,b", "--json"]) == 0
    script = Path(sys.executable).with_name("sceneloop")
    Image.new("RGB", (64, 48), "red").save(tmp_path / "red.png")
    done = subprocess.run(
        [script, "add", "ws", "red.png", "--json"], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["added"] == 1


def test_doctor_finds_files_that_were_changed_since(
    opened: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "own"
    folder.mkdir()
    paths = [folder / f"{name}.bmp" for name in "abc"]
    for path, shade in zip(paths, (40, 90, 140), strict=True):
        Image.new("RGB", (64, 64), (shade, 0, 200)).save(path)
    assert run(capsys, "add", opened, folder)["added"] == 3
    assert run(capsys, "doctor", opened)["problems"] == []
    Image.new("RGB", (64, 64), (200, 200, 0)).save(paths[0])
    paths[1].unlink()
    notice = fails_with_report(capsys, "doctor", opened)
    assert [str(paths[0]) in problem for problem in notice["problems"]] == [True]
    assert any(str(paths[1]) in note for note in notice["notes"])
    assert run(capsys, "add", opened, folder)["changed"] == [str(paths[0])]
    assert run(capsys, "doctor", opened)["problems"] == []


def fails_with_report(capsys: pytest.CaptureFixture[str], *arguments: object) -> dict[str, Any]:
    """One command with --json that ends with status 1 and says why on stdout too."""
    assert cli.main([*map(str, arguments), "--json"]) == 1
    return json.loads(capsys.readouterr().out)


def test_classes_called_as_columns_get_columns_of_their_own(tmp_path: Path, capsys) -> None:
    opened, out = tmp_path / "odd", tmp_path / "out.csv"
    run(capsys, "init", opened, "--classes", "file,score,tree")
    run(capsys, "add", opened, *IMAGES[:2])
    run(capsys, "predict", opened, *IMAGES[:2], "--out", out)
    with out.open(encoding="utf-8", newline="") as file:
        header, *rows = csv.reader(file)
    assert header == ["file", "class", "score", "class:file", "class:score", "tree"]
    assert [row[0] for row in rows] == [path.name for path in IMAGES[:2]]
    assert run(capsys, "label", opened, out)["labelled"] == 2
