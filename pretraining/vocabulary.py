"""The names of everything the world shows, in English and Chinese, and the facts a picture can have.

A fact is a short string such as `class:nature`, `kind:forest` or `time:night`. A picture has facts, a caption claims
facts, and a caption is true of a picture when the picture has all that it claims. The words are in `vocabulary.yaml`.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from written import yaml_text

NATURE, GAME, DOCUMENT, OTHER = "nature", "animation_game", "document", "other"
CATEGORIES = (NATURE, GAME, DOCUMENT, OTHER)
Names = dict[str, tuple[str, ...]]


@dataclass(frozen=True)
class Kind:
    """One sub-category.

    Attributes:
        category: one of `CATEGORIES`.
        group: what it is called between category and kind (`game`, `animation`, `paper`, `screen`, ...).
        names: English names in the singular, with an article where one is needed.
        plurals: the same in the plural.
        chinese: Chinese names.
    """

    category: str
    group: str
    names: tuple[str, ...]
    plurals: tuple[str, ...]
    chinese: tuple[str, ...]


def _read() -> dict[str, Any]:
    data: dict[str, Any] = yaml_text.read(Path(__file__).with_suffix(".yaml")).plainly()
    return data


def _names(table: dict[str, dict[str, list[str]]], language: str) -> Names:
    return {key: tuple(entry[language]) for key, entry in table.items()}


_DATA = _read()
KINDS: dict[str, Kind] = {
    name: Kind(e["category"], e["group"], tuple(e["names"]), tuple(e["plurals"]), tuple(e["chinese"]))
    for name, e in _DATA["kinds"].items()
}
CLASS_NAMES, CLASS_CHINESE = _names(_DATA["classes"], "names"), _names(_DATA["classes"], "chinese")
GROUP_NAMES, GROUP_CHINESE = _names(_DATA["groups"], "names"), _names(_DATA["groups"], "chinese")
ATTRIBUTES: Names = _names(_DATA["attributes"], "names")
ATTRIBUTE_CHINESE: dict[str, str] = {
    fact: entry["chinese"] for fact, entry in _DATA["attributes"].items() if "chinese" in entry
}
HELD_OUT: dict[str, str] = _DATA["held_out"]
"""Combinations of a kind and an attribute that are never trained on."""


def held_out(known: frozenset[str]) -> bool:
    """Whether a picture shows a combination that is kept from training."""
    return any(f"kind:{kind}" in known and fact in known for kind, fact in HELD_OUT.items())


def facts() -> tuple[str, ...]:
    """Every fact there is, in a fixed order."""
    return (
        *(f"class:{name}" for name in CATEGORIES),
        *(f"group:{name}" for name in GROUP_NAMES),
        *(f"kind:{name}" for name in KINDS),
        *ATTRIBUTES,
    )
