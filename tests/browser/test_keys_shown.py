"""What a key does is seen before it is pressed: classes with their digits, the accepted class by its name, and the enlarged image."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page, expect
from steps import focused, review, saved, stored, unseen, visible

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.mark.parametrize(("width", "height"), [(1440, 900), (1024, 768)])
def test_panel_and_bar_name_each_class_with_its_digit(page: Page, server: Any, width: int, height: int) -> None:
    page.set_viewport_size({"width": width, "height": height})
    review(page, server)
    keys = page.locator(".panel .classkey")
    for at, (cap, name) in enumerate(
        (("1", "nature"), ("2", "animation_game"), ("3", "document"), ("o", "None of these"))
    ):
        visible(keys.nth(at))
        expect(keys.nth(at).locator(".k")).to_have_text(cap)
        expect(keys.nth(at).locator(".nm")).to_have_text(name)
    accept = page.locator(".panel .accept")
    visible(accept)
    proposed = page.locator(".tile.foc").get_attribute("aria-label")
    assert proposed is not None
    expect(accept.locator(".nm")).to_have_text(f"Accept {proposed.split('may be ')[-1].split(',')[0]}")
    page.locator(".viewport .tile").nth(0).click()
    page.locator(".viewport .tile").nth(1).click(modifiers=["Shift"])
    for cap, name in (
        ("1", "nature"),
        ("2", "animation_game"),
        ("3", "document"),
        ("o", "None of these"),
        ("u", "Unsure"),
    ):
        button = page.locator(".selbar").get_by_role("button", name=name).last
        visible(button)
        expect(button.locator(".k")).to_have_text(cap)
    page.keyboard.press("Escape")


def test_a_tile_says_its_class_its_state_and_its_file(page: Page, server: Any) -> None:
    review(page, server)
    item = focused(page)
    tile = page.locator(f".viewport .tile[data-id='{item}']")
    name = str(tile.get_attribute("title"))
    assert "machine" in str(tile.get_attribute("aria-label"))
    page.keyboard.press("1")
    saved(page)
    expect(tile).to_have_attribute("aria-label", f"nature, labelled by a person, {name}")
    page.keyboard.press("Control+z")
    saved(page)


def test_the_enlarged_image_has_arrows_keys_zoom_and_close(page: Page, server: Any) -> None:
    review(page, server)
    first = focused(page)
    page.keyboard.press("Enter")
    box = page.locator(".enlarged")
    visible(box)
    for title in ("Previous image (←)", "Next image (→)", "Smaller (-)", "Larger (+)"):
        visible(box.get_by_role("button", name=title))
    visible(box.get_by_role("button", name="Close"))
    image = box.locator(".stage img")
    expect(image).to_have_js_property("complete", True)
    visible(image)
    small = image.bounding_box()
    page.keyboard.press("+")
    large = image.bounding_box()
    assert small is not None
    assert large is not None
    assert large["width"] > 1.4 * small["width"]
    page.keyboard.press("-")
    page.keyboard.press("ArrowRight")
    second = focused(page)
    assert second != first
    expect(box.locator(".num").first).to_have_text("2 of 60")
    page.keyboard.press("2")
    saved(page)
    query = f"select value, source from label_state where item_id = {second} and source = 'human'"
    assert stored(server.workspace, query) == [("yes", "human")]
    assert focused(page) not in (first, second)
    page.keyboard.press("/")
    page.keyboard.type("docu")
    page.keyboard.press("Enter")
    visible(box)
    page.keyboard.press("Escape")
    unseen(box)
    saved(page)
    page.keyboard.press("Control+z")
    saved(page)
    page.keyboard.press("Control+z")
    page.keyboard.press("Control+z")
    saved(page)


def test_a_decision_on_the_enlarged_image_leaves_the_selection_alone(page: Page, server: Any) -> None:
    review(page, server)
    tiles = page.locator(".viewport .tile")
    tiles.nth(0).click()
    tiles.nth(3).click(modifiers=["Shift"])
    before = int(stored(server.workspace, "select count(*) from label_state where source = 'human'")[0][0])
    page.keyboard.press("Enter")
    visible(page.locator(".enlarged"))
    page.locator(".enlarged .classkey").first.click()
    saved(page)
    assert int(stored(server.workspace, "select count(*) from label_state where source = 'human'")[0][0]) == before + 1
    page.keyboard.press("Escape")
    visible(page.locator(".selbar").get_by_text("4 selected"))
    page.keyboard.press("Escape")
    page.keyboard.press("Control+z")
    saved(page)
