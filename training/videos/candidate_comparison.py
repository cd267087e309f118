"""The project's own comparison of candidates: repeated grouped cross-validation, and the default stays unless it is clearly beaten."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from progress import Progress, silent
from training.videos.tag_folds import tag_folds
from training.videos.video_head import Candidate, VideoMaterial
from training.videos.video_metrics import mean_average_precision
from training.videos.video_set import Floats, Ints

REPEATS, FOLDS = 2, 5


@dataclass(frozen=True)
class Compared:
    """A candidate's results.

    Attributes:
        by_fold: float64 [folds of all repeats], macro mAP on each held-out fold; the same folds for every candidate.
        lead, error: mean lead over the default and its standard error; 0 for the default itself.
        held_out: float32 [n, k] logits of the first repeat. fold: int64 [n] of the first repeat.
        seconds: for all of its fits.
    """

    name: str
    source: str
    by_fold: np.ndarray[tuple[int, ...], np.dtype[np.float64]]
    lead: float
    error: float
    held_out: Floats
    fold: Ints
    seconds: float

    @property
    def mean(self) -> float:
        """Mean mAP; NaN where no fold has both answers of a tag."""
        known = self.by_fold[~np.isnan(self.by_fold)]
        return float(known.mean()) if len(known) else np.nan

    @property
    def wins(self) -> bool:
        """Whether it beats the default by more than one standard error."""
        return self.lead > self.error


@dataclass(frozen=True)
class Comparison:
    """All candidates, the default first, and the chosen one."""

    candidates: tuple[Compared, ...]

    @property
    def chosen(self) -> Compared:
        """The candidate with the largest lead among those that beat the default by one standard error, else the default."""
        winners = [each for each in self.candidates[1:] if each.wins]
        return max(winners, key=lambda each: each.lead, default=self.candidates[0])


def select(
    material: VideoMaterial,
    candidates: Sequence[Candidate],
    progress: Progress = silent,
    *,
    repeats: int = REPEATS,
    folds: int = FOLDS,
) -> Comparison:
    """Compare candidates on the same held-out folds; the first one is the default.

    Raises:
        InputError: all videos lie in one group. CancelledError: `progress` stopped it.
    """
    draws = [tag_folds(material.truth, material.group, count=folds, seed=material.seed + k) for k in range(repeats)]
    compared: list[Compared] = []
    for place, candidate in enumerate(candidates):
        progress(place, len(candidates), candidate.name)
        start = time.perf_counter()
        held = [candidate.held_out(material, fold, silent) for fold in draws]
        seconds = time.perf_counter() - start
        scores = np.concatenate([_by_fold(logits, material, fold) for logits, fold in zip(held, draws, strict=True)])
        lead, error = (0.0, 0.0) if not compared else _lead(scores, compared[0].by_fold, folds)
        compared.append(Compared(candidate.name, candidate.source, scores, lead, error, held[0], draws[0], seconds))
    progress(len(candidates), len(candidates), "")
    return Comparison(tuple(compared))


def _by_fold(logits: Floats, material: VideoMaterial, fold: Ints) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    each = [mean_average_precision(logits[fold == k], material.truth[fold == k]) for k in np.unique(fold)]
    return np.array([np.nan if value is None else value for value in each], np.float64)


def _lead(
    scores: np.ndarray[tuple[int, ...], np.dtype[np.float64]],
    default: np.ndarray[tuple[int, ...], np.dtype[np.float64]],
    folds: int,
) -> tuple[float, float]:
    """(mean, standard error) of the paired lead; folds share videos, so the error is that of Nadeau and Bengio (2003)."""
    lead = (scores - default)[~np.isnan(scores - default)]
    if len(lead) < 2:
        return 0.0, np.inf
    return float(lead.mean()), float(np.sqrt(lead.var(ddof=1) * (1 / len(lead) + 1 / (folds - 1))))
