"""Small convex experts: one a modality, and one on all of them together. Each sees pooled features and nothing else."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from labeling.scoring.multilabel import UNKNOWN, Tri
from training.videos import tag_logistic
from training.videos.tag_logistic import Scaling, TagLinear, prior_logits, scaling
from training.videos.video_head import Arrays, VideoMaterial
from training.videos.video_set import SOUND, TITLE, Bools, Floats, VideoSet

TOGETHER = "together"
PENALTY, PENALTY_TOGETHER = 1.0, 1.0
EMPTIED = {TITLE: 0.4, SOUND: 0.2}  # share of the videos that are learned from without it: in use it is missing


def block(videos: VideoSet, name: str, *, top: bool = True) -> Floats:
    """Features float32 [n, d] of one modality: a title as it is, else the mean and, with `top`, the highest quarter."""
    each = videos.modalities[name]
    return each.pooled() if top and name != TITLE else each.means()


@dataclass(frozen=True)
class Expert:
    """Logistic regression on one modality, learned from the videos that have it; the others get a tag's frequency.

    Attributes:
        prior: float32 [k], log-odds of each tag's frequency.
    """

    name: str
    scale: Scaling
    linear: TagLinear
    prior: Floats

    def logits(self, videos: VideoSet) -> Floats:
        """float32 [n, k]."""
        present = videos.modalities[self.name].present
        out = np.tile(self.prior, (len(videos), 1))
        if present.any():
            rows = np.flatnonzero(present)
            out[rows] = self.linear.logits(self.scale.apply(block(videos.take(rows), self.name)))
        return out


def fit_expert(material: VideoMaterial, name: str) -> Expert:
    """Fit the expert of one modality."""
    rows = np.flatnonzero(material.videos.modalities[name].present)
    features = block(material.videos.take(rows), name)
    scale = scaling(features)
    linear = tag_logistic.fit(scale.apply(features), material.truth[rows], PENALTY)
    return Expert(name, scale, linear, prior_logits(material.truth, material.known))


@dataclass(frozen=True)
class Together:
    """Logistic regression on all modalities side by side, each with an indicator of whether it is there.

    Attributes:
        names: the modalities. scales: of each block, by the videos that have it. top: with the highest quarters.
    """

    names: tuple[str, ...]
    scales: tuple[Scaling, ...]
    linear: TagLinear
    top: bool = True
    name: str = TOGETHER

    def logits(self, videos: VideoSet) -> Floats:
        """float32 [n, k]."""
        return np.asarray(sum(self.contributions(videos).values()) + self.linear.bias, np.float32)

    def contributions(self, videos: VideoSet) -> dict[str, Floats]:
        """What each modality adds to the logits, float32 [n, k]."""
        out, start = {}, 0
        for name, scale in zip(self.names, self.scales, strict=True):
            part = columns(videos, name, scale, top=self.top)
            out[name] = part @ self.linear.weights[start : start + part.shape[1]]
            start += part.shape[1]
        return out


def fit_together(material: VideoMaterial, names: Sequence[str], *, top: bool = True) -> Together:
    """Fit on every video twice with half of the weight: as it is, and with titles and sound emptied at random."""
    videos = material.videos
    scales = [
        scaling(block(videos.take(np.flatnonzero(videos.modalities[name].present)), name, top=top)) for name in names
    ]
    poor = emptied(videos, np.random.default_rng(material.seed))
    features = np.concatenate(
        [
            np.concatenate(
                [columns(each, name, scale, top=top) for name, scale in zip(names, scales, strict=True)], axis=1
            )
            for each in (videos, poor)
        ]
    )
    weight = np.full(len(features), 0.5, np.float32)
    truth = np.concatenate([material.truth, material.truth])
    return Together(tuple(names), tuple(scales), tag_logistic.fit(features, truth, PENALTY_TOGETHER, weight), top)


def emptied(videos: VideoSet, random: np.random.Generator) -> VideoSet:
    """The videos with titles and sound gone at random, but never the last modality of one."""
    for name, share in EMPTIED.items():
        if name in videos.modalities:
            others = videos.present.sum(axis=1) - videos.modalities[name].present > 0
            videos = videos.without(name, (random.random(len(videos)) < share) & others)
    return videos


def columns(videos: VideoSet, name: str, scale: Scaling, *, top: bool = True) -> Floats:
    """A scaled block and its indicator float32 [n, d + 1]; a missing block is zero, which is its mean."""
    present: Bools = videos.modalities[name].present
    part = scale.apply(block(videos, name, top=top)) * present[:, None]
    return np.concatenate([part, present[:, None].astype(np.float32) - 0.5], axis=1)


def arrays(expert: Expert | Together) -> dict[str, np.ndarray[tuple[int, ...], np.dtype[np.float32]]]:
    """Arrays of an expert by name, which `restore` takes."""
    scales = (expert.scale,) if isinstance(expert, Expert) else expert.scales
    out = {"weights": expert.linear.weights, "bias": expert.linear.bias}
    if isinstance(expert, Expert):
        out["prior"] = expert.prior
    for k, scale in enumerate(scales):
        out |= {f"mean{k}": scale.mean, f"factor{k}": scale.factor}
    return out


def restore(name: str, names: Sequence[str], given: Arrays, *, top: bool = True) -> Expert | Together:
    """An expert from its arrays. names, top: of the one on all modalities.

    Raises:
        KeyError: an array is missing.
    """
    taken: Mapping[str, Floats] = {key: np.asarray(value, np.float32) for key, value in given.items()}
    linear = TagLinear(taken["weights"], taken["bias"])
    if name == TOGETHER:
        scales = tuple(Scaling(taken[f"mean{k}"], taken[f"factor{k}"]) for k in range(len(names)))
        return Together(tuple(names), scales, linear, top)
    return Expert(name, Scaling(taken["mean0"], taken["factor0"]), linear, taken["prior"])


def answered(truth: Tri) -> Bools:
    """bool [n], the videos with any answer."""
    return np.asarray((truth != UNKNOWN).any(axis=1))
