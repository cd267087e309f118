"""Saved views as filters of an export: the same images as in the browser, in every format."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest

import cli
from errors import InputError
from labeling.exchange import any_export, label_export, view_filter
from labeling.exchange.formats.label_set import Choice, Images
from labeling.review.grid import TileQuery
from labeling.snapshot.snapshot import Snapshot
from settings import ROOT
from store import workspace
from store.ledger import labels
from store.ledger.events import Batch, Change
from store.project import saved_views, taxonomy
from store.team import actors
from store.workspace import Workspace


@pytest.fixture
def opened(built: Path, tmp_path: Path) -> Iterator[Workspace]:
    """Thirty labelled images, three of them by Ann, and three views."""
    there = workspace.open_workspace(Path(shutil.copytree(built, tmp_path / "demo")))
    board = Snapshot(there).labels.board()
    with there.engine.begin() as connection:
        ann = actors.id_of(connection, "Ann")
        mine = [Change(int(board.ids[row]), int(board.category[row])) for row in range(3)]
        labels.write(connection, Batch(ann, "human"), mine)
        saved_views.save(connection, "Ann's", {"by": "person", "order": "newest"}, ann)
        saved_views.save(connection, "one class", {"by": "all", "class": str(mine[0].category_id)}, ann)
        saved_views.save(connection, "broken", {"by": "all", "class": "nature"}, ann)
    yield there
    there.engine.dispose()


def test_label_by_means_what_the_page_means() -> None:
    script = (ROOT / "web/ui/review/filters/filter_options.js").read_text(encoding="utf-8")
    table = script[script.index("export const LABEL_BY") : script.index("export const SEARCHED")]
    rows = re.findall(r'\["(\w+)", t\("[^"]*"\), \{([^}]*)\}\]', table)
    page = {name: dict(re.findall(r'(\w+): "([\w,]+)"', query)) for name, query in rows}
    parts = {name: {key: tuple(value.split(",")) for key, value in query.items()} for name, query in page.items()}
    assert {name: (query.get("state", ()), query.get("source", ())) for name, query in parts.items()} == view_filter.BY


def test_an_address_is_read_as_the_page_reads_it() -> None:
    assert view_filter.query_of({}) == TileQuery(states=("none", "machine"))
    assert view_filter.query_of({"ids": "3,4"}) == TileQuery(ids=(3, 4))
    assert view_filter.query_of({"by": "all", "order": "next", "size": "200", "seed": "4"}) == TileQuery()
    assert view_filter.query_of({"by": "all", "text": "a cat", "low": "0.2"}) == TileQuery(
        "likeness", text="a cat", low=0.2
    )
    full = {
        "by": "import",
        "class": "1,2",
        "actor": "5",
        "video": "7",
        "split": "audit",
        "held": "1",
        "tag": "12:yes",
        "named": "x y",
    }
    assert view_filter.query_of(full) == TileQuery(
        sources=("import",),
        classes=(1, 2),
        actors=(5,),
        video=7,
        split="audit",
        held=True,
        tags=((12, "yes"),),
        named="x y",
    )


def test_only_what_the_view_lets_through_is_written(opened: Workspace, tmp_path: Path) -> None:
    frame = label_export.label_frame(opened)
    anns = frame[frame["actor"] == "Ann"]
    assert any_export.export(opened, "csv", tmp_path / "a.csv", view="Ann's")["labels"] == len(anns) == 3
    assert set(pd.read_csv(tmp_path / "a.csv")["file"]) == set(anns["file"])
    with opened.read() as connection:
        [view] = [view for view in saved_views.listed(connection) if view.name == "one class"]
        number = int(view.query["class"])
        named = next(category.path for category in taxonomy.categories(connection) if category.id == number)
    choice = Choice(images=Images.NONE)
    done = any_export.export(opened, "coco", tmp_path / "coco", choice=choice, view="one class")
    assert done["labels"] == (frame["class"] == named).sum()
    assert any_export.export(opened, "folders", tmp_path / "folders", view="Ann's")["labels"] == 3


def test_a_view_that_is_none_or_cannot_be_read_writes_nothing(opened: Workspace, tmp_path: Path) -> None:
    for name, words in (("absent", "There are: Ann's, broken, one class"), ("broken", "cannot be read")):
        with pytest.raises(InputError, match=words):
            any_export.export(opened, "csv", tmp_path / "a.csv", view=name)
    assert not (tmp_path / "a.csv").exists()


def test_the_command_takes_a_view(opened: Workspace, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    command = ["export", str(opened.path), "--format", "csv", "--out", str(tmp_path / "a.csv"), "--view", "Ann's"]
    assert cli.main([*command, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["labels"] == 3
