"""The default: late fusion of small convex experts, one a modality, weighed for each tag by how well they rank held-out videos.

With few labels a concatenation drowns the modality that tells a tag in those that do not; experts of their own keep it, and a tag that
needs several at once gets the expert on all of them. From a hundred labelled videos on, multiple-instance experts say when a tag holds.
Where a tag has fewer than ten positives, the scores of its text are one more expert.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np

from labeling.scoring.multilabel import YES
from progress import Progress, silent
from training.videos.fusion import experts, mil_expert
from training.videos.fusion.experts import TOGETHER
from training.videos.fusion.fitted_experts import FittedExperts
from training.videos.fusion.fusion_weights import fuse, weigh
from training.videos.fusion.late_fusion_head import Fitted, LateFusionHead
from training.videos.fusion.text_expert import TEXT, TextExpert, fit_text
from training.videos.tag_folds import tag_folds
from training.videos.video_head import VideoMaterial
from training.videos.video_set import FRAMES, SOUND, Bools, Floats, Ints

FOLDS = 5
MIL_FROM = 100  # labelled videos
DISCOUNT = {
    TOGETHER: 0.8
}  # what sees everything fits more by chance: it counts where it is clearly better than the best single expert
FEW = 10  # positives below which the scores of a tag's text count


@dataclass(frozen=True)
class LateFusion:
    """The candidate.

    Attributes:
        mil_from: number of labelled videos from which on there are multiple-instance experts; None for never.
        fitted: experts of the one set of labelled videos that this candidate is asked about; None where it is asked about several.
    """

    mil_from: int | None = MIL_FROM
    name: str = "late fusion"
    source: str = (
        "late fusion of convex experts (after Snoek et al. 2005, Early versus late fusion in semantic video analysis)"
    )
    fitted: FittedExperts | None = field(default=None, repr=False, compare=False)

    def held_out(self, material: VideoMaterial, fold: Ints, progress: Progress) -> Floats:
        """Logits float32 [n, k] of each video; experts and weights come from the other folds."""
        return self._fused(self._expert_logits(material, fold, progress), material, fold)

    def held_out_without(self, material: VideoMaterial, fold: Ints, name: str) -> Floats:
        """The same where a modality is missing in each video that is judged, though not in those that were learned from."""
        whole = self._expert_logits(material, fold, silent)
        poor = self._expert_logits(material, fold, silent, without=name)
        out = np.empty(material.truth.shape, np.float32)
        for number in np.unique(fold):
            held = fold == number
            rest = {each: logits[~held] for each, logits in whole.items()}
            weights = _weights(rest, material.take(np.flatnonzero(~held)))
            out[held] = fuse({each: logits[held] for each, logits in poor.items()}, weights)
        return out

    def held_out_by_share(self, material: VideoMaterial, fold: Ints, share: float) -> tuple[Floats, float, float]:
        """Held-out logits where a share of the other folds' groups is learned from, by experts on pooled features alone.

        Returns:
            logits float32 [n, k]; the mean number of videos that were learned from, and of positives a tag among them.
        """
        plain = replace(self, mil_from=None)
        names = plain._names(material)
        parts = {int(number): _part(material, fold != number, share) for number in np.unique(fold)}
        out = np.empty(material.truth.shape, np.float32)
        each = {name: np.empty(material.truth.shape, np.float32) for name in names}
        for number, rows in parts.items():
            held = np.flatnonzero(fold == number)
            outside = material.take(held)
            for name in names:
                each[name][held] = _scores(plain._expert(material, name, rows), outside)
        for number, rows in parts.items():
            held = fold == number
            weights = _weights({name: logits[rows] for name, logits in each.items()}, material.take(rows))
            out[held] = fuse({name: logits[held] for name, logits in each.items()}, weights)
        occurs = (material.truth == YES).any(axis=0)
        positives = [(material.truth[rows][:, occurs] == YES).sum(axis=0).mean() for rows in parts.values()]
        return out, float(np.mean([len(rows) for rows in parts.values()])), float(np.mean(positives))

    def _fused(self, each: Mapping[str, Floats], material: VideoMaterial, fold: Ints) -> Floats:
        out = np.empty(material.truth.shape, np.float32)
        for number in np.unique(fold):
            held = fold == number
            weights = _weights(
                {name: logits[~held] for name, logits in each.items()}, material.take(np.flatnonzero(~held))
            )
            out[held] = fuse({name: logits[held] for name, logits in each.items()}, weights)
        return out

    def fit(self, material: VideoMaterial, progress: Progress) -> LateFusionHead:
        """A head with experts fitted on all videos and weights from held-out ones."""
        fold = folds_of(material)
        weights = _weights(self._expert_logits(material, fold, progress), material)
        every = np.arange(len(material.truth))
        fitted = {name: self._expert(material, name, every) for name in self._names(material)}
        return LateFusionHead(self.name, {name: one for name, one in fitted.items() if weights[name].any()}, weights)

    def _expert_logits(
        self, material: VideoMaterial, fold: Ints, progress: Progress, without: str = ""
    ) -> dict[str, Floats]:
        """Held-out logits float32 [n, k] by expert. without: a modality that is missing in the videos that are judged."""
        names = self._names(material)
        numbers = np.unique(fold)
        out = {name: np.empty(material.truth.shape, np.float32) for name in names}
        for count, number in enumerate(numbers):
            held, rest = np.flatnonzero(fold == number), np.flatnonzero(fold != number)
            outside = _poorer(material.take(held), without) if without else material.take(held)
            for place, name in enumerate(names):
                progress(count * len(names) + place, len(numbers) * len(names), self.name)
                out[name][held] = _scores(self._expert(material, name, rest), outside)
        return out

    def _names(self, material: VideoMaterial) -> list[str]:
        names = [name for name, each in material.videos.modalities.items() if each.present.any()]
        several = [TOGETHER] if len(names) > 1 else []
        enough = self.mil_from is not None and int(experts.answered(material.truth).sum()) >= self.mil_from
        mil = [f"moments of {name}" for name in (FRAMES, SOUND) if enough and name in names]
        few = (material.truth == YES).sum(axis=0) < FEW
        text = [TEXT] if material.zero_shot is not None and few.any() else []
        return [*names, *several, *mil, *text]

    def _expert(self, material: VideoMaterial, name: str, rows: Ints) -> Fitted:
        """The expert of a name on some of the videos."""

        def fit() -> Fitted:
            return self._fit_one(material.take(rows), name)

        return fit() if self.fitted is None else self.fitted.get(name, material, rows, fit)

    def _fit_one(self, material: VideoMaterial, name: str) -> Fitted:
        if name == TOGETHER:
            return experts.fit_together(material, list(material.videos.modalities))
        if name == TEXT:
            return fit_text(material)
        if name.startswith("moments of "):
            return mil_expert.fit(material, name.removeprefix("moments of "))
        return experts.fit_expert(material, name)


def _scores(one: Fitted, material: VideoMaterial) -> Floats:
    """Logits float32 [n, k] of an expert."""
    if isinstance(one, TextExpert):
        return one.logits(None if material.zero_shot is None else material.zero_shot.total)
    return one.logits(material.videos)


def _poorer(material: VideoMaterial, name: str) -> VideoMaterial:
    """The same where a modality is missing in every video, what texts read from it included."""
    scores = None if material.zero_shot is None else material.zero_shot.without(name)
    return replace(material, videos=material.videos.without(name), zero_shot=scores)


def _part(material: VideoMaterial, rest: Bools, share: float) -> Ints:
    """Rows of a share of the groups of some videos; a smaller share is a part of a larger one."""
    rows = np.flatnonzero(rest)
    groups = np.random.default_rng(material.seed).permutation(np.unique(material.group[rows]))
    taken = groups[: max(1, round(share * len(groups)))]
    return rows[np.isin(material.group[rows], taken)]


def _weights(each: Mapping[str, Floats], material: VideoMaterial) -> dict[str, Floats]:
    """Weights float32 [k] by expert; the text counts for tags with few positives alone."""
    weights = weigh(each, material.truth, expected=(*material.videos.modalities, TEXT), discount=DISCOUNT)
    if TEXT in weights:
        weights[TEXT] = np.where((material.truth == YES).sum(axis=0) < FEW, weights[TEXT], np.float32(0))
        total = sum(weights.values())
        weights = {name: np.asarray(row / total, np.float32) for name, row in weights.items()}
    return weights


def folds_of(material: VideoMaterial, count: int = FOLDS, seed: int = 0) -> Ints:
    """A fold for each video int64 [n]: groups whole, tags spread evenly.

    Raises:
        InputError: all videos lie in one group.
    """
    return tag_folds(material.truth, material.group, count=count, seed=seed + material.seed)
