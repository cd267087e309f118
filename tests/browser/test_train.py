"""Training in the browser: cancel one, promote one by hand, roll back, open a cell; a killed training leaves the old head."""

from __future__ import annotations

import os
import re
import signal
import threading
import time
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from steps import promote, stored, until

from labeling.exchange import label_import
from store.workspace import open_workspace

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(900)]
LABELS = 60


def in_use(workspace: Path) -> list[int]:
    """Numbers of the heads in use."""
    query = "select number from head where promoted_at is not null and retired_at is null"
    return [row[0] for row in stored(workspace, query)]


@pytest.fixture
def labelled(server: Any, truth: dict[str, str], tmp_path: Path) -> Path:
    """Sixty labels of the demo images, from the truth."""
    lines = [f"{name},{truth[name]}" for name in sorted(truth)[:LABELS]]
    file = tmp_path / "answers.csv"
    file.write_text("\n".join(["file,class", *lines]) + "\n", encoding="utf-8")
    opened = open_workspace(server.workspace)
    label_import.label_csv(opened, file, actor="Ann")
    opened.engine.dispose()
    return Path(server.workspace)


LAST_JOB = "select state from job where kind = 'train' order by id desc"


def press_train(page: Page) -> None:
    page.get_by_role("button", name="Train head").click()


def cancel_one(page: Page, workspace: Path) -> None:
    press_train(page)
    page.get_by_role("button", name="Cancel").click()
    until(page, workspace, LAST_JOB, "cancelled")
    expect(page.get_by_text("was cancelled").first).to_be_visible()
    assert stored(workspace, "select count(*) from head") == [(0,)]


def promote_one(page: Page, workspace: Path) -> None:
    page.get_by_role("button", name="Options").click()
    page.get_by_text("Promote it when its gain is certain").click()
    page.keyboard.press("Escape")
    press_train(page)
    until(page, workspace, LAST_JOB, "done")
    expect(page.get_by_text("Reason for this choice")).to_be_visible()
    expect(page.get_by_text("Leakage check: 0 groups on both sides")).to_be_visible()
    expect(page.get_by_text(re.compile("more labels would gain|Gain from 50")).first).to_be_visible()
    assert in_use(workspace) == []
    promote(page, workspace, 1, "It reads slides better")
    assert "by ann" in stored(workspace, "select reason from head")[0][0]


def killed(page: Page, server: Any, workspace: Path) -> None:
    """A kill -9 in the middle: the head in use stays, the job says that it was interrupted."""
    before = stored(workspace, "select max(id) from job")[0][0]
    its_child = f"pid != {server.process.pid}"  # until there is one, the server answers for the job
    query = f"select pid from job where id > {before} and kind = 'train' and {its_child}"

    def kill() -> None:
        deadline = time.monotonic() + 120
        while time.monotonic() < deadline:
            begun = stored(workspace, query)
            if begun:
                os.kill(begun[0][0], signal.SIGKILL)
                return
            time.sleep(0.005)

    killer = threading.Thread(target=kill)  # beside the page, whose answers take longer than a training of sixty labels
    killer.start()
    press_train(page)
    killer.join()
    until(page, workspace, LAST_JOB, "interrupted")
    expect(page.get_by_text("The process ended before the work did").first).to_be_visible()
    assert in_use(workspace) == [1]


def open_a_cell(page: Page, url: str) -> None:
    page.goto(f"{url}train")
    cell = page.locator(".sl-confusion a").first
    count = int(cell.inner_text())
    cell.click()
    page.wait_for_selector(".review[data-ready]")
    expect(page.locator(".progress")).to_contain_text(f"{count} match")


def test_train_cancel_promote_kill_roll_back_and_open_a_cell(page: Page, server: Any, labelled: Path) -> None:
    page.goto(f"{server.url}train")
    expect(page.get_by_role("button", name="Train head")).to_be_enabled()
    cancel_one(page, labelled)
    promote_one(page, labelled)
    killed(page, server, labelled)
    page.get_by_role("button", name="Roll back").click()
    until(page, labelled, "select count(*) from head where promoted_at is not null and retired_at is null", 0)
    open_a_cell(page, server.url)
