"""Review over a large workspace in Chromium: key to painted and saved, first grid, filters, neighbours, and 500 keys at 15 a second.

Vectors, labels and a head as in `bench scale`, thumbnails of the demo images. The keys are typed once with a training running, and
once with the server killed and started again in the middle; each must be one event on disk. 10,000 items; `--long` takes 100,000
(its kNN graph is built before the clock runs), `--quick` 2,000 and fewer keys.
"""

from __future__ import annotations

import itertools
import os
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
from playwright.sync_api import Page
from sqlalchemy import update

import jobs
import sample_data
from bench.harness import Figures, Options
from bench.screens import app_server
from bench.screens.app_server import App
from bench.screens.browser import KEYS_A_SECOND, one_by_one
from bench.speed import scale
from embedding.pictures import images
from labeling.snapshot.snapshot import Snapshot
from store.database import schema
from store.workspace import Workspace

ITEMS, LONG, QUICK = 10_000, 100_000, 2_000
KEYS, QUICK_KEYS = 500, 90
PAGE = 200  # tiles, so that a page holds the time that the server is away
AWAY = 30  # keys between the kill and the new start
CHANGES = (("Order", "margin"), ("Order", "confidence"), ("Order", "newest"), ("Label by", "machine"), ("Order", "suspicion"),
           ("Label by", "open"), ("Order", "random"))  # fmt: skip
EVENTS = (
    "select count(*) from label_event join actor on actor.id = actor_id where name = '"
    + app_server.ACTOR
    + "' and reverts is null"
)
FIRST = f"({app_server.GRID}).querySelector('.viewport .tile:not(.ghost)')"
LEAVE = f"() => {{ {FIRST}.dataset.left = '1' }}"  # a page is there when its first tile is a new one: the images may be the same
ARRIVED = f"() => {FIRST} && !{FIRST}.dataset.left"


def run(options: Options) -> Figures:
    """All figures of one workspace; `lost_` are keys without an event, `trained_s` is how long the training ran beside."""
    count = QUICK if options.quick else LONG if options.long else ITEMS
    keys = QUICK_KEYS if options.quick else KEYS
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        workspace = _build(root / "large", count)
        with app_server.served(root, options.threads, wait_s=600) as app, app_server.chromium() as browser:
            page = app_server.opened(browser, app)
            figures: Figures = {"items": count, "first_grid_s": app_server.first_grid(page, app.url)}
            single = one_by_one(page, 20 if options.quick else 40)
            figures |= {
                "painted_ms": single["painted"],
                "saved_ms": single["saved"],
                "saved_p95_ms": single["saved_p95"],
            }
            figures |= _changes(page) | _neighbours(page)
            figures |= _beside_training(page, app, workspace, keys)
            figures |= _over_a_restart(page, app, workspace.path, keys)
        workspace.engine.dispose()
    return figures


def _build(folder: Path, count: int) -> Workspace:
    """The workspace of `bench scale`, its items the demo images over and over, its graph ready."""
    workspace = scale.build(folder, count)
    pictures = sorted(sample_data.images_folder().glob("*.jpg"))
    with workspace.engine.begin() as connection:
        for k, picture in enumerate(pictures):
            where = schema.item.c.id % len(pictures) == k
            connection.execute(update(schema.item).where(where).values(path=str(picture)))
    snapshot = Snapshot(workspace)
    drawn: dict[int, Path] = {}
    for number in snapshot.ids.tolist():
        thumb = workspace.thumb(number)
        thumb.parent.mkdir(parents=True, exist_ok=True)
        kind = number % len(pictures)
        if kind in drawn:
            os.link(drawn[kind], thumb)
        else:
            images.thumbnail(images.read(pictures[kind]).pixels, thumb)
            drawn[kind] = thumb
    _ = snapshot.geometry.graph
    return workspace


def _changes(page: Page) -> Figures:
    """Milliseconds from a change of filter or order to the new tiles on screen."""
    times = []
    for name, value in CHANGES:
        page.evaluate(LEAVE)
        field = page.get_by_label(name, exact=True)
        start = time.perf_counter()
        field.select_option(value)
        page.wait_for_function(ARRIVED, polling="raf")
        times.append(1000 * (time.perf_counter() - start))
        page.wait_for_timeout(1500)
    return {"filter_ms": statistics.median(times), "filter_max_ms": max(times)}


def _neighbours(page: Page) -> Figures:
    """Milliseconds from a key that moves the focus to the neighbours of the new tile on screen."""
    near = f"(() => {{ const r = {app_server.GRID}; return [...r.querySelectorAll('.near-grid .tile')].map(t => t.dataset.id).join() }})()"
    times = []
    for _ in range(15):
        before = page.evaluate(near)
        start = time.perf_counter()
        page.keyboard.press("ArrowRight")
        page.wait_for_function(
            f"before => {{ const now = {near}; return now && now !== before }}", arg=before, polling="raf"
        )
        times.append(1000 * (time.perf_counter() - start))
        page.wait_for_timeout(300)
    return {"neighbours_ms": statistics.median(times), "neighbours_p95_ms": float(np.quantile(times, 0.95))}


def _beside_training(page: Page, app: App, workspace: Workspace, keys: int) -> Figures:
    """Type while a head is trained in a child process, one after the other."""
    _page_of(page, app)
    before = app_server.count(workspace.path, EVENTS)
    page.evaluate("() => { window.times.saved = []; window.times.painted = [] }")
    trained: list[int] = []

    def train(k: int) -> None:
        if k % 50 == 0 and not (trained and jobs.get(workspace, trained[-1])["state"] in ("queued", "running")):
            trained.append(jobs.start(workspace, "train", {"promote": "never"}, app_server.ACTOR))

    _type(page, keys, train)
    states = [jobs.get(workspace, number)["state"] for number in trained]
    running, failed = sum(state in ("queued", "running") for state in states), states.count("failed")
    times = page.evaluate("() => window.times")
    for number in trained:
        jobs.cancel(workspace, number)
    while any(jobs.get(workspace, number)["state"] in ("queued", "running") for number in trained):
        time.sleep(0.5)
    return {
        "keys_training": keys,
        "lost_training": keys - (app_server.count(workspace.path, EVENTS) - before),
        "trainings": len(trained),
        "trainings_unfinished": running,
        "trainings_failed": failed,
        "painted_training_ms": statistics.median(times["painted"]),
        "saved_training_ms": statistics.median(times["saved"]),
        "saved_training_p95_ms": float(np.quantile(times["saved"], 0.95)),
    }


def _over_a_restart(page: Page, app: App, folder: Path, keys: int) -> Figures:
    """Type while the server is killed and comes back; what waited is sent then."""
    _page_of(page, app)
    before = app_server.count(folder, EVENTS)
    kill = min(keys // 3, PAGE // 4)
    away: list[float] = []

    def strike(k: int) -> None:
        if k == kill:
            app.kill()
            away.append(time.perf_counter())
        if k == kill + AWAY:
            app.start(wait=False)

    start = time.perf_counter()
    _type(page, keys, strike)
    app_server.saved(page, 600)
    return {
        "keys_restart": keys,
        "lost_restart": keys - (app_server.count(folder, EVENTS) - before),
        "all_saved_s": time.perf_counter() - start,
    }


def _page_of(page: Page, app: App) -> None:
    page.goto(f"{app.url}review?by=open&order=margin&size={PAGE}")
    page.wait_for_selector(".review[data-ready]")
    page.wait_for_timeout(1500)


def _type(page: Page, keys: int, beside: Callable[[int], None]) -> None:
    """Keys at fifteen a second; a full page is turned with its own key once it is saved."""
    for k, digit in zip(range(keys), itertools.cycle("123"), strict=False):
        if k and k % PAGE == 0:
            app_server.saved(page, 600)
            page.evaluate(LEAVE)
            page.keyboard.press("PageDown")
            page.wait_for_function(ARRIVED, polling="raf")
        begin = time.perf_counter()
        beside(k)
        page.keyboard.press(digit)
        page.wait_for_timeout(max(0.0, 1000 / KEYS_A_SECOND - 1000 * (time.perf_counter() - begin)))
    app_server.saved(page, 600)
