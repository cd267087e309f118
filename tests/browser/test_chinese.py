"""The app in Chinese: nothing of its own is left in English, nothing is cut at 1280, and the switch leads there and back."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from shown_demo import READY, fill
from steps import saved, stored
from test_small_windows import OUT_OF_REACH, SIDEWAYS

pytestmark = [pytest.mark.browser, pytest.mark.slow]
HEADED = "[data-testid=stMain] h1"
PLACES = {
    **{name: HEADED if ready.startswith("h1") else ready for name, ready in READY.items()},
    "people": HEADED,
    "data?workspace=demo&view=Encoder": "[data-testid=stMain] [data-testid=stExpander], [data-testid=stMain] .sl-kv",
    "videos?workspace=demo&view=Train": "[data-testid=stMain] .st-key-train_videos",
    "videos?workspace=demo&view=Look+up": "[data-testid=stMain] [data-testid=stForm]",
}
"""Every page, and the views of those that have several."""
# Names, units and signs that are the same in every language.
SAME = re.compile(
    r"ssim on text|apt-get install ffmpeg|sceneloop(?: [\w:-]+)+|a red car at sunset|apple-amlr|ViT-B-16/openai|/models/mine|\{name\}|"
    r"\b(?:Sceneloop|English|ann|demo|built-in|open_clip|ffmpeg|L-BFGS|logit|JPEG|PNG|WebP|AVIF|GIF|TIFF|BMP|PCA|t-SNE|mAP|GAP|ECE|Hit|Ctrl|Shift|Enter|Space|Esc|Backspace|fps|MB|CRF|crf|codec|preset|"
    r"veryfast|medium|slow|libx\d+|x\d+|hqdn3d|deband|vmaf|ssim|MobileCLIP|ViT|LAION|DataComp|SigLIP|SO400M|ImageNet|NAME|TAG|MIT|Apache|"
    r"BSD|Apple|ASCL|EDL|JSON|CSV|WebVTT|Parquet|COCO|CVAT|Datumaro|YOLO|Hugging Face|Label Studio|FiftyOne|Croissant|WebDataset|Lance|"
    r"sample_data/\w+)\b|[\w./~-]+\.(?:jpg|png|mp4|webp)|~/[\w/-]+|a photo of \{name\}|scene"
)
# What Streamlit says by itself: it knows no language but English.
STREAMLITS = re.compile(
    r"\(required\)|•.*|Skip to main content|Choose an option|Choose options|(?:Side|Collapse side|Expand side)bar|Logo|App pages|Open|open|info|\w+ icon|file upload|"
    r"Navigate to home page|Clear all|Drag and drop .*|Browse files|Upload|Limit .*|\d+MB per file.*|Show password text|.* per file.*|"
    r"Help for .*|Press Enter .*|Selected .*|.*Press .* to .*"
)
LEFT = r"""() => {
  const texts = new Set();
  const collect = (root) => {
    for (const node of root.querySelectorAll("*")) {
      if (node.shadowRoot) collect(node.shadowRoot);
      if (node.closest("script, style, noscript, code, .i, .sl-i, .k, [data-testid=stIconMaterial], [role=img], [translate=no], [data-testid$=Icon], .js-plotly-plot")) continue;
      const said = ["title", "aria-label", "placeholder", "alt"].map((name) => node.getAttribute(name));
      const own = [...node.childNodes].filter((child) => child.nodeType === Node.TEXT_NODE).map((child) => child.textContent);
      for (const text of [...said, ...own]) if (text) texts.add(text.trim());
    }
  };
  collect(document.body);
  return [...texts];
}"""
# What people gave, which is nobody's to translate: categories, facets, titles, programmes.
GIVEN = r"""async () => {
  const ask = async (path) => (await fetch(`/api/demo/${path}`, { headers: { "X-Sceneloop": "1" } })).json();
  const [meta, videos, tiles] = [await ask("meta"), await ask("videos/meta"), await ask("videos/tiles?size=200&by=all")];
  const tree = await ask("taxonomy");
  const facets = [...(meta.facets ?? []), ...(videos.facets ?? []), ...(tree.facets ?? [])];
  const categories = [meta, ...facets].flatMap((one) => one.categories ?? []);
  return [...facets, ...categories, ...(videos.categories ?? []), ...tiles.tiles].flatMap((one) => [one.name, one.path, one.title, one.programme]);
}"""


@pytest.fixture(scope="module", autouse=True)
def filled(server: Any, truth: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> None:
    fill(server.workspace, truth, tmp_path_factory.mktemp("answers"))


@pytest.fixture
def chinese(page: Page, server: Any) -> Page:
    page.context.add_cookies([{"name": "sceneloop_language", "value": "zh-CN", "url": server.url}])
    page.set_viewport_size({"width": 1280, "height": 800})
    return page


def show(page: Page, server: Any, place: str) -> None:
    page.goto(f"{server.url}{place}")
    page.wait_for_selector(PLACES[place])
    page.wait_for_selector(".stApp[data-test-script-state='notRunning']")


def is_english(text: str, given: set[str]) -> bool:
    """Whether words of the app are left in a text, after names and what Streamlit says."""
    if text in given or STREAMLITS.fullmatch(text):
        return False
    for name in sorted(given, key=len, reverse=True):
        text = text.replace(name, "")
    return re.search(r"[A-Za-z]{3,}", SAME.sub("", text)) is not None


@pytest.mark.parametrize("place", PLACES)
def test_no_text_of_a_page_is_left_in_english(chinese: Page, server: Any, place: str) -> None:
    show(chinese, server, place)
    expect(chinese.locator("html")).to_have_attribute("lang", "zh-CN")
    given = {str(name) for name in chinese.evaluate(GIVEN) if name} | {"Ann", "ann"}
    left = [text for text in chinese.evaluate(LEFT) if is_english(text, given)]
    assert left == [], "\n".join(left)


@pytest.mark.parametrize("place", PLACES)
def test_nothing_is_cut_or_out_of_reach(chinese: Page, server: Any, place: str) -> None:
    show(chinese, server, place)
    chinese.wait_for_function(f"() => ({SIDEWAYS})() <= 1")
    assert chinese.evaluate(OUT_OF_REACH) == []


def test_the_switch_leads_to_the_same_page_and_back(page: Page, server: Any) -> None:
    page.goto(f"{server.url}data?workspace=demo")
    expect(page.locator(HEADED)).to_have_text("Data")
    page.get_by_role("link", name="简体中文").click()
    expect(page.locator(HEADED)).to_have_text("数据")
    assert "/data?workspace=demo" in page.url
    expect(page.locator("html")).to_have_attribute("lang", "zh-CN")
    page.get_by_role("link", name="English").click()
    expect(page.locator(HEADED)).to_have_text("Data")


def test_a_browser_that_asks_for_chinese_gets_it(page: Page, server: Any) -> None:
    page.context.set_extra_http_headers({"Accept-Language": "zh-CN,zh;q=0.9"})
    try:
        page.goto(f"{server.url}review")
        expect(page.locator(".review h1")).to_have_text("审阅")
    finally:
        page.context.set_extra_http_headers({})


def test_a_key_press_is_told_in_chinese(chinese: Page, server: Any) -> None:
    show(chinese, server, "review")
    chinese.keyboard.press("?")
    expect(chinese.locator(".sheet h2")).to_have_text("按键")
    chinese.keyboard.press("Escape")
    expect(chinese.locator(".sheet")).to_have_count(0)


def test_batch_mode_decides_in_chinese_too(chinese: Page, server: Any) -> None:
    """What is sent to the server is no text of a page."""
    human = "select count(*) from label_state where source = 'human'"
    before = stored(server.workspace, human)[0][0]
    chinese.goto(f"{server.url}review?order=confidence&size=20&batch=1")
    chinese.wait_for_selector(PLACES["review"])
    chinese.locator(".viewport .tile").nth(2).click()
    expect(chinese.locator(".progress")).to_contain_text("1 张改为第二候选")
    chinese.keyboard.press("Enter")
    saved(chinese)
    expect(chinese.locator(".last .n")).not_to_have_count(0)
    assert stored(server.workspace, human)[0][0] > before
