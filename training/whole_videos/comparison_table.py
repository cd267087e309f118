"""Rows of the table in which models of whole videos stand side by side, each judged by fits that did not see the video."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from typing_extensions import TypedDict

from labeling.scoring.multilabel import Tri
from training.metrics import multilabel_metrics
from training.videos import tag_calibration
from training.videos.tag_calibration import Calibrated
from training.videos.video_head import VideoMaterial
from training.videos.video_metrics import calibration_error, global_average_precision
from training.videos.video_set import FRAMES, SOUND, TITLE, Floats, Ints

LETTERS = {FRAMES: "V", SOUND: "A", TITLE: "T"}
PLACES = 4


class VideoFigures(TypedDict):
    """Figures of a model on labelled videos, each in [0, 1], None where nothing can be said.

    Attributes:
        map: macro mean average precision. micro_f1, macro_f1: at thresholds from other folds; with `_fixed` at .5.
        hit1, hit2: share of the videos for which one of the best 1 or 2 tags holds. gap20: of YouTube-8M. ece: calibration error.
        n: videos.
    """

    map: float | None
    micro_f1: float
    macro_f1: float
    micro_f1_fixed: float
    macro_f1_fixed: float
    hit1: float | None
    hit2: float | None
    gap20: float | None
    ece: float | None
    n: int


class TableRow(VideoFigures):
    """A model on some modalities. seconds: of all its fits. low, high: 95 % interval of `map`."""

    model: str
    modalities: str
    seconds: float
    parameters: int
    low: float | None
    high: float | None


def figures(probabilities: Floats, truth: Tri, thresholds: Floats) -> VideoFigures:
    """Judge probabilities float32 [n, k] at thresholds float32 [k] or [n, k] by truth int8 [n, k]."""
    scores = multilabel_metrics.measure(probabilities, truth, thresholds)
    return {
        "map": rounded(scores["map"]), "micro_f1": round(scores["micro_f1"], PLACES),
        "macro_f1": round(scores["macro_f1"], PLACES), "micro_f1_fixed": round(scores["micro_f1_fixed"], PLACES),
        "macro_f1_fixed": round(scores["macro_f1_fixed"], PLACES), "hit1": rounded(scores["hit1"]),
        "hit2": rounded(scores["hit2"]), "gap20": rounded(global_average_precision(probabilities, truth)),
        "ece": rounded(calibration_error(probabilities, truth)), "n": len(truth),
    }  # fmt: skip


def row(
    model: str, modalities: str, logits: Floats, material: VideoMaterial, fold: Ints, *, seconds: float, parameters: int
) -> tuple[TableRow, Calibrated]:
    """A row from held-out logits float32 [n, k], and those on one scale. fold: int64 [n], which a fit did not see."""
    calibrated = tag_calibration.calibrate(logits, material.truth, fold)
    known = figures(calibrated.probabilities, material.truth, calibrated.row_thresholds)
    edges = multilabel_metrics.intervals(
        calibrated.probabilities, material.truth, calibrated.row_thresholds, material.group
    ).get("map", (None, None))
    whole: TableRow = {
        **known, "model": model, "modalities": modalities, "seconds": round(seconds, 3), "parameters": parameters,
        "low": rounded(edges[0]), "high": rounded(edges[1]),
    }  # fmt: skip
    return whole, calibrated


def letters(names: Sequence[str]) -> str:
    """Modalities as one says them: V+A+T."""
    return "+".join(letter for name, letter in LETTERS.items() if name in names)


def subsets(names: Sequence[str]) -> list[list[str]]:
    """Fewer modalities to compare with: frames, frames and sound, frames and title; those that are there, none that is all of them."""
    wanted = [[FRAMES], [FRAMES, SOUND], [FRAMES, TITLE]]
    return [some for some in wanted if set(some) < set(names)]


def rounded(value: float | None) -> float | None:
    """A figure to four places, None as it is."""
    return None if value is None or not np.isfinite(value) else round(value, PLACES)
