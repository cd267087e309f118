"""How much each expert counts for each tag: by how well it ranks held-out videos; with few positives experts count alike."""

from __future__ import annotations

from collections.abc import Collection, Mapping

import numpy as np

from labeling.scoring.multilabel import UNKNOWN, YES, Tri
from training.videos.video_metrics import average_precisions
from training.videos.video_set import Floats

PSEUDO_POSITIVES, EXPECTED = (
    1.0,
    0.2,
)  # lift of an expert before anything is known of a tag, and how many positives that is worth
POWER = 4.0  # of the lift: a clearly better expert takes nearly all, for the others add noise


def lift(held_out: Floats, truth: Tri) -> Floats:
    """float32 [k]: average precision of each tag above that of a random order, from 0 (random) to 1; NaN without both answers."""
    known, positive = truth != UNKNOWN, truth == YES
    chance = positive.sum(axis=0) / np.maximum(known.sum(axis=0), 1)
    return np.asarray(
        np.maximum(average_precisions(held_out, truth) - chance, 0) / np.maximum(1 - chance, 1e-6), np.float32
    )


def weigh(
    held_out: Mapping[str, Floats], truth: Tri, *, expected: Collection[str], discount: Mapping[str, float]
) -> dict[str, Floats]:
    """Weights float32 [k] by expert, which sum to 1 for each tag.

    Args:
        held_out: logits float32 [n, k] by expert, of videos that it did not see. truth: int8 [n, k].
        expected: experts of which any may be the one that tells a tag. discount: of the lift of some experts, in (0, 1].
    """
    positives = (truth == YES).sum(axis=0)
    shrunk = []
    for name, logits in held_out.items():
        before = EXPECTED if name in expected else 0.0
        own = np.nan_to_num(lift(logits, truth))
        mean = (positives * own + PSEUDO_POSITIVES * before) / (positives + PSEUDO_POSITIVES)
        shrunk.append(mean * discount.get(name, 1.0))
    powered = np.maximum(np.stack(shrunk), 1e-3) ** POWER
    share = powered / powered.sum(axis=0)
    return {name: np.asarray(row, np.float32) for name, row in zip(held_out, share, strict=True)}


def fuse(logits: Mapping[str, Floats], weights: Mapping[str, Floats]) -> Floats:
    """Weighted sum float32 [n, k] of the experts' logits."""
    return np.asarray(sum(weights[name] * logits[name] for name in weights), np.float32)
