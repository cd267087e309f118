"""The Prompts page in Chromium: a draft's effect before it is saved, versions, and the category tree by form."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect
from steps import caught, intercept, stored, visible

from store.database.sqlite import driver

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def labelled(workspace: Path) -> dict[int, str]:
    """Category of every item that has one."""
    query = "select s.item_id, c.name from label_state s join category c on c.id = s.category_id where s.value = 'yes'"
    rows = stored(workspace, query)
    assert len(rows) == len({item for item, _ in rows}), "one label an image"
    return dict(rows)


@pytest.fixture
def prompts(page: Page, server: Any) -> Page:
    page.set_default_timeout(60_000)
    page.goto(f"{server.url}prompts")
    page.wait_for_selector(".prompts[data-ready]")
    return page


def discarded(page: Page) -> None:
    """Discard the draft, and wait until nothing of it is on its way."""
    with page.expect_response("**/discard"):
        page.get_by_role("button", name="Discard").click()
    expect(page.get_by_text(re.compile(r"Version \d+ published")).first).to_be_visible()


def test_a_draft_is_seen_saved_compared_and_restored(prompts: Page, server: Any) -> None:
    page = prompts
    fields = page.locator(".prompts .line .field")
    first = fields.first.input_value()
    for place in range(fields.count()):
        fields.nth(place).fill(f"a page of printed text {place}")
    expect(page.get_by_text("Draft, not published")).to_be_visible()
    moved = page.locator(".prompts .right .moves img")
    expect(moved.first).to_be_visible()
    assert moved.first.evaluate("node => node.complete && node.naturalWidth > 0") or moved.count()
    assert stored(server.workspace, "select max(number) from prompt_version")[0][0] == 1, "nothing is published yet"
    page.get_by_label("Note").fill("a bad idea")
    page.get_by_role("button", name="Publish version 2").click()
    expect(page.get_by_text("Version 2 published")).to_be_visible()
    page.get_by_role("button", name="Versions").click()
    expect(page.locator(".version").first).to_contain_text("a bad idea")
    page.get_by_role("button", name="Compare", exact=True).click()
    expect(page.locator(".compared")).to_contain_text("a page of printed text 0")
    expect(page.locator(".compared")).to_contain_text(re.compile(r"\d+ images? moved"))
    expect(page.locator(".compared .moves img").first).to_be_visible()
    page.get_by_role("button", name="Restore into the draft").click()
    expect(fields.first).to_have_value(first)
    page.get_by_role("button", name="Publish version 3").click()
    expect(page.get_by_text("Version 3 published")).to_be_visible()
    old, new = (
        stored(server.workspace, f"select content from prompt_version where number = {n}")[0][0] for n in (1, 3)
    )
    assert old == new


def test_a_pasted_list_adds_no_prompt_twice(prompts: Page) -> None:
    page = prompts
    fields = page.locator(".prompts .line .field")
    there, first = fields.count(), fields.first.input_value()
    page.get_by_role("button", name="Paste a list").click()
    page.get_by_label("Prompts, one a line").fill(f"a new one\n\n  {first.upper()} \na  new one\nanother")
    page.get_by_role("button", name="Add the prompts").click()
    expect(fields).to_have_count(there + 2)
    expect(fields.nth(there)).to_have_value("a new one")
    expect(fields.nth(there + 1)).to_have_value("another")
    expect(page.get_by_text("2 prompts added; 2 were there already.")).to_be_visible()
    discarded(page)


def test_a_draft_that_cannot_be_measured_can_be_discarded(prompts: Page) -> None:
    page = prompts
    fields = page.locator(".prompts .line .field")
    there = [fields.nth(place).input_value() for place in range(fields.count())]
    for place in range(len(there)):
        fields.nth(place).fill("")
    visible(page.get_by_role("alert").filter(has_text="has no prompt"))
    discard = page.get_by_role("button", name="Discard")
    visible(discard)
    discarded(page)
    visible(page.get_by_text(re.compile(r"Version \d+ published")).first)
    assert [fields.nth(place).input_value() for place in range(fields.count())] == there


def test_what_arrives_late_takes_neither_the_field_nor_the_menu_away(prompts: Page) -> None:
    page = prompts
    held: list[Route] = []
    intercept(page, "**/scorecard", lambda route: held.append(route))
    page.reload()
    field = page.locator(".prompts .line .field").first
    expect(page.locator(".titled .badge")).to_be_visible()
    field.fill("a wood")
    page.get_by_role("button", name="Change this category").click()
    expect(page.get_by_role("menuitem", name="Split")).to_be_visible()
    page.wait_for_timeout(500)  # the draft is measured
    caught(page, held)
    field.evaluate("node => { node.marked = true; }")
    for route in held:
        route.continue_()
    page.wait_for_load_state("networkidle")
    expect(page.locator(".prompts .measured")).not_to_be_empty()
    assert field.evaluate("node => node.marked") is True, "the field was built anew"
    expect(page.get_by_role("menuitem", name="Split")).to_be_visible()


def test_what_arrives_late_takes_neither_the_focus_nor_a_click_away(prompts: Page) -> None:
    page = prompts
    held: list[Route] = []
    intercept(page, "**/scorecard", lambda route: held.append(route))
    page.reload()
    words = page.get_by_label("Category from words")
    words.press_sequentially("a receipt")
    expect(page.locator(".meant").first).to_be_visible()
    caught(page, held)
    with page.expect_response("**/scorecard"):
        held.pop().continue_()
    page.keyboard.type(" with prices")
    expect(words).to_have_value("a receipt with prices")
    page.reload()
    expect(page.locator(".prompts .node").first).to_be_visible()
    caught(page, held)
    page.get_by_role("button", name="Add", exact=True).hover()
    page.mouse.down()
    with page.expect_response("**/scorecard"):
        held.pop().continue_()
    page.wait_for_timeout(300)
    page.mouse.up()
    expect(page.get_by_role("button", name="Add the category")).to_be_visible()


def menu(page: Page, entry: str) -> None:
    page.get_by_role("button", name="Change this category").click()
    page.get_by_role("menuitem", name=entry).click()


def test_a_split_accounts_for_every_item_and_is_undone(prompts: Page, server: Any) -> None:
    page, before = prompts, labelled(server.workspace)
    page.locator(".prompts .node", has_text="nature").click()
    menu(page, "Split")
    for place, (name, texts) in enumerate((("land", "a forest\nmountains"), ("water", "the sea\na river"))):
        page.get_by_label(f"Sub-category {place + 1}", exact=True).fill(name)
        page.get_by_label(f"Prompts of sub-category {place + 1}").fill(texts)
    expect(page.locator(".effect")).to_contain_text(re.compile(r"\d+ images: \d+ to land, \d+ to water"))
    assert labelled(server.workspace) == before, "a preview writes nothing"
    page.locator(".routes .pick").first.click()  # to the other child, by hand
    page.get_by_role("button", name="Split nature").click()
    expect(page.get_by_text(re.compile("Every image is accounted for"))).to_be_visible()
    after = labelled(server.workspace)
    assert set(after) == set(before)
    assert {name for item, name in after.items() if before[item] == "nature"} == {"land", "water"}
    assert all(after[item] == name for item, name in before.items() if name != "nature")
    human = stored(server.workspace, "select count(*) from label_state where source = 'human' and value = 'yes'")
    assert human[0][0] == 1, "what was moved by hand is the person's"
    expect(page.locator(".prompts .node", has_text="water")).to_be_visible()
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_text("The categories are restored.")).to_be_visible()
    expect(page.locator(".prompts .node", has_text="water")).to_have_count(0)
    assert labelled(server.workspace) == before


NAMES = ["<img src=x onerror=alert(1)>", "🏔" * 5 + " 自然", "طبيعة", "x" * 200]


def test_any_name_is_only_a_name_on_the_page(prompts: Page, server: Any) -> None:
    page = prompts
    for name in NAMES:
        page.get_by_role("button", name="Add", exact=True).click()
        page.get_by_label("Name", exact=True).fill(name)
        page.get_by_role("button", name="Add the category").click()
        expect(page.get_by_title(name, exact=True).first).to_be_visible()
        page.locator(".toast button").click()
        expect(page.locator(".prompts .node").get_by_text(name, exact=True)).to_have_count(0)
    menu(page, "Name, colour, key")
    page.get_by_label("Name", exact=True).fill("document")
    expect(page.locator(".effect")).to_contain_text("already exists")
    expect(page.get_by_role("button", name="Save the changes")).to_be_disabled()
    page.keyboard.press("Escape")
    menu(page, "Name, colour, key")
    page.get_by_label("Key", exact=True).fill("7")
    page.get_by_role("radiogroup", name="Colour").locator("button").nth(3).click()
    page.get_by_role("button", name="Save the changes").click()
    expect(page.locator(".titled .k")).to_have_text("7")
    assert stored(server.workspace, "select key, color from category where name = 'nature' order by id limit 1") == [
        (7, "#B5518F")
    ]


def test_a_prompt_is_looked_at_and_suggestions_are_accepted_one_by_one(prompts: Page) -> None:
    page = prompts
    page.get_by_role("button", name="Look at this prompt").first.click()
    expect(page.locator(".closeup .bars i")).to_have_count(24)
    expect(page.locator(".closeup .pics img").first).to_be_visible()
    count = page.locator(".prompts .line").count()
    page.get_by_role("button", name="Suggest").click()
    page.get_by_role("button", name="Accept").first.click()
    expect(page.get_by_role("button", name="In the draft")).to_be_visible()
    page.keyboard.press("Escape")
    assert page.locator(".prompts .line").count() == count + 1
    expect(page.get_by_text("Draft, not published")).to_be_visible()
    page.get_by_label("Category from words").fill("a receipt with prices")
    expect(page.locator(".meant").first).to_contain_text("document")
    page.locator(".meant").first.click()
    expect(page.locator(".titled h2")).to_have_text("document")
    discarded(page)


def test_a_discard_waits_for_no_save_and_saves_nothing_after(prompts: Page, server: Any) -> None:
    """A save that the server gets only after the discard, and one that would have left while the discard was answered."""
    page = prompts
    held: list[Route] = []
    field = page.locator(".prompts .line .field").first
    published = field.input_value()
    with page.expect_response("**/draft"):
        field.fill("a draft to be forgotten")
    expect(page.get_by_role("button", name="Discard")).to_be_enabled()
    intercept(page, re.compile(r"/(draft|discard)$"), lambda route: held.append(route))
    field.fill("a draft that arrives late")
    caught(page, held)
    field.fill("a draft that never leaves")
    page.get_by_role("button", name="Discard").click()
    caught(page, held, 2)
    page.wait_for_timeout(300)  # longer than an edit waits before it is measured
    assert [route.request.url.rsplit("/", 1)[1] for route in held] == ["draft", "discard"]
    late = held[0].request
    held.pop().continue_()
    page.unroute_all()
    expect(field).to_have_value(published)
    expect(page.get_by_text(re.compile(r"Version \d+ published")).first).to_be_visible()
    answer = page.request.post(late.url, data=late.post_data_buffer, headers=late.headers)
    assert answer.ok
    page.reload()
    page.wait_for_selector(".prompts[data-ready]")
    expect(field).to_have_value(published)
    assert answer.json()["kept"] is None


def test_prompts_that_could_not_be_read_are_named(page: Page, server: Any) -> None:
    """Half of a surrogate pair, stored before that was refused, once kept the page from opening for everybody."""
    with driver.connect(server.workspace / "sceneloop.db") as connection:
        number, text = connection.execute(
            "select number, content from prompt_version order by number desc limit 1"
        ).fetchone()
        content = json.loads(text)
        content["categories"]["1"][0]["text"] = "half a \ud83d pair"
        connection.execute("update prompt_version set content = ? where number = ?", (json.dumps(content), number))
        connection.execute("delete from prompt_draft")  # of an earlier test, which the page would show in its place
    connection.close()
    page.goto(f"{server.url}prompts")
    page.wait_for_selector(".prompts[data-ready]")
    notice = page.get_by_role("alert").filter(has_text="contain unreadable characters")
    expect(notice).to_be_visible()
    expect(notice).to_contain_text("nature")
    box = notice.bounding_box()
    assert box is not None
    assert box["width"] > 300
    assert 0 <= box["y"] < 900
    broken = page.locator(".prompts .line .field").first
    expect(broken).to_have_value("half a \ufffd pair")
    broken.fill("a whole prompt")
    page.get_by_role("button", name=re.compile("Publish version")).click()
    expect(page.get_by_text(re.compile(r"Version \d+ published")).first).to_be_visible()
    expect(notice).to_be_hidden()
