"""The app in a process of its own, and Chromium on it: what the measurements of the pages share."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any
from urllib.error import URLError

from playwright.sync_api import Browser, Page, sync_playwright

from errors import InputError
from settings import ROOT
from store.database.sqlite import driver

FLAGS = ("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
         "--disable-component-update", "--disable-sync")  # fmt: skip
ACTOR = "bench"
GRID = "[...document.querySelectorAll('*')].map(n => n.shadowRoot?.querySelector('.review')).find(Boolean)"
KEPT = ["Labelled by a person", "Unsure"]  # a tile whose decision the server has on disk; until then it says "Saving"
WATCH = f"""(() => {{
  window.times = {{ painted: [], saved: [], last: 0 }};
  window.addEventListener("keydown", () => {{
    const review = {GRID};
    if (!review) return;
    const start = performance.now();
    window.times.last = start;
    requestAnimationFrame(() => setTimeout(() => window.times.painted.push(performance.now() - start)));
    const mark = review.querySelector(".viewport .tile.foc .mk");
    if (!mark) return;
    let sent = false;
    const watch = new MutationObserver(() => {{
      if (mark.title === "Saving") {{ sent = true; return; }}
      if (!sent) return;
      watch.disconnect();
      if ({KEPT}.includes(mark.title)) window.times.saved.push(performance.now() - start);
    }});
    watch.observe(mark, {{ attributes: true }});
  }}, {{ capture: true }});
}})();"""


def free_port() -> int:
    """A port of this machine that nothing listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def started(
    root: Path,
    port: int,
    threads: int,
    *,
    address: str = "127.0.0.1",
    before: Sequence[str] = (),
    log: IO[bytes] | int = subprocess.DEVNULL,
) -> subprocess.Popen[bytes]:
    """The app as a process of its own on a folder of workspaces.

    Args:
        before: what its command line begins with. log: where its output goes.
    """
    environment = {**os.environ, "SCENELOOP_WORKSPACE": str(root), "PYTHONPATH": str(ROOT)}
    environment["SCENELOOP_THREADS"] = str(threads)
    command = [
        *before,
        sys.executable,
        "-P",
        "-m",
        "streamlit",
        "run",
        str(ROOT / "app.py"),
        "--server.port",
        str(port),
    ]
    command += ["--server.address", address, "--server.headless", "true"]
    return subprocess.Popen(command, env=environment, cwd=ROOT / "web", stdout=log, stderr=log)


def answers(url: str, wait_s: float) -> bool:
    """Wait until an app answers that it is well; False where it does not in time."""
    begin = time.monotonic()
    while time.monotonic() - begin < wait_s:
        try:
            with urllib.request.urlopen(f"{url}_stcore/health", timeout=1):
                return True
        except (URLError, OSError):
            time.sleep(0.25)
    return False


@dataclass
class App:
    """A server on a folder of workspaces. It can be killed and started again at the same address."""

    root: Path
    threads: int
    port: int
    wait_s: float = 60.0
    process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """Its address."""
        return f"http://127.0.0.1:{self.port}/"

    def start(self, *, wait: bool = True) -> None:
        """Start it, and wait until it answers where asked.

        Raises:
            InputError: it does not answer in time.
        """
        self.process = started(self.root, self.port, self.threads)
        if wait:
            self.wait()

    def wait(self) -> None:
        """Wait until it answers.

        Raises:
            InputError: it does not in time.
        """
        if answers(self.url, self.wait_s):
            return
        raise InputError(f"The app did not start within {self.wait_s:.0f} s. Start it by hand to see why.")

    def kill(self) -> None:
        """End it without a warning, as a power cut would."""
        if self.process is not None:
            self.process.kill()
            self.process.wait(20)


@contextmanager
def served(root: Path, threads: int, *, wait_s: float = 60.0) -> Iterator[App]:
    """A running app on a folder of workspaces."""
    app = App(root, threads, free_port(), wait_s)
    try:
        app.start()
        yield app
    finally:
        app.kill()


@contextmanager
def chromium(more: Sequence[str] = ()) -> Iterator[Browser]:
    """Chromium without a window; `more` are flags beside `FLAGS`."""
    names = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
    executable = next((path for name in names if (path := shutil.which(name))), None)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=[*FLAGS, *more])
        yield browser
        browser.close()


def opened(browser: Browser, app: App) -> Page:
    """A page of somebody who has told their name; its keys are timed by its own clock."""
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    context.add_cookies([{"name": "sceneloop_actor", "value": ACTOR, "url": app.url}])
    context.add_init_script(WATCH)  # before the page's own scripts, which stop the key events
    page = context.new_page()
    page.set_default_timeout(120_000)
    return page


def first_grid(page: Page, url: str) -> float:
    """Seconds from a click on Review, in an app that is open, to sixty tiles with their images."""
    page.goto(url)
    page.get_by_text("Where the loop stands").wait_for()
    page.wait_for_timeout(1500)
    start = time.perf_counter()
    page.get_by_test_id("stSidebarNav").get_by_text("Review").click()
    page.wait_for_function(
        f"() => {{ const r = {GRID}; if (!r) return false; const all = [...r.querySelectorAll('.viewport .tile img')];"
        " return all.length >= 60 && all.every(i => i.complete && i.naturalWidth > 0); }"
    )
    return time.perf_counter() - start


def saved(page: Page, wait_s: float = 60.0) -> None:
    """Wait until the badge says that everything is on disk."""
    page.locator(".badge[data-state=saved]").first.wait_for(timeout=1000 * wait_s)


def rows(workspace: Path, query: str) -> list[tuple[Any, ...]]:
    """Rows of a workspace's database, read beside the running app."""
    with driver.connect(f"file:{workspace / 'sceneloop.db'}?mode=ro", uri=True) as connection:
        answer: list[tuple[Any, ...]] = connection.execute(query).fetchall()
    connection.close()
    return answer


def count(workspace: Path, query: str) -> int:
    """One number out of a workspace's database."""
    return int(rows(workspace, query)[0][0])
