"""Taxonomy and prompts as a YAML file, in and out."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import yaml
from sqlalchemy import Connection

from errors import InputError
from store import prompts, taxonomy
from store import workspace as workspaces
from store.prompts import Options, Prompt, PromptSet
from store.taxonomy import Category
from store.workspace import Workspace

DEFAULT_TEMPLATES = ("{name}", "a photo of {name}", "an image of {name}")


def read_taxonomy(path: Path) -> dict[str, Any]:
    """Read a taxonomy or prompt file.

    Raises:
        InputError: it cannot be read or does not have the shape `categories: [{name, ...}]`.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise InputError(f"{path} cannot be read ({error.strerror}). Check the path.") from error
    except UnicodeDecodeError as error:
        raise InputError(f"{path.name} is not valid YAML in UTF-8: {error}. Correct that line.") from error
    return parse_taxonomy(text, path.name)


def parse_taxonomy(text: str, name: str) -> dict[str, Any]:
    """Read the text of a taxonomy or prompt file.

    Raises:
        InputError: it does not have the shape `categories: [{name, ...}]`.
    """
    try:
        content = _parse(text)
    except yaml.YAMLError as error:
        raise InputError(
            f"{name} is not valid YAML in UTF-8: {str(error).splitlines()[0]}. Correct that line."
        ) from error
    if not isinstance(content, dict) or not isinstance(content.get("categories"), list) or not content["categories"]:
        raise InputError(f"{name} needs a list `categories: [{{name: ..., prompts: [...]}}]`.")
    for number, entry in enumerate(content["categories"], 1):
        if not isinstance(entry, dict) or not str(entry.get("name") or "").strip():
            raise InputError(f"{name}: category {number} has no name.")
        if not isinstance(entry.get("prompts", []), list):
            raise InputError(f"{name}: the prompts of {entry['name']} are not a list.")
    return content


def _parse(text: str) -> Any:
    """JSON where it is JSON (its \\u escapes come in pairs that YAML would leave apart), else YAML."""
    try:
        return json.loads(text)
    except json.JSONDecodeError:
        return yaml.safe_load(text)


def set_taxonomy(workspace: Workspace, content: dict[str, Any], *, actor: str, note: str = "") -> int:
    """Add the categories of a file that are missing, and publish its prompts as a version; returns its number.

    Categories that the file does not name keep their prompts.

    Raises:
        InputError: a category would have no prompt at all, a parent is unknown, or the tree would get too deep.
    """
    with workspace.engine.begin() as connection:
        return write_taxonomy(connection, content, actor=actor, note=note)


def write_taxonomy(connection: Connection, content: dict[str, Any], *, actor: str, note: str = "") -> int:
    """`set_taxonomy` in the caller's transaction, so that it can be rolled back."""
    kinds = {str(facet["name"]): bool(facet.get("exclusive", True)) for facet in content.get("facets") or []}
    actor_id = workspaces.actor_id(connection, actor)
    try:
        before = prompts.published(connection).prompts
    except InputError:
        before = PromptSet()
    texts = dict(before.categories)
    for entry in content["categories"]:
        category_id = _ensure(connection, entry, kinds)
        if "prompts" in entry or category_id not in texts:
            own = [str(text).strip() for text in entry.get("prompts") or [] if str(text).strip()]
            texts[category_id] = tuple(Prompt(text) for text in own)
    templates = tuple(str(text) for text in content.get("templates") or before.templates)
    wanting = [entry for entry in content["categories"] if "prompts" not in entry]
    if not templates and wanting:
        templates = DEFAULT_TEMPLATES
    tree = taxonomy.categories(connection)
    background = tuple(str(text) for text in content.get("background") or before.background)
    made = PromptSet(texts, templates, background, options_of(content, before.options, tree))
    for category in tree:
        if not prompts.texts_of(made, category, tree):
            raise InputError(
                f"{category.path} has no prompts. Give it at least one, then set the file again. Nothing was changed."
            )
    return prompts.publish(connection, made, note=note, actor_id=actor_id)


def options_of(content: dict[str, Any], before: Options, tree: list[Category]) -> Options:
    """The options of a file, in which a prior names its categories; what it leaves out stays."""
    given = {**prompts.options_json(before), **dict(content.get("options") or {})}
    if "centred" in content:
        given["centred"] = content["centred"]
    if "prior" in dict(content.get("options") or {}):
        named = dict(content["options"]["prior"] or {})
        given["prior"] = {taxonomy.by_name(tree, str(name)).id: value for name, value in named.items()}
    return prompts.read_options(given)


def _ensure(connection: Any, entry: dict[str, Any], kinds: dict[str, bool]) -> int:
    tree = taxonomy.categories(connection)
    name = taxonomy.check_name(str(entry["name"]))
    parent = taxonomy.by_name(tree, str(entry["parent"])).id if entry.get("parent") else None
    facet = str(entry.get("facet") or taxonomy.DEFAULT_FACET)
    known = [c for c in tree if c.name == name and c.parent_id == parent]
    if known:
        return known[0].id
    return taxonomy.add(connection, name, parent_id=parent, facet=facet, exclusive=kinds.get(facet, True))


def show_prompts(workspace: Workspace, number: int | None = None) -> dict[str, Any]:
    """The published prompts, or those of a version, in the file format; a prompt that is switched off is left out."""
    with workspace.read() as connection:
        tree = taxonomy.categories(connection)
        facets = {facet.id: facet for facet in taxonomy.facets(connection)}
        version = prompts.published(connection, number)
    by_id = {category.id: category for category in tree}
    entries = []
    for category in tree:
        entry: dict[str, Any] = {"name": category.name}
        if category.parent_id in by_id and category.parent_id is not None:
            entry["parent"] = by_id[category.parent_id].path
        if facets[category.facet_id].name != taxonomy.DEFAULT_FACET:
            entry["facet"] = facets[category.facet_id].name
        entry["prompts"] = [prompt.text for prompt in version.prompts.categories.get(category.id, ()) if prompt.on]
        entries.append(entry)
    return {
        "version": version.number,
        "facets": [{"name": facet.name, "exclusive": facet.exclusive} for facet in facets.values()],
        "templates": list(version.prompts.templates),
        "background": list(version.prompts.background),
        "options": _named_options(version.prompts.options, tree),
        "categories": entries,
    }


def _named_options(options: Options, tree: list[Category]) -> dict[str, Any]:
    names = short_names(tree)
    return {
        **prompts.options_json(options),
        "prior": {names[number]: value for number, value in options.prior.items() if number in names},
    }


def short_names(tree: list[Category]) -> dict[int, str]:
    """A category's own name where it is unique, else its path: both are read back."""
    names = [category.name for category in tree]
    return {c.id: c.name if names.count(c.name) == 1 else c.path for c in tree}
