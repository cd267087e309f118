"""Labels chosen by suspicion promote nothing: Train says what is wanting, opens the round, and then says what the head gains."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect
from steps import stored, until

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(900)]
KEYS = {"nature": "1", "animation_game": "2", "document": "3"}
LAST_JOB = "select state from job where kind = 'train' order by id desc"


def seen(page: Page, node: Locator) -> None:
    """The node has a box on the screen and nothing covers its middle."""
    expect(node).to_be_visible()
    node.scroll_into_view_if_needed()
    box = node.bounding_box()
    assert box is not None
    assert box["width"] > 20
    middle = [box["x"] + box["width"] / 2, box["y"] + box["height"] / 2]
    assert node.evaluate("(one, [x, y]) => { const top = document.elementFromPoint(x, y); return one.contains(top) || top.contains(one); }", middle)  # fmt: skip


def label(page: Page, workspace: Path, truth: dict[str, str], count: int) -> None:
    """Label the first tiles of the grid rightly, by keys."""
    page.wait_for_selector(".review[data-ready]")
    sources = page.locator(".grid img").evaluate_all("nodes => nodes.map(node => node.getAttribute('src'))")
    ids = [int(re.search(r"/(\d+)\.webp", source).group(1)) for source in sources]  # type: ignore[union-attr]
    names = dict(stored(workspace, "select id, name from item"))
    before = stored(workspace, "select count(*) from label_event where source = 'human'")[0][0]
    for number in ids[:count]:
        page.keyboard.press(KEYS[truth[Path(names[number]).name]])
        page.wait_for_timeout(120)
    until(page, workspace, "select count(*) from label_event where source = 'human'", before + count)


def orders(workspace: Path) -> list[str | None]:
    """How the images of each batch of a person came on screen, oldest first."""
    rows = stored(workspace, "select detail from batch where source = 'human' and kind = 'label' order by at")
    return [json.loads(row[0]).get("order") for row in rows]


def train(page: Page, url: str, workspace: Path) -> None:
    page.goto(f"{url}train")
    jobs = stored(workspace, "select count(*) from job where kind = 'train'")[0][0]
    page.get_by_role("button", name="Train head").click()
    until(page, workspace, "select count(*) from job where kind = 'train'", jobs + 1)
    until(page, workspace, LAST_JOB, "done")


def shot(page: Page, name: str) -> None:
    """A picture to look at, where SHOTS names a folder."""
    if os.environ.get("SHOTS"):
        page.screenshot(path=str(Path(os.environ["SHOTS"]) / f"{name}.png"))


def test_chosen_labels_promote_nothing_and_the_round_says_what_a_head_gains(
    page: Page, server: Any, truth: dict[str, str]
) -> None:
    workspace = Path(server.workspace)
    page.goto(f"{server.url}review")
    label(page, workspace, truth, 25)
    assert set(orders(workspace)) == {"suspicion"}
    train(page, server.url, workspace)
    seen(page, page.get_by_text("Head 1 is trained. Its gain is not known yet"))
    seen(page, page.get_by_text("Not enough random labels: 0 of 20."))
    assert stored(workspace, "select count(*) from head where promoted_at is not null") == [(0,)]
    button = page.get_by_role("link", name="Label 20 at random (2 minutes)")
    seen(page, button)
    shot(page, "train_unknown")
    button.click()
    page.wait_for_url(re.compile("order=random"))
    page.wait_for_selector(".review[data-ready]")
    expect(page.get_by_label("Order")).to_have_value("random")
    label(page, workspace, truth, 20)
    assert orders(workspace).count("random") == 20
    train(page, server.url, workspace)
    answer = page.get_by_text(re.compile(r"Head 2 (beats|leads|does not beat) zero-shot"))
    seen(page, answer)
    seen(
        page,
        page.get_by_text(re.compile("20 random labels represent the rest, 25 chosen ones represent only themselves")),
    )
    shot(page, "train_known")
