"""A mean over all images from labels of which some were drawn at random and the others chosen: its value, and a 95 % interval.

What people chose to label is known and stands for itself alone; the rest is judged by the labels drawn from it (stratified
sampling with a certainty stratum, Särndal et al. 1992). A guess for every image takes out of the draw what can be foreseen
(the difference estimator; prediction-powered inference, Angelopoulos et al. 2023), as far as the draw says that it can. The
variance is that of whole groups. A pair of half observations of +1 and -1 keeps it from zero where the draw shows no
difference (Agresti and Min 2005).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import stats

from labeling.cleaning.random_sample import Draw

Reals = npt.NDArray[np.float64]
LEAST = 20  # drawn labels below which nothing is claimed
LEAST_GROUPS = 5
LEVEL = 0.95
TRUST = 20.0  # drawn labels that move the trust in a guess half of the way to what they say of it


@dataclass(frozen=True)
class Estimate:
    """A mean from `drawn` labels of chance and `chosen` ones, for `of` images.

    Attributes:
        low, high: the interval. sure, at_most: the bounds that hold each alone with the same certainty.
    """

    value: float
    low: float
    high: float
    sure: float
    at_most: float
    drawn: int
    chosen: int
    of: int


def mean(
    values: npt.NDArray[np.floating],
    draw: Draw,
    group: npt.NDArray[np.int64],
    guess: npt.NDArray[np.floating] | None = None,
    *,
    level: float = LEVEL,
    trust: float = TRUST,
) -> Estimate | None:
    """The mean of a value over all images, or None where too few labels were drawn to say.

    Args:
        values: float [n] in [-1, 1], a difference, NaN where it is not known. group: int64 [n].
        guess: float [n], what is foreseen of each.
    """
    known = ~np.isnan(values)
    usable = known | ~(draw.chosen | draw.drawn)  # unsure, or a class that is gone: nobody can be judged there
    chosen, drawn = draw.chosen & known, draw.drawn & known
    rest = usable & ~chosen
    n = int(drawn.sum())
    all_known = not (rest & ~drawn).any()
    if (n < LEAST and not all_known) or len(np.unique(group[known & (chosen | drawn)])) < LEAST_GROUPS:
        return None
    if n and len(np.unique(group[drawn])) < LEAST_GROUPS:
        return None
    value = np.where(known, np.nan_to_num(np.asarray(values, np.float64)), 0.0)
    foreseen = np.zeros(len(value)) if guess is None else _trusted(value, np.asarray(guess, np.float64), drawn, trust)
    known_part = np.where(chosen, value, foreseen)
    extra = value - foreseen
    estimate, shift = 0.0, 0.0
    influence = np.zeros(len(value))
    pseudo = 0.0
    for side in (draw.audit, ~draw.audit):
        mine, sampled = side & usable, side & drawn
        of, k = int(mine.sum()), int(sampled.sum())
        share = k / n if n else of / int(usable.sum())
        if not of or not share:
            continue
        left = side & rest
        weight = int(left.sum()) / of
        gap = float(extra[sampled].mean()) if k else 0.0
        here = float(known_part[mine].mean()) + weight * gap
        estimate += share * here
        influence[mine] += share * (known_part[mine] + np.where(left[mine], gap, 0.0) - here) / of
        if k:
            influence[sampled] += share * weight * (extra[sampled] - gap) / k
            shift += share * weight * gap
            pseudo += share * weight
    groups = np.unique(group, return_inverse=True)[1]
    sums = np.bincount(groups, influence)
    judged = len(np.unique(group[drawn if n else chosen]))
    pad = pseudo / (n + 2)
    centre = estimate - shift * 2 / (n + 2)
    variance = float((sums**2).sum()) * judged / max(judged - 1, 1) + pad**2
    spread, free = variance**0.5, max(judged - 1, 1)
    low, sure, at_most, high = (
        float(np.clip(centre + spread * stats.t.ppf(share, free), -1.0, 1.0))
        for share in ((1 - level) / 2, 1 - level, level, (1 + level) / 2)
    )
    return Estimate(estimate, low, high, sure, at_most, n, int(chosen.sum()), int(usable.sum()))


def _trusted(value: Reals, guess: Reals, drawn: npt.NDArray[np.bool_], trust: float) -> Reals:
    """A guess, scaled by the slope of what was drawn on it (power tuning, Angelopoulos et al. 2023b), in [0, 1], and by the number of draws."""
    n = int(drawn.sum())
    if n < 3 or float(np.var(guess[drawn])) < 1e-9:
        return np.zeros(len(guess))
    x, y = guess[drawn], value[drawn]
    slope = float(np.cov(x, y)[0, 1] / np.var(x, ddof=1))
    return float(np.clip(slope, 0.0, 1.0)) * n / (n + trust) * guess
