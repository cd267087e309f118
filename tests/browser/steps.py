"""What the browser tests do again and again: read the database beside the running server, open Review, wait for what must come."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sized
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, Route, expect

from bench.screens.visibility import unseen as unseen
from bench.screens.visibility import visible as visible
from store.database.sqlite import driver


def stored(workspace: Path, query: str) -> list[Any]:
    """Rows of the workspace's database, read beside the running server."""
    with driver.connect(f"file:{workspace / 'sceneloop.db'}?mode=ro", uri=True) as connection:
        rows = connection.execute(query).fetchall()
    connection.close()
    return rows


def until(page: Page, workspace: Path, query: str, wanted: Any) -> None:
    """Wait until the first value of a query is this one."""
    for _ in range(2400):
        result = stored(workspace, query)
        if result and result[0][0] == wanted:
            return
        page.wait_for_timeout(100)
    raise AssertionError(f"{query} never gave {wanted!r}, but {stored(workspace, query)}")


def caught(page: Page, held: Sized, count: int = 1) -> None:
    """Wait until a route holds this many requests back; a busy machine sends them late."""
    for _ in range(1200):
        if len(held) >= count:
            return
        page.wait_for_timeout(50)
    raise AssertionError(f"{len(held)} of {count} requests were sent")


def intercept(page: Page, pattern: str | re.Pattern[str], handler: Callable[[Route], object]) -> None:
    """Answer requests of a page that is open, from now on.

    Chromium gives the page its new way to the network in a task of its own, and a key press may come before it: the page's
    first request then reached the server although `Page.route` had returned.
    """
    probe = "**/answered-by-the-test"
    page.route(probe, lambda route: route.fulfill(body="answered"))
    page.route(pattern, handler)
    page.wait_for_function("async () => (await (await fetch('/answered-by-the-test')).text()) === 'answered'")
    page.unroute(probe)


def promote(page: Page, workspace: Path, number: int, words: str) -> None:
    """Promote this head by hand and wait until it is in use; where its gain is not certain a reason is asked."""
    used = f"select count(*) from head where number = {number} and promoted_at is not null and retired_at is null"
    page.get_by_role("button", name=f"Promote head {number}").click()
    reason = page.get_by_label("Reason").first
    for _ in range(600):
        if reason.is_visible() or stored(workspace, used)[0][0]:
            break
        page.wait_for_timeout(100)
    if reason.is_visible():
        reason.fill(words)
        reason.press("Enter")
        page.get_by_role("button", name="Put it in use").click()
    until(page, workspace, used, 1)


def strike(page: Page, key: str, code: str, **more: bool | int) -> bool:
    """Press a key as a layout gives it: its meaning and its place. Tells whether the page took it for itself."""
    wanted = {"key": key, "code": code, "bubbles": True, "cancelable": True, "composed": True, **more}
    return not page.evaluate(
        "wanted => (document.activeElement ?? document.body).dispatchEvent(new KeyboardEvent('keydown', wanted))",
        wanted,
    )


def strike_all(page: Page, key: str, code: str, repeats: list[bool]) -> None:
    """Press a key once for each entry, all within one moment of the page; `repeat` of each as the entry says."""
    page.evaluate(
        """([wanted, repeats]) => repeats.forEach((repeat) =>
            (document.activeElement ?? document.body).dispatchEvent(new KeyboardEvent('keydown', { ...wanted, repeat })))""",
        [{"key": key, "code": code, "bubbles": True, "cancelable": True, "composed": True}, repeats],
    )


def review(page: Page, server: Any, query: str = "") -> None:
    """Open the Review page of a server; `query` is that of the address."""
    page.goto(f"{server.url}review{query}")
    page.wait_for_selector(".review[data-ready]")


def saved(page: Page) -> None:
    """Wait for the badge to say so."""
    expect(page.locator(".badge[data-state=saved]").first).to_be_visible()


def focused(page: Page) -> str:
    """Id of the focused tile."""
    return str(page.locator(".tile.foc").get_attribute("data-id"))


@contextmanager
def person(chromium: Browser, server: Any, name: str) -> Iterator[Page]:
    """The page of another person, for as long as the block."""
    context = chromium.new_context(viewport={"width": 1440, "height": 900})
    context.add_cookies([{"name": "sceneloop_actor", "value": name, "url": server.url}])
    page = context.new_page()
    page.set_default_timeout(20_000)
    yield page
    context.close()
