"""The server dies while somebody labels, and comes back."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page, expect
from steps import stored, unseen, visible

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


@pytest.mark.parametrize(
    ("address", "ready", "words"),
    [
        ("review", ".review[data-ready]", "Go on working: 2 labels wait here"),
        ("prompts", ".prompts[data-ready]", "This page needs it"),
        ("", "text=Recent activity", "This page needs it"),
    ],
)
def test_a_lost_server_is_said_by_a_bar_and_nothing_covers_the_work(
    page: Page, server: Any, serve: Any, address: str, ready: str, words: str
) -> None:
    page.goto(f"{server.url}{address}")
    page.wait_for_selector(ready)
    labels = "select count(*) from label_state where source = 'human' and value = 'yes'"
    before = stored(server.workspace, labels)[0][0]
    page.wait_for_selector(".serverbar", state="attached")  # the bar's script is there
    page.wait_for_load_state("networkidle")
    unseen(page.locator(".serverbar"))
    server.process.kill()
    server.process.wait(20)
    if address == "review":
        page.keyboard.press("1")
        page.keyboard.press("2")
    visible(page.locator(".serverbar"))
    expect(page.locator(".serverbar")).to_contain_text(words)
    page.wait_for_timeout(1000 * AWAY_S)
    visible(page.locator(".serverbar"))
    assert page.get_by_role("dialog").count() == 0
    if address == "review":
        visible(page.locator(".tile.foc"))
        visible(page.locator(".badge[data-state=offline]"))
    server.process = serve(server.workspace.parent, server.port)
    unseen(page.locator(".serverbar"), 60_000)
    if address == "review":
        visible(page.locator(".badge[data-state=saved]").first)
        assert stored(server.workspace, labels)[0][0] == before + 2
        item = str(page.locator(".tile.foc").get_attribute("data-id"))
        visible(page.locator(".panel .score").first)
        assert item
    else:
        visible(page.locator("h1").first)
