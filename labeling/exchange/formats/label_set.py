"""What every format writes: classes with ids for life, and pictures with what stands for them. Plain data, no store."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property

import numpy as np
import numpy.typing as npt

from naming import NONE_OF_THESE

SPLITS = ("train", "val", "test")
PEOPLE = ("human", "neighbour")
MACHINE = ("head", "zero_shot")


class Images(StrEnum):
    """What becomes of the pictures: copied, linked hard (no second copy on the disk), or left where they are."""

    COPY = "copy"
    LINK = "link"
    NONE = "none"


@dataclass(frozen=True)
class Choice:
    """What of a workspace is exported.

    Attributes:
        people: only people's decisions.
        confidence: leave out labels that carry a lower one, 0 to 1; what carries none stays.
        facet: the name of the only facet to export, "" for all.
        splits: part into train, val and test by groups (`gathering`); else all is train.
        items: ids of the only images and frames to export, None for all.
    """

    people: bool = False
    confidence: float = 0.0
    facet: str = ""
    images: Images = Images.COPY
    splits: bool = False
    items: frozenset[int] | None = None


@dataclass(frozen=True)
class FacetEntry:
    """A facet: `exclusive` holds one label a picture, else any number."""

    name: str
    exclusive: bool


@dataclass(frozen=True)
class ClassEntry:
    """A category.

    Attributes:
        id: its id, from 1, for life: no rename changes it, and no later category gets it.
        name: its path, with the facet in front where another facet has that path too; unique.
        parent: the name of the class above, "" at the top.
        color: as `#rrggbb`.
    """

    id: int
    name: str
    parent: str
    facet: str
    color: str


@dataclass(frozen=True)
class Answer:
    """A label that stands.

    Attributes:
        category: None where it says that none of the classes of the facet fits.
        at: ISO 8601, in UTC.
        model: which prompts or which head proposed it, "" for what no machine proposed.
    """

    category: ClassEntry | None
    facet: str
    source: str
    actor: str
    at: str
    confidence: float | None
    model: str = ""

    @property
    def name(self) -> str:
        """The name of its class."""
        return NONE_OF_THESE if self.category is None else self.category.name


@dataclass(frozen=True)
class Picture:
    """An image or a frame with at least one label.

    Attributes:
        name: the name that means this item alone, as every import takes it.
        place: relative path in an export. With pictures, no two places are alike without their ending, whatever the case.
        split: of SPLITS.
        width, height: in pixels; None where they are not known.
        path: where its file is now.
        size: in bytes, None where it is not known.
    """

    id: int
    name: str
    place: str
    split: str
    width: int | None
    height: int | None
    sha256: str | None
    path: str
    size: int | None
    answers: tuple[Answer, ...]

    def of(self, facet: str) -> list[Answer]:
        """What stands in a facet."""
        return [answer for answer in self.answers if answer.facet == facet]


@dataclass
class LeftOut:
    """Names of pictures that cannot be there: the file is gone, holds other bytes now, or they are frames of videos."""

    missing: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    frames: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class VectorSource:
    """The vectors of the encoder in use, which only some formats hold.

    Attributes:
        dim: length of a vector.
        read: gives item ids int64 [n] and unit rows float16 [n, dim], in no order; nothing is read before it is called.
    """

    encoder: str
    fingerprint: str
    dim: int
    read: Callable[[], tuple[npt.NDArray[np.int64], npt.NDArray[np.float16]]]


@dataclass(frozen=True)
class LabelSet:
    """All that is exported.

    Attributes:
        main: the exclusive facet that formats with one label a picture take; None where there is none.
        classes: of all these facets, retired ones too, by id: so a place in this list changes only by a facet chosen.
        pictures: by name.
        refusals, doubts: answers `no` and `unsure` of these pictures, which no format carries.
        vectors: None where there is no encoder yet.
    """

    title: str
    facets: list[FacetEntry]
    main: FacetEntry | None
    classes: list[ClassEntry]
    pictures: list[Picture]
    images: Images
    left_out: LeftOut
    refusals: int = 0
    doubts: int = 0
    vectors: VectorSource | None = None

    @cached_property
    def index(self) -> dict[int, int]:
        """Place in `classes`, from 0, by id."""
        return {category.id: place for place, category in enumerate(self.classes)}

    def classes_of(self, facet: str) -> list[ClassEntry]:
        """Those of one facet, by id."""
        return [category for category in self.classes if category.facet == facet]

    def splits(self) -> Iterator[tuple[str, list[Picture]]]:
        """The pictures of each split that has some."""
        for split in SPLITS:
            if pictures := [picture for picture in self.pictures if picture.split == split]:
                yield split, pictures

    def answers(self) -> Iterator[Answer]:
        """All labels."""
        for picture in self.pictures:
            yield from picture.answers

    def single(self, picture: Picture) -> ClassEntry | None:
        """The class of a picture in the main facet."""
        standing = picture.of(self.main.name) if self.main else []
        return standing[0].category if standing else None
