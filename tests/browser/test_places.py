"""What is on screen stands in the address: a reload, Back and a link in another tab show the same."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Page, expect
from shown_demo import READY, fill
from steps import focused

import sample_data
from labeling.snapshot.snapshot import Snapshot
from store import workspace
from video.runs import segmentation

pytestmark = [pytest.mark.browser, pytest.mark.slow]
SECOND = "other"


@pytest.fixture(scope="module", autouse=True)
def filled(server: Any, truth: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Two runs of a video, and a second workspace with other numbers."""
    fill(server.workspace, truth, tmp_path_factory.mktemp("answers"))
    opened = workspace.open_workspace(server.workspace)
    segmentation.run(Snapshot(opened), sample_data.video_file())
    opened.engine.dispose()
    shutil.copytree(server.workspace, server.workspace.parent / SECOND)
    yield
    shutil.rmtree(server.workspace.parent / SECOND)


def address(page: Page) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(page.url).query).items()}


def says(page: Page, name: str, value: str | None) -> None:
    """Wait until the address says so."""
    page.wait_for_function(
        "([name, value]) => new URLSearchParams(location.search).get(name) === value", arg=[name, value]
    )


def to(page: Page, title: str, ready: str) -> None:
    page.get_by_test_id("stSidebarNav").get_by_text(title, exact=True).click()
    page.wait_for_selector(READY[ready])


def linked(page: Page, ready: str) -> Page:
    """Another tab with the same address."""
    other = page.context.new_page()
    other.set_default_timeout(60_000)
    other.goto(page.url)
    other.wait_for_selector(READY[ready])
    return other


def test_review_keeps_filter_page_and_image(page: Page, server: Any) -> None:
    page.goto(f"{server.url}review")
    page.wait_for_selector(READY["review"])
    page.get_by_label("Order").select_option("confidence")
    page.get_by_label("Tiles a page").select_option("20")
    says(page, "size", "20")
    page.wait_for_selector(".viewport:not(.busy)")
    page.get_by_role("button", name="Next", exact=True).click()
    says(page, "from", "20")
    page.locator(".viewport .tile").nth(7).click()
    item = focused(page)
    says(page, "item", item)
    for again in (lambda: page.reload(), lambda: (to(page, "Train", "train"), page.go_back())):
        again()
        page.wait_for_selector(READY["review"])
        expect(page.locator(".tile.foc")).to_have_attribute("data-id", item)
        expect(page.get_by_label("Order")).to_have_value("confidence")
        expect(page.locator(".progress b")).to_have_text("Page 2")
    other = linked(page, "review")
    expect(other.locator(".tile.foc")).to_have_attribute("data-id", item)
    other.close()
    page.goto(f"{server.url}review?workspace=demo&by=person&item={item}")
    page.get_by_role("button", name="Show it").click()
    expect(page.locator(".viewport .tile")).to_have_count(1)
    expect(page.locator(".tile.foc")).to_have_attribute("data-id", item)


def test_batch_mode_is_in_the_address(page: Page, server: Any) -> None:
    page.goto(f"{server.url}review")
    page.wait_for_selector(READY["review"])
    page.keyboard.press("b")
    says(page, "batch", "1")
    page.reload()
    page.wait_for_selector(".viewport .guess")
    page.keyboard.press("b")
    says(page, "batch", None)


def test_neighbours_keeps_cluster_words_and_reach(page: Page, server: Any) -> None:
    page.goto(f"{server.url}neighbours")
    page.wait_for_selector(READY["neighbours"])
    page.locator(".card").nth(1).click()
    title = page.locator(".card b.nm").nth(1).inner_text()
    expect(page.locator(".results h2")).to_have_text(title)
    count = page.locator(".lot").first.locator(".tile").count()
    page.wait_for_function("() => new URLSearchParams(location.search).has('cluster')")
    page.reload()
    page.wait_for_selector(READY["neighbours"])
    expect(page.locator(".results h2")).to_have_text(title)
    expect(page.locator(".lot").first.locator(".tile")).to_have_count(count)
    page.get_by_label("Search by words").fill("a forest")
    page.keyboard.press("Enter")
    says(page, "text", "a forest")
    expect(page.locator(".results h2")).to_have_text("“a forest”")
    for _ in range(4):
        page.keyboard.press("ArrowLeft")
    reach = page.locator(".results .row b.num").first.inner_text()
    answer = "Number(new URLSearchParams(location.search).get('reach') ?? NaN).toFixed(2)"
    page.wait_for_function(f"(shown) => `≥ ${{{answer}}}` === shown", arg=reach)  # the address follows in a moment
    other = linked(page, "neighbours")
    expect(other.locator(".results h2")).to_have_text("“a forest”")
    expect(other.locator(".results .row b.num").first).to_have_text(reach)
    other.close()


def test_prompts_keep_the_category(page: Page, server: Any) -> None:
    page.goto(f"{server.url}prompts")
    page.wait_for_selector(READY["prompts"])
    page.locator(".node").nth(2).click()
    name = page.locator(".node.on .nm").inner_text()
    page.wait_for_function("() => new URLSearchParams(location.search).has('category')")
    to(page, "Review", "review")
    page.go_back()
    page.wait_for_selector(READY["prompts"])
    expect(page.locator(".node.on .nm")).to_have_text(name)
    page.reload()
    expect(page.locator(".node.on .nm")).to_have_text(name)


def test_segments_keep_video_segment_time_and_comparison(page: Page, server: Any) -> None:
    page.goto(f"{server.url}segments")
    page.wait_for_selector(READY["segments"])
    page.wait_for_function("() => new URLSearchParams(location.search).has('run')")
    newest = address(page)["run"]
    page.get_by_test_id("stSelectbox").last.get_by_role("combobox").click()
    page.get_by_role("option").nth(1).click()
    page.wait_for_function(f"() => new URLSearchParams(location.search).get('run') !== '{newest}'")
    run = address(page)["run"]
    page.locator(".segm").nth(2).click()
    page.get_by_label("Before", exact=True).select_option("zero-shot")
    says(page, "compare", "zero-shot")
    page.wait_for_function("() => new URLSearchParams(location.search).has('t')")
    time = address(page)["t"]
    which = page.locator(".which").inner_text()
    assert which.startswith("Segment 3 ")

    def shown(there: Page) -> None:
        expect(there.locator(".which")).to_have_text(which)
        expect(there.get_by_label("Before", exact=True)).to_have_value("zero-shot")
        there.wait_for_selector(".bandbox .was")
        there.wait_for_function(
            "time => { const walk = (root) => root.querySelector('video') ?? [...root.querySelectorAll('*')].filter((n) => n.shadowRoot)"
            ".map((n) => walk(n.shadowRoot)).find(Boolean); return Math.abs(walk(document).currentTime - time) < 0.05; }",
            arg=float(time),
        )
        assert (address(there)["run"], address(there)["compare"]) == (run, "zero-shot")

    page.reload()
    page.wait_for_selector(READY["segments"])
    shown(page)
    to(page, "Review", "review")
    page.go_back()
    page.wait_for_selector(READY["segments"])
    shown(page)
    other = linked(page, "segments")
    shown(other)
    other.close()


def test_another_workspace_begins_without_the_place_of_the_first(page: Page, server: Any) -> None:
    page.goto(f"{server.url}review?workspace=demo&order=confidence")
    page.wait_for_selector(READY["review"])
    page.locator(".viewport .tile").nth(3).click()
    item = focused(page)
    says(page, "item", item)
    page.get_by_role("combobox", name="Workspace").click()
    page.get_by_role("option", name=SECOND, exact=True).click()
    says(page, "workspace", SECOND)
    page.wait_for_function("() => new URLSearchParams(location.search).get('order') === null")
