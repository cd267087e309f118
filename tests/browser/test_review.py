"""Review in Chromium: the keyboard, the mouse, lost connections, two people, and names that are no markup."""

from __future__ import annotations

import re
import time
from typing import Any

import pytest
from one_tab import listening
from playwright.sync_api import Browser, Page, Route, expect
from steps import focused, intercept, review, saved, stored, strike_all, visible

pytestmark = [pytest.mark.browser, pytest.mark.slow]
NAME = "<img src=x onerror=alert(1)>"


def human(server: Any) -> int:
    return int(
        stored(server.workspace, "select count(*) from label_state where value = 'yes' and source = 'human'")[0][0]
    )


def test_keys_decide_move_and_undo(page: Page, server: Any) -> None:
    review(page, server)
    first = focused(page)
    page.keyboard.press("2")
    assert focused(page) != first
    tile = page.locator(f".viewport .tile[data-id='{first}']")
    expect(tile.locator(".cap")).to_contain_text("animation_game")
    saved(page)
    assert stored(server.workspace, f"select source, value from label_state where item_id = {first}")[0] == (
        "human",
        "yes",
    )
    page.keyboard.press("Backspace")
    saved(page)
    assert focused(page) == first
    assert (
        stored(server.workspace, f"select source from label_state where item_id = {first} and value = 'yes'")[0][0]
        == "zero_shot"
    )
    page.keyboard.press("ArrowRight")
    second = focused(page)
    page.keyboard.press(" ")
    expect(page.locator(f".viewport .tile[data-id='{second}'].dim")).to_have_count(1)
    page.keyboard.press("Escape")


def test_an_answer_arrives_as_soon_as_it_is_made(page: Page, server: Any) -> None:
    review(page, server)
    held_back = page.evaluate(
        """async () => {
          const took = [];
          performance.clearResourceTimings();
          for (let n = 0; n < 15; n += 1) {
            const url = `/api/demo/recent?n=${n}`;
            await (await fetch(url, { headers: { "X-Sceneloop": "1" } })).json();
            const timed = () => performance.getEntriesByName(new URL(url, location).href);
            while (!timed().length) await new Promise(requestAnimationFrame); // it is noted a moment after the answer
            const [entry] = timed();
            took.push(entry.responseEnd - entry.responseStart);
          }
          return took.sort((a, b) => a - b)[3];
        }"""
    )
    # Held back, nearly every one of them waits; let through, a machine that is busy with other things delays some.
    assert held_back < 25, "the body does not wait for the browser's delayed acknowledgement of the headers (40 ms)"


def test_the_picker_the_reason_and_the_sheet(page: Page, server: Any) -> None:
    review(page, server)
    item = focused(page)
    page.keyboard.press("/")
    page.keyboard.type("docu")
    page.keyboard.press("Enter")
    expect(page.locator(f".viewport .tile[data-id='{item}'] .cap")).to_contain_text("document")
    doubtful = focused(page)
    page.keyboard.press("u")
    page.keyboard.type("blurred 1 2 3")
    page.keyboard.press("Enter")
    saved(page)
    assert stored(server.workspace, f"select value from label_state where item_id = {doubtful} and value = 'unsure'")
    assert (
        stored(server.workspace, f"select reason from label_event where item_id = {doubtful} order by id desc")[0][0]
        == "blurred 1 2 3"
    )
    page.keyboard.press("?")
    expect(page.locator(".sheet")).to_contain_text("assign a class")
    page.keyboard.press("Escape")
    expect(page.locator(".sheet")).to_have_count(0)


def test_not_this_brings_another_class_and_keeps_the_focus(page: Page, server: Any) -> None:
    review(page, server)
    item = focused(page)
    page.keyboard.press("x")
    saved(page)
    assert focused(page) == item
    assert stored(server.workspace, f"select value from label_state where item_id = {item}")[0][0] == "no"
    page.keyboard.press("Control+z")
    saved(page)


def test_the_mouse_selects_and_ctrl_a_takes_all_that_match(page: Page, server: Any) -> None:
    review(page, server)
    tiles = page.locator(".viewport .tile")
    tiles.nth(1).click()
    tiles.nth(4).click(modifiers=["Shift"])
    expect(page.locator(".selbar .n")).to_contain_text("4 selected")
    tiles.nth(2).click(modifiers=["ControlOrMeta"])
    expect(page.locator(".selbar .n")).to_contain_text("3 selected")
    page.keyboard.press("Escape")
    expect(page.locator(".selbar")).to_be_hidden()
    start, end = tiles.nth(0).bounding_box(), tiles.nth(7).bounding_box()
    assert start is not None
    assert end is not None
    page.mouse.move(start["x"] - 5, start["y"] - 5)
    page.mouse.down()
    page.mouse.move(end["x"] + 40, end["y"] + 40, steps=5)
    page.mouse.up()
    expect(page.locator(".selbar .n")).to_contain_text("6 selected")
    page.keyboard.press("Control+a")
    total = page.evaluate(
        "() => fetch('/api/demo/ids?state=none,machine', {headers: {'X-Sceneloop': '1'}}).then(r => r.json()).then(r => r.total)"
    )
    expect(page.locator(".selbar .n")).to_contain_text(f"{total} selected")
    assert total > 60
    page.keyboard.press("Escape")


def test_a_bulk_label_is_one_batch_and_one_undo(page: Page, server: Any) -> None:
    review(page, server)
    before = human(server)
    tiles = page.locator(".viewport .tile")
    tiles.nth(0).click()
    tiles.nth(9).click(modifiers=["Shift"])
    page.keyboard.press("1")
    saved(page)
    assert human(server) == before + 10
    page.get_by_role("button", name="Undo", exact=True).click()
    saved(page)
    assert human(server) == before


def test_batch_mode_gives_what_was_clicked_its_runner_up_and_accepts_the_rest(page: Page, server: Any) -> None:
    review(page, server, "?order=confidence&size=20")
    before = human(server)
    page.get_by_label("Batch mode").check()
    tiles = page.locator(".viewport .tile")
    chosen = (3, 11, 18)
    wrong = [str(tiles.nth(k).get_attribute("data-id")) for k in chosen]
    words = page.locator(".progress .nm")
    expect(words).to_contain_text("Enter accepts the other 20 you see")
    assert words.evaluate("node => node.scrollWidth <= node.clientWidth"), "the sentence is not cut"
    for k in chosen:
        tiles.nth(k).click()
    offered = [tiles.nth(k).locator(".cap .to").get_attribute("title") for k in chosen]
    expect(page.locator(".progress")).to_contain_text("Enter: 3 to their runner-up, 17 as guessed")
    tiles.nth(3).click()
    tiles.nth(11).click()
    page.keyboard.press("x")  # the third alone: the next likely class becomes its guess
    expect(tiles.nth(18).locator(".cap .nm")).to_have_text(str(offered[2]))
    expect(page.locator(".progress")).to_contain_text("Enter accepts the other 20 you see")
    tiles.nth(18).click()  # wrong again: the last of the three classes is offered
    last = tiles.nth(18).locator(".cap .to").get_attribute("title")
    assert last not in (None, offered[2])
    tiles.nth(18).click()
    tiles.nth(3).click()
    tiles.nth(11).click()
    page.keyboard.press("Enter")
    saved(page)
    expect(page.locator(".progress")).to_contain_text("Page 2")
    assert human(server) == before + 20
    for number, name in zip(wrong, offered, strict=True):
        given = stored(
            server.workspace,
            "select name from label_state join category on category.id = category_id "
            f"where item_id = {number} and source = 'human' and value = 'yes'",
        )
        assert given == [(name,)]


def test_batch_mode_shows_the_suspected_ones_of_a_guess_first(page: Page, server: Any) -> None:
    query = "order=suspicion&size=200"
    with page.expect_response(re.compile(r"/api/demo/tiles\?")) as answer:
        page.goto(f"{server.url}review?{query}")
    sent = {str(tile["id"]): tile for tile in answer.value.json()["tiles"]}
    suspected = {name for name, tile in sent.items() if tile["category"] != tile["guess"]}
    assert suspected
    page.wait_for_selector(".review[data-ready]")
    page.get_by_label("Batch mode").check()
    groups: dict[int, list[str]] = {}
    for name in page.locator(".viewport .tile").evaluate_all("all => all.map(node => node.dataset.id)"):
        groups.setdefault(sent[name]["guess"], []).append(name)
    for names in groups.values():
        known = [name for name in names if name in suspected]
        assert names[: len(known)] == known
        rest = names[len(known) :]
        assert rest == [name for name in sent if name in rest], "the rest keeps its order"


def test_who_has_reviewed_all_is_told_so_and_led_on(page: Page, server: Any) -> None:
    def all_done(route: Route) -> None:
        answer = route.fetch()
        page_of_tiles = answer.json()
        route.fulfill(
            response=answer, json={**page_of_tiles, "tiles": [], "total": 0, "reviewed": page_of_tiles["items"]}
        )

    page.route(re.compile(r"/api/demo/tiles\?"), all_done)
    review(page, server)
    grid = page.locator(".viewport")
    expect(grid.get_by_text("Every image has been reviewed.")).to_be_visible()
    expect(grid.get_by_role("link", name="Train a head")).to_have_attribute("href", "train?workspace=demo")
    expect(grid.get_by_role("link", name="Export labels")).to_have_attribute("href", "data?workspace=demo")
    page.get_by_label("Batch mode").check()
    expect(page.locator(".progress")).to_contain_text("nothing to decide here")
    page.unroute(re.compile(r"/api/demo/tiles\?"))
    grid.get_by_role("button", name="Show all images").click()
    expect(page.locator(".viewport .tile")).not_to_have_count(0)


SHOWN_WHOLE = """all => { const found = [];
  for (const node of all) {
    const box = node.querySelector('img').getBoundingClientRect(), port = node.closest('.viewport').getBoundingClientRect();
    if (box.top >= Math.max(port.top, 0) - 2 && box.bottom <= Math.min(port.bottom, innerHeight) + 2) found.push(Number(node.dataset.id));
  } return found; }"""


@pytest.mark.parametrize(
    ("width", "height", "size"), [(1440, 900, 60), (1024, 768, 60), (720, 450, 20), (1440, 900, 200)]
)
def test_batch_mode_accepts_nothing_that_nobody_saw(
    page: Page, server: Any, width: int, height: int, size: int
) -> None:
    page.set_viewport_size({"width": width, "height": height})
    review(page, server, f"?order=random&seed={width}&size={size}")
    page.get_by_label("Batch mode").check()
    tiles = page.locator(".viewport .tile")
    decided = "select item_id from label_state where source = 'human' and value = 'yes'"
    before = {row[0] for row in stored(server.workspace, decided)}
    watched: set[int] = set()
    page_of = {int(str(tile.get_attribute("data-id"))) for tile in tiles.all()}
    expect(page.locator(".progress")).to_contain_text("not seen yet")
    for _ in range(2):
        expect(page.locator(".progress")).to_contain_text("you see")
        watched |= set(tiles.evaluate_all(SHOWN_WHOLE))
        page.keyboard.press("Enter")
        saved(page)
        accepted = {row[0] for row in stored(server.workspace, decided)} - before
        assert accepted
        assert accepted <= watched
        if page_of <= watched:
            break
        page.wait_for_timeout(600)
        visible(page.locator(".tile.foc"))


def test_enter_held_down_or_pressed_twice_accepts_nothing_unseen(page: Page, server: Any) -> None:
    review(page, server, "?order=margin&size=60")
    page.get_by_label("Batch mode").check()
    expect(page.locator(".progress")).to_contain_text("you see")
    decided = "select count(*) from label_state where source = 'human' and value = 'yes'"
    before = stored(server.workspace, decided)[0][0]
    whole = len(page.locator(".viewport .tile").evaluate_all(SHOWN_WHOLE))
    strike_all(page, "Enter", "Enter", [False, *[True] * 10, False])  # in one moment: nothing else is seen meanwhile
    saved(page)
    assert before < stored(server.workspace, decided)[0][0] <= before + whole


def test_the_link_that_led_here_takes_no_enter_from_the_grid(page: Page, server: Any) -> None:
    page.goto(server.url)
    review_link = page.get_by_test_id("stSidebarNav").get_by_text("Review")
    for _ in range(2):  # from another page, and pressed again on this one
        review_link.click()
        page.wait_for_selector(".review[data-ready]")
        page.wait_for_timeout(300)
        assert page.evaluate("document.activeElement.tagName") != "A"
    page.keyboard.press("b")
    page.wait_for_timeout(600)  # what is accepted has been seen
    before = stored(server.workspace, "select count(*) from label_event where source = 'human'")[0][0]
    page.keyboard.press("Enter")
    expect(page.locator(".viewport .tile.h").first).to_be_visible()
    saved(page)
    assert stored(server.workspace, "select count(*) from label_event where source = 'human'")[0][0] > before
    page.keyboard.press("Control+z")
    saved(page)
    page.keyboard.press("b")


def test_disagreement_shows_what_people_decided_until_it_is_confirmed(page: Page, server: Any) -> None:
    review(page, server, "?order=confidence")
    slips = []
    for _ in range(3):
        number = focused(page)
        standing = f"select category_id from label_state where item_id = {number} and value = 'yes'"
        page.keyboard.press(str(stored(server.workspace, standing)[0][0] % 3 + 1))  # the class after the machine's
        slips.append(number)
    saved(page)
    for order, by in (("disagreement", "person"), ("suspicion", "open"), ("disagreement", "person")):
        page.get_by_label("Order").select_option(order)
        expect(page.get_by_label("Label by")).to_have_value(by)
    expect(page.locator(".viewport.busy")).to_have_count(0)  # else the list before is counted
    tiles = page.locator(".viewport .tile")
    for number in slips:
        expect(page.locator(f".viewport .tile[data-id='{number}']")).to_be_visible()
    before = tiles.count()
    shown = str(tiles.first.get_attribute("data-id"))
    tiles.first.click()
    standing = f"select category_id from label_state where item_id = {shown} and value = 'yes'"
    page.keyboard.press(str(stored(server.workspace, standing)[0][0]))
    saved(page)
    page.reload()
    page.wait_for_selector(".review[data-ready]")
    expect(page.get_by_label("Order")).to_have_value("disagreement")
    expect(tiles).to_have_count(before - 1)
    expect(page.locator(f".viewport .tile[data-id='{shown}']")).to_have_count(0)


def test_filters_live_in_the_address(page: Page, server: Any) -> None:
    review(page, server)
    page.get_by_label("Order").select_option("margin")
    page.get_by_label("Label by").select_option("all")
    page.wait_for_url("**/review?*order=margin*")
    page.reload()
    page.wait_for_selector(".review[data-ready]")
    expect(page.get_by_label("Order")).to_have_value("margin")
    expect(page.get_by_label("Label by")).to_have_value("all")
    expect(page.locator(".progress")).to_contain_text("300 match")


def test_streamlits_own_keys_do_not_fire_and_typing_decides_nothing(page: Page, server: Any) -> None:
    review(page, server)
    before = human(server)
    page.keyboard.press("r")
    page.keyboard.press("c")
    page.wait_for_timeout(400)
    assert page.get_by_test_id("stStatusWidget").count() == 0
    assert page.get_by_role("dialog").count() == 0
    page.goto(f"{server.url}neighbours")
    page.wait_for_selector(".neighbours[data-ready]")
    page.get_by_label("Search by words").fill("")
    page.get_by_label("Search by words").press_sequentially("car 123 f")
    assert human(server) == before
    expect(page.get_by_label("Search by words")).to_have_value("car 123 f")


def test_labels_wait_while_the_server_is_away_also_over_a_reload(page: Page, server: Any) -> None:
    review(page, server)
    before = human(server)
    intercept(page, "**/api/demo/ops", lambda route: route.abort())
    for key in "1231":
        page.keyboard.press(key)
    expect(page.locator(".badge[data-state=offline]")).to_contain_text("4 labels wait")
    assert human(server) == before
    page.reload()
    page.wait_for_selector(".review[data-ready]")
    expect(page.locator(".badge[data-state=offline]")).to_contain_text("4 labels wait")
    page.unroute("**/api/demo/ops")
    saved(page)
    assert human(server) == before + 4


def test_an_answer_that_is_lost_counts_once(page: Page, server: Any) -> None:
    review(page, server)
    events = "select count(*) from label_event where source = 'human'"
    before = stored(server.workspace, events)[0][0]
    lost = []

    def lose(route: Any) -> None:
        if lost:
            route.continue_()
            return
        lost.append(route.fetch())
        route.abort()

    intercept(page, "**/api/demo/ops", lose)
    page.keyboard.press("3")
    saved(page)
    assert len(lost) == 1
    assert stored(server.workspace, events)[0][0] == before + 1


def test_two_people_on_one_image_choose(page: Page, chromium: Browser, server: Any) -> None:
    review(page, server)
    item = focused(page)
    events = f"select id from label_event where item_id = {item} and source = 'human'"
    before = len(stored(server.workspace, events))
    other = chromium.new_context(viewport={"width": 1440, "height": 900})
    other.add_cookies([{"name": "sceneloop_actor", "value": "Bea", "url": server.url}])
    second = other.new_page()
    review(second, server)
    assert focused(second) == item
    page.keyboard.press("1")
    saved(page)
    second.keyboard.press("2")
    conflict = second.locator(".conflict.alert")
    expect(conflict).to_contain_text("ann")
    expect(conflict).to_contain_text("nature")
    expect(conflict).to_contain_text("animation_game")
    conflict.get_by_role("button", name="Keep mine").click()
    saved(second)
    for _ in range(20):
        if (
            stored(server.workspace, f"select category_id from label_state where item_id = {item} and value = 'yes'")[
                0
            ][0]
            == 2
        ):
            break
        time.sleep(0.1)
    assert (
        stored(server.workspace, f"select category_id from label_state where item_id = {item} and value = 'yes'")[0][0]
        == 2
    )
    assert len(stored(server.workspace, events)) == before + 2
    other.close()


def test_a_class_name_is_text_everywhere(page: Page, server: Any) -> None:
    alerts: list[str] = []
    with listening(page, "dialog", lambda dialog: (alerts.append(dialog.message), dialog.dismiss())):
        page.goto(f"{server.url}prompts")
        page.wait_for_selector(".prompts[data-ready]")
        page.get_by_role("button", name="Add", exact=True).click()
        page.get_by_label("Name", exact=True).fill(NAME)
        page.get_by_role("button", name="Add the category").click()
        expect(page.locator(".prompts .tree")).to_contain_text(NAME)
        for address, place in (("review", ".filters"), ("", "main, [data-testid=stMain]")):
            page.goto(f"{server.url}{address}")
            expect(page.locator(place).first).to_contain_text(NAME)
        assert page.locator("img[src='x']").count() == 0
    assert alerts == []


def test_a_second_look_hides_the_first_opinion_until_it_is_decided(page: Page, server: Any) -> None:
    review(page, server)
    doubtful = focused(page)
    page.keyboard.press("u")
    page.keyboard.type("half of each")
    page.keyboard.press("Enter")
    saved(page)
    review(page, server, "?by=unsure")
    tile = page.locator(f".viewport .tile[data-id='{doubtful}']")
    tile.click()
    expect(tile.locator(".cap")).to_contain_text("no label")
    expect(page.locator(".panel")).to_contain_text("first opinion is shown once you have decided")
    expect(page.locator(".panel")).not_to_contain_text("half of each")
    page.keyboard.press("1")
    saved(page)
    tile.click()
    expect(page.locator(".panel")).to_contain_text("half of each")
