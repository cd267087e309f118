"""Scores of the tags' texts as an expert of their own, brought to logits by two numbers a tag."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from training.videos.tag_calibration import Platt, platt
from training.videos.video_head import VideoMaterial
from training.videos.video_set import Floats

TEXT = "text"


@dataclass(frozen=True)
class TextExpert:
    """Standardised scores through a Platt scaling. centre, spread: float32 [k]."""

    centre: Floats
    spread: Floats
    scaling: Platt
    name: str = TEXT

    def logits(self, zero_shot: Floats | None) -> Floats:
        """float32 [n, k] of zero-shot scores float32 [n, k].

        Raises:
            ValueError: there are none.
        """
        if zero_shot is None:
            raise ValueError("This head has an expert on the scores of texts, and none were given.")
        return np.asarray(
            (zero_shot - self.centre) / self.spread * self.scaling.slope + self.scaling.offset, np.float32
        )


def fit_text(material: VideoMaterial) -> TextExpert:
    """Fit on the zero-shot scores of the material."""
    assert material.zero_shot is not None, "asked for only where there are scores"
    scores = material.zero_shot.total
    centre, spread = scores.mean(axis=0), np.maximum(scores.std(axis=0), 1e-6)
    scaled = np.asarray((scores - centre) / spread, np.float32)
    return TextExpert(centre, spread, platt(scaled, material.truth))
