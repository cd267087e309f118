"""Somebody's hour in the app: what they do by mouse and keyboard, counted and timed, and what was checked on the way."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.sync_api import Locator, Page

from bench.screens import app_server
from bench.screens.visibility import unseen, visible

WAIT_S = 120.0  # for whatever the app has to do on a busy machine
ACKS = "bench.acknowledged"
# Before the page's own scripts: what the server acknowledged is kept beside the page, over reloads, when the page hears it.
HEAR = f"""(() => {{
  const send = window.fetch;
  window.fetch = async (...given) => {{
    const answer = await send(...given);
    if (answer.ok && /\\/ops$/.test(String(given[0]))) {{
      const {{ acks }} = await answer.clone().json();
      const kept = JSON.parse(localStorage.getItem("{ACKS}") ?? "[]");
      for (const ack of acks)
        for (const item of ack.items ?? [])
          if (item.status === "saved") kept.push([ack.batch, item.id, item.version]);
      localStorage.setItem("{ACKS}", JSON.stringify(kept));
    }}
    return answer;
  }};
}})();"""


@dataclass
class Hour:
    """One person at one workspace.

    Attributes:
        steps: presses of keys and buttons, texts typed, choices made.
        checked: what was asked of the screen or the disk, in words, in order.
        figures: seconds that were taken on the way.
    """

    page: Page
    app: app_server.App
    workspace: Path
    steps: int = 0
    checked: list[str] = field(default_factory=list)
    figures: dict[str, float] = field(default_factory=dict)

    def click(self, node: Locator, **how: Any) -> None:
        """Press what is seen; `how` is playwright's."""
        visible(node, int(1000 * WAIT_S))
        node.first.click(**how)
        self.steps += 1

    def press(self, key: str) -> None:
        """Press a key."""
        self.page.keyboard.press(key)
        self.steps += 1

    def write(self, node: Locator, text: str) -> None:
        """Type a text into a field, in place of what stands there."""
        visible(node, int(1000 * WAIT_S))
        node.first.click()
        self.page.keyboard.press("ControlOrMeta+a")
        self.page.keyboard.type(text)
        self.steps += 1

    def choose(self, node: Locator, label: str) -> None:
        """Choose from a list."""
        visible(node, int(1000 * WAIT_S))
        node.select_option(label=label)
        self.steps += 1

    def give(self, node: Locator, file: Path) -> None:
        """Press a button that asks for a file, and choose one."""
        visible(node, int(1000 * WAIT_S))
        with self.page.expect_file_chooser() as chooser:
            node.first.click()
        chooser.value.set_files(file)
        self.steps += 1

    def go(self, name: str) -> None:
        """Open a page by the navigation."""
        self.click(self.page.get_by_test_id("stSidebarNav").get_by_text(name, exact=True))

    def sees(self, node: Locator, words: str) -> None:
        """Wait until it is seen."""
        visible(node, int(1000 * WAIT_S))
        self.checked.append(words)

    def sees_no_more(self, node: Locator, words: str) -> None:
        """Wait until it is not seen any more."""
        unseen(node, int(1000 * WAIT_S))
        self.checked.append(words)

    def check(self, holds: bool, words: str) -> None:
        """State what holds.

        Raises:
            AssertionError: it does not.
        """
        if not holds:
            raise AssertionError(f"not so: {words}")
        self.checked.append(words)

    def becomes(self, holds: Callable[[], bool], words: str) -> None:
        """Wait until it holds.

        Raises:
            AssertionError: it does not in time.
        """
        begin = time.monotonic()
        while not holds() and time.monotonic() - begin < WAIT_S:
            self.page.wait_for_timeout(100)
        self.check(holds(), words)

    def count(self, query: str) -> int:
        """One number out of the workspace's database."""
        return app_server.count(self.workspace, query)

    def saved(self) -> None:
        """Wait until the badge says that everything is on disk."""
        app_server.saved(self.page, WAIT_S)

    def acknowledged(self) -> int:
        """Check that each label that the server acknowledged is an event on disk; returns how many those are.

        Raises:
            AssertionError: one is not.
        """
        kept = self.page.evaluate(f"JSON.parse(localStorage.getItem('{ACKS}') ?? '[]')")
        stored = set(app_server.rows(self.workspace, "select batch_id, item_id, version from label_event"))
        lost = [each for each in kept if tuple(each) not in stored]
        self.check(not lost, f"each of {len(kept)} acknowledged labels is an event on disk")
        return len(kept)
