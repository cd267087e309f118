"""The Neighbours page: the map is laid out by likeness in the background, and a drawn line chooses images."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def test_the_map_is_laid_out_by_likeness_and_a_line_chooses_images(page: Page, server: Any) -> None:
    page.goto(f"{server.url}neighbours")
    page.wait_for_selector(".neighbours[data-ready]")
    layout = page.get_by_role("button", name="t-SNE")
    expect(page.get_by_role("button", name="PCA")).to_have_class("on")
    layout.click()
    expect(page.get_by_role("status", name="Computing the map")).to_be_visible()
    expect(layout).to_have_class("on", timeout=120_000)
    page.reload()
    page.wait_for_selector(".neighbours[data-ready]")
    expect(layout).to_have_class("on")
    box = page.locator(".mapcanvas canvas").bounding_box()
    assert box
    corners = [(0.02, 0.02), (0.98, 0.02), (0.98, 0.98), (0.02, 0.98), (0.02, 0.05)]
    page.mouse.move(box["x"] + 0.02 * box["width"], box["y"] + 0.02 * box["height"])
    page.mouse.down()
    for x, y in corners:
        page.mouse.move(box["x"] + x * box["width"], box["y"] + y * box["height"], steps=3)
    page.mouse.up()
    expect(page.locator(".mapflag")).to_have_text("300 images here")
    expect(page.locator(".results .tile").first).to_be_visible()


def test_the_page_does_not_wait_for_near_duplicates(page: Page, server: Any) -> None:
    held: list[Route] = []
    page.route("**/duplicates", lambda route: held.append(route))
    page.goto(f"{server.url}neighbours")
    page.wait_for_selector(".neighbours[data-ready]")
    page.get_by_role("button", name="Duplicates", exact=True).click()
    expect(page.get_by_text("Looking for near-duplicates.")).to_be_visible()
    held.pop().continue_()
    expect(page.get_by_role("button", name=re.compile(r"^Duplicates \(\d+\)$"))).to_be_visible()
    expect(page.get_by_text("Looking for near-duplicates.")).to_have_count(0)
