"""Heads and predictions by command line."""

from __future__ import annotations

import csv
import json
import pickle
import shutil
from pathlib import Path
from typing import Any

import pytest

import cli
import sample_data


def run(capsys: pytest.CaptureFixture[str], *arguments: object) -> dict[str, Any]:
    """One command with --json; its one object."""
    assert cli.main([*map(str, arguments), "--json"]) == 0, capsys.readouterr().err
    out = capsys.readouterr().out
    assert len(out.splitlines()) == 1
    return json.loads(out)


def test_a_head_is_trained_written_taken_in_and_used(
    demo_path: Path, tmp_path: Path, truth: dict[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    answers = tmp_path / "answers.csv"
    rows = [("file", "class"), *list(truth.items())[:60]]
    answers.write_text("\n".join(",".join(row) for row in rows), encoding="utf-8")
    run(capsys, "label", demo_path, answers)
    assert run(capsys, "train", demo_path, "--promote", "always")["promoted"]
    exported = run(capsys, "head", "export", demo_path, "--out", tmp_path / "head.onnx")
    assert exported["difference"] < 1e-3
    run(capsys, "head", "export", demo_path, "--out", tmp_path / "head.safetensors", "--head", 1)
    card = json.loads((tmp_path / "head.json").read_text(encoding="utf-8"))
    assert card["temperature"] > 0
    assert 0 <= card["calibration"]["ece"] <= 1
    assert run(capsys, "head", "import", demo_path, tmp_path / "head.safetensors")["number"] == 2
    checked = run(capsys, "head", "check", demo_path)
    assert set(checked) == {"shortcut", "learning_curve"}
    new = tmp_path / "new"
    new.mkdir()
    for name in list(truth)[60:64]:
        shutil.copy(sample_data.images_folder() / name, new / name)
    done = run(capsys, "predict", demo_path, new, "--out", tmp_path / "said.csv")
    assert (done["predicted"], done["bad"], done["model"]) == (4, [], "head 1")
    with (tmp_path / "said.csv").open(encoding="utf-8") as file:
        reply = list(csv.DictReader(file))
    assert [row["file"] for row in reply] == sorted(list(truth)[60:64])
    assert all(
        max(("nature", "animation_game", "document"), key=lambda c: float(row[c])) == row["class"] for row in reply
    )


def test_a_head_of_several_labels_by_command_line(
    demo_path: Path, tmp_path: Path, truth: dict[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "facets.yaml"
    file.write_text(
        "facets: [{name: tags, exclusive: false}]\ncategories: [{name: written, facet: tags, prompts: [text]}]", "utf-8"
    )
    run(capsys, "prompts", demo_path, "--set", file)
    reply = [(name, "written", "yes" if kind == "document" else "no") for name, kind in list(truth.items())[:90]]
    rows = [("file", "class", "value"), *reply]
    (tmp_path / "said.csv").write_text("\n".join(",".join(row) for row in rows), encoding="utf-8")
    run(capsys, "label", demo_path, tmp_path / "said.csv")
    done = run(capsys, "train", demo_path, "--facet", "tags", "--promote", "always")
    assert (done["facet"], done["promoted"]) == ("tags", True)
    assert cli.main(["train", str(demo_path), "--facet", "colours"]) == 1
    assert "There are: scene, tags" in capsys.readouterr().err
    out = tmp_path / "tags.safetensors"
    assert run(capsys, "head", "export", demo_path, "--out", out, "--facet", "tags")["classes"] == ["written"]
    assert run(capsys, "head", "import", demo_path, out)["facet"] == "tags"
    assert run(capsys, "pseudo-label", demo_path, "--facet", "tags", "--with", "head")["labelled"] > 0
    image = sample_data.images_folder() / next(iter(truth))
    assert run(capsys, "predict", demo_path, image, "--out", tmp_path / "p.json", "--facet", "tags")["predicted"] == 1
    assert set(json.loads((tmp_path / "p.json").read_text())[0]) == {"file", "labels", "written"}
    assert cli.main(["pseudo-label", str(demo_path), "--facet", "tags", "--with", "neighbours"]) == 1
    assert cli.main(["pseudo-label", str(demo_path), "--with", "head"]) == 1, "the classes have no head of their own"


def test_what_is_not_a_head_is_refused(demo_path: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "head.pkl").write_bytes(pickle.dumps([1]))
    for arguments in (
        ("head", "import", demo_path, tmp_path / "head.pkl"),
        ("head", "export", demo_path, "--out", tmp_path / "head.onnx"),
        ("predict", demo_path, tmp_path / "absent", "--out", tmp_path / "out.csv"),
        ("predict", demo_path, tmp_path, "--out", tmp_path / "out.csv", "--with", "head"),
    ):
        assert cli.main([*map(str, arguments)]) == 1
        assert capsys.readouterr().err.startswith("sceneloop: ")
    assert not list(tmp_path.glob("*.onnx"))
    assert not list(tmp_path.glob("*.csv"))


def test_a_head_on_chosen_labels_waits_for_random_ones(
    demo_path: Path, tmp_path: Path, truth: dict[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    def answer(files: list[str], *more: str) -> None:
        path = tmp_path / "answers.csv"
        lines = [f"{name},{truth[Path(name).name]}" for name in files]
        path.write_text("\n".join(["file,class", *lines]) + "\n", encoding="utf-8")
        assert run(capsys, "label", demo_path, path, *more)["labelled"] == len(files)

    answer([row["file"] for row in run(capsys, "suspects", demo_path, "--limit", 40)["suspects"]])
    first = run(capsys, "train", demo_path)
    assert not first["promoted"]
    assert first["metrics"]["gain"] is None
    assert first["metrics"]["random_labels"] == {"drawn": 0, "least": 20}
    assert "random order" in first["reason"]
    answer(
        [row["file"] for row in run(capsys, "next", demo_path, "--order", "random", "--size", 30)["items"]],
        "--order",
        "random",
    )
    second = run(capsys, "train", demo_path)
    gain = second["metrics"]["gain"]
    assert (gain["drawn"], gain["chosen"]) == (30, 40)
    assert gain["low"] < gain["accuracy"] < gain["high"]
    assert second["promoted"] == (gain["sure"] > 0 and not any(one["certain"] for one in second["metrics"]["falls"]))
