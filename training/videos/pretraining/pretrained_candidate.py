"""Logistic regression on the vectors of a pretrained aggregator: a candidate, and the head that it becomes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import ClassVar

import numpy as np

from progress import Progress
from training.videos.fusion import experts
from training.videos.fusion.experts import TOGETHER, Together
from training.videos.pretraining import aggregator
from training.videos.pretraining.aggregator import Aggregator
from training.videos.video_head import Arrays, Moments, VideoMaterial, held_out
from training.videos.video_set import Floats, Ints, VideoSet
from written.json_values import Json

NAME = "pretrained vector, logistic"


@dataclass(frozen=True)
class PretrainedHead:
    """An aggregator, and what was fitted on its vectors and the titles."""

    aggregator: Aggregator
    expert: Together
    name: str = NAME
    kind: ClassVar[str] = "pretrained"

    @property
    def parameters(self) -> int:
        """Numbers that were fitted, with or without labels."""
        return sum(int(array.size) for array in self.state()[1].values())

    def logits(self, videos: VideoSet, zero_shot: Floats | None = None) -> Floats:  # noqa: ARG002
        """float32 [n, k]."""
        return self.expert.logits(self.aggregator.read(videos))

    def contributions(self, videos: VideoSet, zero_shot: Floats | None = None) -> Mapping[str, Floats]:  # noqa: ARG002
        """How much the logits fall when a modality is taken away, float32 [n, k]."""
        whole = self.logits(videos)
        return {name: np.asarray(whole - self.logits(videos.without(name)), np.float32) for name in videos.modalities}

    def moments(self, videos: VideoSet) -> Mapping[str, Moments]:  # noqa: ARG002
        """None: a vector tells only what a whole video is about."""
        return {}

    def state(self) -> tuple[Mapping[str, Json], Arrays]:
        """(card, arrays) that `restore` takes."""
        card, arrays = self.aggregator.state()
        names: list[Json] = list(self.expert.names)
        own = {f"expert.{key}": value for key, value in experts.arrays(self.expert).items()}
        return {"aggregator": dict(card), "modalities": names}, {**arrays, **own}


def restore(card: Mapping[str, Json], arrays: Arrays) -> PretrainedHead:
    """A head from what `state` gave.

    Raises:
        KeyError, TypeError, ValueError: it does not fit together.
    """
    inner, names = card["aggregator"], card["modalities"]
    if not isinstance(inner, dict) or not isinstance(names, list):
        raise TypeError("the card of a pretrained head is of another form")
    own = {key.removeprefix("expert."): value for key, value in arrays.items() if key.startswith("expert.")}
    expert = experts.restore(TOGETHER, [str(name) for name in names], own, top=False)
    if not isinstance(expert, Together):
        raise TypeError("no expert on all modalities")
    return PretrainedHead(aggregator.restore(inner, arrays), expert)


@dataclass(frozen=True)
class Pretrained:
    """The candidate."""

    aggregator: Aggregator
    name: str = NAME
    source: str = "momentum contrast on the project's own videos (He et al. 2020), logistic regression"

    def held_out(self, material: VideoMaterial, fold: Ints, progress: Progress) -> Floats:
        """Logits float32 [n, k] of each video by a regression that did not see its fold; the aggregator saw no label of any."""
        read = replace(material, videos=self.aggregator.read(material.videos))
        return held_out(self.name, read, fold, _fitted, progress)

    def fit(self, material: VideoMaterial, progress: Progress) -> PretrainedHead:  # noqa: ARG002
        """A head fitted on all videos."""
        return PretrainedHead(self.aggregator, _fitted(replace(material, videos=self.aggregator.read(material.videos))))


def _fitted(material: VideoMaterial) -> Together:
    return experts.fit_together(material, list(material.videos.modalities), top=False)
