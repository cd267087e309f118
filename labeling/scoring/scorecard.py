"""What each prompt of an ensemble contributes, measured on labels that people gave.

Accuracy moves in steps and says little on a hundred labels. The gain here is the leave-one-out change of a margin: by how
many logits the prompt pushes the images of its own class above those of the class that it serves worst.
"""

from __future__ import annotations

from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
import numpy.typing as npt

from labeling.scoring.zero_shot import Floats, class_vectors

Ints = npt.NDArray[np.int64]


@dataclass(frozen=True)
class ScoreOptions:
    """How certain a warning has to be.

    Attributes:
        level: chance that any of all prompts is named wrongly; it is shared among all comparisons (Bonferroni).
        least: a class with fewer labels is not compared with.
    """

    level: float = 0.05
    least: int = 3


@dataclass(frozen=True)
class Score:
    """One prompt. Without enough labels, or as the only one of its class, it has no gain.

    Attributes:
        gain: in logits; above zero it helps. low, high: its interval, widened for all the comparisons made.
        against: index of the class that it serves worst.
        hurts: it is certain that the prompt itself looks more like that class, and that the ensemble is better without it.
    """

    gain: float | None
    low: float | None
    high: float | None
    against: int | None
    hurts: bool


def scorecard(
    vectors: npt.NDArray[np.floating],
    truth: Ints,
    prompts: Floats,
    categories: Ints,
    *,
    scale: float,
    options: ScoreOptions | None = None,
) -> list[Score]:
    """Score every prompt.

    Args:
        vectors: float [n, d], unit rows of the labelled items. truth: int64 [n], their class.
        prompts: float32 [p, d], unit rows. categories: int64 [p], class of each; every class has one at least.
        scale: logits per cosine.
    """
    options = options or ScoreOptions()
    points = np.asarray(vectors, np.float32)
    count = int(categories.max()) + 1
    compared = [k for k in range(count) if (truth == k).sum() >= options.least]
    looks = max(len(prompts) * max(len(compared) - 1, 1), 1)
    z = NormalDist().inv_cdf(1 - options.level / 2 / looks)
    full = class_vectors([prompts[categories == k] for k in range(count)])
    cosines = points @ prompts.T  # [n, p]
    scores = []
    for p, own in enumerate(categories.tolist()):
        rest = (categories == own) & (np.arange(len(prompts)) != p)
        others = [k for k in compared if k != own]
        if not rest.any() or own not in compared or not others:
            scores.append(Score(None, None, None, None, False))
            continue
        without = class_vectors([prompts[rest]])[0]
        pushed = scale * (points @ (full[own] - without))  # what the prompt adds to each item's logit of its class
        differences = {k: _difference(pushed[truth == own], pushed[truth == k]) for k in others}
        worst = min(others, key=lambda k: differences[k][0])
        gain, error = differences[worst]
        looks_like, doubt = _difference(cosines[truth == own, p], cosines[truth == worst, p])
        hurts = gain + z * error < 0 and looks_like + z * doubt < 0
        scores.append(Score(gain, gain - z * error, gain + z * error, worst, hurts))
    return scores


def _difference(own: Floats, other: Floats) -> tuple[float, float]:
    """Difference of two means and its standard error (Welch)."""
    error = np.sqrt(own.var(ddof=1) / len(own) + other.var(ddof=1) / len(other))
    return float(own.mean() - other.mean()), float(error)
