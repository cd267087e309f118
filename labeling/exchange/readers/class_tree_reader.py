"""Labels of trees of images: `CLASS/IMAGE` or `SPLIT/CLASS/IMAGE`, as ImageNet, torchvision and YOLO classification have them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

import reading
from embedding.pictures.image_formats import SUFFIXES
from errors import InputError
from labeling.exchange.readers import json_entry
from labeling.exchange.readers.given_label import GivenLabel
from labeling.exchange.readers.json_entry import NOTHING

SPLITS = {"train", "training", "val", "valid", "validation", "test"}
CLASSES = "classes.json"


def read(root: Path) -> Iterator[GivenLabel]:
    """A label an image; images are told by their bytes, then by their names.

    Raises:
        InputError: an image lies in no folder of a class, or cannot be read.
    """
    known = _known(root)
    for path in sorted(root.rglob("*")):
        if path.suffix.lower() not in SUFFIXES or path.name.startswith(".") or not path.is_file():
            continue
        parts = path.relative_to(root).parts
        below = parts[1:] if parts[0].lower() in SPLITS else parts
        place = path.relative_to(root).as_posix()
        if len(below) < 2:
            raise InputError(f"{place}: it lies in no folder of a class. {NOTHING}")
        try:
            with reading.opened(path) as file:
                digest = hashlib.file_digest(file, "sha256").hexdigest()
        except OSError as error:
            raise InputError(f"{place} cannot be read ({error.strerror or error}). {NOTHING}") from error
        facet, name = known.get(below[0], ("", below[0]))
        yield GivenLabel(place, ("/".join(below[1:]),), digest, facet, (name,))


def _known(root: Path) -> dict[str, tuple[str, str]]:
    """Facet and class by folder, where this program wrote the tree."""
    path = root / CLASSES
    if not path.is_file():
        return {}
    entries = json_entry.entries_of(json_entry.read(path), path.name, "class")
    return {entry.text("folder"): (entry.text_or("facet"), entry.text("name")) for entry in entries}
