"""Several labels an image in the grid, by the same keys, beside the class."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from steps import saved, stored

from labeling.categories import tree_edits
from store.workspace import open_workspace

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def tags(workspace: Path) -> dict[tuple[int, str], str]:
    """(item, label) -> value of what people said in open facets."""
    query = "select s.item_id, c.name, s.value from label_state s join category c on c.id = s.category_id where s.exclusive = 0"
    return {(item, name): value for item, name, value in stored(workspace, query)}


def item_of(page: Page, place: int) -> int:
    return int(re.search(r"/(\d+)\.webp", page.locator(".grid img").nth(place).get_attribute("src") or "").group(1))  # type: ignore[union-attr]


def test_labels_are_toggled_by_their_keys_beside_the_class(page: Page, server: Any) -> None:
    opened = open_workspace(server.workspace)
    for name in ("snow", "blue"):
        tree_edits.add(opened, name, facet="tags", exclusive=False, prompts=[f"a picture of {name}"], actor="Ann")
    opened.engine.dispose()
    page.set_default_timeout(60_000)
    page.goto(f"{server.url}review?order=newest&by=all")
    page.wait_for_selector(".review[data-ready]")
    first, tile = item_of(page, 0), page.locator(".grid .tile").first
    expect(page.locator(".tagrow")).to_have_count(2)
    for value in ("yes", "no", None, "yes"):
        page.keyboard.press("4")
        saved(page)
        assert tags(server.workspace).get((first, "snow")) == value
        if value == "no":
            expect(tile.locator(".tag.no.h")).to_have_text(re.compile("snow"))
    page.keyboard.press("5")
    saved(page)
    assert tags(server.workspace) == {(first, "snow"): "yes", (first, "blue"): "yes"}
    expect(tile.locator(".tag.yes.h")).to_have_count(2)
    page.keyboard.press("2")
    saved(page)
    state = stored(
        server.workspace,
        f"select c.name, s.source from label_state s join category c on c.id = s.category_id where s.exclusive = 1 and s.item_id = {first}",
    )
    assert state == [("animation_game", "human")]
    expect(page.locator(".conflict")).to_have_count(0)
    page.keyboard.press("Shift+ArrowRight")
    page.keyboard.press("Shift+ArrowRight")
    chosen = [item_of(page, place) for place in range(1, 4)]
    page.keyboard.press("5")
    saved(page)
    assert {item for (item, name), value in tags(server.workspace).items() if name == "blue"} == {first, *chosen}
    page.keyboard.press("Control+z")
    saved(page)
    expect(page.locator(".grid .tile").nth(1).locator(".tag")).to_have_count(0)
    assert {item for item, name in tags(server.workspace) if name == "blue"} == {first}
    page.get_by_label("Label snow").select_option("yes")
    expect(page.locator(".progress")).to_contain_text("1 match")
    page.reload()
    page.wait_for_selector(".review[data-ready]")
    expect(page.locator(".grid .tile .tag")).to_have_count(2)
