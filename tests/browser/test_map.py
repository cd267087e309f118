"""The map of Neighbours: moved, zoomed, looked at, opened and chosen from, by pointer and by keys."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import FloatRect, Page, expect
from steps import unseen, visible

pytestmark = [pytest.mark.browser, pytest.mark.slow]
POINT = """async () => {
  const answer = await fetch("/api/demo/map", { headers: { "X-Sceneloop": "1" } });
  const { ids, x, y, names } = await answer.json();
  const part = (values, at) => (values[at] - Math.min(...values)) / (Math.max(...values) - Math.min(...values));
  const at = x.indexOf(Math.max(...x));
  return { id: ids[at], name: names[at], x: part(x, at), y: part(y, at) };
}"""
MANY = """async (count) => {
  const { MapView } = await import("/ui/neighbours/map/map.js");
  const { Categories } = await import("/ui/shared/page/categories.js");
  const classes = Array.from({ length: 12 }, (_, at) =>
    ({ id: at + 1, name: `class ${at}`, color: `hsl(${at * 30} 60% 40%)`, tint: "#eee", text: "#333", icon: "label", key: null }));
  const spread = (step) => Array.from({ length: count }, (_, at) => Math.sin(at * step) + Math.cos(at * step * 7.3));
  const points = { way: "t-sne", ids: spread(0).map((_, at) => at + 1), names: spread(0).map((_, at) => `${at}.jpg`), x: spread(1.7), y: spread(2.9),
    category: spread(0).map((_, at) => (at % 12) + 1), source: spread(0).map(() => "head"), suspicion: spread(0).map((_, at) => (at % 100) / 100) };
  const api = { get: async (path) => (path === "map" ? points : { making: false }), thumb: () => "" };
  const view = new MapView(api, { lasso() {}, open() {}, failed() {} });
  const host = document.createElement("div");
  host.style.width = "900px";
  document.body.append(host);
  host.append(view.node);
  const took = async (work) => {
    const begun = performance.now();
    await work();
    view.canvas.getContext("2d").getImageData(0, 0, 1, 1); // until the marks are there
    return performance.now() - begun;
  };
  const first = await took(() => view.load(new Categories(classes)));
  view.window.scale(3);
  const again = await took(() => view.render());
  const data = view.canvas.getContext("2d").getImageData(0, 0, view.canvas.width, view.canvas.height).data;
  view.stop();
  host.remove();
  return { first, again, inked: data.filter((value, at) => at % 4 === 3 && value > 0).length };
}"""


def opened(page: Page, server: Any) -> FloatRect:
    page.goto(f"{server.url}neighbours")
    page.wait_for_selector(".neighbours[data-ready]")
    box = page.locator(".mapcanvas canvas").bounding_box()
    assert box is not None
    return box


def at_point(page: Page, box: FloatRect) -> tuple[float, float, dict[str, Any]]:
    """Where the rightmost point is while the whole map is shown."""
    point = page.evaluate(POINT)
    x = box["x"] + 52 + point["x"] * (box["width"] - 104)
    y = box["y"] + box["height"] - 22 - point["y"] * (box["height"] - 44)
    return x, y, point


def picture(page: Page) -> str:
    return str(page.locator(".mapcanvas canvas").evaluate("node => node.toDataURL()"))


def test_ten_thousand_points_are_painted_within_a_second(page: Page, server: Any) -> None:
    opened(page, server)
    took = page.evaluate(MANY, 10_000)
    assert took["inked"] > 20_000
    assert took["first"] < 1000
    assert took["again"] < 1000


def test_a_point_is_looked_at_and_opened(page: Page, server: Any) -> None:
    box = opened(page, server)
    x, y, point = at_point(page, box)
    page.mouse.move(x, y)
    card = page.locator(".mapcard")
    visible(card)
    expect(card).to_contain_text(point["name"])
    page.wait_for_function(
        "() => document.querySelector('.stApp') && [...document.querySelectorAll('*')].some((node) => node.shadowRoot?.querySelector('.mapcard img')?.naturalWidth > 0)"
    )
    visible(card.locator("img"))
    visible(card.locator(".cls, .chip, .q").first)
    page.mouse.move(box["x"] + 2, box["y"] + box["height"] - 2)
    unseen(card)
    page.mouse.click(x, y)
    expect(page.locator(".results h2")).to_have_text(f"Nearest to {point['name']}")
    assert f"item={point['id']}" in page.url


def test_wheel_and_buttons_zoom_and_a_drag_moves(page: Page, server: Any) -> None:
    box = opened(page, server)
    whole = picture(page)
    x, y, point = at_point(page, box)
    lasso = page.get_by_role("button", name="Lasso")
    expect(lasso).to_have_attribute("aria-pressed", "true")
    page.mouse.move(x, y)
    page.mouse.wheel(0, -500)
    expect(lasso).to_have_attribute("aria-pressed", "false")
    page.mouse.move(x + 30, y)
    page.mouse.move(x, y)
    expect(page.locator(".mapcard")).to_contain_text(point["name"])  # what is under the pointer stays there
    near = picture(page)
    assert near != whole
    middle = (box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.mouse.move(*middle)
    page.mouse.down()
    page.mouse.move(middle[0] + 120, middle[1], steps=5)
    page.mouse.up()
    page.wait_for_timeout(100)
    assert picture(page) != near
    unseen(page.locator(".mapflag"))
    for name in ("Zoom in", "Zoom out", "Show the whole map"):
        visible(page.get_by_role("button", name=name))
    page.get_by_role("button", name="Show the whole map").click()
    page.wait_for_timeout(100)
    assert picture(page) == whole
    expect(lasso).to_have_attribute("aria-pressed", "true")
    page.get_by_role("button", name="Zoom in").click()
    page.wait_for_timeout(100)
    assert picture(page) != whole


def test_a_line_chooses_on_a_zoomed_map_too(page: Page, server: Any) -> None:
    box = opened(page, server)
    page.get_by_role("button", name="Zoom in").click()
    left, top = box["x"] + 4, box["y"] + 4
    right, bottom = box["x"] + box["width"] - 50, box["y"] + box["height"] - 4
    for key in ("Shift", None):
        if key:
            page.keyboard.down(key)
        else:
            page.get_by_role("button", name="Lasso").click()
        page.mouse.move(left, top)
        page.mouse.down()
        for x, y in ((right, top), (right, bottom), (left, bottom)):
            page.mouse.move(x, y, steps=4)
        page.mouse.up()
        if key:
            page.keyboard.up(key)
        visible(page.locator(".mapflag"))
        chosen = int(page.locator(".mapflag").inner_text().split(" ")[0])
        assert 0 < chosen < 300, "what lies outside of the window is not chosen"
        expect(page.locator(".results h2")).to_have_text("Chosen on the map")
        page.get_by_role("button", name="Zoom out").click()
        page.get_by_role("button", name="Zoom in").click()


def test_the_map_is_used_by_keys(page: Page, server: Any) -> None:
    opened(page, server)
    reach = page.locator(".results b.num").first.inner_text()
    page.get_by_role("button", name="Lasso").focus()
    page.keyboard.press("Tab")
    card = page.locator(".mapcard")
    visible(card)
    seen = set()
    for key in ("+", "+", "ArrowRight", "ArrowRight", "ArrowUp"):
        page.keyboard.press(key)
        page.wait_for_timeout(100)
        seen.add(picture(page))
    assert len(seen) == 5
    assert page.locator(".results b.num").first.inner_text() == reach, "the arrows moved the map, not the reach"
    name = card.locator(".name").inner_text()
    page.keyboard.press("Enter")
    expect(page.locator(".results h2")).to_have_text(f"Nearest to {name}")
    page.keyboard.press("0")
    page.wait_for_timeout(100)
    unmarked = picture(page)
    page.keyboard.press("-")
    page.wait_for_timeout(100)
    assert picture(page) == unmarked
