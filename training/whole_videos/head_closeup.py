"""A head of whole videos closely: each tag by what is seen, heard and told alone, what more labels bought, and what is confused by level.

All of it by fits that did not see the video.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np
from typing_extensions import TypedDict

from labeling.scoring.multilabel import NO, YES, Tri
from progress import silent
from training.metrics import accuracy, multilabel_metrics
from training.videos import video_metrics
from training.videos.fusion.late_fusion import LateFusion
from training.videos.video_head import VideoMaterial
from training.videos.video_set import FRAMES, SOUND, TITLE, Floats, Ints
from training.whole_videos.comparison_table import rounded

SHARES = (0.25, 0.5, 1.0)  # of the videos that are learned from
MOST_PAIRS = 12


class TagCloseUp(TypedDict):
    """A tag: its answers, its average precision with a 95 % interval, and by one modality alone; None where nothing can be said."""

    category: int
    yes: int
    no: int
    precision: float | None
    low: float | None
    high: float | None
    frames: float | None
    sound: float | None
    title: float | None


class CurveStep(TypedDict):
    """Macro mAP with a share of the labelled videos. positives: of a tag, on average. videos: learned from, on average. n: judged."""

    positives: float
    videos: float
    map: float | None
    low: float | None
    high: float | None
    n: int


class ConfusedPair(TypedDict):
    """Videos of one class that were taken for another, by their ids."""

    truth: int
    said: int
    count: int


class LevelCloseUp(TypedDict):
    """A level of a tree: share of the videos whose class at this level is right, with a 95 % interval, and what is confused most."""

    level: int
    n: int
    accuracy: float
    low: float
    high: float
    confused: list[ConfusedPair]


class HeadCloseUp(TypedDict):
    """All of it; `levels` is empty for a facet that takes any number of labels."""

    by_tag: list[TagCloseUp]
    curve: list[CurveStep]
    levels: list[LevelCloseUp]


def by_tag(
    material: VideoMaterial, fold: Ints, default: LateFusion, held_out: Floats, classes: Sequence[int]
) -> list[TagCloseUp]:
    """Every tag that has both answers.

    Args:
        held_out: float32 [n, k] of the chosen model. classes: ids, in the order of the columns.
    """
    alone = {name: _alone(material, fold, default, name) for name in (FRAMES, SOUND, TITLE)}
    whole = video_metrics.average_precisions(held_out, material.truth)
    edges = multilabel_metrics.precision_intervals(held_out, material.truth, material.group)
    out: list[TagCloseUp] = []
    for k in np.flatnonzero(~np.isnan(whole)).tolist():
        low, high = edges[k]
        out.append(
            {
                "category": classes[k], "yes": int((material.truth[:, k] == YES).sum()), "no": int((material.truth[:, k] == NO).sum()),
                "precision": rounded(float(whole[k])), "low": rounded(low), "high": rounded(high),
                "frames": rounded(float(alone[FRAMES][k])), "sound": rounded(float(alone[SOUND][k])), "title": rounded(float(alone[TITLE][k])),
            }
        )  # fmt: skip
    return out


def _alone(material: VideoMaterial, fold: Ints, default: LateFusion, name: str) -> Floats:
    """Average precisions float32 [k] by one modality alone; NaN where no video has it."""
    each = material.videos.modalities.get(name)
    if each is None or not each.present.any():
        return np.full(material.truth.shape[1], np.nan, np.float32)
    less = VideoMaterial(material.videos.only([name]), material.truth, material.group, seed=material.seed)
    return video_metrics.average_precisions(default.held_out(less, fold, silent), material.truth)


def curve(material: VideoMaterial, fold: Ints, default: LateFusion) -> list[CurveStep]:
    """Macro mAP by the share of the videos that are learned from; the same videos are judged in each step."""
    steps: list[CurveStep] = []
    for share in SHARES:
        held_out, videos, positives = default.held_out_by_share(material, fold, share)
        edges = multilabel_metrics.intervals(held_out, material.truth, np.zeros_like(held_out), material.group).get(
            "map", (None, None)
        )
        steps.append(
            {
                "positives": round(positives, 1), "videos": round(videos, 1), "n": len(material.truth),
                "map": rounded(video_metrics.mean_average_precision(held_out, material.truth)),
                "low": rounded(edges[0]), "high": rounded(edges[1]),
            }
        )  # fmt: skip
    return steps


def levels(
    probabilities: Floats, truth: Tri, above: Sequence[int | None], classes: Sequence[int]
) -> list[LevelCloseUp]:
    """What is right and what is confused at each level of an exclusive tree, the top first.

    Args:
        probabilities: float32 [n, k]. truth: int8 [n, k]. above: column of each class's parent. classes: ids of the columns.
    """
    depth: list[int] = []
    for parent in above:
        depth.append(0 if parent is None else depth[parent] + 1)
    out: list[LevelCloseUp] = []
    for level in range(max(depth, default=-1) + 1):
        columns = np.array([k for k, own in enumerate(depth) if own == level], np.int64)
        rows = np.flatnonzero((truth[:, columns] == YES).sum(axis=1) == 1)
        if not len(rows) or len(columns) < 2:
            continue
        true = columns[(truth[np.ix_(rows, columns)] == YES).argmax(axis=1)]
        predicted = columns[probabilities[np.ix_(rows, columns)].argmax(axis=1)]
        right = (true == predicted).astype(np.float64)
        low, high = accuracy.interval(right)
        wrong = Counter(
            (classes[a], classes[b]) for a, b in zip(true.tolist(), predicted.tolist(), strict=True) if a != b
        )
        out.append(
            {
                "level": level + 1, "n": len(rows), "accuracy": round(float(right.mean()), 4), "low": round(low, 4), "high": round(high, 4),
                "confused": [{"truth": a, "said": b, "count": count} for (a, b), count in wrong.most_common(MOST_PAIRS)],
            }
        )  # fmt: skip
    return out
