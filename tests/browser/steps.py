"""What the browser tests do again and again: read the database beside the running server, open Review, wait until it is saved."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from playwright.sync_api import Page, expect

from store.sqlite import driver


def stored(workspace: Path, query: str) -> list[Any]:
    """Rows of the workspace's database, read beside the running server."""
    with driver.connect(f"file:{workspace / 'sceneloop.db'}?mode=ro", uri=True) as connection:
        rows = connection.execute(query).fetchall()
    connection.close()
    return rows


def until(page: Page, workspace: Path, query: str, wanted: Any) -> None:
    """Wait until the first value of a query is this one."""
    for _ in range(2400):
        found = stored(workspace, query)
        if found and found[0][0] == wanted:
            return
        page.wait_for_timeout(100)
    raise AssertionError(f"{query} never gave {wanted!r}, but {stored(workspace, query)}")


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
