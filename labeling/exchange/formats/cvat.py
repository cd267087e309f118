"""CVAT for images 1.1: `annotations.xml`, a tag a label, and the images in `images`. With splits a document each, for a task each."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree

from labeling.exchange.formats.label_set import MACHINE, LabelSet, Picture
from labeling.exchange.formats.notices import Carries
from labeling.exchange.formats.picture_files import put

CARRIES = Carries(none=True, sizes=True)


def write(given: LabelSet, folder: Path) -> None:
    """Write the documents; pictures of unknown size are left out."""
    pictures = [picture for picture in given.pictures if picture.width and picture.height]
    splits: dict[str, list[Picture]] = {}
    for picture in pictures:
        splits.setdefault(picture.split, []).append(picture)
    for split, part in splits.items():
        root = _head(given, split, part)
        for number, picture in enumerate(part):
            _image(root, number, picture)
        ElementTree.indent(root)
        name = "annotations" if list(splits) == ["train"] else split
        (folder / f"{name}.xml").write_bytes(ElementTree.tostring(root, encoding="utf-8", xml_declaration=True) + b"\n")
    put(given, pictures, folder / "images")


def _head(given: LabelSet, split: str, pictures: list[Picture]) -> ElementTree.Element:
    """The document without its images: a task with all labels."""
    names = [entry.name for entry in given.classes]
    colors = {entry.name: entry.color for entry in given.classes}
    unfit = {answer.name for answer in given.answers()} - set(names)  # of all splits, so that their labels are the same
    root = ElementTree.Element("annotations")
    ElementTree.SubElement(root, "version").text = "1.1"
    task = ElementTree.SubElement(ElementTree.SubElement(root, "meta"), "task")
    ElementTree.SubElement(task, "name").text = given.title
    ElementTree.SubElement(task, "size").text = str(len(pictures))
    ElementTree.SubElement(task, "mode").text = "annotation"
    ElementTree.SubElement(task, "subset").text = split
    labels = ElementTree.SubElement(task, "labels")
    for name in [*names, *sorted(unfit)]:
        label = ElementTree.SubElement(labels, "label")
        ElementTree.SubElement(label, "name").text = name
        ElementTree.SubElement(label, "color").text = colors.get(name, "#808080")
        ElementTree.SubElement(label, "type").text = "tag"
        ElementTree.SubElement(label, "attributes")
    return root


def _image(root: ElementTree.Element, number: int, picture: Picture) -> None:
    image = ElementTree.SubElement(
        root, "image", id=str(number), name=picture.place, width=str(picture.width), height=str(picture.height)
    )
    for answer in picture.answers:
        source = "auto" if answer.source in MACHINE else "manual"
        ElementTree.SubElement(image, "tag", label=answer.name, source=source)
