"""The export on the Data page as it is seen: what a format loses stands above the button that writes it."""

from __future__ import annotations

from pathlib import Path

from app_process import Server
from playwright.sync_api import Page, expect
from steps import visible


def test_what_is_lost_is_seen_before_the_button(page: Page, server: Server, tmp_path: Path) -> None:
    page.goto(f"{server.url}data?workspace=demo")
    page.get_by_role("combobox", name="Format").click()
    page.get_by_role("option", name="YOLO classification").click()
    notice = page.get_by_text("Source, person and time are left out")
    button = page.get_by_role("button", name="Export", exact=False).last
    expect(button).to_be_visible()
    notice.scroll_into_view_if_needed()
    visible(notice)
    upper, lower = notice.bounding_box(), button.bounding_box()
    assert upper is not None
    assert lower is not None
    assert upper["y"] + upper["height"] <= lower["y"]
    page.get_by_label("Folder on this computer").last.fill(str(tmp_path / "yolo"))
    page.get_by_label("Folder on this computer").last.press("Tab")
    button.click()
    expect(page.get_by_text("written to")).to_be_visible()
    assert (tmp_path / "yolo/classes.json").is_file()
