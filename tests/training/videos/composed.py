"""Small made-up videos whose tags are seen, heard, told, seen briefly, or joined of two."""

from __future__ import annotations

import numpy as np

from training.videos.video_head import VideoMaterial
from training.videos.video_set import FRAMES, SOUND, TITLE, VideoSet, modality

TAGS = ["seen", "heard", "told", "brief", "joint"]


def material(count: int, seed: int = 0, *, noise: float = 0.7) -> VideoMaterial:
    """So many videos; a tenth is silent, a fifth untitled, answers of each tag known."""
    random = np.random.default_rng(seed)
    truth = (random.random((count, 5)) < 0.35).astype(np.int8)
    directions = np.random.default_rng(99).normal(size=(4, 12))
    parts: dict[str, list] = {FRAMES: [], SOUND: [], TITLE: []}
    for k in range(count):
        length = int(random.integers(6, 15))
        frames = random.normal(0, noise, (length, 12)) + truth[k, 0] * directions[0]
        frames[int(random.integers(length))] += 3 * truth[k, 3] * directions[3]
        silent, untitled = random.random() < 0.1, random.random() < 0.2
        truth[k, 1] &= not silent
        truth[k, 2] &= not untitled
        truth[k, 4] = truth[k, 0] & truth[k, 2]
        parts[FRAMES].append(frames)
        parts[SOUND].append(
            np.empty((0, 12)) if silent else random.normal(0, noise, (8, 12)) + truth[k, 1] * directions[1]
        )
        parts[TITLE].append(
            np.empty((0, 12)) if untitled else random.normal(0, noise, (1, 12)) + truth[k, 2] * directions[2]
        )
    videos = VideoSet(
        {
            name: modality(rows, [np.arange(len(part), dtype=np.float64) for part in rows], dim=12)
            for name, rows in parts.items()
        }
    )
    return VideoMaterial(videos, truth, np.arange(count, dtype=np.int64), seed=seed)
