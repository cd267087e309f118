"""The grid in Chromium: key to painted, key to saved, keys lost at typing speed, turning a page, and the first full grid.

The app runs in its own process on the demo workspace; times are taken inside the page by its own clock: from the key event
to the frame after the tile changed (`painted_ms`), and to the answer of the server (`saved_ms`).
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from playwright.sync_api import Page

from bench.harness import Figures, Options
from bench.screens import app_server
from settings import ROOT

KEYS, KEYS_A_SECOND = 200, 15
STORED = (
    "select count(*) from label_event where value = 'yes' and source = 'human'"  # a tile decided again counts again
)
TURNED = f"() => !/\\s0 left/.test(({app_server.GRID}).querySelector('.progress').textContent)"


def run(options: Options) -> Figures:
    """Measure on a fresh demo workspace."""
    keys = 60 if options.quick else KEYS
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        _build(root / "demo", options.threads)
        with app_server.served(root, options.threads) as app, app_server.chromium() as browser:
            page = app_server.opened(browser, app)
            first_grid = app_server.first_grid(page, app.url)
            single = one_by_one(page, 20 if options.quick else 40)
            turns = _at_speed(page, keys)
            stored = app_server.count(root / "demo", STORED)
    return {
        "painted_ms": single["painted"],
        "saved_ms": single["saved"],
        "saved_p95_ms": single["saved_p95"],
        "keys": keys + int(single["keys"]),
        "stored": stored,
        "lost": keys + int(single["keys"]) - stored,
        "turn_ms": 1e3 * statistics.median(turns),
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


def one_by_one(page: Page, n: int) -> dict[str, float | int]:
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


def _at_speed(page: Page, n: int) -> list[float]:
    """Keys at fifteen a second; a full page is turned with its own key. Returns the seconds of each turn."""
    turns: list[float] = []
    for k in range(n):
        if page.locator(".progress").inner_text().find(" 0 left") >= 0:
            begin = time.perf_counter()
            page.keyboard.press("PageDown")
            page.wait_for_function(TURNED, polling="raf")
            turns.append(time.perf_counter() - begin)
        begin = time.perf_counter()
        page.keyboard.press("123"[k % 3])
        page.wait_for_timeout(max(0.0, 1000 / KEYS_A_SECOND - 1000 * (time.perf_counter() - begin)))
    app_server.saved(page)
    return turns
