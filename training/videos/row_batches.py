"""Rows of many videos as one array: long videos thinned evenly, short ones padded."""

from __future__ import annotations

import numpy as np
import torch

from training.videos.video_set import Ints, Modality


def thinned(each: Modality, most: int) -> Modality:
    """At most so many rows of each video, evenly spread."""
    kept: list[Ints] = []
    for start, stop in zip(each.starts[:-1], each.starts[1:], strict=True):
        count = int(stop - start)
        kept.append(
            start + (np.arange(count) if count <= most else np.linspace(0, count - 1, most).round().astype(np.int64))
        )
    rows = np.concatenate([*kept, np.empty(0, np.int64)])
    starts = np.concatenate([[0], np.cumsum([len(part) for part in kept])]).astype(np.int64)
    return Modality(each.rows[rows], starts, each.times[rows])


def padded(each: Modality) -> tuple[torch.Tensor, torch.Tensor]:
    """(rows float32 [n, t, d] with zeros behind those of each video, mask bool [n, t] of those that are there)."""
    counts = np.diff(each.starts)
    longest = max(1, int(counts.max(initial=0)))
    mask = np.arange(longest) < counts[:, None]
    rows = np.zeros((*mask.shape, each.dim), np.float32)
    rows[mask] = each.rows
    return torch.from_numpy(rows), torch.from_numpy(mask)
