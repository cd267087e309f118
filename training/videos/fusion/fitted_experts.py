"""Experts that were fitted on parts of one set of labelled videos, so that none is fitted twice."""

from __future__ import annotations

from collections.abc import Callable

from training.videos.fusion.experts import TOGETHER
from training.videos.fusion.late_fusion_head import Fitted
from training.videos.fusion.text_expert import TEXT
from training.videos.video_head import VideoMaterial
from training.videos.video_set import Ints


class FittedExperts:
    """Experts by name, by the videos that they learned from, and for the one on all modalities by what these are.

    It belongs to one set of labelled videos: the same with fewer modalities is the same set, for an expert of one modality sees no other. That of texts belongs to what they are compared with.
    A comparison, the final fit and the rows of its table ask for the same experts again and again.
    """

    def __init__(self) -> None:
        self._known: dict[tuple[str, tuple[str, ...], bytes], Fitted] = {}

    def get(self, name: str, material: VideoMaterial, rows: Ints, fit: Callable[[], Fitted]) -> Fitted:
        """The expert of a name that learned from some rows of the set, fitted where it is not there yet."""
        modalities = tuple(material.videos.modalities) if name == TOGETHER else ()
        if name == TEXT and material.zero_shot is not None:
            modalities = tuple(material.zero_shot.parts)
        key = (name, modalities, rows.tobytes())
        if key not in self._known:
            self._known[key] = fit()
        return self._known[key]
