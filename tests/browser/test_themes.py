"""The dark theme comes by the system's wish, in drawings too, and focus is seen in both."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Locator, Page
from shown_demo import READY, fill

pytestmark = [pytest.mark.browser, pytest.mark.slow]
DARK = "rgb(20, 22, 31)"
LUMINANCE = """node => {
  const pen = Object.assign(document.createElement("canvas"), { width: 1, height: 1 }).getContext("2d", { willReadFrequently: true });
  const style = getComputedStyle(node);
  const of = (colour) => {
    pen.clearRect(0, 0, 1, 1);
    pen.fillStyle = colour;
    pen.fillRect(0, 0, 1, 1);
    const [r, g, b] = [...pen.getImageData(0, 0, 1, 1).data].map((x) => x / 255).map((x) => (x <= 0.04045 ? x / 12.92 : ((x + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  return of(node instanceof SVGElement ? (style.fill === "none" ? style.stroke : style.fill) : style.color);
}"""
INK = """canvas => {
  const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
  let [sum, n] = [0, 0];
  for (let at = 0; at < data.length; at += 4) if (data[at + 3] > 200) { sum += (data[at] + data[at + 1] + data[at + 2]) / 3; n += 1; }
  return [sum / n, n];
}"""


@pytest.fixture(scope="module", autouse=True)
def filled(server: Any, truth: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> None:
    fill(server.workspace, truth, tmp_path_factory.mktemp("answers"))


def luminance(result: Locator) -> float:
    return float(result.first.evaluate(LUMINANCE))


def brightens(result: Locator, least: float) -> None:
    """Wait until a drawing has a luminance above this: it is drawn anew some time after the page has turned."""
    for _ in range(200):
        if luminance(result) > least:
            return
        result.page.wait_for_timeout(100)
    raise AssertionError(f"{result} has a luminance of {luminance(result)}, not above {least}")


@pytest.mark.parametrize("name", READY)
def test_a_page_is_dark_where_the_system_is(page: Page, server: Any, name: str) -> None:
    page.emulate_media(color_scheme="dark")
    page.goto(f"{server.url}{name}")
    page.wait_for_selector(READY[name])
    assert page.locator(".stApp").evaluate("node => getComputedStyle(node).backgroundColor") == DARK
    assert luminance(page.locator("h1").first) > 0.6


def test_charts_map_and_curves_change_with_the_system(page: Page, server: Any) -> None:
    page.goto(f"{server.url}train")
    text, line = page.locator(".stPlotlyChart .ytick text"), page.locator(".stPlotlyChart .js-line")
    text.first.wait_for()
    light = (luminance(text), luminance(line))
    page.emulate_media(color_scheme="dark")
    page.wait_for_function(f"() => getComputedStyle(document.querySelector('.stApp')).backgroundColor === '{DARK}'")
    assert light[0] < 0.2
    brightens(text, 0.35)
    brightens(line, light[1] + 0.1)

    page.goto(f"{server.url}neighbours")
    page.wait_for_selector(READY["neighbours"])
    canvas = page.locator(".mapcanvas canvas")
    dark, marks = canvas.evaluate(INK)
    assert marks > 500
    page.emulate_media(color_scheme="light")
    page.wait_for_function(f"() => getComputedStyle(document.querySelector('.stApp')).backgroundColor !== '{DARK}'")
    page.wait_for_timeout(300)
    assert canvas.evaluate(INK)[0] != dark, "the map is drawn anew"

    page.goto(f"{server.url}segments")
    page.wait_for_selector(READY["segments"])
    curve = page.locator(".bandbox svg path[stroke-width='2']")
    before = luminance(curve)
    page.emulate_media(color_scheme="dark")
    brightens(curve, before + 0.02)


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("name", ["prompts", "review", "neighbours", "segments"])
def test_whatever_has_the_focus_shows_it(page: Page, server: Any, name: str, theme: Any) -> None:
    page.emulate_media(color_scheme=theme)
    page.goto(f"{server.url}{name}")
    page.wait_for_selector(READY[name])
    seen = 0
    for _ in range(45):
        page.keyboard.press("Tab")
        result = page.evaluate("""() => {
          let node = document.activeElement;
          while (node?.shadowRoot?.activeElement) node = node.shadowRoot.activeElement;
          if (!(node?.getRootNode() instanceof ShadowRoot)) return null;
          const style = getComputedStyle(node);
          const ring = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
          return [ring || Boolean(node.querySelector(".tile.foc")), node.outerHTML.slice(0, 120)];
        }""")
        if result:
            seen += 1
            assert result[0], f"no ring: {result[1]}"
    assert seen > 8


def test_tiles_of_a_list_are_walked_and_chosen_by_keyboard(page: Page, server: Any) -> None:
    page.goto(f"{server.url}neighbours")
    page.wait_for_selector(READY["neighbours"])
    page.get_by_role("listbox", name="In reach").get_by_role("option").first.focus()
    before = page.locator(".fix").inner_text()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Space")
    assert page.locator(".results .tile.dim").count() >= 1
    assert page.locator(".fix").inner_text() != before
    stops = page.get_by_role("listbox", name="In reach").locator("[tabindex='0']")
    assert stops.count() == 1
