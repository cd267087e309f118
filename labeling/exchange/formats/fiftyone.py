"""FiftyOneImageClassificationDataset: the images in `data` and `labels.json`, by path without its ending."""

from __future__ import annotations

from pathlib import Path

from labeling.exchange.formats.label_set import Answer, LabelSet, Picture
from labeling.exchange.formats.notices import Carries, Extent
from labeling.exchange.formats.picture_files import put, write_json

CARRIES = Carries(confidence=Extent.ALL, origin=Extent.ALL)


def write(given: LabelSet, folder: Path) -> None:
    """Write images and labels: a list an image where more than one facet is exported, else one label or null."""
    several = len(given.facets) > 1 or given.main is None
    labels: dict[str, object] = {}
    for picture in given.pictures:
        targets = [
            _target(given.index[answer.category.id], answer, picture)
            for answer in picture.answers
            if answer.category is not None
        ]
        labels[picture.place.rpartition(".")[0] or picture.place] = targets if several else next(iter(targets), None)
    put(given, given.pictures, folder / "data")
    write_json(folder / "labels.json", {"classes": [entry.name for entry in given.classes], "labels": labels})


def _target(place: int, answer: Answer, picture: Picture) -> dict[str, object]:
    """A label: its class by place, since a name such as `007` would be read as one."""
    score = {} if answer.confidence is None else {"confidence": answer.confidence}
    origin = {"facet": answer.facet, "source": answer.source, "actor": answer.actor, "at": answer.at}
    return {"label": place, **score, "attributes": {**origin, "split": picture.split, "file": picture.name}}
