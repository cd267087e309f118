"""Export to a format of another tool: what it loses is known before anything is written; it is whole or not there."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from errors import InputError
from labeling.exchange.formats import (
    coco,
    croissant,
    cvat,
    datumaro,
    fiftyone,
    hugging_face,
    label_studio,
    lance_table,
    web_dataset,
    yolo,
)
from labeling.exchange.formats.gathering import gather
from labeling.exchange.formats.label_set import Choice, Images, LabelSet
from labeling.exchange.formats.notices import Carries, Extent, Notice, notices
from labeling.exchange.formats.picture_files import explained, replacing_export
from store.workspace import Workspace


@dataclass(frozen=True)
class Format:
    """A format of another tool.

    Attributes:
        alone: whether its readers can do with the labels alone, without the pictures.
        write: fills a new folder.
        packed: whether it holds the pictures inside its files, so that they cannot be linked.
        missing: what to install first, None where nothing is missing.
    """

    title: str
    carries: Carries
    alone: bool
    write: Callable[[LabelSet, Path], None]
    packed: bool = False
    missing: Callable[[], str | None] = lambda: None


FORMATS = {
    "imagefolder": Format("Hugging Face ImageFolder", hugging_face.CARRIES, False, hugging_face.write),
    "coco": Format("COCO", coco.CARRIES, True, coco.write),
    "yolo": Format("YOLO classification", yolo.CARRIES, False, yolo.write),
    "labelstudio": Format("Label Studio", label_studio.CARRIES, True, label_studio.write),
    "cvat": Format("CVAT images 1.1", cvat.CARRIES, True, cvat.write),
    "datumaro": Format("Datumaro", datumaro.CARRIES, True, datumaro.write),
    "fiftyone": Format("FiftyOne classification", fiftyone.CARRIES, False, fiftyone.write),
    "webdataset": Format("WebDataset", web_dataset.CARRIES, False, web_dataset.write, packed=True),
    "croissant": Format("Croissant", croissant.CARRIES, True, croissant.write),
    "lance": Format("Lance", lance_table.CARRIES, True, lance_table.write, packed=True, missing=lance_table.fault),
}


@dataclass(frozen=True)
class Plan:
    """An export that is not written yet.

    Attributes:
        lost: what the format cannot carry.
    """

    name: str
    given: LabelSet
    lost: list[Notice]

    @property
    def labels(self) -> int:
        """How many labels are written."""
        carries = FORMATS[self.name].carries
        main = self.given.main.name if self.given.main else ""
        pictures = [picture for picture in self.given.pictures if picture.width or not carries.sizes]
        return sum(
            (carries.labels is Extent.ALL or answer.facet == main) and (carries.none or answer.category is not None)
            for picture in pictures
            for answer in picture.answers
        )


def fault(name: str, images: Images) -> str | None:
    """Why a format cannot do with the pictures what is asked, or None where it can."""
    if images is Images.NONE and not FORMATS[name].alone:
        return f"{FORMATS[name].title} holds labels by the place of the pictures. Copy or link them."
    if images is Images.LINK and FORMATS[name].packed:
        return f"{FORMATS[name].title} holds the pictures in its own files, so they cannot be linked. Copy them."
    return None


def plan(workspace: Workspace, name: str, choice: Choice) -> Plan:
    """What an export would write and lose; nothing is written.

    Raises:
        InputError: an unknown format or facet, one that the format cannot take, or a package that is not installed.
    """
    form = FORMATS.get(name)
    if form is None:
        raise InputError(f"There is no export format {name!r}. Use one of {', '.join(FORMATS)}.")
    unfit = form.missing() or fault(name, choice.images)
    if unfit is not None:
        raise InputError(unfit)
    given = gather(workspace, choice)
    if form.carries.labels is Extent.MAIN and given.main is None:
        raise InputError(
            f"{form.title} holds one label a picture. Name a facet that takes one, or choose another format."
        )
    return Plan(name, given, notices(form.carries, given))


def write(planned: Plan, out: Path) -> None:
    """Write a planned export into the folder `out`; an earlier export there is replaced as a whole.

    Raises:
        InputError: `out` holds something else than an export.
        StoreError: the disk refuses, or a picture changed meanwhile; what was there before stays.
    """
    with explained(out), replacing_export(out, planned.name) as folder:
        FORMATS[planned.name].write(planned.given, folder)
