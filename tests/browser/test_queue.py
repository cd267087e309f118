"""The queue of decisions in Chromium: what the server can never take is said and holds up nothing else."""

from __future__ import annotations

import json
from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect
from steps import focused, intercept, review, saved, stored, until

pytestmark = [pytest.mark.browser, pytest.mark.slow]
BY_PEOPLE = "select count(*) from label_event where source = 'human'"
SLOTS = "Object.keys(localStorage).filter((key) => key.startsWith('sceneloop.queue.'))"


def visible(page: Page, text: str) -> None:
    """A toast with these words stands where it can be read."""
    toast = page.locator(".toast", has_text=text)
    expect(toast).to_be_visible()
    box = toast.bounding_box()
    assert box is not None
    assert box["x"] >= 0
    assert box["y"] >= 0
    assert box["x"] + box["width"] <= 1440
    assert box["y"] + box["height"] <= 900


def wait_in_another_tab(page: Page, items: list[int], born: int | None = None) -> None:
    """Leave decisions about these items behind, as a tab does that was closed before they were sent."""
    entries = [
        {"id": f"left-{k}", "batch": f"left-{k}", "kind": "label", "source": "human", "category": 1, "reason": None,
         "items": [{"id": number, "version": None}]}
        for k, number in enumerate(items)
    ]  # fmt: skip
    kept = json.dumps({"at": 0, "entries": entries, **({} if born is None else {"born": born})})
    page.evaluate("kept => localStorage.setItem('sceneloop.queue.demo.left', kept)", kept)


def test_a_decision_about_an_item_that_is_gone_does_not_block_the_queue(page: Page, server: Any) -> None:
    review(page, server)
    count = stored(server.workspace, BY_PEOPLE)[0][0]
    wait_in_another_tab(page, [999_999, int(focused(page))])
    page.reload()
    page.wait_for_selector(".review[data-ready]")
    visible(page, "no longer in the workspace")
    until(page, server.workspace, BY_PEOPLE, count + 1)
    page.keyboard.press("Control+z")
    expect(page.locator(".toast", has_text="Undid: 1 image")).to_be_visible()
    visible(page, "no longer in the workspace")  # what was done next takes no warning away
    close = page.get_by_role("button", name="Close this notice")
    close.focus()
    page.keyboard.press("Enter")
    expect(page.locator(".toast", has_text="no longer in the workspace")).to_have_count(0)
    count = stored(server.workspace, BY_PEOPLE)[0][0]
    review(page, server)
    page.keyboard.press("2")
    until(page, server.workspace, BY_PEOPLE, count + 1)
    saved(page)
    assert page.evaluate(SLOTS) == []


@pytest.mark.parametrize("status", [400, 500])
def test_one_poisoned_decision_is_parted_from_the_others(page: Page, server: Any, status: int) -> None:
    review(page, server)
    count = stored(server.workspace, BY_PEOPLE)[0][0]
    bad = int(page.locator(".tile").nth(1).get_attribute("data-id") or 0)
    sent: list[int] = []

    def answer(route: Route) -> None:
        items = [item["id"] for op in route.request.post_data_json["ops"] for item in op["items"]]
        sent.append(len(items))
        if bad in items:
            route.fulfill(status=status, json={"error": "This cannot be taken."})
        else:
            route.continue_()

    intercept(page, "**/api/demo/ops", answer)
    for key in "123":
        page.keyboard.press(key)
    until(page, server.workspace, BY_PEOPLE, count + 2)
    if status == 400:
        visible(page, "This cannot be taken.")
        saved(page)
        assert page.evaluate(SLOTS) == []
        return
    visible(page, "The server failed on a decision.")
    badge = page.locator(".badge[data-state=aside]").first
    expect(badge).to_be_visible()
    expect(badge).to_contain_text("1 label kept here")
    tried = len(sent)
    page.wait_for_timeout(3000)
    assert len(sent) == tried, "what the server fails on is not sent for ever"
    page.unroute("**/api/demo/ops")
    page.reload()
    page.wait_for_selector(".review[data-ready]")
    until(page, server.workspace, BY_PEOPLE, count + 3)
    saved(page)


def test_decisions_for_the_workspace_before_its_reset_are_not_sent(page: Page, server: Any) -> None:
    review(page, server)
    count = stored(server.workspace, BY_PEOPLE)[0][0]
    wait_in_another_tab(page, [int(focused(page))], born=1)
    page.reload()
    page.wait_for_selector(".review[data-ready]")
    visible(page, "1 decision waited for an earlier build of this workspace")
    page.keyboard.press("2")
    until(page, server.workspace, BY_PEOPLE, count + 1)
    saved(page)
