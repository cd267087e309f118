"""Keys as keyboards of the world give them, and the one picker: what is highlighted is what Enter takes."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page, expect
from steps import focused, review, saved, stored, strike, visible

from labeling.categories import tree_edits
from labeling.snapshot.snapshot import Snapshot
from store.workspace import open_workspace

pytestmark = [pytest.mark.browser, pytest.mark.slow]
NUMLOCK_OFF = {
    "Numpad1": "End", "Numpad3": "PageDown", "Numpad5": "Clear", "Numpad7": "Home", "Numpad0": "Insert",
    "NumpadDecimal": "Delete",
}  # fmt: skip
AZERTY = {
    "Digit1": "&",
    "Digit2": "é",
    "Digit3": '"',
    "Digit4": "'",
    "Digit5": "(",
    "Digit6": "-",
    "Digit7": "è",
    "Digit8": "_",
}


@pytest.fixture(scope="module")
def twenty(server: Any) -> Any:
    """The demo with classes up to key 17, among them one whose name lies within another's."""
    opened = open_workspace(server.workspace)
    names = [f"extra {n}" for n in range(4, 16)] + ["female", "male", "İstanbul", "Straße", "Café"]
    for at, name in enumerate(names):
        tree_edits.add(opened, name, prompts=[f"a picture of {name}"], actor="Ann")
        number = next(c.id for c in Snapshot(opened).categories.classes() if c.name == name)
        tree_edits.edit(opened, number, {"key": str(at + 4)}, actor="Ann")
    opened.engine.dispose()
    return server


def decisions(server: Any) -> int:
    return int(
        stored(server.workspace, "select count(*) from label_event where source in ('human', 'neighbour')")[0][0]
    )


def given(page: Page, server: Any, item: str) -> str:
    saved(page)
    query = f"select category.name from label_state join category on category.id = category_id where item_id = {item} and value = 'yes' and source = 'human'"
    return str(stored(server.workspace, query)[0][0])


def name_of(key: str) -> str:
    """The class that has a key in `twenty`."""
    return {"1": "nature", "2": "animation_game", "3": "document", "16": "female", "17": "male"}.get(
        key, f"extra {key}"
    )


@pytest.mark.parametrize(
    ("key", "code", "shift"),
    [("/", "Digit7", True), ("/", "Slash", False), ("/", "NumpadDivide", False), ("/", "Digit9", False)],
)
def test_a_slash_opens_the_picker_wherever_it_lies(page: Page, twenty: Any, key: str, code: str, shift: bool) -> None:
    review(page, twenty)
    before = decisions(twenty)
    assert strike(page, key, code, shiftKey=shift)
    visible(page.locator(".pop .field"))
    page.keyboard.press("Escape")
    page.wait_for_timeout(400)
    assert decisions(twenty) == before


def test_the_row_of_digits_counts_by_its_place_where_it_has_no_digits(page: Page, twenty: Any) -> None:
    review(page, twenty)
    for code, key in AZERTY.items():
        item = focused(page)
        assert strike(page, key, code)
        assert given(page, twenty, item) == name_of(code[-1])
    for key, code, wanted in (
        ("1", "Digit1", "1"),
        ("+", "Digit1", "1"),
        ("ž", "Digit6", "6"),
        ("3", "Numpad3", "3"),
        ("5", "KeyB", "5"),
    ):
        item = focused(page)
        assert strike(page, key, code, shiftKey=key == "1")  # AZERTY's own 1 is on Shift
        assert given(page, twenty, item) == name_of(wanted)
    item = focused(page)
    assert strike(page, "&", "Digit7", shiftKey=True)  # the American row: 17
    assert given(page, twenty, item) == name_of("17")


@pytest.mark.parametrize(
    ("key", "code", "more"),
    [
        ("{", "Digit7", {"ctrlKey": True, "altKey": True, "modifierAltGraph": True}),
        ("{", "Digit7", {"modifierAltGraph": True}),
        ("²", "Digit2", {"modifierAltGraph": True}),
        ("@", "KeyQ", {"modifierAltGraph": True}),
        ("a", "KeyA", {"modifierAltGraph": True}),
        ("a", "KeyA", {"isComposing": True}),
        ("Process", "Digit1", {"keyCode": 229}),
        ("q", "KeyA", {}),
        ("ö", "Semicolon", {}),
        *[(key, code, {}) for code, key in NUMLOCK_OFF.items() if key != "PageDown"],
    ],
)  # fmt: skip
def test_keys_that_mean_nothing_here_decide_nothing(page: Page, twenty: Any, key: str, code: str, more: Any) -> None:
    review(page, twenty)
    before, item = decisions(twenty), focused(page)
    strike(page, key, code, **more)
    page.wait_for_timeout(400)
    assert decisions(twenty) == before
    assert focused(page) == item


def test_letters_of_another_script_count_by_their_place(page: Page, twenty: Any) -> None:
    review(page, twenty)
    item = focused(page)
    assert strike(page, "ф", "KeyA")  # Cyrillic: where "a" lies
    saved(page)
    assert stored(twenty.workspace, f"select count(*) from label_state where item_id = {item} and source = 'human'")[0][
        0
    ]
    assert strike(page, "я", "KeyZ", ctrlKey=True)
    page.wait_for_timeout(300)
    saved(page)
    assert not stored(
        twenty.workspace, f"select count(*) from label_state where item_id = {item} and source = 'human'"
    )[0][0]


def test_a_key_held_down_decides_once(page: Page, twenty: Any) -> None:
    review(page, twenty)
    before = decisions(twenty)
    strike(page, "1", "Digit1")
    for _ in range(5):
        strike(page, "1", "Digit1", repeat=True)
    saved(page)
    assert decisions(twenty) == before + 1


@pytest.mark.parametrize(
    ("typed", "taken"),
    [
        ("male", "male"),
        ("MALE", "male"),
        ("istanbul", "İstanbul"),
        ("strasse", "Straße"),
        ("STRASSE", "Straße"),
        ("cafe", "Café"),
        ("fem", "female"),
        ("ale", "female"),
        ("animation game", "animation_game"),
        ("doc", "document"),
    ],
)
def test_an_exact_name_comes_first_then_a_beginning_then_anything(
    page: Page, twenty: Any, typed: str, taken: str
) -> None:
    review(page, twenty)
    item = focused(page)
    page.keyboard.press("/")
    page.keyboard.type(typed)
    marked = page.locator(".pop .opt.on")
    visible(marked)
    expect(marked.locator(".nm")).to_have_text(taken)
    page.keyboard.press("Enter")
    saved(page)
    name = f"select name from label_state join category on category.id = category_id where item_id = {item} and source = 'human' and value = 'yes'"
    assert stored(twenty.workspace, name) == [(taken,)]


def test_the_enter_that_ends_a_composition_takes_nothing(page: Page, twenty: Any) -> None:
    review(page, twenty)
    before = decisions(twenty)
    page.keyboard.press("/")
    page.keyboard.type("male")
    for more in ({"isComposing": True}, {"keyCode": 229}):
        page.locator(".pop .field").evaluate(
            "(node, more) => node.dispatchEvent(new KeyboardEvent('keydown', {key: 'Enter', code: 'Enter', bubbles: true, cancelable: true, composed: true, ...more}))",
            more,
        )
        visible(page.locator(".pop .field"))
    assert decisions(twenty) == before
    page.keyboard.press("Enter")
    saved(page)
    assert decisions(twenty) == before + 1


def test_unsure_takes_the_reason_that_is_highlighted_and_none_of_these_counts_it(page: Page, twenty: Any) -> None:
    review(page, twenty)
    message = []
    for typed in ("No class", "no CLASS fits", "fits"):
        message.append(focused(page))
        page.keyboard.press("u")
        page.keyboard.type(typed)
        expect(page.locator(".pop .opt.on .nm")).to_have_text("No class fits")
        page.keyboard.press("Enter")
        saved(page)
    own = focused(page)
    page.keyboard.press("u")
    page.keyboard.type("no class fits the left half")
    expect(page.locator(".pop .opt.on")).to_contain_text("in these words")
    page.keyboard.press("Enter")
    saved(page)
    reasons = "select reason from label_event where item_id in ({}) and value = 'unsure' order by id"
    assert stored(twenty.workspace, reasons.format(",".join(message))) == [("No class fits",)] * 3
    assert stored(twenty.workspace, reasons.format(own)) == [("no class fits the left half",)]
    page.goto(f"{twenty.url}prompts")
    page.wait_for_selector(".prompts[data-ready]")
    counted = page.locator(".prompts .none")
    expect(counted).to_contain_text("3 images marked as none of these")
    counted.scroll_into_view_if_needed()
    visible(counted)


def test_other_pickers_are_the_same(page: Page, twenty: Any) -> None:
    page.goto(f"{twenty.url}prompts")
    page.wait_for_selector(".prompts[data-ready]")
    page.get_by_role("button", name="Change this category").click()
    page.get_by_role("menuitem", name="Merge into another").click()
    page.get_by_role("button", name="Into").click()
    page.keyboard.type("male")
    visible(page.locator(".pop .opt.on"))
    expect(page.locator(".pop .opt.on .nm")).to_have_text("male")
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Into").locator(".nm")).to_have_text("male")
    visible(page.get_by_role("button", name="Merge nature"))
    page.get_by_role("button", name="Into").click()
    page.keyboard.press("Escape")
    visible(page.locator(".sheet"))
    page.keyboard.press("Escape")
    expect(page.locator(".sheet")).to_have_count(0)
