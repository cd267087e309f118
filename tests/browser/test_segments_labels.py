"""The Segments page with labels of an open facet and a tree of categories, and the demo put back to how it was shipped."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect
from steps import caught, stored

import sample_data
from labeling.categories import split, tree_edits
from labeling.snapshot.snapshot import Snapshot
from store import workspace
from store.database.sqlite import driver
from store.project import prompts
from store.team import actors
from video.runs import run_view, segmentation

pytestmark = [pytest.mark.browser, pytest.mark.slow]
FRAME_S = 1 / 25


@pytest.fixture(scope="module")
def segmented(server: Any) -> dict[str, Any]:
    """The demo video in a workspace with open labels and a tree whose children are told apart only where certain."""
    opened = workspace.open_workspace(server.workspace)
    snapshot = Snapshot(opened)
    for name, texts in {"text": ["a page of text"], "water": ["the sea", "waves of the ocean"]}.items():
        tree_edits.add(opened, name, facet="tags", exclusive=False, prompts=texts, actor="Ann")
    nature = next(c.id for c in snapshot.categories.classes() if c.name == "nature")
    children = [{"name": "forest", "prompts": ["a forest"]}, {"name": "sea", "prompts": ["the sea"]}]
    split.split(snapshot, nature, children, actor="Ann")
    published = snapshot.prompts.version()[1]
    with opened.engine.begin() as connection:
        prompt_set = replace(published, options=replace(published.options, back_off=0.9))
        prompts.publish(connection, prompt_set, note="", actor_id=actors.id_of(connection, "Ann"))
    result = run_view.look(snapshot, segmentation.run(snapshot, sample_data.video_file()))
    key = next(category.key for category in snapshot.categories.tree if category.name == "text")
    opened.engine.dispose()
    return {**result, "key_of_text": key}


def show(page: Page, server: Any) -> None:
    page.goto(f"{server.url}segments")
    page.wait_for_selector(".timeline[data-ready='1']")


def played(page: Page) -> float:
    return float(page.locator(".timeline video").evaluate("video => video.currentTime"))


def test_open_labels_are_bands_of_their_own_and_a_click_seeks(
    page: Page, server: Any, segmented: dict[str, Any]
) -> None:
    show(page, server)
    spans = [(band["label"], span) for band in segmented["tags"] for span in band["spans"]]
    assert {label for label, _ in spans} == {"text", "water"}
    expect(page.locator(".stretch")).to_have_count(len(spans))
    expect(page.locator(".tagname")).to_have_text([re.compile(band["label"]) for band in segmented["tags"]])
    label, last = spans[-1]
    band = page.locator(f".stretch[data-tag='{label}']").last
    expect(band).to_have_attribute("title", re.compile(rf"{label} 0\.\d\d, 0:\d"))
    band.click()
    assert abs(played(page) - last["start_s"]) < FRAME_S
    expect(page.locator(".held .chip").filter(has_text=label)).to_be_visible()
    shots, first = page.locator(".shot").first.bounding_box(), page.locator(".stretch").first.bounding_box()
    scores = page.locator(".bandbox svg").bounding_box()
    assert shots is not None
    assert first is not None
    assert scores is not None
    assert shots["y"] + shots["height"] <= first["y"] < scores["y"], "below the shots and above the curves"


def test_a_segment_that_backed_off_says_its_path_and_why(page: Page, server: Any, segmented: dict[str, Any]) -> None:
    show(page, server)
    backed = [k for k, segment in enumerate(segmented["segments"]) if segment["backed_off"]]
    expect(page.locator(".segm.backed")).to_have_count(len(backed))
    assert backed
    page.locator(f".segm[data-segment='{backed[0]}']").click()
    expect(page.locator(".why")).to_contain_text("nature and no deeper")
    expect(page.locator(".now")).to_contain_text("nature")
    page.get_by_label("Class of this segment").click()
    options = page.locator(".pop .opt")
    expect(options.filter(has_text="nature/forest")).to_have_count(1)
    expect(options.filter(has_text="water")).to_have_count(0)
    deep = "nature/forest"
    page.keyboard.type("forest")
    page.keyboard.press("Enter")
    expect(page.get_by_label("Class of this segment")).to_contain_text(deep)
    page.get_by_role("button", name="Confirm segment").click()
    expect(page.locator(".toast")).to_contain_text("Segment saved")
    expect(page.locator(".segm.h .path").first).to_have_text(deep)


def test_what_arrives_late_leaves_the_class_that_is_being_chosen(
    page: Page, server: Any, segmented: dict[str, Any]
) -> None:
    assert segmented["segments"]
    held: list[Route] = []
    page.route(re.compile(r"/(near|programme)(\?|$)"), lambda route: held.append(route))
    show(page, server)
    choice = page.get_by_label("Class of this segment")
    choice.click()
    page.keyboard.type("docu")
    page.keyboard.press("Enter")
    chosen = choice.get_attribute("data-value")
    expect(page.locator(".origin")).to_have_count(0)
    caught(page, held, 2)  # the nearest images and the programme
    for route in held:
        route.continue_()
    expect(page.locator(".origin")).to_contain_text("no reference videos")
    expect(page.locator(".alike img").first).to_be_visible()
    assert choice.get_attribute("data-value") == chosen


def test_the_key_of_an_open_label_is_no_class_of_a_segment(page: Page, server: Any, segmented: dict[str, Any]) -> None:
    show(page, server)
    labelled = page.locator(".segm.h").count()
    page.keyboard.press(segmented["key_of_text"])
    expect(page.locator(".toast")).to_contain_text("not a class of segments")
    assert page.locator(".segm.h").count() == labelled


def test_the_demo_is_put_back_and_what_was_there_is_kept(page: Page, server: Any, segmented: dict[str, Any]) -> None:
    assert segmented["id"] == 1
    events = stored(server.workspace, "select count(*) from label_event")[0][0]
    show(page, server)
    page.get_by_role("button", name="Reset the demo").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("1 video run")
    expect(dialog).to_contain_text("labels by people")
    dialog.get_by_role("button", name="Reset the demo").click()
    expect(page.get_by_text("The demo is reset")).to_be_visible()
    assert stored(server.workspace, "select count(*) from run")[0][0] == 0
    (aside,) = server.workspace.parent.glob("demo-until-*")
    assert stored(aside, "select count(*) from label_event")[0][0] == events
    page.goto(f"{server.url}segments")
    expect(page.get_by_text("No video has been segmented yet")).to_be_visible()
    page.goto(f"{server.url}review?by=all")
    page.wait_for_selector(".review[data-ready]")
    expect(page.locator(".tagrow")).to_have_count(0)
    page.goto(f"{server.url}segments?workspace={aside.name}")
    page.wait_for_selector(".timeline[data-ready='1']")
    expect(page.locator(".stretch").first).to_be_visible()


def test_example_work_is_named_and_a_press_starts_without_it(page: Page, server: Any) -> None:
    with driver.connect(server.workspace / "sceneloop.db") as connection:
        connection.execute("insert into actor (name, created_at) values ('Robin (example)', '2026-01-01')")
    connection.close()
    page.goto(server.url)
    expect(page.get_by_text("Example work.")).to_be_visible()
    page.get_by_role("button", name="Start fresh").click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_role("checkbox")).not_to_be_checked()
    expect(dialog).to_contain_text("Everything that people did in it is lost")
    dialog.get_by_role("button", name="Reset the demo").click()
    expect(page.get_by_text("The demo is reset")).to_be_visible()
    expect(page.get_by_text("Example work.")).to_have_count(0)
