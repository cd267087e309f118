"""axe-core finds nothing critical or serious on any page, in the light and in the dark, in English and in Chinese, but what is Streamlit's own."""

from __future__ import annotations

from typing import Any, Literal

import pytest
from playwright.sync_api import Page
from shown_demo import READY, fill

from settings import ROOT

pytestmark = [pytest.mark.browser, pytest.mark.slow]
AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
THEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
# Rule, and a part of the element: the list of pages in the sidebar is Streamlit's own, with a box around each section.
STREAMLITS = {("list", 'data-testid="stSidebarNavItems"'), ("listitem", '<li class="st-emotion-cache-')}
# The name of a tile says in words what its caption says in icons and a bare number: nobody speaks those to choose it.
IN_WORDS = ("label-content-name-mismatch", 'role="option"')
RUN = """async () => (await axe.run(document, { resultTypes: ["violations"] })).violations
  .filter((rule) => ["critical", "serious"].includes(rule.impact))
  .flatMap((rule) => rule.nodes.map((node) => ({ rule: rule.id, impact: rule.impact, html: node.html.slice(0, 300),
    target: node.target.flat().join(" >>> "), why: node.failureSummary })))"""


@pytest.fixture(scope="module", autouse=True)
def filled(server: Any, truth: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> None:
    fill(server.workspace, truth, tmp_path_factory.mktemp("answers"))


@pytest.fixture
def axed(page: Page) -> Page:
    """The page, where axe-core is there to be put into it."""
    if not AXE.is_file():
        pytest.fail("axe-core is not installed: run make lint, or npm ci in the repository's folder")
    return page


def faults(page: Page) -> list[str]:
    """What axe-core finds and is not Streamlit's own."""
    page.wait_for_timeout(600)  # what fades in is there
    page.evaluate(AXE.read_text(encoding="utf-8"))
    result = page.evaluate(RUN)
    ours = [
        one
        for one in result
        if not any(one["rule"] == rule and part in one["html"] for rule, part in {*STREAMLITS, IN_WORDS})
    ]
    return [f"{one['impact']} {one['rule']} at {one['target']}: {one['html']} {one['why']}" for one in ours]


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("name", READY)
def test_no_page_has_a_fault(axed: Page, server: Any, name: str, theme: Literal["light", "dark"]) -> None:
    axed.emulate_media(color_scheme=theme)
    axed.goto(f"{server.url}{name}")
    axed.wait_for_selector(READY[name])
    assert faults(axed) == []


@pytest.mark.parametrize("name", READY)
def test_no_page_has_a_fault_in_chinese(axed: Page, server: Any, name: str) -> None:
    axed.context.add_cookies([{"name": "sceneloop_language", "value": "zh-CN", "url": server.url}])
    axed.goto(f"{server.url}{name}")
    axed.wait_for_selector("[data-testid=stMain] h1" if READY[name].startswith("h1") else READY[name])
    assert faults(axed) == []


@pytest.mark.parametrize("theme", THEMES)
def test_the_dialogs_of_review_have_none(axed: Page, server: Any, theme: Literal["light", "dark"]) -> None:
    axed.emulate_media(color_scheme=theme)
    axed.goto(f"{server.url}review")
    axed.wait_for_selector(READY["review"])
    axed.get_by_role("button", name="Accept in bulk").click()
    axed.wait_for_selector(".accept .tile")
    assert faults(axed) == []
    axed.keyboard.press("Escape")
    for key, place in (("?", ".keys"), ("g", ".guides"), ("/", ".pop .opt")):
        axed.keyboard.press(key)
        axed.wait_for_selector(place)
        assert faults(axed) == [], f"after {key}"
        axed.keyboard.press("Escape")
    axed.locator(".viewport .tile").nth(0).click()
    axed.locator(".viewport .tile").nth(3).click(modifiers=["Shift"])
    assert faults(axed) == [], "with tiles selected"
