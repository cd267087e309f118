"""Two versions of the prompts compared: what their texts say, and what that does to the images."""

from __future__ import annotations

from dataclasses import replace

import yaml
from typing_extensions import TypedDict

from errors import InputError
from labeling.categories import taxonomy_file
from labeling.prompts import draft_effect
from labeling.prompts.draft_effect import PromptEffect
from labeling.review import machine_view
from labeling.snapshot.snapshot import Snapshot
from store.project import prompts, taxonomy
from store.project.category_index import CategoryIndex
from store.project.prompt_set import OptionsJson, PromptJson, PromptSet, options_json
from store.workspace import Workspace

MAX_TEXT = 2**20
OptionValue = bool | float | dict[str, float] | None


class TextDifference(TypedDict):
    """Texts that the other version has and the one has not, and the other way round."""

    added: list[str]
    removed: list[str]


class CategoryDifference(TextDifference):
    """The same for the prompts of a category, and those that were switched on or off."""

    category: int
    on: list[str]
    off: list[str]


class OptionDifference(TypedDict):
    """An option that differs."""

    name: str
    before: OptionValue
    after: OptionValue


class VersionComparison(PromptEffect):
    """Two versions, by text and by effect, `one` being before; `text` of the categories that differ."""

    one: int
    other: int
    text: list[CategoryDifference]
    templates: TextDifference
    background: TextDifference
    options: list[OptionDifference]


class FilePrompts(TypedDict):
    """A category of a file by id, and its prompts."""

    id: int
    prompts: list[PromptJson]


class FileDraft(TypedDict):
    """A draft from a file; `unknown` are the names in it that no category has."""

    categories: list[FilePrompts]
    templates: list[str]
    background: list[str]
    options: OptionsJson
    unknown: list[str]


def compare(snapshot: Snapshot, one: int, other: int) -> VersionComparison:
    """Version `one` against version `other`.

    A category that a version did not know yet is scored with its present prompts in both.

    Raises:
        InputError: there is no such version.
    """
    with snapshot.workspace.read() as connection:
        a, b = prompts.published(connection, one).prompts, prompts.published(connection, other).prompts
        now = prompts.published(connection).prompts
        tree = taxonomy.categories(connection)
    before, after = (
        snapshot.prompts.down_the_tree(_filled(prompt_set, now), snapshot.categories.nodes()) for prompt_set in (a, b)
    )
    was, then = (
        draft_effect.standing(snapshot, before, after)
        if one == snapshot.prompts.version()[0]
        else draft_effect.both(snapshot, before, after)
    )
    return {
        "one": one,
        "other": other,
        "text": [row for c in tree if (row := _texts(c.id, a, b)) is not None],
        "templates": _lists(a.templates, b.templates),
        "background": _lists(a.background, b.background),
        "options": _options(a, b),
        **draft_effect.effect(snapshot, machine_view.view(snapshot), after, was, then),
    }


def _filled(prompt_set: PromptSet, now: PromptSet) -> PromptSet:
    return replace(prompt_set, categories={**now.categories, **{n: t for n, t in prompt_set.categories.items() if t}})


def _texts(number: int, a: PromptSet, b: PromptSet) -> CategoryDifference | None:
    old = {p.text: p.on for p in a.categories.get(number, ())}
    new = {p.text: p.on for p in b.categories.get(number, ())}
    row: CategoryDifference = {
        "category": number,
        "added": [text for text in new if text not in old],
        "removed": [text for text in old if text not in new],
        "on": [text for text, on in new.items() if on and old.get(text) is False],
        "off": [text for text, on in new.items() if not on and old.get(text) is True],
    }
    return row if row["added"] or row["removed"] or row["on"] or row["off"] else None


def _lists(old: tuple[str, ...], new: tuple[str, ...]) -> TextDifference:
    return {"added": [t for t in new if t not in old], "removed": [t for t in old if t not in new]}


def _options(a: PromptSet, b: PromptSet) -> list[OptionDifference]:
    old, new = options_json(a.options), options_json(b.options)
    pairs: list[tuple[str, OptionValue, OptionValue]] = [
        ("centred", old["centred"], new["centred"]),
        ("temperature", old["temperature"], new["temperature"]),
        ("prior", old["prior"], new["prior"]),
        ("reject", old["reject"], new["reject"]),
        ("back_off", old["back_off"], new["back_off"]),
    ]
    return [{"name": name, "before": before, "after": after} for name, before, after in pairs if before != after]


def as_yaml(workspace: Workspace, number: int | None = None) -> str:
    """A version in the file format, which `sceneloop publish` and the page read back."""
    shown = taxonomy_file.show_prompts(workspace, number)
    return yaml.safe_dump(shown, allow_unicode=True, sort_keys=False, width=120)


def from_yaml(snapshot: Snapshot, text: str) -> FileDraft:
    """A draft request from a file in that format, for the categories in use; nothing is written.

    Raises:
        InputError: it cannot be read.
    """
    if len(text) > MAX_TEXT:
        raise InputError("That file is larger than 1 MB. It cannot be a list of prompts.")
    content = taxonomy_file.parse_taxonomy(text, "The file")
    tree = snapshot.categories.tree
    index = CategoryIndex(tree)
    known: list[FilePrompts] = []
    unknown: list[str] = []
    for entry in content["categories"]:
        name = f"{entry['parent']}/{entry['name']}" if entry.get("parent") else str(entry["name"])
        try:
            category = index.one(name)
        except InputError:
            unknown.append(name)
            continue
        known.append({"id": category.id, "prompts": [{"text": str(t), "on": True} for t in entry.get("prompts") or []]})
    published = snapshot.prompts.version()[1]
    return {
        "categories": known,
        "templates": list(content.get("templates") or published.templates),
        "background": list(content.get("background") or published.background),
        "options": options_json(taxonomy_file.options_of(content, published.options, tree)),
        "unknown": unknown,
    }
