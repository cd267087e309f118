"""The text of a taxonomy or prompt file as checked content: names and prompts as written, every refusal with its place."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import NotRequired

from typing_extensions import TypedDict

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


class FileCategory(TypedDict):
    """A category of a file; `parent`, `facet` and `prompts` are there where the file gives them, `place` says where it stands."""

    name: str
    parent: NotRequired[str]
    facet: NotRequired[str]
    prompts: NotRequired[list[str]]
    place: NotRequired[str]


class FileFacet(TypedDict):
    """A facet of a file; exclusive where it does not say."""

    name: str
    exclusive: NotRequired[bool]


class FileOptions(TypedDict, total=False):
    """How prompts become scores (`store.project.prompt_set.Options`), with a prior by name of the category."""

    centred: bool
    temperature: float
    prior: dict[str, float]
    reject: float | None
    back_off: float


class TaxonomyFile(TypedDict):
    """The content of a taxonomy or prompt file; what it leaves out stays as it is. An export tells its `version`."""

    version: NotRequired[int]
    facets: NotRequired[list[FileFacet]]
    templates: NotRequired[list[str]]
    background: NotRequired[list[str]]
    options: NotRequired[FileOptions]
    centred: NotRequired[bool]
    categories: list[FileCategory]


def of_names(names: Iterable[str]) -> TaxonomyFile:
    """Categories of these names without prompts; empty names are left out."""
    return {"categories": [{"name": name.strip()} for name in names if name.strip()]}


def read_taxonomy(path: Path) -> TaxonomyFile:
    """Read a taxonomy or prompt file; see `parse_taxonomy`.

    Raises:
        InputError: it cannot be read or does not have the shape `categories: [{name, ...}]`.
    """
    return _content(yaml_text.read(path), path.name)


def parse_taxonomy(text: str, name: str) -> TaxonomyFile:
    """Read the text of a taxonomy or prompt file.

    Raises:
        InputError: it does not have the shape `categories: [{name, ...}]`.
    """
    return _content(yaml_text.parse(text, name), name)


def _content(whole: Node, name: str) -> TaxonomyFile:
    if not isinstance(whole.value, dict) or "categories" not in whole.value:
        raise InputError(f"{name} needs a list `categories`. {SHAPE}")
    whole.only(FILE, "the file")
    fields = whole.value
    entries = fields["categories"].items("`categories`")
    if not entries:
        raise fields["categories"].refuse("`categories` is empty", SHAPE)
    content: TaxonomyFile = {"categories": [_category(entry, number) for number, entry in enumerate(entries, 1)]}
    _refuse_twice(content["categories"])
    if "templates" in fields:
        content["templates"] = _texts(fields["templates"], "templates")
    if "background" in fields:
        content["background"] = _texts(fields["background"], "background")
    if "facets" in fields:
        content["facets"] = _facets(fields["facets"])
    if "options" in fields:
        content["options"] = _options(fields["options"])
    if "centred" in fields:
        content["centred"] = fields["centred"].flag("`centred`")
    return content


def _texts(node: Node, key: str) -> list[str]:
    return [_prompt(one, f"{key}, number {k}") for k, one in _filled(node, f"`{key}`")]


def _category(node: Node, number: int) -> FileCategory:
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
    category: FileCategory = {"name": name, "place": node.place(what)}
    if "parent" in fields and not fields["parent"].is_empty:
        category["parent"] = _name(fields["parent"], f"the parent of {what}", most=MAX_NAME * 4)
    if "facet" in fields and not fields["facet"].is_empty:
        category["facet"] = _name(fields["facet"], f"the facet of {what}")
    if "prompts" in fields:
        listed = _filled(fields["prompts"], f"the prompts of {what}")
        category["prompts"] = [_prompt(one, f"prompt {k} of {what}") for k, one in listed]
    return category


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


def _facets(node: Node) -> list[FileFacet]:
    facets: dict[str, FileFacet] = {}
    for number, one in enumerate(node.items("`facets`"), 1):
        facet = _facet(one, number)
        if facet["name"] in facets:
            raise one.refuse(f"the facet {facet['name']} was given before", "Keep one of the two.")
        facets[facet["name"]] = facet
    return list(facets.values())


def _facet(node: Node, number: int) -> FileFacet:
    what = f"facet {number}"
    if not isinstance(node.value, dict):
        raise node.refuse(
            f"{what} is not a mapping", "Write {name: ..., exclusive: true}, or false for any number of labels."
        )
    if "name" not in node.value:
        raise node.refuse(f"{what} has no name", "Write {name: ..., exclusive: true}.")
    node.only(FACET, what)
    facet: FileFacet = {"name": _name(node.value["name"], what)}
    if "exclusive" in node.value:
        facet["exclusive"] = node.value["exclusive"].flag(f"`exclusive` of {what}")
    return facet


def _options(node: Node) -> FileOptions:
    options: FileOptions = {}
    for key, value in node.fields("`options`").items():
        if key not in OPTIONS:
            raise value.refuse(f"there is no option {key[:40]!r}", f"Known: {', '.join(OPTIONS)}.")
        what = f"the option {key}"
        if key == "centred":
            options["centred"] = value.flag(what)
        elif key == "prior":
            weights = value.fields(what).items()
            options["prior"] = {name: weight.number(f"the prior of {name[:40]}") for name, weight in weights}
        elif key == "reject":
            options["reject"] = None if value.is_empty else value.number(what)
        elif key == "temperature":
            options["temperature"] = value.number(what)
        else:
            options["back_off"] = value.number(what)
    return options


def _refuse_twice(entries: list[FileCategory]) -> None:
    seen: dict[tuple[str, ...], str] = {}
    for entry in entries:
        place = entry.get("place", "")
        key = (entry["name"], entry.get("parent", ""), entry.get("facet", ""))
        if key in seen:
            raise InputError(f"{place} was given before: {seen[key]}. Keep one of the two.")
        seen[key] = place
