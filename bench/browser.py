"""The grid in Chromium: key to painted, key to saved, keys lost at typing speed, and the first full grid.

The app runs in its own process on the demo workspace; times are taken inside the page by its own clock: from the key event
to the frame after the tile changed (`painted_ms`), and to the answer of the server (`saved_ms`).
"""

from __future__ import annotations

import os
import shutil
import socket
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.error import URLError

from playwright.sync_api import Browser, Page, sync_playwright

from bench.harness import Figures, Options
from errors import InputError
from settings import ROOT

FLAGS = ("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
         "--disable-component-update", "--disable-sync")  # fmt: skip
KEYS, KEYS_A_SECOND = 200, 15
ROOT_OF_GRID = "[...document.querySelectorAll('*')].map(n => n.shadowRoot?.querySelector('.review')).find(Boolean)"
WATCH = f"""(() => {{
  window.times = {{ painted: [], saved: [], last: 0 }};
  window.addEventListener("keydown", () => {{
    const review = {ROOT_OF_GRID};
    if (!review) return;
    const start = performance.now();
    window.times.last = start;
    requestAnimationFrame(() => setTimeout(() => window.times.painted.push(performance.now() - start)));
    const badge = review.querySelector(".badge[data-state]");
    const watch = new MutationObserver(() => {{
      if (badge.dataset.state !== "saved") return;
      watch.disconnect();
      window.times.saved.push(performance.now() - start);
    }});
    watch.observe(badge, {{ attributes: true }});
  }}, {{ capture: true }});
}})();"""


def run(options: Options) -> Figures:
    """Measure on a fresh demo workspace."""
    keys = 60 if options.quick else KEYS
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        _build(root / "demo", options.threads)
        with _server(root, options.threads) as url, _chromium() as browser:
            context = browser.new_context(viewport={"width": 1440, "height": 900})
            context.add_cookies([{"name": "sceneloop_actor", "value": "bench", "url": url}])
            context.add_init_script(WATCH)  # before the page's own scripts, which stop the key events
            page = context.new_page()
            first_grid = _first_grid(page, url)
            single = _one_by_one(page, 20 if options.quick else 40)
            sent = _at_speed(page, keys)
            stored = _stored(root / "demo")
    return {
        "painted_ms": single["painted"],
        "saved_ms": single["saved"],
        "saved_p95_ms": single["saved_p95"],
        "keys": sent["keys"] + single["keys"],
        "stored": stored,
        "lost": sent["keys"] + single["keys"] - stored,
        "first_grid_s": first_grid,
    }


def _build(folder: Path, threads: int) -> None:
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "SCENELOOP_THREADS": str(threads)}
    subprocess.run(
        [sys.executable, "-P", "-m", "cli", "demo", str(folder)],
        check=True,
        env=environment,
        capture_output=True,
    )


@contextmanager
def _server(root: Path, threads: int) -> Iterator[str]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    environment = {
        **os.environ,
        "SCENELOOP_WORKSPACE": str(root),
        "PYTHONPATH": str(ROOT),
        "SCENELOOP_THREADS": str(threads),
    }
    command = [
        sys.executable,
        "-P",
        "-m",
        "streamlit",
        "run",
        str(ROOT / "app.py"),
        "--server.port",
        str(port),
        "--server.headless",
        "true",
    ]
    process = subprocess.Popen(command, env=environment, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        _wait(f"http://127.0.0.1:{port}/_stcore/health")
        yield f"http://127.0.0.1:{port}/"
    finally:
        process.terminate()
        process.wait(20)


def _wait(url: str) -> None:
    for _ in range(240):
        try:
            with urllib.request.urlopen(url, timeout=1):
                return
        except (URLError, OSError):
            time.sleep(0.25)
    raise InputError("The app did not start within a minute. Start it by hand to see why.")


@contextmanager
def _chromium() -> Iterator[Browser]:
    names = ("chromium", "chromium-browser", "google-chrome")
    found = next((path for name in names if (path := shutil.which(name))), None)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=list(FLAGS))
        yield browser
        browser.close()


def _first_grid(page: Page, url: str) -> float:
    """Seconds from a click on Review, in an app that is open, to sixty tiles with their images."""
    page.goto(url)
    page.get_by_text("Where the loop stands").wait_for()
    page.wait_for_timeout(1500)
    start = time.perf_counter()
    page.get_by_test_id("stSidebarNav").get_by_text("Review").click()
    page.wait_for_function(
        f"() => {{ const r = {ROOT_OF_GRID}; if (!r) return false; const all = [...r.querySelectorAll('.viewport .tile img')];"
        " return all.length >= 60 && all.every(i => i.complete && i.naturalWidth > 0); }"
    )
    return time.perf_counter() - start


def _one_by_one(page: Page, n: int) -> dict[str, float | int]:
    """Medians of single keys with time between them."""
    for k in range(n):
        page.keyboard.press("123"[k % 3])
        page.wait_for_timeout(250)
    times = page.evaluate("() => window.times")
    saved = sorted(times["saved"])
    return {
        "painted": statistics.median(times["painted"]),
        "saved": statistics.median(saved),
        "saved_p95": saved[int(0.95 * (len(saved) - 1))],
        "keys": n,
    }


def _at_speed(page: Page, n: int) -> dict[str, int]:
    """Keys at fifteen a second; a full page is turned with its own key."""
    for k in range(n):
        if page.locator(".progress").inner_text().find(" 0 left") >= 0:
            page.keyboard.press("PageDown")
            page.wait_for_timeout(700)
        begin = time.perf_counter()
        page.keyboard.press("123"[k % 3])
        page.wait_for_timeout(max(0.0, 1000 / KEYS_A_SECOND - 1000 * (time.perf_counter() - begin)))
    page.locator(".badge[data-state=saved]").wait_for(timeout=20_000)
    return {"keys": n}


def _stored(workspace: Path) -> int:
    with sqlite3.connect(f"file:{workspace / 'sceneloop.db'}?mode=ro", uri=True) as connection:
        query = "select count(*) from label_state where value = 'yes' and source = 'human'"
        count = int(connection.execute(query).fetchone()[0])
    connection.close()
    return count
