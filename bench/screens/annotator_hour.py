"""An annotator's hour on real images: a cluster, labels by keyboard, a batch, a lost server, the stop meter, a head."""

from __future__ import annotations

import re
import time
from collections.abc import Mapping
from pathlib import Path

from playwright.sync_api import Locator

from bench.screens.hour import WAIT_S, Hour

PEOPLE = "select count(distinct item_id) from label_state where source = 'human'"
CLUSTERED = "select count(*) from label_state where source = 'neighbour'"
BEFORE_THE_END, AFTER = 4, 10  # labels just before and after the server is killed
CHECKS = 20  # random images that the stop meter asks for
TYPED_MS = 60  # between two keys


class Annotator:
    """Labels as the truth says."""

    def __init__(self, hour: Hour, truth: Mapping[str, str], labels: int) -> None:
        self.hour, self.page, self.labels = hour, hour.page, labels
        self.truth = truth
        self.keys: dict[str, str] = {}  # of classes, as the page shows them

    def work(self) -> None:
        """The whole hour."""
        self.arrive()
        self.fix_a_cluster()
        self.label_by_keyboard()
        self.label_a_batch()
        self.lose_the_server()
        self.check_at_random()
        self.hour.acknowledged()
        self.train()

    def arrive(self) -> None:
        """The first visit asks for a name."""
        self.page.goto(self.hour.app.url)
        self.hour.write(self.page.get_by_label("Your name"), "Nia")
        self.hour.click(self.page.get_by_role("button", name="Start"))
        self.hour.sees(self.page.get_by_text("Where the loop stands"), "a newcomer comes to Overview")

    def fix_a_cluster(self) -> None:
        """One decision for a group that shares a suspected error, taken back by one undo."""
        self.hour.go("Neighbours")
        self.hour.click(self.page.locator(".clusters .card"))
        button = self.page.locator(".foot .fix")
        self.hour.sees(button, "a cluster offers its fix")
        wanted = re.search(r"Fix ([\d,]+) to", button.inner_text())
        self.hour.check(wanted is not None, "the fix says how many images it changes")
        number = int(wanted.group(1).replace(",", "")) if wanted else 0
        before = self.hour.count(CLUSTERED)
        self.hour.click(button)
        self.hour.becomes(lambda: self.hour.count(CLUSTERED) == before + number, f"{number} images of it are fixed")
        self.hour.press("Control+z")
        self.hour.sees(self.page.locator(".toast", has_text="Undid"), "Ctrl+Z says what it took back")
        self.hour.becomes(lambda: self.hour.count(CLUSTERED) == before, "the cluster is as it was")

    def label_by_keyboard(self) -> None:
        """A key an image, page after page."""
        self.hour.go("Review")
        self.page.wait_for_selector(".review[data-ready]")
        self.learn_the_keys()
        before = self.hour.count(PEOPLE)
        for _ in range(self.labels):
            if not self.open.count():
                self.turn()
            self.type_one()
        self.hour.saved()
        done = self.hour.count(PEOPLE) - before
        self.hour.check(done == self.labels, f"{self.labels} images are labelled by keyboard")

    def learn_the_keys(self) -> None:
        """Each class stands with its key in the panel."""
        self.hour.sees(self.page.locator(".panel .classkey"), "the panel shows the keys of the classes")
        script = "all => all.map(node => [node.querySelector('.nm').textContent, node.querySelector('.k').textContent])"
        self.keys = dict(self.page.locator(".panel .classkey").evaluate_all(script))
        self.hour.check(set(self.truth.values()) <= set(self.keys), "each class has a key")

    @property
    def open(self) -> Locator:
        """Tiles of the page that nobody has decided."""
        return self.page.locator(".viewport .tile:not(.h)")

    def type_one(self) -> None:
        """The true class of the focused image by its key."""
        focused = self.page.locator(".viewport .tile.foc")
        self.hour.press(self.keys[self.truth[Path(str(focused.get_attribute("title"))).name]])
        self.page.wait_for_timeout(TYPED_MS)

    def turn(self) -> None:
        """The next page."""
        self.hour.saved()
        number = self.at
        self.hour.press("PageDown")
        self.hour.becomes(lambda: self.at != number and self.open.count() > 0, f"page {number} is turned")

    @property
    def at(self) -> str:
        """Which page of the grid is shown."""
        match = re.search(r"Page (\d+)", self.page.locator(".progress").inner_text())
        return match.group(1) if match else ""

    def label_a_batch(self) -> None:
        """The wrong ones clicked and given their class, the rest accepted by Enter."""
        self.turn()
        self.hour.press("b")
        self.page.locator(".viewport .guess").first.wait_for()
        tiles, before, number = self.page.locator(".viewport .tile").count(), self.hour.count(PEOPLE), self.at
        for category in sorted(set(self.truth.values())):
            wrong = [one for one in self.guesses() if self.truth[one["name"]] == category and one["guess"] != category]
            for one in wrong:
                self.hour.click(self.scrolled(one["id"]))
            if wrong:
                self.hour.press(self.keys[category])
        self.page.locator(".viewport .tile").first.scroll_into_view_if_needed()
        for _ in range(tiles):  # Enter accepts what was seen and scrolls on
            if self.at != number:
                break
            self.hour.press("Enter")
            self.hour.saved()
            self.page.wait_for_timeout(300)
        self.hour.check(self.at != number, "Enter accepts what was seen, scrolls on and turns the page")
        self.hour.check(self.hour.count(PEOPLE) == before + tiles, f"a batch of {tiles} images is decided")
        self.hour.press("b")

    def scrolled(self, number: str) -> Locator:
        """A tile in the middle of the view, clear of the bar of the selection."""
        tile = self.page.locator(f".viewport .tile[data-id='{number}']")
        tile.evaluate("node => node.scrollIntoView({ block: 'center' })")
        return tile

    def guesses(self) -> list[dict[str, str]]:
        """Each tile with the heading that it stands under: the class that batch mode would accept for it."""
        script = """all => { let guess = ''; const tiles = [];
          for (const node of all) {
            if (node.classList.contains('guess')) guess = node.querySelector('.nm').textContent;
            else if (!node.classList.contains('h')) tiles.push({ id: node.dataset.id, name: node.title.split('/').pop(), guess });
          } return tiles; }"""
        tiles: list[dict[str, str]] = self.page.locator(".viewport .grid > *").evaluate_all(script)
        return tiles

    def lose_the_server(self) -> None:
        """It is killed between two keys; what is typed meanwhile waits, and is stored when it is back."""
        hour, before = self.hour, self.hour.count(PEOPLE)
        self.page.locator(".viewport .guess").first.wait_for(state="detached")
        for _ in range(BEFORE_THE_END):
            self.type_one()
        hour.app.kill()
        for _ in range(AFTER):
            self.type_one()
        bar = self.page.locator(".serverbar")
        hour.sees(bar, "the page says in its own words that the server is away")
        hour.check("labels wait here" in bar.inner_text(), "the bar says how many labels wait")
        hour.check(self.page.get_by_role("dialog").count() == 0, "nothing covers the work")
        hour.sees(self.page.locator(".badge[data-state=offline]"), "the badge says that labels wait")
        hour.app.start()
        hour.sees_no_more(bar, "the bar goes when the server is back")
        hour.saved()
        typed = BEFORE_THE_END + AFTER
        hour.becomes(
            lambda: hour.count(PEOPLE) == before + typed, f"all {typed} labels typed around the kill are stored"
        )

    def check_at_random(self) -> None:
        """The stop meter's own round."""
        meter = self.page.locator(".meter", has_text="Errors left")
        self.hour.click(meter.get_by_role("button", name=f"Check {CHECKS} images"))
        self.page.wait_for_url("**/review?*order=random*")
        self.page.wait_for_function(
            "n => document.querySelectorAll && [...document.querySelectorAll('*')].some(node =>"
            " node.shadowRoot?.querySelectorAll('.viewport .tile').length === n)", arg=CHECKS,
        )  # fmt: skip
        for _ in range(CHECKS):
            self.type_one()
        self.hour.saved()
        self.hour.sees(meter.locator(".big"), "the stop meter says how many errors are left")
        self.hour.check("(95 %)" in meter.inner_text(), "the stop meter says how sure that is")

    def train(self) -> None:
        """One press; the report of the new head is awaited."""
        self.hour.go("Train")
        button = self.page.get_by_role("button", name="Train head")
        start = time.perf_counter()
        self.hour.click(button)
        report = self.page.get_by_text("Reason for this choice")
        report.first.wait_for(timeout=1000 * WAIT_S)
        self.hour.figures["press_to_report_s"] = time.perf_counter() - start
        self.hour.check(self.hour.count("select count(*) from head") == 1, "a head is trained and reported")
