"""An hour of product staff: a tree of eighty categories, prompts, a split, versions, and images of no class."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import yaml
from playwright.sync_api import Locator

from bench.screens import app_server
from bench.screens.hour import Hour

BRANCHES, LEAVES = 8, 10
VERSIONS = "select number, content from prompt_version order by number"
UNFIT = "select count(*) from label_state where value = 'unsure' and reason = 'No class fits'"
LABELLED = "select count(*) from label_state where value = 'yes'"
NONE = 4  # images that are none of the classes
PARTS = (("land", "a forest\nmountains\na meadow"), ("water", "the sea\na river\na lake"))


def tree() -> str:
    """A taxonomy file of eighty categories below eight branches."""
    entries: list[dict[str, Any]] = [{"name": f"shelf {a}"} for a in range(BRANCHES)]
    entries += [
        {"name": f"product {a}.{b}", "parent": f"shelf {a}", "prompts": [f"a photo of product {a} {b}"]}
        for a in range(BRANCHES)
        for b in range(LEAVES)
    ]
    return yaml.safe_dump({"categories": entries})


class Staff:
    """Looks after the categories."""

    def __init__(self, hour: Hour, folder: Path) -> None:
        self.hour, self.page = hour, hour.page
        self.file = folder / "tree.yaml"
        self.file.write_text(tree(), encoding="utf-8")

    def work(self) -> None:
        """The whole hour."""
        self.page.goto(f"{self.hour.app.url}prompts")
        self.page.wait_for_selector(".prompts[data-ready]")
        self.import_a_tree()
        first = self.edit_and_publish()
        self.split()
        self.restore(first)
        self.say_none_of_these()
        self.hour.acknowledged()

    def import_a_tree(self) -> None:
        """A taxonomy file, looked at before anything is written."""
        hour, number = self.hour, "select count(*) from category where retired_at is null"
        before = hour.count(number)
        hour.give(self.page.get_by_role("button", name="Import", exact=True), self.file)
        sheet = self.page.get_by_role("dialog", name=f"Import {self.file.name}")
        new = BRANCHES * (1 + LEAVES)
        hour.sees(sheet.locator(".effect", has_text=f"{new} new"), f"the preview tells of {new} new categories")
        hour.check(hour.count(number) == before, "a preview writes nothing")
        hour.click(sheet.get_by_role("button", name="Import", exact=True))
        hour.sees(self.page.get_by_text(f"{self.file.name} is imported: {new} new"), "the page says what was imported")
        hour.check(hour.count(number) == before + new, f"{BRANCHES * LEAVES} categories below {BRANCHES} are stored")

    @property
    def nodes(self) -> Locator:
        """Categories in the tree of the page."""
        return self.page.locator(".prompts .node")

    @property
    def newest(self) -> int:
        """Number of the newest published version."""
        return self.hour.count("select max(number) from prompt_version")

    def publish(self, words: str) -> None:
        """Publish the draft."""
        wanted = self.newest + 1
        self.hour.click(self.page.get_by_role("button", name=f"Publish version {wanted}"))
        self.hour.becomes(lambda: self.newest == wanted, words)

    def edit_and_publish(self) -> int:
        """A prompt is changed, its effect seen and published; returns the version before."""
        before = self.newest
        self.hour.click(self.nodes.filter(has_text="nature"))
        self.hour.write(self.page.locator(".prompts .line .field"), "a page of printed text")
        self.hour.sees(self.page.get_by_text("Draft, not published"), "an edit is a draft")
        self.hour.sees(self.page.locator(".prompts .right .moves img"), "the draft shows which images move")
        self.hour.check(self.newest == before, "a draft publishes nothing")
        self.hour.write(self.page.get_by_label("Note"), "a try")
        self.publish("the edited prompts are published")
        return before

    def split(self) -> None:
        """Sub-categories with what each would get."""
        hour, before = self.hour, self.hour.count(LABELLED)
        parts = "select count(*) from category where name in ('land', 'water')"
        known = hour.count(parts)  # a tag of videos has such a name, too
        hour.click(self.nodes.filter(has_text="nature"))
        hour.click(self.page.get_by_role("button", name="Change this category"))
        hour.click(self.page.get_by_role("menuitem", name="Split"))
        for place, (name, texts) in enumerate(PARTS, 1):
            hour.write(self.page.get_by_label(f"Sub-category {place}", exact=True), name)
            hour.write(self.page.get_by_label(f"Prompts of sub-category {place}"), texts)
        effect = self.page.locator(".effect", has_text="to land")
        hour.sees(effect, f"the preview of the split says: {PARTS[0][0]} and {PARTS[1][0]} share its images")
        hour.sees(self.page.locator(".routes img"), "the preview shows images of the parts")
        hour.check(hour.count(parts) == known, "the preview of a split writes nothing")
        hour.click(self.page.get_by_role("button", name="Split nature"))
        hour.sees(self.page.get_by_text("Every image is accounted for"), "the split accounts for every image")
        hour.check(hour.count(parts) == known + 2, "both parts are stored")
        hour.check(hour.count(LABELLED) == before, "the split loses no label")

    def restore(self, number: int) -> None:
        """An older version comes back as a draft and is published."""
        hour = self.hour
        hour.click(self.page.get_by_role("button", name="Versions"))
        row = self.page.locator(".version").filter(has=self.page.get_by_text(f"Version {number}", exact=True))
        hour.click(row.get_by_role("button", name="Restore into the draft"))
        hour.sees(self.page.get_by_text(f"Version {number} is in the draft"), "an older version is in the draft")
        self.publish("the older version is published")
        kept = {int(at): json.loads(content)["categories"] for at, content in app_server.rows(hour.workspace, VERSIONS)}
        one, other = kept[number], kept[self.newest]
        hour.check(all(one[key] == other[key] for key in one), f"its prompts are those of version {number}")

    def say_none_of_these(self) -> None:
        """One key in Review; the filter column counts and shows them."""
        hour = self.hour
        hour.go("Review")
        self.page.wait_for_selector(".review[data-ready]")
        for _ in range(NONE):
            hour.press("o")
            self.page.wait_for_timeout(100)
        hour.saved()
        hour.check(hour.count(UNFIT) == NONE, f"{NONE} images are none of these")
        hour.click(self.page.locator(".filters .unfit", has_text=str(NONE)))
        tiles = self.page.locator(".viewport .tile:not(.ghost)")
        hour.becomes(lambda: tiles.count() == NONE, "the filter shows those alone")
        hour.sees(tiles.filter(has_text="None of these"), "their tiles say so")
