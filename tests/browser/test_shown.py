"""What is shown and hidden again is seen by somebody at the screen, not only there in the document."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page, expect
from steps import review, saved, unseen, visible

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def test_the_selection_bar_is_seen_with_its_count_and_its_buttons(page: Page, server: Any) -> None:
    review(page, server)
    bar, tiles = page.locator(".selbar"), page.locator(".viewport .tile")
    unseen(bar)
    tiles.nth(1).click()
    tiles.nth(4).click(modifiers=["Shift"])
    visible(bar)
    visible(bar.get_by_text("4 selected"))
    for name in ("nature", "animation_game", "document", "more", "Unsure", "Clear"):
        visible(bar.get_by_role("button", name=name).last)
    visible(tiles.nth(2).locator(".ck"))
    page.keyboard.press("Escape")
    unseen(bar)
    tiles.nth(0).click(modifiers=["ControlOrMeta"])
    tiles.nth(2).click(modifiers=["ControlOrMeta"])
    visible(bar.get_by_text("2 selected"))
    bar.get_by_role("button", name="Clear").click()
    unseen(bar)
    start, end = tiles.nth(0).bounding_box(), tiles.nth(2).bounding_box()
    assert start is not None
    assert end is not None
    page.mouse.move(start["x"] - 5, start["y"] - 5)
    page.mouse.down()
    page.mouse.move(end["x"] + 40, end["y"] + 40, steps=5)
    page.mouse.up()
    visible(bar.get_by_text("3 selected"))
    page.keyboard.press("Control+a")
    total = page.locator(".progress .num").inner_text().split(" match")[0].split("· ")[-1]
    visible(bar.get_by_text(f"{total} selected"))
    bar.get_by_role("button", name="Clear").click()
    unseen(bar)


@pytest.mark.parametrize(("width", "height"), [(1024, 768), (720, 450)])
def test_the_bar_and_its_buttons_are_within_a_small_window(page: Page, server: Any, width: int, height: int) -> None:
    page.set_viewport_size({"width": width, "height": height})
    review(page, server)
    page.locator(".viewport .tile").nth(0).click()
    page.locator(".viewport .tile").nth(1).click(modifiers=["Shift"])
    for name in ("nature", "document", "more", "Unsure", "Clear"):
        visible(page.locator(".selbar").get_by_role("button", name=name).last)


def test_a_click_on_the_bar_decides_for_all_that_is_selected(page: Page, server: Any) -> None:
    review(page, server)
    tiles = page.locator(".viewport .tile")
    tiles.nth(0).click()
    tiles.nth(2).click(modifiers=["Shift"])
    page.locator(".selbar").get_by_role("button", name="document").last.click()
    visible(page.locator(".toast"))
    saved(page)
    for at in range(3):
        visible(tiles.nth(at).locator(".mk"))
        expect(tiles.nth(at).locator(".cap")).to_contain_text("document")
    page.keyboard.press("Control+z")
    saved(page)


def test_marks_panels_boxes_and_menus_are_seen_when_they_are_shown(page: Page, server: Any) -> None:
    review(page, server)
    visible(page.locator(".panel .big"))
    for name, title in (
        ("More filters", "More filters"),
        ("Views", "Saved views"),
        ("Accept in bulk", "Accept in bulk"),
    ):
        page.get_by_role("button", name=name).click()
        visible(page.locator(".sheet").filter(has_text=title))
        page.keyboard.press("Escape")
        unseen(page.locator(".sheet"))
    page.keyboard.press("/")
    visible(page.locator(".pop .field"))
    visible(page.locator(".pop .opt.on"))
    page.keyboard.press("Escape")
    unseen(page.locator(".pop"))
    page.goto(f"{server.url}prompts")
    page.wait_for_selector(".prompts[data-ready]")
    page.get_by_role("button", name="Change this category").click()
    visible(page.locator(".pop.menu"))
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Add", exact=True).click()
    unseen(page.get_by_label("Name of the facet"))
    page.get_by_label("Facet", exact=True).select_option("")
    visible(page.get_by_label("Name of the facet"))
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Versions").click()
    unseen(page.get_by_label("File of prompts"))
    visible(page.get_by_role("button", name="Read a YAML file into the draft"))
    page.goto(f"{server.url}neighbours")
    page.wait_for_selector(".neighbours[data-ready]")
    unseen(page.locator(".mapflag"))
    canvas = page.locator(".mapcanvas canvas")
    canvas.scroll_into_view_if_needed()
    box = canvas.bounding_box()
    assert box is not None
    left, top, right, bottom = box["x"] + 5, box["y"] + 5, box["x"] + box["width"] - 5, box["y"] + box["height"] - 5
    page.mouse.move(left, top)
    page.mouse.down()
    for x, y in ((right, top), (right, bottom), (left, bottom)):
        page.mouse.move(x, y, steps=4)
    page.mouse.up()
    visible(page.locator(".mapflag"))
