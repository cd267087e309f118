"""The server dies while somebody labels, and comes back."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page, expect
from steps import stored

pytestmark = [pytest.mark.browser, pytest.mark.slow]
AWAY_S = 6


def test_labels_made_while_the_server_is_down_arrive_when_it_is_back(page: Page, server: Any, serve: Any) -> None:
    page.goto(f"{server.url}review")
    page.wait_for_selector(".review[data-ready]")
    page.keyboard.press("1")
    server.process.kill()
    server.process.wait(20)
    for k in range(20):
        page.keyboard.press("123"[k % 3])
        page.wait_for_timeout(1000 * AWAY_S / 20)
    expect(page.locator(".badge[data-state=offline]")).to_contain_text("labels wait")
    server.process = serve(server.workspace.parent, server.port)
    expect(page.locator(".badge[data-state=saved]").first).to_be_visible(timeout=30_000)
    count = stored(server.workspace, "select count(*) from label_state where source = 'human' and value = 'yes'")
    assert count[0][0] == 21
