"""A segmented video shown to somebody: the presentation view, and the page that is mailed, opened from disk."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from one_tab import listening
from playwright.sync_api import ConsoleMessage, Page, expect

import sample_data
from labeling.snapshot.snapshot import Snapshot
from store import workspace
from video.results import small_film
from video.runs import run_corrections, run_exports, run_view, segmentation

HAVE_ENOUGH_DATA = 4  # of a media element's readyState
pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.fixture(scope="module")
def run(server: Any) -> dict[str, Any]:
    """The demo video, segmented; its first segment was corrected by ann."""
    opened = workspace.open_workspace(server.workspace)
    snapshot = Snapshot(opened)
    run_id = segmentation.run(snapshot, sample_data.video_file())
    first = run_view.look(snapshot, run_id)["segments"][0]
    other = next(c.id for c in snapshot.categories.classes() if c.id != first["category"])
    span = {"start_s": first["start_s"], "end_s": first["end_s"], "category": other}
    run_corrections.correct(snapshot, run_id, [span], "ann")
    shown = run_view.look(Snapshot(opened), run_id)
    opened.engine.dispose()
    return {**shown, "id": run_id}


@pytest.fixture
def complaints(page: Page) -> Iterator[list[str]]:
    """What the page's script and policy complain of."""
    heard: list[str] = []

    def logged(message: ConsoleMessage) -> None:
        if message.type == "error":
            heard.append(message.text)

    with listening(page, "pageerror", lambda error: heard.append(str(error))), listening(page, "console", logged):
        yield heard


def works(page: Page, run: dict[str, Any], player: str) -> None:
    """What a customer does: look at who labelled, press a stretch, press a row."""
    expect(page.locator(player)).to_be_visible()
    expect(page.locator(".band a.person")).to_have_count(1)
    expect(page.locator(".segments tr").nth(1).get_by_text("ann", exact=True)).to_be_visible()
    second = run["segments"][1]
    page.locator(".band").first.locator("a").nth(1).click()
    expect(page.locator(".now")).to_have_text(second["label"])
    expect(page.locator("tr.current")).to_have_attribute("id", "s1")
    whole = page.locator(".timeline").bounding_box()
    cursor = page.locator(".cursor").bounding_box()
    assert whole
    assert cursor
    share = (cursor["x"] - whole["x"]) / whole["width"]
    assert share == pytest.approx(second["start_s"] / run["duration_s"], abs=0.01)
    page.locator(".segments tr").nth(3).locator("a").click()
    expect(page.locator("tr.current")).to_have_attribute("id", "s2")


def test_the_page_offers_what_is_on_screen_to_be_shown(
    page: Page, server: Any, run: dict[str, Any], complaints: list[str]
) -> None:
    page.goto(f"{server.url}segments")
    page.wait_for_selector(".timeline[data-ready='1']")
    page.get_by_label("Smoothing").select_option(label="No smoothing")
    with page.expect_popup() as opened:
        page.get_by_role("link", name="Present").click()
    shown = opened.value
    assert re.search(rf"/present/demo/{run['id']}\?.*smoothing=0", shown.url)
    expect(shown.locator("h1")).to_have_text(run["name"])
    shown.close()
    complaints.clear()  # Streamlit asks for its health below the page's own path first
    page.goto(f"{server.url}present/demo/{run['id']}")
    works(page, run, "video")
    video = page.locator("video")
    expect(video).to_have_js_property("readyState", HAVE_ENOUGH_DATA)
    before = video.evaluate("node => node.currentTime")
    page.keyboard.press(" ")
    expect(video).to_have_js_property("paused", False)
    # The page's policy lets no script wait within it.
    while video.evaluate("node => node.currentTime") <= before + 0.3:
        page.wait_for_timeout(50)
    page.keyboard.press(" ")
    expect(video).to_have_js_property("paused", True)
    expect(page.get_by_role("button", name="Save as PDF")).to_be_visible()
    assert complaints == []


def test_the_mailed_page_plays_from_disk(
    page: Page, server: Any, run: dict[str, Any], complaints: list[str], tmp_path: Path
) -> None:
    opened = workspace.open_workspace(server.workspace)
    file = tmp_path / "mailed.html"
    file.write_text(run_exports.exported(Snapshot(opened), run["id"], "html"), encoding="utf-8")
    opened.engine.dispose()
    requests: list[str] = []
    with listening(page, "request", lambda request: requests.append(request.url)):
        page.goto(file.as_uri())
        expect(page.locator("video")).to_have_js_property("readyState", HAVE_ENOUGH_DATA)
        works(page, run, "video")
    assert [url for url in requests if not url.startswith(("file:", "data:"))] == []
    assert complaints == []


def test_without_a_film_the_keyframes_play(
    page: Page, server: Any, run: dict[str, Any], complaints: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(small_film, "MAX_S", 1.0)
    opened = workspace.open_workspace(server.workspace)
    file = tmp_path / "stills.html"
    file.write_text(run_exports.exported(Snapshot(opened), run["id"], "html"), encoding="utf-8")
    opened.engine.dispose()
    page.goto(file.as_uri())
    expect(page.get_by_text("Keyframes play in place of the film.")).to_be_visible()
    works(page, run, ".still")
    stamp = page.locator(".stamp")
    before = stamp.text_content()
    page.get_by_role("button", name="Play").click()
    expect(stamp).not_to_have_text(before or "")
    page.get_by_role("button", name="Pause").click()
    expect(page.get_by_role("button", name="Play")).to_be_visible()
    assert complaints == []


def test_a_film_that_the_browser_cannot_play_gives_way_to_keyframes(
    page: Page, server: Any, run: dict[str, Any]
) -> None:
    page.route("**/clip/**", lambda route: route.fulfill(status=200, content_type="video/mp4", body="no film"))
    page.goto(f"{server.url}present/demo/{run['id']}")
    expect(page.get_by_text("This browser cannot play the film.")).to_be_visible()
    works(page, run, ".still")


def test_printed_it_is_a_document(page: Page, server: Any, run: dict[str, Any]) -> None:
    page.goto(f"{server.url}present/demo/{run['id']}")
    page.emulate_media(media="print")
    expect(page.locator("h1")).to_be_visible()
    for gone in ("video", "#print", ".cursor"):
        expect(page.locator(gone)).to_be_hidden()
    expect(page.locator(".segments img").first).to_be_visible()
    assert page.pdf().startswith(b"%PDF")


def test_it_speaks_the_language_of_who_looks(page: Page, server: Any, run: dict[str, Any]) -> None:
    page.context.add_cookies([{"name": "sceneloop_language", "value": "zh-CN", "url": server.url}])
    page.goto(f"{server.url}present/demo/{run['id']}")
    expect(page.locator("html")).to_have_attribute("lang", "zh-CN")
    expect(page.get_by_role("button", name="存为 PDF")).to_be_visible()
    expect(page.locator("h2").filter(visible=True)).to_have_text(["现在", "各标签时长", "时间线", "片段"])
    expect(page.locator(".facts").first).to_contain_text("个片段")
    left = page.evaluate("() => document.body.innerText") + " ".join(
        page.evaluate("() => [...document.querySelectorAll('[title],[aria-label]')].map(n => n.title || n.ariaLabel)")
    )
    labels = page.locator(".legend span").all_inner_texts()
    for name in (run["name"], "demo", "PDF", "UTC", "ann", *sorted(labels, key=len, reverse=True)):
        left = left.replace(name, "")
    assert re.findall(r"[A-Za-z]{3,}", left) == []
