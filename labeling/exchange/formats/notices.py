"""What a format cannot carry, in words, and how many labels that concerns; known before anything is written."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum

from labeling.exchange.formats.label_set import Answer, Images, LabelSet


class Extent(Enum):
    """Of which labels a format keeps something."""

    ALL = "all"
    MAIN = "main"
    NONE = "none"


@dataclass(frozen=True)
class Carries:
    """What a format can hold.

    Attributes:
        labels: of every facet, or of the main one alone: one label a picture.
        tree: that a class lies below another. Where not, the path stands in the name.
        confidence, origin: a label's confidence; its source, person and time.
        none: that none of the classes fits.
        sizes: it cannot do without width and height.
    """

    labels: Extent = Extent.ALL
    tree: bool = False
    confidence: Extent = Extent.NONE
    origin: Extent = Extent.NONE
    none: bool = False
    sizes: bool = False


@dataclass(frozen=True)
class Notice:
    """One thing that is lost, as a sentence, and how many labels lose it, or pictures where the sentence speaks of those."""

    text: str
    count: int


def notices(carries: Carries, given: LabelSet) -> list[Notice]:
    """What of `given` a format loses; what concerns no label is left out."""
    main = given.main.name if given.main else ""
    answers = list(given.answers())
    written = [answer for answer in answers if carries.labels is Extent.ALL or answer.facet == main]
    fitting = [answer for answer in written if carries.none or answer.category is not None]

    def lost(extent: Extent, among: Iterable[Answer]) -> int:
        """How many labels lose what a format keeps to this extent."""
        return sum(extent is Extent.NONE or (extent is Extent.MAIN and answer.facet != main) for answer in among)

    below = [answer for answer in fitting if answer.category is not None and answer.category.parent]
    every = [
        Notice("It holds one label a picture: labels of other facets are left out.", len(answers) - len(written)),
        Notice("That none of the classes fits is left out.", len(written) - len(fitting)),
        Notice("A class below another is written as parent/child, without the tree.", 0 if carries.tree else len(below)),
        Notice("Confidences are left out.", lost(carries.confidence, (a for a in fitting if a.confidence is not None))),
        Notice("Source, person and time are left out.", lost(carries.origin, fitting)),
        Notice("Answers `no` are left out.", given.refusals),
        Notice("Answers `unsure` are left out.", given.doubts),
        *_pictures(carries, given),
    ]  # fmt: skip
    return [notice for notice in every if notice.count]


def _pictures(carries: Carries, given: LabelSet) -> list[Notice]:
    """Notices that count pictures."""
    left = given.left_out
    sizeless = sum(picture.width is None for picture in given.pictures) if carries.sizes else 0
    return [
        Notice("Frames of videos have no file of their own: these pictures are left out with their labels.", len(left.frames)),
        Notice("Files that are gone: these pictures are left out with their labels.", len(left.missing)),
        Notice("Files that were changed since they were added: these pictures are left out with their labels.", len(left.changed)),
        Notice("Pictures of unknown size are left out with their labels.", sizeless),
        Notice(
            "The pictures are not there: each is named by its path below the folder that was added.",
            len(given.pictures) if given.images is Images.NONE else 0,
        ),
    ]  # fmt: skip
