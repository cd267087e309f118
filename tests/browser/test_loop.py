"""The whole loop in the browser on the demo workspace, as somebody new would go through it."""

from __future__ import annotations

import re
import time
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Route, expect
from steps import promote, saved, stored, until

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(900)]
LABELS = 20
KEYS_A_SECOND = 15


def human(workspace: Path) -> int:
    query = "select count(distinct item_id) from label_state where value = 'yes' and source in ('human', 'neighbour')"
    return int(stored(workspace, query)[0][0])


def open_page(page: Page, url: str, area: str) -> None:
    page.goto(url)
    page.wait_for_selector(f".{area}[data-ready]")


def late(route: Route) -> None:
    """The name arrives after the pictures were asked for."""
    time.sleep(1)
    route.continue_()


def first_visit(page: Page, url: str) -> None:
    page.route("**/api/actor", late)
    page.goto(url)
    page.get_by_label("Your name").fill("Ann 安")
    page.get_by_role("button", name="Start").click()
    expect(page.get_by_text("Where the loop stands")).to_be_visible()
    shown = "() => document.images.length > 1 && [...document.images].every((img) => img.complete && img.naturalWidth)"
    page.wait_for_function(shown)  # those asked for before the cookie was there too
    assert any(cookie.get("name") == "sceneloop_actor" for cookie in page.context.cookies(url)), "not remembered"


def edit_a_prompt(page: Page, url: str) -> None:
    open_page(page, f"{url}prompts", "prompts")
    counts = page.locator(".prompts .node .count")
    before = counts.all_inner_texts()
    page.locator(".prompts .line .field").first.fill("a page of printed text")
    expect(page.get_by_text("Draft, not published")).to_be_visible()
    page.wait_for_function("before => [...document.querySelectorAll('*')].some(n => n.shadowRoot && "
                           "[...n.shadowRoot.querySelectorAll('.prompts .node .count')].map(c => c.innerText).join() !== before && "
                           "n.shadowRoot.querySelector('.prompts .node .count'))", arg=",".join(before))  # fmt: skip
    assert counts.all_inner_texts() != before
    page.get_by_role("button", name="Discard").click()
    expect(page.get_by_text("Version 1 published")).to_be_visible()


def right_keys(page: Page, workspace: Path, truth: dict[str, str]) -> list[str]:
    """The key of the true class of each tile, in the order of the grid."""
    sources = page.locator(".grid img").evaluate_all("nodes => nodes.map(node => node.getAttribute('src'))")
    ids = [int(re.search(r"/(\d+)\.webp", source).group(1)) for source in sources]  # type: ignore[union-attr]
    names = dict(stored(workspace, "select id, name from item"))
    keys = {"nature": "1", "animation_game": "2", "document": "3"}
    return [keys[truth[Path(names[number]).name]] for number in ids]


def label_at_speed(page: Page, url: str, workspace: Path, truth: dict[str, str]) -> None:
    open_page(page, f"{url}review", "review")
    before = human(workspace)
    for key in right_keys(page, workspace, truth)[:LABELS]:
        page.keyboard.press(key)
        page.wait_for_timeout(1000 / KEYS_A_SECOND)
    saved(page)
    assert human(workspace) == before + LABELS
    expect(page.locator(".progress")).to_contain_text(f"{LABELS} of 60 done")


def fix_neighbours_and_undo(page: Page, workspace: Path) -> None:
    before = human(workspace)
    fix = page.locator(".panel .btn.p.wide")
    slider = page.get_by_label("Reach")
    slider.evaluate("node => { node.value = 0.3; node.dispatchEvent(new Event('input')); }")
    count = 0
    for _ in range(20):  # to the next image whose neighbours do not all carry what they favour
        expect(fix).to_contain_text(re.compile(r"Fix \d+ to|All in reach"))
        result = re.search(r"Fix (\d+)", fix.inner_text())
        count = int(result.group(1)) if result else 0
        if count >= 2:
            break
        page.keyboard.press("ArrowRight")
        page.wait_for_timeout(500)
    assert count >= 2
    page.keyboard.press("f")
    saved(page)
    assert human(workspace) == before + count
    page.keyboard.press("Control+z")
    saved(page)
    assert human(workspace) == before


def train_and_propose(page: Page, url: str, workspace: Path) -> None:
    page.goto(f"{url}train")
    page.get_by_role("button", name="Train head").click()
    expect(page.get_by_text(re.compile(r"Head 1 is trained. Its gain is not known yet"))).to_be_visible(timeout=180_000)
    expect(page.get_by_text("Confusion of head 1")).to_be_visible()
    if page.get_by_role("button", name="Promote head 1").is_visible():
        promote(page, workspace, 1, "The demo goes on")
    people = human(workspace)
    propose = page.get_by_role("button", name="Let it propose")
    expect(propose).to_be_enabled()
    propose.click()
    until(page, workspace, "select state from job where kind = 'propose' order by id desc", "done")
    assert stored(workspace, "select count(*) from label_state where source = 'head' and value = 'yes'")[0][0] > 100
    assert human(workspace) == people


def run_the_video(page: Page, url: str) -> None:
    page.goto(f"{url}train")
    page.get_by_role("button", name="Run on the test video").click()
    page.wait_for_selector('.timeline[data-ready="1"]', timeout=240_000)  # not "live": the run has ended
    segments = page.locator(".segm")
    assert segments.count() >= 3
    segments.nth(2).click()
    expect(page.locator(".which")).to_contain_text("Segment 3 of")
    start = page.evaluate(
        "() => { for (const n of document.querySelectorAll('*')) { const v = n.shadowRoot?.querySelector('video'); if (v) return v.currentTime; } return 0; }"
    )
    assert start > 1
    title = segments.nth(2).get_attribute("title") or ""
    minutes, seconds = re.search(r"(\d+):(\d+\.\d) to", title).groups()  # type: ignore[union-attr]
    assert start == pytest.approx(60 * int(minutes) + float(seconds), abs=0.15)


def test_the_whole_loop(chromium: Browser, server: Any, truth: dict[str, str]) -> None:
    context = chromium.new_context(viewport={"width": 1440, "height": 900})
    page = context.new_page()
    page.set_default_timeout(60_000)
    first_visit(page, server.url)
    edit_a_prompt(page, server.url)
    label_at_speed(page, server.url, server.workspace, truth)
    fix_neighbours_and_undo(page, server.workspace)
    train_and_propose(page, server.url, server.workspace)
    run_the_video(page, server.url)
    everything = human(server.workspace)
    open_page(page, f"{server.url}review?by=person", "review")
    expect(page.locator(".progress")).to_contain_text(f"{everything} match")
    page.reload()
    page.wait_for_selector(".review[data-ready]")
    expect(page.locator(".progress")).to_contain_text(f"{everything} match")
    expect(page.get_by_text("person Ann 安")).to_be_visible()
    context.close()
