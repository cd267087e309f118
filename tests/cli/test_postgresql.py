"""The whole loop by command line on PostgreSQL instead of the workspace's own SQLite file."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import cli
import sample_data
import settings

IMAGES = sorted(sample_data.images_folder().glob("*.jpg"))[:60]


@pytest.fixture
def ready(postgresql: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Where a workspace will be whose database is on the server."""
    monkeypatch.setenv("SCENELOOP_DATABASE_URL", postgresql)
    settings.current.cache_clear()
    yield tmp_path / "ws"
    settings.current.cache_clear()


def test_the_loop_on_postgresql(
    ready: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], truth: dict[str, str]
) -> None:
    def run(*arguments: object) -> dict[str, Any]:
        assert cli.main([*map(str, arguments), "--json"]) == 0, capsys.readouterr().err
        result: dict[str, Any] = json.loads(capsys.readouterr().out)
        return result

    def table(name: str, rows: list[tuple[str, str]]) -> Path:
        with (tmp_path / name).open("w", newline="", encoding="utf-8") as file:
            csv.writer(file).writerows([("file", "class"), *rows])
        return tmp_path / name

    answers = [(path.name, truth[path.name]) for path in IMAGES]
    run("init", ready, "--taxonomy", sample_data.taxonomy_file())
    assert not (ready / "sceneloop.db").exists(), "nothing is kept in SQLite"
    assert run("add", ready, *IMAGES)["added"] == 60
    assert run("add", ready, *IMAGES)["duplicates"] == 60
    assert run("pseudo-label", ready)["labelled"] == 60
    assert run("label", ready, table("labels.csv", answers[:40]))["labelled"] == 40
    assert run("suspects", ready, "--limit", 5)["suspects"]
    assert run("train", ready, "--promote", "always")["promoted"]
    assert run("pseudo-label", ready, "--with", "head")["skipped_human"] == 40
    latest = run("history", ready)["batches"][0]
    assert run("undo", ready, latest["id"])["reverted"] == latest["labels"] == 20
    assert [event["source"] for event in run("history", ready, "--item", IMAGES[0].name)["events"]]
    assert len(run("search", ready, "--text", "a forest", "--limit", 3)["results"]) == 3
    assert run("evaluate", ready, "--truth", table("truth.csv", answers))["labels"]["n"] == 60
    assert run("export", ready, "--format", "csv", "--out", tmp_path / "out.csv")["labels"] == 60
    checked = run("doctor", ready)
    assert checked["events_match_state"]
    assert checked["problems"] == []
