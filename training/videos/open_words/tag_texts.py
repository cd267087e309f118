"""Texts of tags as vectors of the space that frames lie in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from labeling.scoring import multilabel, zero_shot
from labeling.scoring.zero_shot import Linear
from training.videos.video_set import FRAMES, Floats, Ints, Modality, VideoSet


@dataclass(frozen=True)
class TagTexts:
    """Texts of k tags.

    Attributes:
        tags: float32 [m, d] of each tag: its name in the templates and its attributes, at least one unit row.
        background: float32 [d], unit. others: float32 [u, d], unit rows of words that name none of the tags.
        scale: logits per cosine.
    """

    tags: tuple[Floats, ...]
    background: Floats
    others: Floats
    scale: float

    def take(self, tags: Sequence[int] | Ints) -> TagTexts:
        """Those of some of the tags, in their order."""
        return replace(self, tags=tuple(self.tags[int(k)] for k in tags))

    @property
    def linear(self) -> Linear:
        """Zero-shot logits of a frame: the mean of a tag's texts against the background."""
        return multilabel.contrast(zero_shot.class_vectors(self.tags), self.background, scale=self.scale)


def top_mean(logits: Floats, starts: Ints) -> Floats:
    """float32 [n, k]: of each video the mean of its best quarter of rows, tag by tag; 0 without rows. starts: int64 [n + 1]."""
    rows = Modality(logits, starts, np.zeros(len(logits)))
    return rows.pooled()[:, logits.shape[1] :]


def zero_shot_logits(texts: TagTexts, videos: VideoSet) -> Floats:
    """Logits float32 [n, k] by frames alone; 0 where nothing is seen."""
    frames = videos.modalities[FRAMES]
    return top_mean(np.asarray(texts.linear.logits(frames.rows), np.float32), frames.starts)
