"""Files on their way into the workspace, some images or one video: what each stage of adding leaves for the next."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from embedding.ingest.new_items import Picture
from embedding.pictures.file_walk import FoundFile
from embedding.pictures.images import BadFile
from store.items.items import NewItem


@dataclass
class AddStep:
    """One step on its way.

    Attributes:
        given: its files.
        files: those that could be read, with the sha256 of their bytes.
        unread: those that could not.
        fresh: by digest, the first file of each that the workspace does not have.
        elsewhere: by digest, the step before this one that brings it; it is committed first.
        pictures: the new ones, each digest once. rows: their vectors, float32 [n, d].
        faults: by digest, why the bytes are unusable.
        video: the video that the pictures are stills of.
    """

    given: list[FoundFile]
    files: list[tuple[FoundFile, str]] = field(default_factory=list)
    unread: list[BadFile] = field(default_factory=list)
    fresh: dict[str, FoundFile] = field(default_factory=dict)
    elsewhere: dict[str, AddStep] = field(default_factory=dict)
    pictures: list[Picture] = field(default_factory=list)
    rows: npt.NDArray[np.float32] = field(default_factory=lambda: np.empty((0, 0), np.float32))
    faults: dict[str, BadFile] = field(default_factory=dict)
    video: NewItem | None = None

    @property
    def is_video(self) -> bool:
        """Whether it is one video; else it is some images."""
        return self.given[0].is_video

    @property
    def kind(self) -> str:
        """What the store calls its files."""
        return "video" if self.is_video else "image"

    def fault(self, digest: str) -> BadFile:
        """Why these bytes could not be added."""
        return self.faults[digest] if digest in self.faults else self.elsewhere[digest].fault(digest)
