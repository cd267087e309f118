"""Three people's hours in Chromium, each a script of real keys and clicks on a real server: annotator, product staff, demo giver.

Needs `scene3` and `video` below the data folder. A person's hour ends at the first thing that is not as it should be: `..._failed` says
what, `passed` is then false. `press_to_report_s` is from a press of *Train head* to the report of the new head,
`first_segment_s` from the press to the first segment of a video, both by the clock of who waits, in seconds.
"""

from __future__ import annotations

import csv
import shutil
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from playwright.sync_api import Error

from bench.harness import Figures, Options
from bench.heads import loop
from bench.screens import app_server
from bench.screens.annotator_hour import Annotator
from bench.screens.demo_hour import DemoGiver
from bench.screens.hour import HEAR, Hour
from bench.screens.staff_hour import Staff
from embedding.ingest import adding
from labeling.proposals import pseudo_labels
from labeling.snapshot.snapshot import Snapshot
from maintenance import demo

FILM = "bikes.mp4"
Work = Callable[[Hour], None]


def run(options: Options) -> Figures:
    """For each person `_passed`, `_steps`, `_s`, `_checked` and `_failed` (what was checked, and what was not so, in words)."""
    material = options.need("scene3")
    film = options.need(f"video/{FILM}")
    labels = 30 if options.quick else 100
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        truth = _real(folder / "annotator" / "scene3", material)
        demo.build(folder / "staff" / "demo")
        shutil.copytree(folder / "staff" / "demo", folder / "demo" / "demo")
        people: dict[str, tuple[Path, Work]] = {
            "annotator": (folder / "annotator" / "scene3", lambda hour: Annotator(hour, truth, labels).work()),
            "staff": (folder / "staff" / "demo", lambda hour: Staff(hour, folder).work()),
            "demo": (folder / "demo" / "demo", lambda hour: DemoGiver(hour, film, folder).work()),
        }
        figures: Figures = {"passed": True, "press_to_report_s": None, "first_segment_s": None}
        for name, (workspace, work) in people.items():
            figures |= _lived(name, workspace, work, options.threads)
        figures["passed"] = all(bool(figures[f"{name}_passed"]) for name in people)
    return figures


def _real(path: Path, folder: Path) -> dict[str, str]:
    """A workspace of real images with zero-shot proposals; returns the true class of each by file name."""
    with (folder / "labels.csv").open(encoding="utf-8") as file:
        everything = list(csv.DictReader(file))
    path.parent.mkdir(parents=True)
    workspace = loop.make(path, sorted({row["class"] for row in everything}))
    adding.add(workspace, [folder])
    pseudo_labels.pseudo_label(Snapshot(workspace), "zero-shot")
    workspace.engine.dispose()
    return {Path(row["file"]).name: row["class"] for row in everything}


def _lived(name: str, workspace: Path, work: Work, threads: int) -> Figures:
    """One person's hour on a server of its own."""
    with app_server.served(workspace.parent, threads) as app, app_server.chromium() as browser:
        context = browser.new_context(viewport={"width": 1440, "height": 900}, accept_downloads=True)
        if name != "annotator":  # who is asked for a name, as everybody on a first visit
            context.add_cookies([{"name": "sceneloop_actor", "value": name, "url": app.url}])
        context.add_init_script(HEAR)
        hour = Hour(context.new_page(), app, workspace)
        hour.page.set_default_timeout(120_000)
        failed, start = None, time.perf_counter()
        try:
            work(hour)
        except (AssertionError, Error) as error:  # not as it should be, or not there in time
            picture = Path(tempfile.gettempdir()) / f"bench-hours-{name}.png"
            hour.page.screenshot(path=picture)
            after = f" after: {hour.checked[-1]}" if hour.checked else ""
            failed = f"{error}{after} (picture: {picture})"
        return {
            f"{name}_passed": failed is None,
            f"{name}_steps": hour.steps,
            f"{name}_s": time.perf_counter() - start,
            f"{name}_checked": "; ".join(hour.checked),
            f"{name}_failed": failed,
            **hour.figures,
        }


def table(figures: Figures) -> str:
    """What was checked, a line each."""
    lines: Sequence[str] = [
        f"  {key.removesuffix('_checked')}: {words}"
        for key, text in figures.items()
        if key.endswith("_checked")
        for words in str(text).split("; ")
    ]
    return "\n".join(lines)
