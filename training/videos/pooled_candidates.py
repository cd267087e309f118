"""Two plain candidates: all modalities side by side, as means, or as means and highest quarters, and logistic regression."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from progress import Progress
from training.videos.fusion import experts
from training.videos.fusion.experts import TOGETHER, Together
from training.videos.video_head import Arrays, Moments, VideoMaterial, held_out
from training.videos.video_set import Floats, Ints, VideoSet
from written.json_values import Json


@dataclass(frozen=True)
class PooledHead:
    """Logistic regression on all modalities side by side."""

    name: str
    expert: Together
    kind: ClassVar[str] = "pooled"

    @property
    def parameters(self) -> int:
        """Numbers that were fitted."""
        return sum(array.size for array in experts.arrays(self.expert).values())

    def logits(self, videos: VideoSet, zero_shot: Floats | None = None) -> Floats:  # noqa: ARG002
        """float32 [n, k]."""
        return self.expert.logits(videos)

    def contributions(self, videos: VideoSet, zero_shot: Floats | None = None) -> Mapping[str, Floats]:  # noqa: ARG002
        """What each modality adds to the logits, float32 [n, k]."""
        return self.expert.contributions(videos)

    def moments(self, videos: VideoSet) -> Mapping[str, Moments]:  # noqa: ARG002
        """None: the order of frames is gone."""
        return {}

    def state(self) -> tuple[Mapping[str, Json], Arrays]:
        """(card, arrays) that `restore` takes."""
        modalities: list[Json] = list(self.expert.names)
        card: dict[str, Json] = {"name": self.name, "modalities": modalities, "top": self.expert.top}
        return card, experts.arrays(self.expert)


def restore(card: Mapping[str, Json], arrays: Arrays) -> PooledHead:
    """A head from what `state` gave.

    Raises:
        KeyError, TypeError: it does not fit together.
    """
    names = card["modalities"]
    if not isinstance(names, list):
        raise TypeError("modalities are not a list")
    expert = experts.restore(TOGETHER, [str(name) for name in names], arrays, top=bool(card["top"]))
    if not isinstance(expert, Together):
        raise TypeError("no expert on all modalities")
    return PooledHead(str(card["name"]), expert)


@dataclass(frozen=True)
class Pooled:
    """The candidate. top: with the highest quarters, else the means alone."""

    top: bool
    source: str = "mean pooling and logistic regression, the baseline of YouTube-8M (Abu-El-Haija et al. 2016)"

    @property
    def name(self) -> str:
        """To show."""
        return "mean + top quarter, logistic" if self.top else "mean, logistic"

    def held_out(self, material: VideoMaterial, fold: Ints, progress: Progress) -> Floats:
        """Logits float32 [n, k] of each video by a head that did not see its fold."""
        return held_out(self.name, material, fold, lambda part: self.fit(part, progress), progress)

    def fit(self, material: VideoMaterial, progress: Progress) -> PooledHead:  # noqa: ARG002
        """A head fitted on all videos."""
        names = list(material.videos.modalities)
        return PooledHead(self.name, experts.fit_together(material, names, top=self.top))
