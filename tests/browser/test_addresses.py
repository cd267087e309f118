"""The address names the workspace: by Back, Forward, a reload, a link, and in two tabs at once."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, quote, urlsplit

import pytest
from app_process import Server
from playwright.sync_api import Page, expect

SECOND = "zoo & co #2"
SHOWN = {
    "/": "h1:text-is('Overview')",
    "/data": "h1:text-is('Data')",
    "/train": "h1:text-is('Train')",
    "/review": ".review[data-ready]",
    "/neighbours": ".neighbours[data-ready]",
}


@pytest.fixture(autouse=True)
def second(server: Server, tmp_path: Path) -> Iterator[str]:
    """A second workspace beside the demo, with a name that an address has to encode."""
    folder, aside = server.workspace.parent / SECOND, tmp_path / "second"
    shutil.copytree(server.workspace, aside)
    aside.rename(folder)  # at once: the server opens what it sees, and half a workspace is none
    yield SECOND
    folder.rename(aside)


def on(page: Page, path: str, workspace: str) -> None:
    """The page is shown, and it and its address say where one is.

    Streamlit adds an entry to the history when the run of a page begins after Back or Forward has left it again: so the
    page has to be there before the next press.
    """
    expect(page.get_by_role("combobox", name="Workspace")).to_have_value(workspace)
    page.wait_for_function(
        "([path, name]) => location.pathname === path && new URLSearchParams(location.search).get('workspace') === name",
        arg=[path, workspace],
    )
    assert parse_qs(urlsplit(page.url).query)["workspace"] == [workspace]
    expect(page.locator(SHOWN[path])).to_be_visible()


def choose(page: Page, workspace: str) -> None:
    page.get_by_role("combobox", name="Workspace").click()
    page.get_by_role("option", name=workspace, exact=True).click()


def to(page: Page, title: str) -> None:
    page.get_by_test_id("stSidebarNav").get_by_text(title, exact=True).click()


def test_back_forward_and_reload_keep_the_workspace(page: Page, server: Server) -> None:
    page.goto(server.url)
    on(page, "/", "demo")
    choose(page, SECOND)
    on(page, "/", SECOND)
    to(page, "Review")
    on(page, "/review", SECOND)
    to(page, "Data")
    on(page, "/data", SECOND)
    page.go_back()
    on(page, "/review", SECOND)
    page.reload()
    on(page, "/review", SECOND)
    page.go_forward()
    on(page, "/data", SECOND)
    page.go_back()
    on(page, "/review", SECOND)
    page.go_back()
    on(page, "/", SECOND)


def test_the_first_workspace_stands_in_the_address_too(page: Page, server: Server) -> None:
    page.goto(f"{server.url}review?workspace={'zoo%20%26%20co%20%232'}")
    on(page, "/review", SECOND)
    choose(page, "demo")
    on(page, "/review", "demo")
    to(page, "Train")
    on(page, "/train", "demo")
    page.reload()
    on(page, "/train", "demo")
    page.go_back()
    on(page, "/review", "demo")


def test_a_link_opens_the_same_workspace_in_a_new_tab(page: Page, server: Server) -> None:
    page.goto(f"{server.url}data?workspace={'zoo%20%26%20co%20%232'}")
    on(page, "/data", SECOND)
    with page.context.expect_page() as opened:
        page.get_by_test_id("stSidebarNav").get_by_text("Neighbours", exact=True).click(button="middle")
    on(opened.value, "/neighbours", SECOND)
    opened.value.close()
    on(page, "/data", SECOND)


def test_the_address_names_the_workspace_once_however_many_links_are_followed(page: Page, server: Server) -> None:
    page.goto(f"{server.url}?workspace={quote(SECOND)}")
    on(page, "/", SECOND)
    for _ in range(2):
        page.get_by_role("link", name="Use a real model").click()
        on(page, "/data", SECOND)
        to(page, "Overview")
        on(page, "/", SECOND)
    before = page.evaluate("() => history.length")
    page.get_by_role("link", name="Use a real model").click()
    on(page, "/data", SECOND)
    assert page.evaluate("() => history.length") == before + 1, "taking it out is no step of its own"
    assert parse_qs(urlsplit(page.url).query) == {"workspace": [SECOND], "view": ["Encoder"]}


def test_two_tabs_keep_two_workspaces(page: Page, server: Server) -> None:
    other = page.context.new_page()
    other.set_default_timeout(60_000)
    page.goto(server.url)
    on(page, "/", "demo")
    other.goto(server.url)
    choose(other, SECOND)
    on(other, "/", SECOND)
    for tab, name in ((page, "demo"), (other, SECOND), (page, "demo")):
        to(tab, "Review")
        on(tab, "/review", name)
        tab.reload()
        on(tab, "/review", name)
        to(tab, "Overview")
        on(tab, "/", name)


def test_one_press_of_back_leaves_a_page(page: Page, server: Server) -> None:
    page.goto("about:blank")
    page.goto(f"{server.url}review")
    on(page, "/review", "demo")
    to(page, "Train")
    on(page, "/train", "demo")
    page.go_back()
    on(page, "/review", "demo")
    page.go_back()
    page.wait_for_url("about:blank")


def test_a_workspace_that_is_gone_is_said_and_no_other_opens(page: Page, server: Server) -> None:
    page.goto(f"{server.url}review?workspace=gone")
    expect(page.get_by_text("There is no workspace 'gone' here")).to_be_visible()
    expect(page.locator(".review")).to_have_count(0)
    choose(page, SECOND)
    on(page, "/review", SECOND)
