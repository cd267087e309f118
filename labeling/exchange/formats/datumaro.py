"""Datumaro: `annotations/SPLIT.json` with labels of whole images and their tree, and the images in `images/SPLIT`."""

from __future__ import annotations

from pathlib import Path

from labeling.exchange.formats.label_set import LabelSet, Picture
from labeling.exchange.formats.notices import Carries, Extent
from labeling.exchange.formats.picture_files import put, write_json

CARRIES = Carries(tree=True, confidence=Extent.ALL, origin=Extent.ALL)
IMAGE = 2  # Datumaro's number of this medium


def write(given: LabelSet, folder: Path) -> None:
    """Write a document a split; the number of a class is its place among all by id."""
    labels = [{"name": entry.name, "parent": entry.parent, "attributes": []} for entry in given.classes]
    groups = [
        {
            "name": facet.name,
            "group_type": "exclusive" if facet.exclusive else "inclusive",
            "labels": [entry.name for entry in given.classes_of(facet.name)],
        }
        for facet in given.facets
    ]
    for split, pictures in given.splits():
        document = {
            "dm_format_version": "1.0",
            "media_type": IMAGE,
            "infos": {"title": given.title},
            "categories": {"label": {"label_groups": groups, "labels": labels, "attributes": []}},
            "items": [_item(given, picture) for picture in pictures],
        }
        write_json(folder / "annotations" / f"{split}.json", document)
        put(given, pictures, folder / "images" / split)


def _item(given: LabelSet, picture: Picture) -> dict[str, object]:
    annotations: list[dict[str, object]] = []
    for answer in picture.answers:
        if answer.category is not None:
            attributes: dict[str, object] = {"source": answer.source, "actor": answer.actor, "at": answer.at}
            if answer.confidence is not None:
                attributes["score"] = answer.confidence
            if answer.model:
                attributes["model"] = answer.model
            annotations.append(
                {
                    "id": len(annotations), "type": "label", "attributes": attributes, "group": 0,
                    "label_id": given.index[answer.category.id],
                }
            )  # fmt: skip
    size = {"size": [picture.height, picture.width]} if picture.width and picture.height else {}
    return {
        "id": picture.place.rsplit(".", 1)[0] or picture.place,
        "attr": {"file": picture.name},
        "annotations": annotations,
        "image": {"path": picture.place, **size},
    }
