"""Backups and copies by command line."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

import cli


@pytest.fixture
def opened(built: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(built, tmp_path / "ws"))


def test_backup_restore_copy_and_what_the_doctor_says(
    opened: Path, tmp_path: Path, postgresql: str, capsys: pytest.CaptureFixture[str]
) -> None:
    def run(*arguments: object) -> dict[str, Any]:
        assert cli.main([*map(str, arguments), "--json"]) == 0, capsys.readouterr().err
        answer: dict[str, Any] = json.loads(capsys.readouterr().out)
        return answer

    kept = run("backup", opened, tmp_path / "w.tar")
    assert kept["items"] == 30
    assert kept["missing"] == []
    restored = run("restore", tmp_path / "w.tar", tmp_path / "restored", "--database", postgresql)
    copied = run("copy", tmp_path / "restored", tmp_path / "copied")
    reports = [run("doctor", path) for path in (opened, tmp_path / "restored", tmp_path / "copied")]
    assert kept["sha256"] == restored["sha256"] == copied["sha256"]
    assert [report["sha256"] for report in reports] == [kept["sha256"]] * 3
    assert cli.main(["restore", str(tmp_path / "w.tar"), str(opened)]) == 1
    assert "is there already" in capsys.readouterr().err
