"""The three hours are a command, and say what material they need."""

from __future__ import annotations

from pathlib import Path

import pytest

from bench.__main__ import benchmarks, main
from bench.screens import staff_hour
from labeling.categories import taxonomy_file


def test_the_command_is_listed_and_names_what_is_missing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert benchmarks()["hours"] == "bench.screens.hours"
    assert main(["hours", "--json", "--data", str(tmp_path)]) == 1
    heard = capsys.readouterr()
    assert heard.out == ""
    assert "needs scene3" in heard.err


def test_the_tree_that_product_staff_import_has_eighty_leaves() -> None:
    entries = taxonomy_file.parse_taxonomy(staff_hour.tree(), "tree.yaml")["categories"]
    parents = {entry.get("parent") for entry in entries}
    assert len([entry for entry in entries if entry["name"] not in parents]) == 80
