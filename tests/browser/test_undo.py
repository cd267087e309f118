"""Undo says what came back, goes back to it, and takes nothing twice; one history for all pages."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from one_tab import listening
from playwright.sync_api import ConsoleMessage, Page, expect
from steps import focused, review, saved, stored, until, visible

import sample_data
from labeling.snapshot.snapshot import Snapshot
from store.workspace import open_workspace
from video.runs import segmentation

pytestmark = [pytest.mark.browser, pytest.mark.slow]
PEOPLE = "select count(*) from label_state where source = 'human' and value = 'yes'"


@pytest.fixture
def console(page: Page) -> Iterator[list[str]]:
    """What the page complained about on the console, Streamlit's own search for its address left out."""
    complaints: list[str] = []

    def logged(message: ConsoleMessage) -> None:
        if message.type == "error" and "_stcore" not in message.location["url"]:
            complaints.append(message.text)

    with listening(page, "console", logged):
        yield complaints


def test_undo_says_what_came_back_and_a_second_press_what_it_would_take(
    page: Page, server: Any, console: list[str]
) -> None:
    review(page, server)
    before = stored(server.workspace, PEOPLE)[0][0]
    tiles = page.locator(".viewport .tile")
    first = str(tiles.nth(0).get_attribute("data-id"))
    tiles.nth(0).click()
    tiles.nth(3).click(modifiers=["Shift"])
    page.keyboard.press("3")
    visible(page.get_by_text("4 images to document"))
    alone = focused(page)
    page.keyboard.press("1")
    saved(page)
    until(page, server.workspace, PEOPLE, before + 5)
    page.keyboard.press("Control+z")
    visible(page.locator(".toast", has_text="Undid: 1 image, nature →"))
    assert focused(page) == alone
    page.keyboard.press("Control+z")
    visible(page.locator(".toast", has_text="The next undo takes back: 4 images, document"))
    until(page, server.workspace, PEOPLE, before + 4)
    page.keyboard.press("Control+z")
    visible(page.locator(".toast", has_text="Undid: 4 images, document →"))
    until(page, server.workspace, PEOPLE, before)
    assert focused(page) == first
    visible(page.locator(".tile.foc"))
    by = page.locator(".panel .line")
    expect(by).to_contain_text("zero-shot")
    expect(by).not_to_contain_text("ann")
    page.wait_for_timeout(1500)
    expect(by).not_to_contain_text("ann")
    assert console == []


def test_the_toast_and_the_key_never_take_two_things(page: Page, server: Any, console: list[str]) -> None:
    review(page, server)
    page.keyboard.press("2")
    saved(page)
    tiles = page.locator(".viewport .tile")
    tiles.nth(5).click()
    tiles.nth(7).click(modifiers=["Shift"])
    before = stored(server.workspace, PEOPLE)[0][0]
    page.keyboard.press("1")
    undo = page.locator(".toast").get_by_role("button", name="Undo")
    visible(undo)
    until(page, server.workspace, PEOPLE, before + 3)
    undo.dblclick()
    page.keyboard.press("Control+z")
    until(page, server.workspace, PEOPLE, before)
    page.wait_for_timeout(800)
    assert stored(server.workspace, PEOPLE)[0][0] == before
    offer = page.locator(".toast", has_text="The next undo takes back: 1 image, animation_game")
    if not offer.count():  # the key came while the undo was on its way, and did nothing
        visible(page.locator(".toast", has_text="Undid: 3 images, nature"))
        page.keyboard.press("Control+z")
    visible(offer)
    assert stored(server.workspace, PEOPLE)[0][0] == before
    assert console == []


@pytest.mark.parametrize("width", [1440, 900, 720])
def test_undo_goes_back_to_a_page_that_was_turned(page: Page, server: Any, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    review(page, server, "?order=random&seed=5&size=20")
    item = focused(page)
    page.keyboard.press("1")
    saved(page)
    page.get_by_title("Next page").click()
    expect(page.locator(f".viewport .tile[data-id='{item}']")).to_have_count(0)
    button = page.get_by_role("button", name="Undo last decision")
    visible(button)
    button.click()
    visible(page.locator(".toast", has_text="Undid: 1 image, nature →"))
    visible(page.locator(f".viewport .tile[data-id='{item}']"))
    assert focused(page) == item
    page.locator(".toast").get_by_role("button", name="Back to the filter").click()
    page.wait_for_url("**/review?*order=random*")
    expect(page.locator(".viewport .tile")).to_have_count(20)


def test_segments_and_review_have_one_history(page: Page, server: Any, console: list[str]) -> None:
    opened = open_workspace(server.workspace)
    snapshot = Snapshot(opened)
    segmentation.run(snapshot, sample_data.video_file())
    opened.engine.dispose()
    review(page, server)
    before = stored(server.workspace, PEOPLE)[0][0]
    page.keyboard.press("2")
    until(page, server.workspace, PEOPLE, before + 1)
    page.get_by_test_id("stSidebarNav").get_by_text("Segments").click()
    page.wait_for_selector(".timeline[data-ready='1']")
    page.keyboard.press("3")
    expect(page.locator(".segm.h")).to_have_count(1)
    page.keyboard.press("Control+z")
    visible(page.locator(".toast", has_text="Undid: a segment's"))
    expect(page.locator(".segm.h")).to_have_count(0)
    page.keyboard.press("/")
    page.keyboard.type("docu")
    page.keyboard.press("Enter")
    expect(page.locator(".segm.h")).to_have_count(1)
    visible(page.get_by_role("button", name="Undo last decision"))
    page.get_by_role("button", name="Undo last decision").click()
    expect(page.locator(".segm.h")).to_have_count(0)
    page.keyboard.press("Control+z")
    visible(page.locator(".toast", has_text="The next undo takes back: 1 image, animation_game"))
    page.keyboard.press("Control+z")
    until(page, server.workspace, PEOPLE, before)
    visible(page.locator(".toast", has_text="Undid: 1 image, animation_game →"))
    assert console == []
