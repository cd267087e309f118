"""Review in Chromium: guidelines, practice, leases, views, further filters, batch mode with classes, and agreement."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import APIResponse, Browser, Page, Route, expect
from steps import caught, intercept, person, review, saved, stored

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def shown(page: Page) -> list[str]:
    return [str(number) for number in page.locator(".viewport .tile").evaluate_all("all => all.map(t => t.dataset.id)")]


def test_a_guideline_is_written_shown_beside_the_image_and_has_examples(page: Page, server: Any) -> None:
    review(page, server, "?class=1")
    page.keyboard.press("g")
    page.locator(".guides .tabs").get_by_role("button", name="nature").click()
    page.get_by_label("Guideline", exact=True).fill("Land as a camera sees it, 1 2 3.")
    page.get_by_role("button", name="Save the text").click()
    expect(page.get_by_role("button", name="Save the text")).to_be_disabled()
    page.get_by_role("button", name="Example of nature").click()
    expect(page.locator(".refs").first.locator(".tile")).to_have_count(1)
    page.keyboard.press("Escape")
    expect(page.locator(".sheet")).to_have_count(0)
    assert stored(server.workspace, "select description from category where id = 1") == [
        ("Land as a camera sees it, 1 2 3.",)
    ]
    assert stored(server.workspace, "select kind from reference") == [("example",)]
    review(page, server, "?class=1&order=confidence")
    page.keyboard.press("Escape")
    expect(page.locator(".panel .guide")).to_contain_text("Land as a camera sees it")
    expect(page.locator(".panel .guide img")).to_have_count(1)


def test_two_people_are_dealt_different_batches(page: Page, chromium: Browser, server: Any) -> None:
    review(page, server, "?order=next")
    mine = shown(page)
    with person(chromium, server, "Bea") as other:
        review(other, server, "?order=next")
        assert not set(mine) & set(shown(other))
    page.keyboard.press("1")
    saved(page)
    page.reload()
    page.wait_for_selector(".review[data-ready]")
    assert set(mine[1:]) <= set(shown(page)) <= set(mine), "an audit decision that differs comes again to be confirmed"
    expect(page.locator(".past")).to_contain_text("leased to you until")
    page.keyboard.press("PageDown")
    expect(page.locator(".progress")).to_contain_text("Page 2")
    assert not set(shown(page)) & set(mine[1:])


def test_an_open_page_says_what_others_change_on_it(page: Page, chromium: Browser, server: Any) -> None:
    review(page, server, "?order=confidence&by=all")
    expect(page.locator(".others")).to_be_empty()
    with person(chromium, server, "Bea") as other:
        review(other, server, "?order=confidence&by=all")
        expect(page.locator(".others .alert")).to_have_text(
            re.compile("Bea has images of this page open too."), timeout=60_000
        )
        other.keyboard.press("2")
        saved(other)
    expect(page.locator(".others")).to_contain_text("Bea labelled 1 image of this page", timeout=60_000)
    first = page.locator(".viewport .tile").first
    expect(first.locator(".mk[title='Labelled by a person']")).to_have_count(0)
    page.get_by_role("button", name="Show them as they are now").click()
    expect(first.locator(".mk[title='Labelled by a person']")).to_be_visible()
    expect(page.locator(".others")).to_be_empty()


def test_practice_answers_at_once_and_labels_nothing(page: Page, chromium: Browser, server: Any) -> None:
    with person(chromium, server, "Lea") as lead:
        review(lead, server, "?by=all&order=confidence&class=3")
        for chosen_so_far in (1, 2):
            lead.keyboard.press("g")
            lead.get_by_role("button", name="Practise document on it").click()
            expect(lead.locator(".refs").last.locator(".tile")).to_have_count(chosen_so_far)
            lead.keyboard.press("Escape")
            lead.keyboard.press("ArrowRight")
    chosen = [str(row[0]) for row in stored(server.workspace, "select item_id from reference where kind = 'practice'")]
    with person(chromium, server, "Nia") as new:
        review(new, server, "?order=next")
        events = stored(server.workspace, "select count(*) from label_event")
        expect(new.locator(".progress")).to_contain_text("match, 2 for practice")
        new.locator(f".viewport .tile[data-id='{chosen[0]}']").click()
        new.keyboard.press("3")
        expect(new.locator(f".viewport .tile[data-id='{chosen[0]}'].right")).to_have_count(1)
        expect(new.locator(".toast")).to_contain_text("right")
        new.locator(f".viewport .tile[data-id='{chosen[1]}']").click()
        new.keyboard.press("1")
        expect(new.locator(f".viewport .tile[data-id='{chosen[1]}'].mistaken")).to_have_count(1)
        expect(new.locator(".toast")).to_contain_text("agreed is document")
        expect(new.locator(".practice")).to_contain_text("1 of 2 right")
        saved(new)
        assert stored(server.workspace, "select count(*) from label_event") == events


def test_a_view_keeps_filter_and_order_for_everybody(page: Page, chromium: Browser, server: Any) -> None:
    review(page, server)
    page.get_by_label("Tiles a page").select_option("200")
    page.wait_for_url("**/review?*size=200*")
    page.get_by_role("button", name="More filters").click()
    page.get_by_label("Split").select_option("audit")
    page.get_by_label("Score at least").fill("0")
    page.get_by_role("button", name="Show these").click()
    page.wait_for_url("**/review?*split=audit*")
    expect(page.locator(".chips:not(.searches)")).to_contain_text("Split: audit")
    page.get_by_label("Order").select_option("margin")
    expect(page.locator(".progress")).to_contain_text("match")
    page.get_by_role("button", name="Views").click()
    page.get_by_label("Name of the view").fill("audit by margin")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator(".views")).to_contain_text("audit by margin")
    with person(chromium, server, "Bea") as other:
        review(other, server)
        other.keyboard.press("v")
        other.locator(".views").get_by_text("audit by margin").click()
        other.wait_for_url("**/review?*split=audit*")
        expect(other.get_by_label("Order")).to_have_value("margin")
        expect(other.locator(".chips:not(.searches)")).to_contain_text("Split: audit")
        other.get_by_role("button", name="Clear").click()
        expect(other.locator(".chips .btn")).to_have_count(0)


def test_in_batch_mode_the_wrong_ones_get_their_class_and_enter_accepts_the_rest(page: Page, server: Any) -> None:
    review(page, server, "?order=confidence")
    page.keyboard.press("b")
    expect(page.locator(".viewport .guess").first).to_be_visible()
    tiles = page.locator(".viewport .tile")
    numbers = shown(page)
    tiles.nth(2).click()
    tiles.nth(4).click(modifiers=["Shift"])
    expect(page.locator(".selbar .n")).to_contain_text("3 wrong")
    tiles.nth(4).click()
    expect(page.locator(".selbar .n")).to_contain_text("2 wrong")
    page.keyboard.press("3")
    saved(page)
    wrong = ",".join(numbers[2:4])
    given = stored(
        server.workspace,
        f"select distinct category_id, source from label_state where item_id in ({wrong}) and value = 'yes'",
    )
    assert given == [(3, "human")]
    for _ in range(8):  # each Enter accepts what was seen and scrolls on
        page.keyboard.press("Enter")
        saved(page)
        page.wait_for_timeout(800)
        if "Page 2" in page.locator(".progress").inner_text():
            break
    expect(page.locator(".progress")).to_contain_text("Page 2")
    everything = ",".join(numbers)
    done = stored(
        server.workspace,
        f"select count(*) from label_state where item_id in ({everything}) and source = 'human' and value = 'yes'",
    )
    assert done == [(60,)]
    page.keyboard.press("b")
    expect(page.locator(".viewport .guess")).to_have_count(0)


def test_second_opinions_are_blind_and_their_agreement_is_shown(page: Page, chromium: Browser, server: Any) -> None:
    with person(chromium, server, "Bea") as other:
        review(other, server, "?by=second&order=newest")
        tile = other.locator(".viewport .tile").first
        expect(tile.locator(".cap")).to_contain_text("no label")
        expect(other.locator(".panel")).to_contain_text("A second opinion")
        for key in "1231":
            other.keyboard.press(key)
        saved(other)
    review(page, server)
    expect(page.locator(".agreement")).to_contain_text("labelled by two people")
    page.locator(".agreement").click()
    expect(page.locator(".sheet")).to_contain_text("Bea")
    expect(page.locator(".sheet table")).to_contain_text("First and second label")


def test_a_sheet_opened_before_the_guidelines_are_there_shows_them(page: Page, server: Any) -> None:
    waiting: list[Route] = []
    asked = re.compile("/api/demo/guidelines")
    page.route(asked, lambda route: waiting.append(route))
    page.goto(f"{server.url}review")
    expect(page.locator(".viewport .tile img").first).to_be_visible()
    caught(page, waiting)
    page.keyboard.press("g")
    expect(page.locator(".sheet").get_by_text("Reading the guidelines.")).to_be_visible()
    expect(page.locator(".sheet").get_by_text("No image yet.")).to_have_count(0)
    waiting[0].continue_()
    expect(page.get_by_label("Guideline", exact=True)).to_be_visible()
    page.unroute(asked)
    page.keyboard.press("Escape")


def test_a_guideline_answered_late_takes_no_later_change_away(page: Page, server: Any) -> None:
    review(page, server, "?class=2")
    held: list[tuple[Route, APIResponse]] = []

    def first_late(route: Route) -> None:
        if route.request.method == "POST" and not held:
            held.append((route, route.fetch()))  # the server has written it, its answer is on the way
        else:
            route.continue_()

    intercept(page, "**/guidelines", first_late)
    page.keyboard.press("g")
    page.locator(".guides .tabs").get_by_role("button", name="animation_game").click()
    page.get_by_label("Guideline", exact=True).fill("What a computer draws.")
    page.get_by_role("button", name="Save the text").click()
    page.get_by_role("button", name="Practise animation_game on it").click()
    page.wait_for_timeout(1000)
    caught(page, held)
    route, response = held[0]
    route.fulfill(response=response)
    page.wait_for_timeout(1000)
    expect(page.get_by_role("button", name="Save the text")).to_be_disabled()
    expect(page.locator(".refs").last.locator(".tile")).to_have_count(1)
    kinds = stored(server.workspace, "select kind from reference where category_id = 2")
    assert kinds == [("practice",)]
