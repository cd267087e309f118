"""Tags of CVAT's XML for images 1.1; shapes and tracks are no labels of an image.

An image that lies beside the document, in `images`, is told by its bytes.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

import reading
from errors import InputError
from labeling.exchange.readers.given_label import MACHINE, GivenLabel
from labeling.exchange.readers.json_entry import NOTHING


def read(path: Path) -> Iterator[GivenLabel]:
    """Labels of one document, image by image.

    Raises:
        InputError: it cannot be read, is not such XML, or a row of it is broken.
    """
    number, root = 0, ""
    try:
        with reading.opened(path) as file:
            for event, element in ElementTree.iterparse(file, events=("start", "end")):
                root = root or element.tag
                if root != "annotations":
                    raise InputError(f"{path.name}: <annotations> was expected, not <{root}>. {NOTHING}")
                if event == "end" and element.tag == "image":
                    number += 1
                    yield from _labels(element, f"{path.name}, image {number}", path.parent / "images")
                    element.clear()
    except OSError as error:
        raise InputError(f"{path.name} cannot be read ({error.strerror or error}). {NOTHING}") from error
    except ElementTree.ParseError as error:
        raise InputError(f"{path.name}, line {error.position[0]}: no XML ({error}). {NOTHING}") from error


def _labels(image: ElementTree.Element, place: str, beside: Path) -> Iterator[GivenLabel]:
    name = image.get("name")
    if not name:
        raise InputError(f"{place}: `name` is missing. {NOTHING}")
    tags = list(image.iter("tag"))
    sha256 = _digest(beside / name) if tags else ""
    for tag in tags:
        label = tag.get("label")
        if not label:
            raise InputError(f"{place}: a tag has no `label`. {NOTHING}")
        yield GivenLabel(place, (name,), sha256, "", (label,), tag.get("source") in MACHINE)


def _digest(path: Path) -> str:
    """The digest of a file, "" where there is none."""
    try:
        with reading.opened(path) as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return ""
