"""What every head of whole videos offers, and every candidate that becomes one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Protocol

import numpy as np
import numpy.typing as npt

from labeling.scoring.multilabel import UNKNOWN, Tri
from progress import Progress
from training.videos.open_words.tag_texts import TagTexts
from training.videos.open_words.text_scores import TextScores
from training.videos.video_set import Floats, Ints, VideoSet
from written.json_values import Json

Arrays = Mapping[str, npt.NDArray[np.generic]]


@dataclass(frozen=True)
class VideoMaterial:
    """Labelled videos.

    Attributes:
        truth: int8 [n, k]; unknown answers teach nothing. group: int64 [n], equal for videos that must stay together.
        zero_shot: scores of the tags' texts by modality, None without a text side.
        seed: of every draw. texts: of the tags, None without a text side or where no candidate asks for them.
    """

    videos: VideoSet
    truth: Tri
    group: Ints
    zero_shot: TextScores | None = None
    seed: int = 0
    texts: TagTexts | None = None

    def take(self, rows: Ints) -> VideoMaterial:
        """Some of the videos, in their order."""
        zero_shot = None if self.zero_shot is None else self.zero_shot.take(rows)
        return replace(
            self, videos=self.videos.take(rows), truth=self.truth[rows], group=self.group[rows], zero_shot=zero_shot
        )

    @property
    def known(self) -> npt.NDArray[np.bool_]:
        """bool [n, k], where there is an answer."""
        return np.asarray(self.truth != UNKNOWN)


@dataclass(frozen=True)
class Moments:
    """When a tag holds: logits float32 [r, k] of the rows of a modality, with `starts` and `times` as in `Modality`."""

    logits: Floats
    starts: Ints
    times: npt.NDArray[np.float64]


class VideoHead(Protocol):
    """A fitted head."""

    @property
    def kind(self) -> str:
        """What `head_file` reads it back by."""

    @property
    def name(self) -> str:
        """To show."""

    @property
    def parameters(self) -> int:
        """Numbers that were fitted."""

    def logits(self, videos: VideoSet, zero_shot: Floats | None = None) -> Floats:
        """Logits float32 [n, k]; a video without any modality gets those of a tag's frequency."""

    def contributions(self, videos: VideoSet, zero_shot: Floats | None = None) -> Mapping[str, Floats]:
        """What each modality adds to the logits, float32 [n, k] by modality; empty where the head cannot tell them apart."""

    def moments(self, videos: VideoSet) -> Mapping[str, Moments]:
        """When tags hold, by modality; empty where the head cannot tell."""

    def state(self) -> tuple[Mapping[str, Json], Arrays]:
        """(card, arrays) that bring it back."""


class Candidate(Protocol):
    """A way to a head."""

    @property
    def name(self) -> str:
        """To show."""

    @property
    def source(self) -> str:
        """Where the method comes from."""

    def held_out(self, material: VideoMaterial, fold: Ints, progress: Progress) -> Floats:
        """Logits float32 [n, k] of each video by a head that did not see its fold. fold: int64 [n]."""

    def fit(self, material: VideoMaterial, progress: Progress) -> VideoHead:
        """A head fitted on all videos."""


class Fitted(Protocol):
    """What scores videos: a head, or the part of one that is fitted."""

    def logits(self, videos: VideoSet, /) -> Floats:
        """Logits float32 [n, k]."""


def held_out(
    name: str, material: VideoMaterial, fold: Ints, fit: Callable[[VideoMaterial], Fitted], progress: Progress
) -> Floats:
    """Logits float32 [n, k] of each video by what was fitted on the other folds. fold: int64 [n]; `name` is told as the step."""
    out = np.empty(material.truth.shape, np.float32)
    numbers = np.unique(fold)
    for count, number in enumerate(numbers):
        progress(count, len(numbers), name)
        held = np.flatnonzero(fold == number)
        out[held] = fit(material.take(np.flatnonzero(fold != number))).logits(material.videos.take(held))
    return out
