"""What a prompt ensemble has to beat before it may be said to help: as many prompts of random words."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

RESAMPLES = 2000
# Words that name nothing to be seen; which of them a class gets is random, but the same every time.
WORDS = [
    "about",
    "also",
    "among",
    "answer",
    "belief",
    "cause",
    "chance",
    "change",
    "claim",
    "common",
    "degree",
    "doubt",
    "early",
    "effect",
    "ever",
    "exact",
    "fact",
    "figure",
    "former",
    "further",
    "general",
    "idea",
    "instead",
    "issue",
    "known",
    "later",
    "less",
    "likely",
    "matter",
    "method",
    "middle",
    "moment",
    "often",
    "order",
    "other",
    "part",
    "past",
    "perhaps",
    "plain",
    "point",
    "proper",
    "quite",
    "rather",
    "reason",
    "result",
    "sense",
    "several",
    "since",
    "sort",
    "still",
    "such",
    "term",
    "thing",
    "thus",
    "total",
    "trial",
    "usual",
    "value",
    "various",
    "way",
    "whole",
    "within",
]


def random_words(name: str, number: int, *, count: int = 2) -> str:
    """A prompt of a class's name and random words, the same for the same number."""
    chosen = np.random.default_rng([7, number]).choice(WORDS, count, replace=False)
    return f"{name.replace('_', ' ')}, {' '.join(chosen)}"


def paired(before: npt.NDArray[np.bool_], after: npt.NDArray[np.bool_], *, seed: int = 0) -> tuple[float, float, float]:
    """(gain in accuracy, low, high): a paired percentile bootstrap, 95 %. before, after: bool [n], n at least 1."""
    difference = after.astype(np.float64) - before.astype(np.float64)
    random = np.random.default_rng(seed)
    means = difference[random.integers(0, len(difference), (RESAMPLES, len(difference)))].mean(axis=1)
    low, high = np.quantile(means, [0.025, 0.975])
    return float(difference.mean()), float(low), float(high)
