"""Names and messages with Markdown in them, as the pages show them."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import quote

import pytest
from app_process import Server
from playwright.sync_api import Browser, Page, expect

from store.database import schema
from store.team import actors, job_rows
from store.workspace import open_workspace

TEXTS = [
    "![x](http://127.0.0.1:1/a.png)",
    "http://evil.example and www.evil.example",
    "[here](http://evil.example) me@evil.example",
    "<img src=http://127.0.0.1:1/b.png> :red[x]",
    ":material/home: a -> b # *c* _d_ `e`",
]


@pytest.fixture
def surfer(chromium: Browser, server: Server) -> Iterator[Page]:
    """A page without a name yet; `asked` holds every address that it asked for."""
    context = chromium.new_context()
    yield context.new_page()
    context.close()


@pytest.mark.parametrize("text", TEXTS)
def test_a_text_is_shown_as_it_was_written(surfer: Page, server: Server, text: str) -> None:
    asked: list[str] = []
    surfer.on("request", lambda request: asked.append(request.url))
    surfer.context.add_cookies([{"name": "sceneloop_actor", "value": quote(text), "url": server.url}])
    opened = open_workspace(server.workspace)
    with opened.engine.begin() as connection:
        number = job_rows.add(connection, "add", {"title": text}, actors.id_of(connection, "ann"))
        job_rows.change(connection, number, state="failed", message=text, finished_at=schema.now())
    opened.engine.dispose()
    surfer.goto(f"{server.url}data")
    boxes = (
        surfer.locator("[data-testid=stSidebar] .stCaption, [data-testid=stSidebar] [data-testid=stCaptionContainer]"),
        surfer.get_by_test_id("stAlert"),
    )
    for box in boxes:
        shown = box.filter(has_text=text[-3:]).last
        expect(shown).to_be_visible()
        assert text in shown.inner_text().replace("\u2060", "")
        assert shown.locator("a, img").count() == 0
    assert [url for url in asked if not url.startswith((server.url, "data:", "blob:"))] == []
