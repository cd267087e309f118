"""Every page at 1024 x 768 and at 200 % zoom: nothing is cut, covered or out of reach."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect
from shown_demo import READY, fill
from steps import visible

pytestmark = [pytest.mark.browser, pytest.mark.slow]
SIZES = [(1024, 768), (720, 450)]  # the second is a window of 1440 x 900 at 200 %
# Each control is scrolled to and then hit: what is covered there, or lies beside the window, cannot be used.
OUT_OF_REACH = """async () => {
  const controls = [];
  const collect = (root) => {
    for (const node of root.querySelectorAll("*")) {
      if (node.shadowRoot) collect(node.shadowRoot);
      if (node.matches("button, a[href], input:not([type=file]), select, textarea") && !node.disabled) controls.push(node);
    }
  };
  collect(document.querySelector(".stMain"));
  const bad = [];
  for (const node of controls) {
    const style = getComputedStyle(node);
    if (!node.checkVisibility({ opacityProperty: true, visibilityProperty: true }) || style.pointerEvents === "none") continue;
    if (node.getBoundingClientRect().width < 2) continue; // Streamlit's own, behind what stands for it
    node.scrollIntoView({ block: "center", inline: "center" });
    await new Promise((resolve) => requestAnimationFrame(resolve));
    if (!node.isConnected) continue; // drawn anew meanwhile
    const box = node.getBoundingClientRect();
    const [x, y] = [box.left + box.width / 2, box.top + box.height / 2];
    let hit = document.elementFromPoint(x, y);
    for (let inner; hit?.shadowRoot; hit = inner) {
      inner = hit.shadowRoot.elementFromPoint(x, y);
      if (!inner || inner === hit) break;
    }
    const label = node.closest("label");
    const wide = box.left < -1 || box.right > innerWidth + 1;
    if (wide || !hit || !(node.contains(hit) || hit.contains(node) || label?.contains(hit)))
      bad.push(`${node.outerHTML.slice(0, 140)} at ${[box.left, box.top, box.right, box.bottom].map(Math.round)} is under ${hit?.outerHTML.slice(0, 90)}`);
  }
  return bad;
}"""
# How each image that is in sight, from the top of the page to its end, is hit: by itself, or by what lies over it.
COVERED = """async (tiles) => {
  const scroller = document.querySelector(".stMain");
  const covered = new Set();
  let asked = 0;
  for (let at = 0; ; at += 90) {
    scroller.scrollTop = at;
    await new Promise((resolve) => requestAnimationFrame(resolve));
    for (const tile of tiles) {
      const box = tile.getBoundingClientRect();
      const [page, lots] = [scroller, tile.closest(".lots")].map((node) => node.getBoundingClientRect());
      for (const [right, down] of [[.5, .5], [.1, .1], [.9, .1], [.1, .9], [.9, .9]]) {
        const [x, y] = [box.left + right * box.width, box.top + down * box.height];
        if (y < Math.max(page.top, lots.top) + 1 || y > Math.min(page.bottom, lots.bottom) - 1) continue;
        const hit = tile.getRootNode().elementFromPoint(x, y);
        asked += 1;
        if (!tile.contains(hit)) covered.add(`${tile.title} at ${Math.round(y)}, scrolled by ${at}, under ${hit?.outerHTML.slice(0, 90)}`);
      }
    }
    if (scroller.scrollTop + scroller.clientHeight >= scroller.scrollHeight - 1) return [asked, [...covered]];
  }
}"""
SIDEWAYS = "() => { const main = document.querySelector('.stMain'); return main.scrollWidth - main.clientWidth; }"


@pytest.fixture(scope="module", autouse=True)
def filled(server: Any, truth: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> None:
    fill(server.workspace, truth, tmp_path_factory.mktemp("answers"))


def show(page: Page, server: Any, name: str, size: tuple[int, int]) -> None:
    page.set_viewport_size({"width": size[0], "height": size[1]})
    page.goto(f"{server.url}{name}")
    page.wait_for_selector(READY[name])
    page.wait_for_selector(".stApp[data-test-script-state='notRunning']")


def width(result: Locator) -> float:
    box = result.bounding_box()
    assert box is not None
    return box["width"]


def is_cut(result: Locator) -> bool:
    """Whether words are cut; by the fraction of a pixel, too, which scrollWidth does not tell and an ellipsis follows."""
    return bool(
        result.evaluate("""node => {
          const words = document.createRange();
          words.selectNodeContents(node);
          const isWider = words.getBoundingClientRect().width > node.getBoundingClientRect().width + .01;
          return isWider || node.scrollWidth > node.clientWidth + 1 || node.scrollHeight > node.clientHeight + 4;
        }""")
    )


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("name", READY)
def test_every_control_can_be_reached(page: Page, server: Any, name: str, size: tuple[int, int]) -> None:
    show(page, server, name, size)
    # a page that is still being laid out may be wider for a moment
    page.wait_for_function(f"() => ({SIDEWAYS})() <= 1")
    assert page.evaluate(OUT_OF_REACH) == []


@pytest.mark.parametrize("size", SIZES)
def test_fields_of_prompts_are_wide_enough_to_read(page: Page, server: Any, size: tuple[int, int]) -> None:
    show(page, server, "prompts", size)
    page.wait_for_selector(".line .gain .num")
    for field in page.locator(".line .field").all():
        assert width(field) >= 240


@pytest.mark.parametrize("size", [*SIZES, (1280, 800), (1440, 900)])
def test_the_effect_of_a_draft_shows_all_its_columns(page: Page, server: Any, size: tuple[int, int]) -> None:
    show(page, server, "prompts", size)
    box = page.locator(".right .scroll").filter(has=page.locator("th")).first
    expect(box.locator("td").first).to_be_visible()
    assert box.evaluate("box => box.scrollWidth <= box.clientWidth"), "no column lies beyond the edge"
    for name in box.locator("tbody td:first-child").all():
        assert width(name) >= 70


@pytest.mark.parametrize("size", [*SIZES, (1280, 800), (1440, 900)])
def test_a_cluster_has_its_whole_heading_and_its_fix_is_in_sight(
    page: Page, server: Any, size: tuple[int, int]
) -> None:
    show(page, server, "neighbours", size)
    for heading in (page.locator(".card b.nm").first, page.locator(".results h2")):
        assert not is_cut(heading)
    page.locator(".card").nth(1).click()
    expect(page.locator(".results h2")).to_have_text(page.locator(".card b.nm").nth(1).inner_text())
    page.locator(".results .tile").first.scroll_into_view_if_needed()
    visible(page.locator(".foot .fix"))
    visible(page.locator(".foot").get_by_role("button", name="Not an error"))


@pytest.mark.parametrize("size", [*SIZES, (1280, 620), (1440, 900)])
def test_no_control_lies_over_an_image_of_a_cluster(page: Page, server: Any, size: tuple[int, int]) -> None:
    show(page, server, "neighbours", size)
    visible(page.locator(".card").first)
    asked, covered = page.locator(".results .tile").evaluate_all(COVERED)
    assert asked > 0
    assert covered == []


@pytest.mark.parametrize("size", SIZES)
def test_the_key_line_of_review_begins_with_its_first_key(page: Page, server: Any, size: tuple[int, int]) -> None:
    show(page, server, "review", size)
    visible(page.locator(".hints .h").first)
    visible(page.locator(".hints").get_by_role("button", name="all keys"))
    visible(page.locator(".viewport .tile").first)
    visible(page.locator(".panel").get_by_role("button", name="Accept"))


def test_player_and_timeline_are_in_one_window(page: Page, server: Any) -> None:
    show(page, server, "segments", (1024, 768))
    visible(page.locator(".player .controls button").first)
    page.locator(".bandbox .segm").first.scroll_into_view_if_needed()
    visible(page.locator(".bandbox .segm").first)
