"""None of these in Chromium: one key in the grid, for a selection, in batch mode and among neighbours; seen, filtered, undone."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from steps import focused, review, saved, stored, visible

from labeling.prompts import publishing
from labeling.snapshot.snapshot import Snapshot
from store.workspace import open_workspace

pytestmark = [pytest.mark.browser, pytest.mark.slow]
ANSWERS = "select count(*) from label_state where value = 'unsure' and reason = 'No class fits'"


def answers(server: Any) -> int:
    return int(stored(server.workspace, ANSWERS)[0][0])


def test_one_key_says_it_and_the_tile_and_the_panel_show_it(page: Page, server: Any) -> None:
    review(page, server)
    item = focused(page)
    page.keyboard.press("o")
    assert focused(page) != item
    tile = page.locator(f".viewport .tile[data-id='{item}']")
    expect(tile.locator(".cap")).to_contain_text("None of these")
    expect(tile).to_have_attribute("aria-label", re.compile("^None of these, labelled by a person, "))
    saved(page)
    assert answers(server) == 1
    visible(page.locator(".filters .unfit", has_text="1"))  # without a reload
    tile.click()
    page.keyboard.press("Escape")
    visible(page.locator(".panel .chip").get_by_text("None of these"))
    page.keyboard.press("Backspace")
    saved(page)
    assert answers(server) == 0
    expect(page.locator(".toast")).to_contain_text("none of these")


def test_a_selection_and_the_wrong_ones_of_batch_mode_take_it(page: Page, server: Any) -> None:
    review(page, server)
    tiles = page.locator(".viewport .tile")
    tiles.nth(0).click()
    tiles.nth(3).click(modifiers=["Shift"])
    page.locator(".selbar").get_by_role("button", name="None of these").click()
    saved(page)
    assert answers(server) == 4
    page.keyboard.press("b")
    expect(page.locator(".viewport .guess").first).to_be_visible()
    still = page.locator(".viewport .tile:not(.h)")
    chosen = str(still.first.get_attribute("data-id"))
    still.first.click()
    page.keyboard.press("o")
    saved(page)
    assert answers(server) == 5
    expect(page.locator(f".viewport .tile[data-id='{chosen}'] .cap")).to_contain_text("None of these")
    page.keyboard.press("b")


def test_the_list_of_classes_offers_it(page: Page, server: Any) -> None:
    review(page, server)
    before, item = answers(server), focused(page)
    page.keyboard.press("/")
    page.keyboard.type("none of")
    offered = page.locator(".pop .opt")
    visible(offered.filter(has_text="None of these"))
    expect(offered.filter(has_text="None of these").locator(".k")).to_have_text("o")
    page.keyboard.press("Enter")
    saved(page)
    assert answers(server) == before + 1
    expect(page.locator(f".viewport .tile[data-id='{item}'] .cap")).to_contain_text("None of these")
    page.keyboard.press("Control+z")
    saved(page)
    page.locator(".viewport .tile").nth(0).click()
    page.locator(".viewport .tile").nth(1).click(modifiers=["Shift"])
    page.locator(".selbar").get_by_role("button", name="more").click()
    page.locator(".pop .opt", has_text="None of these").click()
    saved(page)
    assert answers(server) == before + 2
    page.keyboard.press("Control+z")
    saved(page)


def test_the_filter_shows_it_and_the_column_counts_it(page: Page, server: Any) -> None:
    review(page, server)
    row = page.locator(".filters .unfit")
    visible(row)
    expect(row).to_contain_text(str(answers(server)))
    row.click()
    expect(page.locator(".viewport .tile:not(.ghost)")).to_have_count(answers(server))
    page.keyboard.press("1")
    saved(page)
    page.keyboard.press("Control+z")
    saved(page)


def test_what_the_lane_holds_back_is_a_filter_beside_peoples_answers(page: Page, server: Any) -> None:
    review(page, server)
    expect(page.locator(".filters .held")).to_have_count(0)
    opened = open_workspace(server.workspace)
    snapshot = Snapshot(opened)
    nothing_passes = {"background": ["a picture"], "options": {"reject": 100.0}, "base": snapshot.prompts.version()[0]}
    publishing.publish(snapshot, {"categories": [], **nothing_passes}, "all is held back", "ann")
    opened.engine.dispose()
    review(page, server)
    page.keyboard.press("o")
    saved(page)
    row = page.locator(".filters .held")
    visible(row)
    row.click()
    visible(page.get_by_role("button", name="Held back by the lane"))
    expect(page.locator(".progress")).to_contain_text("300 match")
    page.get_by_label("Label by").select_option("None of these")
    expect(page.locator(".viewport .tile:not(.ghost)")).to_have_count(answers(server))
    page.reload()
    page.wait_for_selector(".review[data-ready]")
    visible(page.get_by_role("button", name="Held back by the lane"))


def test_a_lot_of_neighbours_takes_it_as_one_decision(page: Page, server: Any) -> None:
    before = answers(server)
    page.goto(f"{server.url}neighbours?text=a+room")
    page.wait_for_selector(".neighbours[data-ready]")
    button = page.get_by_role("button", name="None of these")
    visible(button)
    n = int(button.inner_text().split("(")[1].split(")")[0])
    page.keyboard.press("o")
    saved(page)
    assert answers(server) == before + n
    page.keyboard.press("Control+z")
    saved(page)
    assert answers(server) == before


def test_the_list_of_classes_of_neighbours_offers_it_too(page: Page, server: Any) -> None:
    before = answers(server)
    page.goto(f"{server.url}neighbours?text=a+room")
    page.wait_for_selector(".neighbours[data-ready]")
    page.locator(".foot").get_by_role("button", name=re.compile("class")).click()
    page.keyboard.type("none of")
    offered = page.locator(".pop .opt", has_text="None of these")
    expect(offered.locator(".k")).to_have_text("o")
    page.keyboard.press("Enter")
    first = page.locator(".foot .btn").first
    expect(first).to_contain_text("None of these")
    expect(first.locator(".k").first).to_have_text("f")
    expect(page.locator(".foot .fix")).to_have_count(0)
    n = int(first.inner_text().split("(")[1].split(")")[0])
    page.keyboard.press("f")
    saved(page)
    assert answers(server) == before + n
    page.keyboard.press("Control+z")
    saved(page)
    page.keyboard.press("/")
    page.keyboard.press("Enter")  # a class in its place
    visible(page.locator(".foot .fix"))
