"""The Segments page in Chromium: the first segment of a run, seeking, the playhead, other settings, an hour of shots.

The app runs in its own process on the demo workspace; times inside the page are taken by its own clock. `first_segment_s`: from
the click on Segment to the first segment on screen, with the warm child ready, as it is some seconds after the page was opened.
`seek_ms`: from a click on a segment to the picture of that time (`seeked`). `playhead_off_frames`: how far the playhead is from
the time of the video while it plays. `switch_ms`: from the choice of an aggregator, a smoothing or a model to the repainted
timeline. `scroll_*`: times of frames while a one-hour timeline with 1,000 shots is scrolled at its closest zoom, the
`still_*` without anything moving on the same machine.
"""

from __future__ import annotations

import statistics
import tempfile
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
from playwright.sync_api import Page

import sample_data
from bench.harness import Figures, Options
from bench.screens import app_server
from labeling.snapshot.snapshot import Snapshot
from maintenance import demo
from store.items.items import NewItem, add
from store.workspace import open_workspace
from video.runs import labelled_run, segmentation
from video.segmenting.analysis import Analysis, Keyframe
from video.segmenting.span import between

HOUR_S, FPS, SHOTS, SAMPLE_FRAMES = 3600, 25, 1000, 8
CLICKS = 20
TIMELINE = "[...document.querySelectorAll('*')].map(n => n.shadowRoot?.querySelector('.timeline')).find(Boolean)"
SEEK = f"""(index) => new Promise((done) => {{
  const root = {TIMELINE}, video = root.querySelector("video"), begin = performance.now();
  video.addEventListener("seeked", () => done(performance.now() - begin), {{ once: true }});
  root.querySelectorAll(".segm")[index].dispatchEvent(new MouseEvent("mousedown", {{ bubbles: true }}));
}})"""
PLAY = f"""() => new Promise(async (done) => {{
  const root = {TIMELINE}, video = root.querySelector("video"), head = root.querySelector(".bandbox .head"), off = [];
  video.muted = true; video.currentTime = 1; await video.play();
  const end = performance.now() + 3000;
  const look = () => {{
    const shown = parseFloat(head.style.left) / 100 * video.duration;
    off.push(Math.abs(shown - video.currentTime));
    if (performance.now() < end) requestAnimationFrame(() => setTimeout(look)); else {{ video.pause(); done(off); }}
  }};
  requestAnimationFrame(() => setTimeout(look));
}})"""
WATCH = f"""() => {{
  const root = {TIMELINE}; window.painted = null;
  document.addEventListener("input", () => {{ window.begun = performance.now(); }}, {{ capture: true }});
  new MutationObserver(() => requestAnimationFrame(() => setTimeout(() => {{ window.painted = performance.now() - window.begun; }})))
    .observe(root, {{ attributes: true, attributeFilter: ["data-view"] }});
}}"""
FRAMES = f"""(step) => new Promise((done) => {{
  const scroll = {TIMELINE}.querySelector(".scroll"), times = [];
  let last = null;
  const next = (now) => {{
    if (last !== null) times.push(now - last);
    last = now;
    scroll.scrollLeft += step;
    if (times.length < 120) requestAnimationFrame(next); else done(times);
  }};
  requestAnimationFrame(next);
}})"""


def run(options: Options) -> Figures:
    """Measure on a fresh demo workspace."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        demo.build(root / "demo")
        hour = _hour(root / "demo")
        with app_server.served(root, options.threads, wait_s=180) as app, app_server.chromium() as browser:
            page = app_server.opened(browser, app)
            page.set_default_timeout(120_000)
            page.goto(f"{app.url}segments")
            figures = _first(page)
            figures |= _seeking(page) | _switching(page)
            figures |= _scrolling(page, hour)
    return figures


def _hour(folder: Path) -> int:
    """A run of an hour with a thousand shots, made of the demo video's own pictures; returns the id of its video."""
    workspace = open_workspace(folder)
    snapshot = Snapshot(workspace)
    short = labelled_run.labelled(snapshot, segmentation.run(snapshot, sample_data.video_file())).analysis
    with workspace.engine.begin() as connection:
        item = NewItem("video", str(sample_data.video_file()), "an_hour.mp4", sha256="0" * 64)
        video = add(connection, [item])[0]
    segmentation.keep(snapshot, video, "an_hour.mp4", _long(short), 0.0)
    workspace.engine.dispose()
    return video


def _long(short: Analysis) -> Analysis:
    frames = HOUR_S * FPS
    times = np.arange(frames) / FPS
    samples = np.arange(0, frames, SAMPLE_FRAMES)
    cuts = np.linspace(0, frames, SHOTS + 1).round().astype(int)[1:-1]
    spans = between(cuts.tolist(), times, float(HOUR_S))
    # Each shot shows one sample of the short video throughout.
    shot = np.searchsorted(cuts, samples, side="right")
    keyframes = []
    for number, span in enumerate(spans):
        sample = int(np.searchsorted(samples, span.start_frame))
        jpeg = short.keyframes[number % len(short.keyframes)].jpeg
        keyframes.append(Keyframe(number, sample, int(samples[sample]), float(times[samples[sample]]), jpeg))
    vectors = short.vectors[[short.keyframes[number % len(short.keyframes)].sample for number in shot]]
    still = replace(short.change, **{name: np.zeros(frames, np.float32) for name in vars(short.change)})
    return replace(
        short, fps=float(FPS), duration_s=float(HOUR_S), times=times, change=still, sample_frames=samples, vectors=vectors,
        shots=spans, keyframes=keyframes, notes=[],
    )  # fmt: skip


def _first(page: Page) -> Figures:
    """From the click on Segment to the first segment, and to the end of the run."""
    page.wait_for_selector(".timeline[data-ready='1']")
    page.wait_for_timeout(60_000)  # the warm child loads
    page.get_by_role("button", name="Run").click()
    page.locator("[data-testid=stMultiSelect] input").click()
    page.get_by_role("option", name="demo_mix.mp4").click()
    page.keyboard.press("Escape")
    begin = time.perf_counter()
    page.get_by_role("button", name="Segment", exact=True).click()
    page.wait_for_selector(".timeline[data-ready='live'] .segm")
    first = time.perf_counter() - begin
    page.wait_for_selector(".timeline[data-ready='1']")
    return {"first_segment_s": first, "whole_run_s": time.perf_counter() - begin}


def _seeking(page: Page) -> Figures:
    page.wait_for_timeout(2000)
    count = page.locator(".segm").count()
    times = [float(page.evaluate(SEEK, (7 * k + 3) % count)) for k in range(CLICKS)]
    off = [float(seconds) for seconds in page.evaluate(PLAY)]
    return {
        "seek_ms": statistics.median(times),
        "seek_worst_ms": max(times),
        "playhead_off_frames": statistics.median(off) * 30,
        "playhead_updates_per_s": len(off) / 3,
    }


def _switching(page: Page) -> Figures:
    page.evaluate(WATCH)
    durations: dict[str, list[float]] = {"aggregator": [], "smoothing": [], "model": []}
    for _ in range(5):
        durations["aggregator"] += [
            _choose(page, "Score of a shot", name) for name in ("Mean probability", "Mean log-probability")
        ]
        durations["smoothing"] += [_choose(page, "Smoothing", name) for name in ("No smoothing", "Smoothing")]
        durations["model"] += [_choose(page, "Model", name) for name in ("Zero-shot", "Model in use")]
    figures: Figures = {f"switch_{name}_ms": statistics.median(times) for name, times in durations.items()}
    figures["switch_ms"] = max(statistics.median(times) for times in durations.values())
    return figures


def _choose(page: Page, box: str, name: str) -> float:
    page.evaluate("window.painted = null")
    page.get_by_label(box, exact=True).select_option(name)
    page.wait_for_function("window.painted !== null")
    return float(page.evaluate("window.painted"))


def _scrolling(page: Page, video: int) -> Figures:
    page.get_by_role("combobox", name="Video", exact=True).click()
    page.get_by_role("option", name="an_hour").click()
    page.wait_for_function(f"{TIMELINE}.querySelectorAll('.shot').length > 100")
    zoom = page.locator("input.zoom")
    begin = time.perf_counter()
    zoom.evaluate("(node) => { node.value = node.max; node.dispatchEvent(new Event('input')); }")
    zoomed = time.perf_counter() - begin
    page.wait_for_timeout(1000)
    still = sorted(float(t) for t in page.evaluate(FRAMES, 0))
    moving = sorted(float(t) for t in page.evaluate(FRAMES, 40))
    return {
        "hour_video": video,
        "zoom_ms": 1000 * zoomed,
        "hour_width_px": page.evaluate(f"{TIMELINE}.querySelector('.track').clientWidth"),
        "scroll_frame_ms": statistics.median(moving),
        "scroll_frame_p95_ms": moving[int(0.95 * len(moving))],
        "scroll_slow_frames": sum(t > 50 for t in moving),
        "still_frame_ms": statistics.median(still),
        "still_frame_p95_ms": still[int(0.95 * len(still))],
    }
