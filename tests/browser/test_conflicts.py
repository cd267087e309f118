"""Two people who publish from one version, and a workspace that cannot be written: what somebody at the screen sees and does."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from app_process import free_port
from playwright.sync_api import Browser, Page, expect
from steps import stored, visible

pytestmark = [pytest.mark.browser, pytest.mark.slow]
AS_OWNER = [
    "setpriv",
    "--bounding-set=-dac_override,-dac_read_search",
]  # the superuser, whom permissions stop like anybody


@pytest.fixture
def bob(chromium: Browser, server: Any) -> Iterator[Page]:
    """A second person at a screen of their own."""
    context = chromium.new_context(viewport={"width": 1440, "height": 900})
    context.add_cookies([{"name": "sceneloop_actor", "value": "bob", "url": server.url}])
    yield context.new_page()
    context.close()


def write(page: Page, text: str) -> None:
    """Write the first prompt of the first category anew."""
    page.locator(".prompts .line .field").first.fill(text)
    visible(page.get_by_text("Draft, not published"))


def test_who_publishes_second_keeps_the_text_sees_the_difference_and_goes_on(
    page: Page, bob: Page, server: Any
) -> None:
    for each in (page, bob):
        each.goto(f"{server.url}prompts")
        each.wait_for_selector(".prompts[data-ready]")
    write(page, "a wide green valley")
    write(bob, "a mountain at dawn")
    page.get_by_label("Note").fill("valleys")
    page.get_by_role("button", name="Publish version 2").click()
    visible(page.get_by_text("Version 2 published"))
    bob.get_by_role("button", name="Publish version 2").click()
    message = bob.get_by_role("dialog", name="Version 2 was published by ann")
    visible(message.get_by_role("heading", name="Version 2 was published by ann"))
    visible(message.get_by_text("Their note: valleys"))
    visible(message.get_by_text("Your text is in the draft"))
    visible(message.locator(".compared").get_by_text("a wide green valley"))
    visible(message.locator(".own .out").get_by_text("a wide green valley"))
    visible(message.locator(".own .in").get_by_text("a mountain at dawn"))
    message.get_by_role("button", name="Go on with my draft").click()
    expect(bob.locator(".prompts .line .field").first).to_have_value("a mountain at dawn")
    bob.get_by_role("button", name="Publish version 3").click()
    visible(bob.get_by_text("Version 3 published"))
    assert stored(server.workspace, "select count(*) from prompt_version")[0][0] == 3


@pytest.fixture
def sealed(server: Any, serve: Callable[..., subprocess.Popen[bytes]], tmp_path: Path) -> Iterator[str]:
    """The address of a server that can read its workspace and not write it."""
    demo = Path(shutil.copytree(server.workspace, tmp_path / "demo"))
    everything = [demo, *demo.rglob("*")]
    for path in everything:
        path.chmod(0o555 if path.is_dir() else 0o444)
    port = free_port()
    process = serve(tmp_path, port, before=AS_OWNER if os.geteuid() == 0 else [])
    yield f"http://127.0.0.1:{port}/"
    process.terminate()
    process.wait(20)
    for path in everything:
        path.chmod(0o755)


def test_a_key_in_a_read_only_workspace_says_that_nothing_is_saved(page: Page, sealed: str) -> None:
    page.context.add_cookies([{"name": "sceneloop_actor", "value": "ann", "url": sealed}])
    page.goto(f"{sealed}review")
    page.wait_for_selector(".review[data-ready]")
    visible(page.get_by_text("This workspace is read-only"))
    page.keyboard.press("1")
    visible(page.get_by_text("Nothing was saved"))
    visible(page.get_by_text("Not saved. 1 label kept here"))
    expect(page.get_by_text("what came after it is saved")).to_have_count(0)
