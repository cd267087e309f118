"""Labels of Datumaro's JSON: annotations of type label."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from labeling.exchange.readers import json_entry
from labeling.exchange.readers.given_label import MACHINE, GivenLabel
from labeling.exchange.readers.json_entry import Entry


def read(path: Path) -> Iterator[GivenLabel]:
    """Labels of one document.

    Raises:
        InputError: a row is broken, or names a label that the document lacks.
    """
    document = json_entry.entry_of(json_entry.read(path), path.name)
    labels = document.entry("categories").entry("label")
    classes = [_names(one) for one in labels.entries("labels", "label")]
    facets = {
        str(member): group.text_or("name")
        for group in labels.entries("label_groups", "group", needed=False)
        for member in _members(group)
    }
    for item in document.entries("items", "item"):
        files = _files(item)
        for one in item.entries("annotations", "annotation", needed=False):
            if one.text_or("type") == "label":
                number = one.number("label_id")
                if not 0 <= number < len(classes):
                    raise one.refuse(f"there is no label {number}")
                names = classes[number]
                yield GivenLabel(one.place, files, "", facets.get(names[0], ""), names, *_origin(one))


def _members(group: Entry) -> list[object]:
    members = group.fields.get("labels")
    return members if isinstance(members, list) else []


def _names(label: Entry) -> tuple[str, ...]:
    name, above = label.text("name"), label.text_or("parent")
    return (name, f"{above}/{name}") if above else (name,)


def _files(item: Entry) -> tuple[str, ...]:
    texts = [item.entry(key).text_or(name) for key, name in (("attr", "file"), ("image", "path")) if key in item.fields]
    return tuple(dict.fromkeys(text for text in (*texts, item.text("id")) if text))


def _origin(annotation: Entry) -> tuple[bool, float | None]:
    """Whether a machine proposed it, and its confidence."""
    attributes = annotation.fields.get("attributes")
    if not isinstance(attributes, dict):
        return False, None
    score = attributes.get("score")
    confidence = float(score) if isinstance(score, int | float) and 0 <= score <= 1 else None
    return attributes.get("source") in MACHINE, confidence
