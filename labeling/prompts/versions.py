"""Two versions of the prompts compared: what their texts say, and what that does to the images."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import yaml

from errors import InputError
from labeling.categories import taxonomy_file
from labeling.prompts import draft_effect
from labeling.review import machine_view
from labeling.snapshot.snapshot import Snapshot
from store.project import prompts, taxonomy
from store.project.prompts import PromptSet
from store.workspace import Workspace

MAX_TEXT = 2**20


def compare(snapshot: Snapshot, one: int, other: int) -> dict[str, Any]:
    """Version `one` against version `other`.

    A category that a version did not know yet is scored with its present prompts in both.

    Returns:
        `text`: [{"category", "added", "removed", "on", "off"}] of the categories that differ; `templates` and `background`:
        {"added", "removed"}; `options`: [{"name", "before", "after"}]; `counts`, `moves`, `accuracy`, `macro_f1` as of a draft.

    Raises:
        InputError: there is no such version.
    """
    with snapshot.workspace.read() as connection:
        a, b = prompts.published(connection, one).prompts, prompts.published(connection, other).prompts
        now = prompts.published(connection).prompts
        tree = taxonomy.categories(connection)
    before, after = (snapshot.prompts.down_the_tree(_filled(made, now), snapshot.categories.nodes()) for made in (a, b))
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


def _filled(made: PromptSet, now: PromptSet) -> PromptSet:
    return replace(made, categories={**now.categories, **{n: t for n, t in made.categories.items() if t}})


def _texts(number: int, a: PromptSet, b: PromptSet) -> dict[str, Any] | None:
    old = {p.text: p.on for p in a.categories.get(number, ())}
    new = {p.text: p.on for p in b.categories.get(number, ())}
    row = {
        "category": number,
        "added": [text for text in new if text not in old],
        "removed": [text for text in old if text not in new],
        "on": [text for text, on in new.items() if on and old.get(text) is False],
        "off": [text for text, on in new.items() if not on and old.get(text) is True],
    }
    return row if any(value for name, value in row.items() if name != "category") else None


def _lists(old: tuple[str, ...], new: tuple[str, ...]) -> dict[str, list[str]]:
    return {"added": [t for t in new if t not in old], "removed": [t for t in old if t not in new]}


def _options(a: PromptSet, b: PromptSet) -> list[dict[str, Any]]:
    old, new = prompts.options_json(a.options), prompts.options_json(b.options)
    return [{"name": name, "before": old[name], "after": new[name]} for name in old if old[name] != new[name]]


def as_yaml(workspace: Workspace, number: int | None = None) -> str:
    """A version in the file format, which `sceneloop publish` and the page read back."""
    shown = taxonomy_file.show_prompts(workspace, number)
    return yaml.safe_dump(shown, allow_unicode=True, sort_keys=False, width=120)


def from_yaml(snapshot: Snapshot, text: str) -> dict[str, Any]:
    """A draft request from a file in that format, for the categories in use; nothing is written.

    Returns:
        `categories` ({"id", "prompts"}), `templates`, `background`, `options`, and `unknown`, the names in the file that no category has.

    Raises:
        InputError: it cannot be read.
    """
    if len(text) > MAX_TEXT:
        raise InputError("That file is larger than 1 MB. It cannot be a list of prompts.")
    content = taxonomy_file.parse_taxonomy(text, "The file")
    tree = snapshot.categories.tree
    found, unknown = [], []
    for entry in content["categories"]:
        name = f"{entry['parent']}/{entry['name']}" if entry.get("parent") else str(entry["name"])
        try:
            category = taxonomy.by_name(tree, name)
        except InputError:
            unknown.append(name)
            continue
        found.append({"id": category.id, "prompts": [{"text": str(t), "on": True} for t in entry.get("prompts") or []]})
    published = snapshot.prompts.version()[1]
    return {
        "categories": found,
        "templates": list(content.get("templates") or published.templates),
        "background": list(content.get("background") or published.background),
        "options": prompts.options_json(taxonomy_file.options_of(content, published.options, tree)),
        "unknown": unknown,
    }
