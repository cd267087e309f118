"""The panel says that a file was changed since it was added, and shows the thumbnail in its place."""

from __future__ import annotations

import os
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import Page
from steps import focused, review, visible

from store.database.sqlite import driver

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def test_a_changed_file_is_said_and_not_shown(page: Page, server: Any, tmp_path: Path) -> None:
    review(page, server)
    number = focused(page)
    other = tmp_path / "other.jpg"
    Image.new("RGB", (640, 480), "red").save(other)
    with closing(driver.connect(server.workspace / "sceneloop.db", timeout=20)) as connection, connection:
        connection.execute("UPDATE item SET path = ? WHERE id = ?", (str(other), int(number)))
    review(page, server)
    assert focused(page) == number
    visible(page.locator(".panel .alert.warn", has_text="changed since it was added"))
    shown = page.locator(".panel img.big")
    assert f"/thumb/demo/{number}.webp" in str(shown.get_attribute("src"))
    assert shown.evaluate("node => node.naturalWidth") > 1
    if "SCREENSHOTS" in os.environ:
        page.screenshot(path=f"{os.environ['SCREENSHOTS']}/changed.png")
