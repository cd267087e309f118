"""The adapter as a candidate, and what it is worth on tags that nobody labelled."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np

from labeling.scoring.multilabel import NO, YES
from progress import Progress
from training.videos.fusion import experts
from training.videos.open_words import adapter_training
from training.videos.open_words.adapter_head import NAME, AdapterHead, UnseenFigures
from training.videos.open_words.adapter_network import AdapterOptions
from training.videos.open_words.adapter_training import LearningOptions
from training.videos.open_words.tag_texts import TagTexts, zero_shot_logits
from training.videos.tag_folds import tag_folds
from training.videos.tag_logistic import Scaling, scaling
from training.videos.video_head import VideoMaterial, held_out
from training.videos.video_metrics import average_precisions
from training.videos.video_set import Floats, Ints, VideoSet

SPLITS = 3  # parts of the tags, each left out once
SHARES = (0.0, 0.25, 0.5, 1.0)


@dataclass(frozen=True)
class Adapter:
    """The candidate; it needs the texts of the tags."""

    options: AdapterOptions = field(default_factory=AdapterOptions)
    learning: LearningOptions = field(default_factory=LearningOptions)
    name: str = NAME
    source: str = (
        "weighted texts and gated residuals on a frozen text tower, held to zero-shot (after Open-vocabulary multi-label video "
        "classification, arXiv 2407.09073, and CLIP-Adapter, Gao et al. 2021); scores compared among the tags"
    )

    def held_out(self, material: VideoMaterial, fold: Ints, progress: Progress) -> Floats:
        """Logits float32 [n, k] of each video by an adapter that did not see its fold."""
        return held_out(self.name, material, fold, self._trained, progress)

    def fit(self, material: VideoMaterial, progress: Progress) -> AdapterHead:  # noqa: ARG002
        """An adapter trained on all videos; how far it trusts itself on other tags is chosen on tags that were left out."""
        share, measured = self.left_out(material)
        return replace(self._trained(material, share), measured=measured)

    def left_out(self, material: VideoMaterial) -> tuple[float, UnseenFigures | None]:
        """(the share with the best mAP on tags that were left out, its figures); 0 and None where there are too few tags or videos."""
        texts, (first, second) = _texts(material), _halves(material)
        judged = np.flatnonzero(_both(material.take(second)))
        if len(judged) < 2 * SPLITS:
            return 0.0, None
        learned, test = material.take(first), material.take(second)
        scores = {share: np.full(material.truth.shape[1], np.nan) for share in SHARES}
        for part in range(SPLITS):
            out = np.random.default_rng(material.seed).permutation(judged)[part::SPLITS]
            rest = np.setdiff1d(np.arange(material.truth.shape[1]), out)
            head = self._trained(replace(learned, truth=learned.truth[:, rest], texts=texts.take(rest), zero_shot=None))
            for share in SHARES:
                logits = replace(head, share=share).unseen(test.videos, [texts.tags[int(k)] for k in out])
                scores[share][out] = average_precisions(logits, test.truth[:, out])
        means = {share: float(np.nanmean(values)) for share, values in scores.items()}
        best = max(SHARES, key=lambda share: means[share])
        before = average_precisions(zero_shot_logits(texts, test.videos), test.truth)[judged]
        return best, {"zero_shot": float(np.nanmean(before)), "adapter": means[best], "tags": len(judged)}

    def _trained(self, material: VideoMaterial, share: float = 0.0) -> AdapterHead:
        texts, scales = _texts(material), _scales(material.videos)
        network, offset = adapter_training.train(material, texts, scales, self.options, self.learning)
        return AdapterHead(self.options, scales, texts, offset, share, network)


def _texts(material: VideoMaterial) -> TagTexts:
    assert material.texts is not None, "asked for only where there are texts"
    return material.texts


def _scales(videos: VideoSet) -> Mapping[str, Scaling]:
    """Scaling of each modality that some video has."""
    return {
        name: scaling(experts.block(videos.take(np.flatnonzero(each.present)), name))
        for name, each in videos.modalities.items()
        if each.present.any()
    }


def _halves(material: VideoMaterial) -> tuple[Ints, Ints]:
    """Videos to learn from and to judge on; groups stay whole."""
    fold = tag_folds(material.truth, material.group, count=2, seed=material.seed)
    return np.flatnonzero(fold == fold.min()), np.flatnonzero(fold != fold.min())


def _both(material: VideoMaterial) -> np.ndarray[tuple[int, ...], np.dtype[np.bool_]]:
    """bool [k], tags with both answers."""
    return np.asarray((material.truth == YES).any(axis=0) & (material.truth == NO).any(axis=0))
