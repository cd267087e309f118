"""Search in Review, by words and by names; by an image on Neighbours. What is found is seen, and the way back too."""

from __future__ import annotations

import base64
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect
from steps import intercept, review, saved, stored, unseen, until, visible

import sample_data

pytestmark = [pytest.mark.browser, pytest.mark.slow]
LABELLED = "select count(*) from label_state where source = 'human'"


def search(page: Page, way: str, words: str) -> None:
    page.get_by_role("button", name=way, exact=True).click()
    field = page.locator(".search input")
    field.fill(words)
    field.press("Enter")


def names(page: Page) -> list[str]:
    return [str(image.get_attribute("alt")) for image in page.locator(".grid .tile .im > img:first-child").all()]


def test_names_filter_the_grid_and_all_that_follows(page: Page, server: Any) -> None:
    review(page, server)
    visible(page.locator(".search input"))
    page.keyboard.press("Control+k")
    assert page.evaluate("() => document.activeElement.shadowRoot.activeElement.type") == "search"
    search(page, "Names and metadata", "00 JPG")
    chip = page.get_by_role("button", name="Names and metadata: 00 JPG", exact=True)
    visible(chip)
    expect(page.locator(".progress")).to_contain_text("12 match")
    assert len(names(page)) == 12
    assert all("00" in name for name in names(page))
    assert "named=00" in page.url
    page.reload()
    page.wait_for_selector(".review[data-ready]")
    visible(chip)
    assert len(names(page)) == 12
    page.keyboard.press("Control+a")
    visible(page.locator(".selbar"))
    expect(page.locator(".selbar .n")).to_contain_text("12 selected")
    page.keyboard.press("Escape")
    page.keyboard.press("b")
    assert len(names(page)) == 12
    page.keyboard.press("b")
    before = stored(server.workspace, LABELLED)[0][0]
    unseen(page.locator(".selbar"))
    page.keyboard.press("Control+a")
    visible(page.locator(".selbar"))
    page.keyboard.press("1")
    until(page, server.workspace, LABELLED, before + 12)
    page.keyboard.press("Control+z")
    until(page, server.workspace, LABELLED, before)
    page.get_by_role("button", name="Close the search Names and metadata: 00 JPG").click()
    unseen(chip)
    expect(page.locator(".progress")).to_contain_text("300 match")


def test_nothing_found_says_so_and_how_to_leave(page: Page, server: Any) -> None:
    review(page, server, "?named=no+such+name")
    empty = page.locator(".empty")
    visible(empty)
    expect(empty).to_contain_text("No image of this filter has “no such name” in its name, folders or metadata.")
    visible(empty.get_by_role("button", name="Search all images"))
    empty.get_by_role("button", name="Search all images").click()
    expect(page.get_by_label("Label by")).to_have_value("all")
    visible(page.get_by_role("button", name="Names and metadata: no such name", exact=True))
    unseen(empty.get_by_role("button", name="Search all images"))
    empty.get_by_role("button", name="Close the search").click()
    expect(page.locator(".progress")).to_contain_text("300 match")


def test_words_order_the_grid_by_how_much_images_look_like_them(page: Page, server: Any) -> None:
    review(page, server)
    search(page, "Looks like", "a page of text")
    chip = page.get_by_role("button", name="Looks like: a page of text", exact=True)
    visible(chip)
    expect(page.get_by_label("Order")).to_have_value("likeness")
    values = [float(text) for text in page.locator(".grid .tile .v").all_inner_texts()]
    assert values == sorted(values, reverse=True)
    assert len(values) == 60
    search(page, "Names and metadata", "0")
    visible(page.get_by_role("button", name="Names and metadata: 0", exact=True))
    visible(chip)
    chip.click()
    expect(page.locator(".search input")).to_have_value("a page of text")
    page.get_by_label("Order").select_option("margin")
    unseen(chip)
    assert "text=" not in page.url
    assert "named=0" in page.url


@pytest.mark.parametrize("size", [(1440, 900), (1024, 768), (720, 450)])
def test_the_search_has_room_in_every_window(page: Page, server: Any, size: tuple[int, int]) -> None:
    page.set_viewport_size({"width": size[0], "height": size[1]})
    review(page, server, "?text=a+forest&named=0")
    for part in (
        page.locator(".search input"),
        page.get_by_role("button", name="Looks like", exact=True),
        page.get_by_role("button", name="Names and metadata", exact=True),
        page.get_by_role("button", name="Close the search Looks like: a forest"),
        page.locator(".grid .tile").first,
    ):
        visible(part)
    box = page.locator(".search input").bounding_box()
    assert box is not None
    assert box["width"] >= 110


def looks_like(page: Page, name: str) -> None:
    expect(page.locator(".results h2")).to_have_text(f"Looks like {name}")
    visible(page.locator(".results img.asked"))
    expect(page.locator(".lot .tile .v").first).to_have_text("1.00")


def test_an_image_is_chosen_dropped_or_pasted(page: Page, server: Any, tmp_path: Path) -> None:
    page.goto(f"{server.url}neighbours")
    page.wait_for_selector(".neighbours[data-ready]")
    picture = sorted(sample_data.images_folder().iterdir())[9]
    visible(page.get_by_role("button", name="By image"))
    with page.expect_file_chooser() as chooser:
        page.get_by_role("button", name="By image").click()
    chooser.value.set_files(picture)
    looks_like(page, picture.name)
    wrong = tmp_path / "notes.jpg"
    wrong.write_text("no picture at all")
    with page.expect_file_chooser() as chooser:
        page.get_by_role("button", name="By image").click()
    chooser.value.set_files(wrong)
    alert = page.locator(".results .alert")
    visible(alert)
    expect(alert).to_contain_text("notes.jpg: ")
    give = """([kind, name, bytes]) => {
      const data = new DataTransfer();
      data.items.add(new File([Uint8Array.from(atob(bytes), (sign) => sign.charCodeAt(0))], name, { type: "image/jpeg" }));
      const event = kind === "paste"
        ? new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true })
        : new DragEvent(kind, { dataTransfer: data, bubbles: true, cancelable: true });
      document.body.dispatchEvent(event);
    }"""
    content = base64.b64encode(picture.read_bytes()).decode()
    page.evaluate(give, ["dragover", "dropped.jpg", content])
    expect(page.locator(".dropveil")).to_be_visible()
    page.evaluate(give, ["drop", "dropped.jpg", content])
    expect(page.locator(".dropveil")).to_be_hidden()
    looks_like(page, "dropped.jpg")
    page.evaluate(give, ["paste", "pasted.jpg", content])
    looks_like(page, "pasted.jpg")


def test_not_an_error_says_how_many_labels_it_writes(page: Page, server: Any) -> None:
    page.goto(f"{server.url}neighbours?item=5")
    page.wait_for_selector(".neighbours[data-ready]")
    button = page.get_by_role("button", name="Not an error")
    visible(button)
    answer = int(button.inner_text().split("confirm ")[1].split(" ")[0])
    before = stored(server.workspace, "select count(*) from label_state where source = 'neighbour'")[0][0]
    button.click()
    expect(page.locator(".toast")).to_contain_text(f"{answer} image")
    saved(page)
    after = stored(server.workspace, "select count(*) from label_state where source = 'neighbour'")[0][0]
    assert after == before + answer
    expect(button).to_be_disabled()
    page.keyboard.press("Control+z")
    saved(page)
    assert stored(server.workspace, "select count(*) from label_state where source = 'neighbour'")[0][0] == before


def test_a_reach_means_the_least_similarity_everywhere(page: Page, server: Any) -> None:
    page.goto(f"{server.url}neighbours")
    page.wait_for_selector(".neighbours[data-ready]")
    for query in ("", "?item=5", "?text=a+forest"):
        page.goto(f"{server.url}neighbours{query}")
        page.wait_for_selector(".neighbours[data-ready]")
        reach = float(page.locator(".results b.num").first.inner_text().removeprefix("≥ "))
        within = [float(text) for text in page.locator(".lot").first.locator(".v").all_inner_texts()]
        beyond = [float(text) for text in page.locator(".lot.beyond .v").all_inner_texts()]
        assert min(within) >= reach - 0.006
        assert not beyond or max(beyond) <= reach + 0.006
    review(page, server)
    page.wait_for_selector(".near-grid .tile")
    expect(page.locator(".near .reach")).to_contain_text("≥ 0.85")
    dim = [float(text) for text in page.locator(".near-grid .tile.dim .v").all_inner_texts()]
    assert all(value <= 0.856 for value in dim)


def test_a_key_right_after_control_a_waits_for_the_selection(page: Page, server: Any) -> None:
    page.goto(f"{server.url}review?named=01+JPG")
    page.wait_for_selector(".review[data-ready]")
    count = len(names(page))
    before = stored(server.workspace, LABELLED)[0][0]
    held: list[Route] = []
    intercept(page, "**/ids?*", lambda route: held.append(route))
    page.keyboard.press("Control+a")
    page.keyboard.press("2")
    page.wait_for_timeout(1_000)
    assert held
    assert stored(server.workspace, LABELLED)[0][0] == before, "a key meant for all labelled one"
    page.keyboard.press("Escape")
    held.pop().continue_()
    page.wait_for_timeout(1_000)
    unseen(page.locator(".selbar"))
    assert stored(server.workspace, LABELLED)[0][0] == before, (
        "Escape takes the selection back, and with it what waited"
    )
    page.keyboard.press("Control+a")
    page.keyboard.press("2")
    page.wait_for_timeout(500)
    held.pop().continue_()
    until(page, server.workspace, LABELLED, before + count)
