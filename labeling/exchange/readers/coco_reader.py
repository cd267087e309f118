"""Labels of COCO files: annotations of an image, with or without a box."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from labeling.exchange.readers import json_entry
from labeling.exchange.readers.given_label import MACHINE, GivenLabel
from labeling.exchange.readers.json_entry import Entry


def read(path: Path) -> Iterator[GivenLabel]:
    """Labels of one document. Several boxes of a class in an image are one label.

    Raises:
        InputError: a row is broken, or names an image or a category that the document lacks.
    """
    document = json_entry.entry_of(json_entry.read(path), path.name)
    categories = {one.number("id"): _names(one) for one in document.entries("categories", "category")}
    facets = {one.number("id"): one.text_or("facet") for one in document.entries("categories", "category")}
    images = {one.number("id"): one for one in document.entries("images", "image")}
    seen: set[tuple[int, int]] = set()
    for one in document.entries("annotations", "annotation"):
        image, category = one.number("image_id"), one.number("category_id")
        if image not in images:
            raise one.refuse(f"there is no image {image}")
        if category not in categories:
            raise one.refuse(f"there is no category {category}")
        if (image, category) not in seen:
            seen.add((image, category))
            yield _label(one, images[image], categories[category], facets[category])


def _names(category: Entry) -> tuple[str, ...]:
    name, above = category.text("name"), category.text_or("supercategory")
    return (name, f"{above}/{name}") if above else (name,)


def _label(annotation: Entry, image: Entry, names: tuple[str, ...], facet: str) -> GivenLabel:
    attributes = annotation.fields.get("attributes")
    source = attributes.get("source") if isinstance(attributes, dict) else None
    score = annotation.fields.get("score")
    files = tuple(dict.fromkeys((image.text_or("file", image.text("file_name")), image.text("file_name"))))
    confidence = float(score) if isinstance(score, int | float) and 0 <= score <= 1 else None
    return GivenLabel(annotation.place, files, image.text_or("sha256"), facet, names, source in MACHINE, confidence)
