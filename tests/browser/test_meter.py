"""The stop meter's round of random checks, and a lot with many errors in its spot check."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page, expect
from steps import review, saved, stored, unseen, visible

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def test_a_lot_is_accepted_in_bulk_after_its_spot_check_and_undone(page: Page, server: Any) -> None:
    review(page, server)
    before = stored(server.workspace, "select count(*) from label_state where source = 'neighbour'")[0][0]
    page.get_by_role("button", name="Accept in bulk").click()
    page.locator(".accept input[type=range]").fill("50")
    expect(page.locator(".accept .btn.p")).to_be_enabled()
    expect(page.locator(".accept .facts")).to_contain_text("in the lot")
    page.locator(".accept .check .tile").first.click()
    wrong = page.locator(".accept .check .tile.wrong")
    expect(wrong).to_have_count(1)
    number = wrong.get_attribute("data-id")
    page.locator(".accept .btn.p").click()
    expect(page.locator(".toast")).to_contain_text("images to")
    assert stored(server.workspace, f"select value from label_state where item_id = {number} and source = 'human'") == [
        ("no",)
    ]
    assert stored(server.workspace, "select count(*) from label_state where source = 'neighbour'")[0][0] > before
    page.locator(".toast button").click()
    saved(page)
    assert stored(server.workspace, "select count(*) from label_state where source = 'neighbour'")[0][0] == before


def test_a_round_of_twenty_random_checks_says_how_many_errors_are_left(page: Page, server: Any) -> None:
    review(page, server)
    meter = page.locator(".meter", has_text="Errors left")
    visible(meter.get_by_text("0 of 20 random images checked"))
    expect(meter.locator(".big")).to_have_count(0)
    meter.get_by_role("button", name="Check 20 images").click()
    expect(page.locator(".viewport .tile")).to_have_count(20)
    assert "order=random" in page.url
    for done in range(1, 21):
        page.keyboard.press("a")
        expect(page.locator(".progress .num")).to_contain_text(f"{done} of 20 done")
    saved(page)
    visible(meter.locator(".big"))
    expect(meter).to_contain_text("unseen images (95 %), from 20 random checks")
    visible(meter.get_by_role("button", name="Check 20 images"))
    meter.get_by_role("button", name="Check 20 images").click()
    expect(page.locator(".progress .num")).to_contain_text("0 of 20 done")


def test_a_lot_with_many_errors_is_not_accepted_by_the_first_press(page: Page, server: Any) -> None:
    neighbours = "select count(*) from label_state where source = 'neighbour'"
    review(page, server)
    before = stored(server.workspace, neighbours)[0][0]
    page.get_by_role("button", name="Accept in bulk").click()
    page.get_by_role("button", name="Class: ").click()
    page.keyboard.type("document")
    page.keyboard.press("Enter")
    page.locator(".accept input[type=range]").fill("50")
    tiles = page.locator(".accept .check .tile")
    expect(tiles).to_have_count(60)
    anyway = page.get_by_role("button", name="Accept all")
    unseen(anyway)
    for at in range(6):
        tiles.nth(at).click()
    visible(page.get_by_text("Too many errors to accept the rest unseen."))
    visible(anyway)
    keep = page.get_by_role("button", name="Keep my 60 answers only")
    visible(keep)
    keep.click()
    expect(page.locator(".toast")).to_contain_text("stay as they were: too many errors")
    saved(page)
    assert stored(server.workspace, neighbours)[0][0] == before
