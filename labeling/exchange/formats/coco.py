"""COCO: `annotations/labels_SPLIT.json`, with labels of whole images as annotations without a box, and the images in `images/SPLIT`."""

from __future__ import annotations

from itertools import count
from pathlib import Path

from labeling.exchange.formats.label_set import Answer, LabelSet, Picture
from labeling.exchange.formats.notices import Carries, Extent
from labeling.exchange.formats.picture_files import put, write_json

CARRIES = Carries(tree=True, confidence=Extent.ALL, origin=Extent.ALL)


def write(given: LabelSet, folder: Path) -> None:
    """Write a document a split. Ids of categories and images are those of the workspace, for life."""
    categories = [
        {"id": entry.id, "name": entry.name, "supercategory": entry.parent, "facet": entry.facet}
        for entry in given.classes
    ]
    numbers = count(1)
    for split, pictures in given.splits():
        annotations = [
            _annotation(next(numbers), picture.id, answer.category.id, answer)
            for picture in pictures
            for answer in picture.answers
            if answer.category is not None
        ]
        document = {
            "info": {"description": given.title},
            "licenses": [],
            "images": [_image(picture) for picture in pictures],
            "annotations": annotations,
            "categories": categories,
        }
        write_json(folder / "annotations" / f"labels_{split}.json", document)
        put(given, pictures, folder / "images" / split)


def _image(picture: Picture) -> dict[str, object]:
    size = {"width": picture.width, "height": picture.height} if picture.width and picture.height else {}
    digest = {"sha256": picture.sha256} if picture.sha256 else {}
    return {"id": picture.id, "file_name": picture.place, **size, "file": picture.name, **digest}


def _annotation(number: int, image: int, category: int, answer: Answer) -> dict[str, object]:
    score = {} if answer.confidence is None else {"score": answer.confidence}
    origin = {"source": answer.source, "actor": answer.actor, "at": answer.at}
    model = {"model": answer.model} if answer.model else {}
    return {"id": number, "image_id": image, "category_id": category, **score, "attributes": {**origin, **model}}
