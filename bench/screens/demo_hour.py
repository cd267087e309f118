"""An hour of somebody who gives a demo: two videos, a segment explained and corrected, two runs compared, one mailed."""

from __future__ import annotations

import time
from pathlib import Path

from bench.screens.hour import WAIT_S, Hour

RUNS = "select count(*) from job where kind = 'segment' and state = 'done'"
FRAMES = (
    "select count(*) from label_state s join item i on i.id = s.item_id where i.kind = 'frame' and s.source = 'human'"
)


class DemoGiver:
    """Shows what the program does with a video."""

    def __init__(self, hour: Hour, film: Path, folder: Path) -> None:
        self.hour, self.page, self.film, self.folder = hour, hour.page, film, folder

    def work(self) -> None:
        """The whole hour."""
        self.segment_the_first()
        self.explain()
        self.correct()
        self.segment_another()
        self.compare()
        self.mail()

    def segment_the_first(self) -> None:
        """The demo's own video, after a fresh start of the server; the first segment is timed."""
        self.page.goto(f"{self.hour.app.url}segments")
        button = self.page.get_by_role("button", name="Segment demo_mix.mp4")
        button.wait_for()
        start = time.perf_counter()
        self.hour.click(button)
        self.page.locator(".segm").first.wait_for(timeout=1000 * WAIT_S)
        self.hour.figures["first_segment_s"] = time.perf_counter() - start
        self.hour.becomes(lambda: self.hour.count(RUNS) == 1, "the first video is segmented")
        self.page.wait_for_selector(".timeline[data-ready='1']")
        self.hour.sees(self.page.locator(".segm"), "its segments stand on the timeline")

    def explain(self) -> None:
        """A segment, with scores, keyframes, and the images that it was labelled by."""
        hour = self.hour
        hour.click(self.page.locator(".segm").nth(2))
        hour.sees(self.page.locator(".which", has_text="Segment 3 of"), "a click goes to its segment")
        hour.sees(self.page.locator(".about .score"), "it shows the scores of the classes")
        hour.sees(self.page.locator(".about .kf .im img"), "it shows its keyframes")
        hour.sees(self.page.locator(".alike img"), "it shows the labelled images nearest to them")

    def correct(self) -> None:
        """Another class by its key; the keyframes become training images."""
        hour = self.hour
        now = self.page.locator(".relabel .chooser").get_attribute("data-value")
        key = next(number for number in ("1", "2", "3") if number != now)
        hour.press(key)
        hour.sees(self.page.locator(".toast", has_text="Segment saved"), "the correction is said to be saved")
        hour.becomes(lambda: self.page.locator(".segm.h").count() == 1, "the segment is marked as a person's")
        hour.check(hour.count(FRAMES) > 0, "its keyframes are labelled images")

    def segment_another(self) -> None:
        """A second video from this computer."""
        hour = self.hour
        hour.click(self.page.get_by_role("button", name="Run", exact=True))
        hour.give(self.page.locator("button:visible").get_by_text("Upload", exact=True), self.film)
        hour.sees(self.page.get_by_text(self.film.name), "the page names the uploaded file")
        hour.click(self.page.get_by_role("button", name="Segment", exact=True))
        hour.becomes(lambda: hour.count(RUNS) == 2, "a second video is segmented")
        hour.becomes(lambda: "run=2" in self.page.url, "the second video is on screen")
        self.page.wait_for_selector(".timeline[data-ready='1']")

    def compare(self) -> None:
        """Back to the first video, its run as corrected beside the run as the prompts label it."""
        hour = self.hour
        hour.click(self.page.get_by_role("combobox", name="Video"))
        hour.click(self.page.get_by_role("option").filter(has_text="demo_mix.mp4"))
        hour.becomes(lambda: self.page.locator(".segm.h").count() == 1, "the corrected run is on screen again")
        hour.choose(self.page.get_by_label("Before"), "Before: zero-shot")
        hour.sees(self.page.locator(".changed h2", has_text="changed since zero-shot"), "two runs stand side by side")
        hour.check(self.page.locator(".was").count() > 0, "the timeline shows what was there before")

    def mail(self) -> None:
        """The exported page plays from disk without a network."""
        hour, page = self.hour, self.page
        hour.click(page.get_by_role("button", name="Export"))
        with page.expect_download() as download:
            hour.click(page.get_by_role("menuitem", name="HTML to mail"))
        file = self.folder / "mailed.html"
        download.value.save_as(file)
        page.context.set_offline(True)
        page.goto(file.as_uri())
        page.wait_for_function("() => document.querySelector('video').readyState >= 2")
        page.evaluate("document.querySelector('video').muted = true")
        before = page.evaluate("document.querySelector('video').currentTime")
        hour.press(" ")
        page.wait_for_function("before => document.querySelector('video').currentTime > before + .3", arg=before)
        hour.check(True, "the mailed page plays from disk, offline")
        page.locator(".segments tr").nth(1).scroll_into_view_if_needed()
        hour.sees(page.locator(".segments tr").nth(1), "it lists the segments")
        page.context.set_offline(False)
