"""Prompts and the category tree from the command line, in the shapes of the contract."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import pytest
import yaml

import cli
import sample_data


def run(capsys: pytest.CaptureFixture[str], *arguments: object) -> dict[str, Any]:
    assert cli.main([*map(str, arguments), "--json"]) == 0, capsys.readouterr().err
    return json.loads(capsys.readouterr().out)


def fails(capsys: pytest.CaptureFixture[str], *arguments: object) -> str:
    assert cli.main([*map(str, arguments)]) == 1
    return capsys.readouterr().err


@pytest.fixture
def labelled(demo_path: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], truth: dict[str, str]) -> Path:
    """The demo workspace with a hundred labels of a person."""
    with (tmp_path / "human.csv").open("w", newline="") as file:
        csv.writer(file).writerows([("file", "class"), *list(truth.items())[:100]])
    assert run(capsys, "label", demo_path, tmp_path / "human.csv")["labelled"] == 100
    return demo_path


def draft(tmp_path: Path, **prompts: list[str]) -> Path:
    """The demo's prompts with those of some categories replaced; unknown names become categories."""
    content = yaml.safe_load(sample_data.taxonomy_file().read_text(encoding="utf-8"))
    known = {entry["name"]: entry for entry in content["categories"]}
    for name, texts in prompts.items():
        known.setdefault(name, {"name": name})["prompts"] = texts
    path = tmp_path / "draft.yaml"
    path.write_text(yaml.safe_dump({"categories": list(known.values())}), encoding="utf-8")
    return path


def test_diff_says_what_would_move_and_writes_nothing(labelled: Path, tmp_path: Path, capsys) -> None:
    same = run(capsys, "diff", labelled, draft(tmp_path))
    assert all(row["in"] == row["out"] == 0 for row in same["per_class"].values())
    assert same["accuracy_before"] == same["accuracy_after"]
    assert same["n"] == 100
    result = run(capsys, "diff", labelled, draft(tmp_path, nature=["a page of text"], toys=["a toy", "a doll"]))
    assert set(result["per_class"]) == {"nature", "animation_game", "document", "toys"}
    assert set(result["per_class"]["nature"]) == {"in", "out", "contested"}
    assert sum(row["in"] for row in result["per_class"].values()) == sum(
        row["out"] for row in result["per_class"].values()
    )
    assert result["per_class"]["toys"]["out"] == 0
    assert result["accuracy_after"] < result["accuracy_before"]
    assert run(capsys, "prompts", labelled)["version"] == 1
    assert len(run(capsys, "taxonomy", labelled, "show")["categories"]) == 3


def test_publish_proposes_for_what_nobody_has_labelled(labelled: Path, tmp_path: Path, capsys) -> None:
    plain = run(capsys, "publish", labelled, draft(tmp_path, nature=["nature", "a tree"]), "--note", "short")
    assert (plain["version"], plain["proposed"]) == (2, 0)
    done = run(capsys, "publish", labelled, draft(tmp_path), "--note", "back", "--propose")
    assert (done["version"], done["proposed"]) == (3, 200)
    assert run(capsys, "undo", labelled, done["batch"])["reverted"] == 200
    with pytest.raises(SystemExit) as stopped:
        cli.main(["publish", str(labelled), str(draft(tmp_path))])
    assert stopped.value.code == 2


def test_the_scorecard_names_a_planted_prompt(labelled: Path, tmp_path: Path, capsys) -> None:
    texts = yaml.safe_load(sample_data.taxonomy_file().read_text(encoding="utf-8"))["categories"][0]["prompts"]
    run(capsys, "publish", labelled, draft(tmp_path, nature=[*texts, "a scanned document"]), "--note", "planted")
    result = run(capsys, "scorecard", labelled)
    assert set(result["prompts"][0]) >= {"category", "prompt", "gain", "low", "high", "hurts"}
    worst = result["prompts"][0]
    assert (worst["category"], worst["prompt"], worst["hurts"]) == ("nature", "a scanned document", True)
    assert worst["low"] < worst["gain"] < worst["high"] < 0
    assert [p["prompt"] for p in result["prompts"] if p["hurts"]] == ["a scanned document"]
    assert result["control"]["low"] <= result["control"]["gain"] <= result["control"]["high"]


def test_a_scorecard_needs_labels(demo_path: Path, capsys) -> None:
    assert "three labels" in fails(capsys, "scorecard", demo_path)


def test_categorize_ranks_all_categories(demo_path: Path, capsys) -> None:
    for words, first in (("a sandy beach", "nature"), ("a cartoon game", "animation_game"), ("a receipt", "document")):
        result = run(capsys, "categorize", demo_path, words)["categories"]
        assert result[0]["name"] == first
        assert [c["score"] for c in result] == sorted((c["score"] for c in result), reverse=True)
        assert len(result) == 3
    assert "no words" in fails(capsys, "categorize", demo_path, "  ")


def test_every_change_of_the_tree_is_shown_previewed_and_undone(labelled: Path, tmp_path: Path, capsys) -> None:
    before = run(capsys, "taxonomy", labelled, "show")["categories"]
    assert set(before[0]) >= {"id", "name", "parent", "facet", "labels", "prompts"}
    assert sum(c["labels"] for c in before) == 300
    ids = {c["name"]: c["id"] for c in before}
    (tmp_path / "split.yaml").write_text(
        "categories:\n- {name: water, prompts: [the sea, a river]}\n- {name: land, prompts: [a forest, a desert]}\n"
    )
    changes = [
        ("rename", ids["nature"], "outside"),
        ("split", ids["nature"], tmp_path / "split.yaml"),
        ("move", ids["nature"], ids["document"]),
        ("merge", ids["nature"], ids["document"]),
        ("retire", ids["animation_game"]),
    ]
    for change in changes:
        seen = run(capsys, "taxonomy", labelled, *change, "--preview")
        assert run(capsys, "taxonomy", labelled, "show")["categories"] == before
        done = run(capsys, "taxonomy", labelled, *change)
        assert (seen["batch"], seen["labels"], seen["items"]) == (None, done["labels"], done["items"])
        assert done["labels"] == done["items"] == next(c["labels"] for c in before if c["id"] == change[1])
        after = run(capsys, "taxonomy", labelled, "show")["categories"]
        assert after != before
        if change[0] != "retire":
            assert sum(c["labels"] for c in after) == 300, "every item is accounted for"
        assert run(capsys, "doctor", labelled)["events_match_state"] is True
        run(capsys, "undo", labelled, done["batch"])
        assert run(capsys, "taxonomy", labelled, "show")["categories"] == before
    assert "below itself" in fails(capsys, "taxonomy", labelled, "move", ids["nature"], ids["nature"])
    with pytest.raises(SystemExit) as stopped:
        cli.main(["taxonomy", str(labelled), "rename", "1"])
    assert stopped.value.code == 2


def test_a_head_that_does_not_fit_any_more_is_not_used(labelled: Path, tmp_path: Path, capsys) -> None:
    assert run(capsys, "train", labelled, "--promote", "always")["promoted"] is True
    batch = run(capsys, "taxonomy", labelled, "merge", "nature", "document")
    assert batch["heads"] == [1]
    assert "does not fit" in fails(capsys, "pseudo-label", labelled, "--with", "head")
    assert set(run(capsys, "pseudo-label", labelled)["per_class"]) == {"animation_game", "document"}
    assert run(capsys, "suspects", labelled)["suspects"]
    run(capsys, "undo", labelled, batch["batch"])
    assert run(capsys, "pseudo-label", labelled, "--with", "head")["labelled"] == 200


def test_a_name_of_digits_goes_before_an_id(tmp_path: Path, capsys) -> None:
    folder = tmp_path / "digits"
    run(capsys, "init", folder, "--classes", ",".join(map(str, range(10))))
    shown = {c["name"]: c["id"] for c in run(capsys, "taxonomy", folder, "show")["categories"]}
    assert shown["3"] != 3
    run(capsys, "taxonomy", folder, "retire", 3)
    assert [c["name"] for c in run(capsys, "taxonomy", folder, "show")["categories"]] == list("012456789")
    run(capsys, "taxonomy", folder, "retire", 3, "--id")
    assert "2" not in [c["name"] for c in run(capsys, "taxonomy", folder, "show")["categories"]]
    run(capsys, "taxonomy", folder, "move", 9, 8)
    assert "8/9" in [c["path"] for c in run(capsys, "taxonomy", folder, "show")["categories"]]
    assert "not an id" in fails(capsys, "taxonomy", folder, "retire", "²", "--id")
    for text in ("007", "00", "+2"):
        assert "no category" in fails(capsys, "taxonomy", folder, "retire", text)
    assert "no category" in fails(capsys, "taxonomy", folder, "retire", "²")
    assert "no category" in fails(capsys, "taxonomy", folder, "retire", "9" * 30)


def test_a_file_of_aliases_is_refused_at_once(demo_path: Path, tmp_path: Path, capsys) -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{k}: &a{k} [{', '.join([f'*a{k - 1}'] * 9)}]" for k in range(1, 9)]
    path = tmp_path / "bomb.yaml"
    path.write_text("\n".join([*lines, "categories: [{name: *a8}]"]))
    for arguments in (("prompts", demo_path, "--set"), ("diff", demo_path), ("taxonomy", demo_path, "split", "nature")):
        assert "bomb.yaml, line 1: the anchor &a0 is not read" in fails(capsys, *arguments, path)


@pytest.mark.parametrize("text", ["half \udcff", "bell \x07", "\ud83d"])
def test_text_that_cannot_be_stored_is_refused_on_the_command_line(
    demo_path: Path, tmp_path: Path, capsys, text: str
) -> None:
    for arguments in (
        ("taxonomy", demo_path, "add", text, "top"),
        ("taxonomy", demo_path, "add", "new", "top", "--prompt", text),
        ("taxonomy", demo_path, "describe", "nature", text),
        ("publish", demo_path, draft(tmp_path), "--note", text),
        ("categorize", demo_path, text),
    ):
        assert "cannot be stored" in fails(capsys, *arguments)
    assert run(capsys, "prompts", demo_path)["version"] == 1
