"""The Segments page in Chromium: seek, correct, split, merge, look again after a reload, take the segments elsewhere."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import webvtt
from playwright.sync_api import Page, Route, expect
from steps import caught, intercept, stored

import sample_data
from labeling.snapshot.snapshot import Snapshot
from store import workspace
from video.runs import run_view, segmentation

pytestmark = [pytest.mark.browser, pytest.mark.slow]
FRAME_S = 1 / 25


@pytest.fixture(scope="module")
def segmented(server: Any) -> dict[str, Any]:
    """The demo video, segmented beside the running server."""
    opened = workspace.open_workspace(server.workspace)
    snapshot = Snapshot(opened)
    result = run_view.look(snapshot, segmentation.run(snapshot, sample_data.video_file()))
    opened.engine.dispose()
    return result


def show(page: Page, server: Any) -> None:
    page.goto(f"{server.url}segments")
    page.wait_for_selector(".timeline[data-ready='1']")


def played(page: Page) -> float:
    return float(page.locator(".timeline video").evaluate("video => video.currentTime"))


def test_a_click_seeks_and_a_correction_survives_a_reload(page: Page, server: Any, segmented: dict[str, Any]) -> None:
    show(page, server)
    segments = segmented["segments"]
    expect(page.locator(".segm")).to_have_count(len(segments))
    page.locator(".segm").nth(2).click()
    expect(page.locator(".which")).to_have_text(f"Segment 3 of {len(segments)}")
    assert abs(played(page) - segments[2]["start_s"]) < FRAME_S
    expect(page.locator(".alike img").first).to_be_visible()
    assert page.locator(".plan tr").count() == 1 + min(3, len(segments))
    expect(page.locator(".origin")).to_contain_text("no reference videos")

    key = next(n for n in (1, 2, 3) if n != segments[2]["category"])
    page.keyboard.press(str(key))
    expect(page.locator(".toast")).to_contain_text("Segment saved")
    page.reload()
    page.wait_for_selector(".timeline[data-ready='1']")
    expect(page.locator(".segm.h")).to_have_count(1)
    frames = "select count(*) from label_state s join item i on i.id = s.item_id where i.kind = 'frame' and s.source = 'human'"
    assert stored(server.workspace, frames)[0][0] >= 1, "its keyframes are labelled images now"


def test_split_merge_and_undo(page: Page, server: Any, segmented: dict[str, Any]) -> None:
    assert segmented["segments"]
    show(page, server)
    count = page.locator(".segm").count()
    page.locator(".segm").first.click()
    for _ in range(3):
        page.keyboard.press("ArrowRight")
    page.keyboard.press("s")
    expect(page.locator(".segm")).to_have_count(count + 1)
    page.keyboard.press("ArrowUp")
    expect(page.locator(".which")).to_have_text(f"Segment 1 of {count + 1}")
    page.keyboard.press("m")
    expect(page.locator(".segm")).to_have_count(count)
    page.locator(".toast button").last.click()
    expect(page.locator(".segm")).to_have_count(count + 1)


def test_two_models_stand_side_by_side(page: Page, server: Any, segmented: dict[str, Any]) -> None:
    assert segmented["segments"]
    show(page, server)
    page.get_by_label("Before").select_option("Before: zero-shot")
    expect(page.locator(".changed h2")).to_contain_text("changed since zero-shot")
    assert page.locator(".was").count() >= 1


def test_other_smoothing_shows_at_once(page: Page, server: Any, segmented: dict[str, Any]) -> None:
    assert segmented["segments"]
    show(page, server)
    page.get_by_label("Smoothing").select_option("No smoothing")
    expect(page.locator(".timeline")).to_have_attribute("data-view", "auto log 0")
    page.get_by_role("link", name="Train").click()
    page.get_by_role("link", name="Segments").click()
    expect(page.get_by_label("Smoothing")).to_have_value("0.0")
    expect(page.locator(".timeline")).to_have_attribute("data-view", "auto log 0")


def test_the_newest_choice_is_shown_whatever_arrives_late(page: Page, server: Any, segmented: dict[str, Any]) -> None:
    assert segmented["segments"]
    show(page, server)
    held: list[Route] = []
    intercept(page, re.compile(r"/run/\d+\?.*aggregator=mean"), lambda route: held.append(route))
    page.get_by_label("Score of a shot").select_option("Mean probability")
    caught(page, held)
    page.get_by_label("Score of a shot").select_option("Best of the shot")
    expect(page.locator(".timeline")).to_have_attribute("data-view", re.compile("auto top"))
    for route in held:
        route.continue_()
    page.wait_for_timeout(500)
    expect(page.locator(".timeline")).to_have_attribute("data-view", re.compile("auto top"))


def test_hovering_over_a_band_shows_the_keyframe_there(page: Page, server: Any, segmented: dict[str, Any]) -> None:
    show(page, server)
    expect(page.locator(".peek")).to_be_hidden()
    for place in (1, 2):
        shot = segmented["shots"][place]
        page.locator(".bandbox .shot").nth(place).hover()
        expect(page.locator(".peek")).to_be_in_viewport(ratio=1)
        frame = next(f for f in segmented["keyframes"] if shot["start_s"] <= f["time_s"] < shot["end_s"])
        expect(page.locator(".peek img")).to_have_attribute("src", frame["image"])
    page.locator(".bandbox .segm").nth(1).hover()
    expect(page.locator(".peek")).to_be_in_viewport(ratio=1)  # nothing cuts it off
    page.locator(".which").hover()
    expect(page.locator(".peek")).to_be_hidden()


def test_close_up_only_what_is_in_sight_is_drawn(page: Page, server: Any, segmented: dict[str, Any]) -> None:
    show(page, server)
    shots = page.locator(".bandbox .shot")
    expect(shots).to_have_count(len(segmented["shots"]))
    page.locator("input.zoom").evaluate("node => { node.value = 100; node.dispatchEvent(new Event('input')); }")
    assert 0 < shots.count() < len(segmented["shots"])
    last = page.locator(".segm").last
    before = int(str(last.get_attribute("data-segment")))
    page.locator(".bandbox .scroll").evaluate("node => { node.scrollLeft = node.scrollWidth; }")
    expect(page.locator(f".segm[data-segment='{before}']")).to_have_count(0)
    expect(page.locator(".segm").last).to_be_visible()


def test_in_full_screen_no_key_changes_a_label(page: Page, server: Any, segmented: dict[str, Any]) -> None:
    assert segmented["segments"]
    show(page, server)
    labelled = page.locator(".segm.h").count()
    page.keyboard.press("f")
    page.wait_for_function("() => document.fullscreenElement !== null")
    expect(page.locator(".relabel")).to_be_hidden()
    page.keyboard.press("1")
    page.wait_for_timeout(500)
    assert page.locator(".segm.h").count() == labelled
    page.keyboard.press("f")
    page.wait_for_function("() => document.fullscreenElement === null")


def test_segments_are_taken_elsewhere(page: Page, server: Any, segmented: dict[str, Any], tmp_path: Path) -> None:
    show(page, server)
    count = page.locator(".segm").count()
    with page.expect_download() as plan:
        page.get_by_role("button", name="ffmpeg commands").click()
    plan.value.save_as(tmp_path / "plan.sh")
    assert (tmp_path / "plan.sh").read_text().count("libx264") == count
    for name, file in (("WebVTT", "s.vtt"), ("HTML to mail", "s.html")):
        page.get_by_role("button", name="Export").click()
        with page.expect_download() as got:
            page.get_by_role("menuitem", name=name).click()
        got.value.save_as(tmp_path / file)
    cues = list(webvtt.read(tmp_path / "s.vtt"))
    assert len(cues) == count
    assert cues[0].start_in_seconds == 0
    page.context.set_offline(True)
    page.goto(f"file://{tmp_path / 's.html'}")
    expect(page.locator("h1")).to_have_text(segmented["name"])
    assert page.locator("table.segments tr").count() == 1 + count
    assert page.locator(".segments img").first.evaluate("image => image.naturalWidth") > 0
