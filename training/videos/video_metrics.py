"""Figures of whole videos that `training.metrics.multilabel_metrics` lacks: global average precision, and calibration of many tags."""

from __future__ import annotations

import numpy as np

from labeling.scoring.multilabel import UNKNOWN, YES, Tri
from training.metrics.multilabel_metrics import average_precision
from training.videos.video_set import Floats

BINS = 15


def average_precisions(values: Floats, truth: Tri) -> Floats:
    """Average precision of each tag, float32 [k]; NaN without both answers. values: float32 [n, k] logits or probabilities."""
    out = np.full(truth.shape[1], np.nan, np.float32)
    for tag in range(truth.shape[1]):
        known = truth[:, tag] != UNKNOWN
        positive = truth[known, tag] == YES
        if positive.any() and not positive.all():
            out[tag] = average_precision(values[known, tag], positive)
    return out


def mean_average_precision(values: Floats, truth: Tri) -> float | None:
    """Macro mAP over the tags with both answers; None without one."""
    each = average_precisions(values, truth)
    return float(np.nanmean(each)) if not np.isnan(each).all() else None


def global_average_precision(values: Floats, truth: Tri, best: int = 20) -> float | None:
    """GAP@20 of YouTube-8M: average precision of the best tags of all videos in one list; None without a yes.

    Args:
        values: float32 [n, k] probabilities. best: tags of a video that enter the list.
    """
    known, positive = truth != UNKNOWN, truth == YES
    if not positive.any():
        return None
    ranked = np.argsort(-np.where(known, values, -np.inf), axis=1, kind="stable")[:, :best]
    rows = np.arange(len(values))[:, None]
    inside = known[rows, ranked]
    scores, hits = values[rows, ranked][inside], positive[rows, ranked][inside]
    hits = hits[np.argsort(-scores, kind="stable")]
    precision = np.cumsum(hits) / np.arange(1, len(hits) + 1)
    return float(precision[hits].sum() / positive.sum())


def calibration_error(probabilities: Floats, truth: Tri) -> float | None:
    """Expected calibration error over all answers, in bins of equal width; None without an answer."""
    known = truth != UNKNOWN
    if not known.any():
        return None
    values, hits = probabilities[known], truth[known] == YES
    place = np.minimum((values * BINS).astype(np.int64), BINS - 1)
    counts = np.bincount(place, minlength=BINS)
    gaps = np.bincount(place, values - hits, minlength=BINS)
    return float(np.abs(gaps).sum() / counts.sum())
