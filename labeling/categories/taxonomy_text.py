"""The text of a taxonomy or prompt file as checked content: names and prompts as written, every refusal with its place."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from errors import InputError
from store.project.taxonomy import MAX_NAME
from written import yaml_text
from written.node import Node

MAX_PROMPT = 2_000  # characters; a text encoder reads far fewer
SHAPE = "A file of classes is `categories: [{name: ..., prompts: [...]}]`."
FILE = (
    "categories",
    "facets",
    "templates",
    "background",
    "options",
    "centred",
    "version",
)  # an export tells its version
CATEGORY = ("name", "parent", "facet", "prompts")
FACET = ("name", "exclusive")
OPTIONS = ("centred", "temperature", "prior", "reject", "back_off")


def read_taxonomy(path: Path) -> dict[str, Any]:
    """Read a taxonomy or prompt file; see `parse_taxonomy`.

    Raises:
        InputError: it cannot be read or does not have the shape `categories: [{name, ...}]`.
    """
    return _content(yaml_text.read(path), path.name)


def parse_taxonomy(text: str, name: str) -> dict[str, Any]:
    """Read the text of a taxonomy or prompt file.

    Returns:
        `categories`: [{"name", "parent", "facet", "prompts", "place"}], where `parent`, `facet` and `prompts` are there if the file
        gives them, and `place` says where the entry stands; `facets`: [{"name", "exclusive"}], `templates`, `background`,
        `options` and `centred` where the file gives them.

    Raises:
        InputError: it does not have the shape `categories: [{name, ...}]`.
    """
    return _content(yaml_text.parse(text, name), name)


def _content(whole: Node, name: str) -> dict[str, Any]:
    if not isinstance(whole.value, dict) or "categories" not in whole.value:
        raise InputError(f"{name} needs a list `categories`. {SHAPE}")
    whole.only(FILE, "the file")
    fields = whole.value
    entries = fields["categories"].items("`categories`")
    if not entries:
        raise fields["categories"].refuse("`categories` is empty", SHAPE)
    found: dict[str, Any] = {"categories": [_category(entry, number) for number, entry in enumerate(entries, 1)]}
    _refuse_twice(found["categories"])
    for key in ("templates", "background"):
        if key in fields:
            found[key] = [_prompt(node, f"{key}, number {k}") for k, node in _filled(fields[key], f"`{key}`")]
    if "facets" in fields:
        found["facets"] = [_facet(node, k) for k, node in enumerate(fields["facets"].items("`facets`"), 1)]
    if "options" in fields:
        found["options"] = _options(fields["options"])
    if "centred" in fields:
        found["centred"] = fields["centred"].flag("`centred`")
    return found


def _category(node: Node, number: int) -> dict[str, Any]:
    what = f"category {number}"
    if not isinstance(node.value, dict):
        shown = f" the text {node.value[:40]!r}" if isinstance(node.value, str) else " a list"
        raise node.refuse(f"{what} is{shown}, not a mapping", f"Write `- name: ...`. {SHAPE}")
    fields = node.value
    if "name" not in fields:
        raise node.refuse(f"{what} has no name", SHAPE)
    name = _name(fields["name"], what)
    what = f"{what} ({name[:60]})"
    node.only(CATEGORY, what)
    found: dict[str, Any] = {"name": name, "place": node.place(what)}
    for key in ("parent", "facet"):
        if key in fields and not fields[key].is_empty:
            found[key] = _name(fields[key], f"the {key} of {what}", most=MAX_NAME * (4 if key == "parent" else 1))
    if "prompts" in fields:
        listed = _filled(fields["prompts"], f"the prompts of {what}")
        found["prompts"] = [_prompt(one, f"prompt {k} of {what}") for k, one in listed]
    return found


def _filled(node: Node, what: str) -> list[tuple[int, Node]]:
    """The members of a list that are not blank, with their numbers."""
    listed = enumerate(node.items(what), 1)
    return [(k, one) for k, one in listed if not isinstance(one.value, str) or one.value.strip()]


def _prompt(node: Node, what: str) -> str:
    return " ".join(node.text(what, most=MAX_PROMPT).split())


def _name(node: Node, what: str, *, most: int = MAX_NAME) -> str:
    name = " ".join(node.text(f"the name of {what}" if what.startswith(("category", "facet")) else what).split())
    if not name:
        raise node.refuse(f"{what} has no name", "Type one; a name like 0 or null is read as it is written.")
    if len(name) > most:
        raise node.refuse(f"{what} has a name of {len(name):,} characters", f"Use at most {most}.")
    return name


def _facet(node: Node, number: int) -> dict[str, Any]:
    what = f"facet {number}"
    if not isinstance(node.value, dict):
        raise node.refuse(
            f"{what} is not a mapping", "Write {name: ..., exclusive: true}, or false for any number of labels."
        )
    if "name" not in node.value:
        raise node.refuse(f"{what} has no name", "Write {name: ..., exclusive: true}.")
    node.only(FACET, what)
    found: dict[str, Any] = {"name": _name(node.value["name"], what)}
    if "exclusive" in node.value:
        found["exclusive"] = node.value["exclusive"].flag(f"`exclusive` of {what}")
    return found


def _options(node: Node) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in node.fields("`options`").items():
        if key not in OPTIONS:
            raise value.refuse(f"there is no option {key[:40]!r}", f"Known: {', '.join(OPTIONS)}.")
        what = f"the option {key}"
        if key == "centred":
            found[key] = value.flag(what)
        elif key == "prior":
            weights = value.fields(what).items()
            found[key] = {name: weight.number(f"the prior of {name[:40]}") for name, weight in weights}
        elif key == "reject" and value.is_empty:
            found[key] = None
        else:
            found[key] = value.number(what)
    return found


def _refuse_twice(entries: list[dict[str, Any]]) -> None:
    seen: dict[tuple[str, ...], str] = {}
    for entry in entries:
        key = (entry["name"], entry.get("parent", ""), entry.get("facet", ""))
        if key in seen:
            raise InputError(f"{entry['place']} was given before: {seen[key]}. Keep one of the two.")
        seen[key] = entry["place"]
