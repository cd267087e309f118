"""The Neighbours page: the map is laid out by likeness in the background, and a drawn line chooses images."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page, expect

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
