"""A head of several labels in the browser: choose the facet, train, promote with a reason, let it propose, roll back; a tree's levels."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from steps import promote, stored, until

import sample_data
from labeling.categories import tree_edits
from labeling.exchange import label_import
from pretraining import vocabulary
from store.project.taxonomy import categories
from store.workspace import open_workspace

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(600)]
IN_USE = (
    "select h.number, f.name from head h join facet f on f.id = h.facet_id "
    "where h.promoted_at is not null and h.retired_at is null order by h.number"
)


def kinds() -> list[dict[str, str]]:
    """File, class and subclass of each demo image."""
    with sample_data.truth_file().open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


@pytest.fixture
def labelled(server: Any, tmp_path: Path) -> Path:
    """Documents with a sub-class for each of their kinds; 90 images labelled, and asked whether they are written or drawn."""
    opened = open_workspace(server.workspace)
    rows = kinds()
    with opened.read() as connection:
        document = next(c.id for c in categories(connection) if c.name == "document")
    for kind in sorted({row["subclass"] for row in rows if row["class"] == "document"}):
        tree_edits.add(opened, kind, document, prompts=list(vocabulary.KINDS[kind].names), actor="Ann")
    lines = ["file,class,value"]
    for name, above in (("written", "document"), ("drawn", "animation_game")):
        tree_edits.add(opened, name, facet="tags", exclusive=False, prompts=[f"something {name}"], actor="Ann")
        lines += [f"{row['file']},{name},{'yes' if row['class'] == above else 'no'}" for row in rows[:90]]
    for row in rows[:90]:
        own = f"document/{row['subclass']}" if row["class"] == "document" else row["class"]
        lines.append(f"{row['file']},{own},yes")
    (tmp_path / "said.csv").write_text("\n".join(lines), encoding="utf-8")
    label_import.label_csv(opened, tmp_path / "said.csv", actor="Ann")
    opened.engine.dispose()
    return Path(server.workspace)


def train(page: Page, workspace: Path, heads: int) -> None:
    page.get_by_role("button", name="Train head").click()
    until(page, workspace, "select count(*) from head", heads)
    until(page, workspace, "select state from job where kind = 'train' order by id desc", "done")


def test_a_head_for_each_facet(page: Page, server: Any, labelled: Path) -> None:
    page.goto(f"{server.url}train")
    train(page, labelled, 1)
    expect(page.get_by_text("By level of the tree")).to_be_visible()
    expect(page.get_by_text("Level 2 (n =").first).to_be_visible()
    facet = page.get_by_role("combobox", name="Facet")
    facet.click()
    page.get_by_role("option", name="tags").click()
    expect(page.get_by_text("No head of tags yet")).to_be_visible()
    page.get_by_role("button", name="Options").click()
    page.get_by_text("Promote it when its gain is certain").click()
    page.keyboard.press("Escape")
    train(page, labelled, 2)
    expect(page.get_by_text("By label", exact=True)).to_be_visible()
    expect(page.get_by_role("columnheader", name="mAP")).to_be_visible()
    assert (2, "tags") not in stored(labelled, IN_USE)
    others = [row for row in stored(labelled, IN_USE) if row[1] != "tags"]
    promote(page, labelled, 2, "It tells drawings better")
    assert (2, "tags") in stored(labelled, IN_USE)
    expect(page.get_by_role("button", name="Let it propose")).to_be_enabled()
    page.get_by_role("button", name="Let it propose").click()
    until(page, labelled, "select state from job where kind = 'propose' order by id desc", "done")
    proposed = stored(labelled, "select distinct exclusive, source from label_state where head_id is not null")
    assert proposed == [(0, "head")]
    page.reload()
    expect(page.get_by_text("By label", exact=True)).to_be_visible()
    page.get_by_role("button", name="Roll back").click()
    until(page, labelled, f"select count(*) from ({IN_USE}) where name = 'tags'", 0)
    assert stored(labelled, IN_USE) == others, "the head of the classes is as it was"
