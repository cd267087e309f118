"""A mean over all images, with a 95 % interval, from labels of which some were drawn at random and the others chosen.

Labels that people chose are known and stand for themselves alone. The rest is judged by the labels drawn from it (stratified
sampling with a certainty stratum, Särndal et al. 1992). A guess for every image takes the foreseeable part out of the draw
(the difference estimator; prediction-powered inference, Angelopoulos et al. 2023), as far as the draw supports it. The
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
Bools = npt.NDArray[np.bool_]
LEAST = 20  # drawn labels below which nothing is claimed
LEAST_GROUPS = 5
LEVEL = 0.95
TRUST = 20.0  # drawn labels that move the trust in a guess half of the way to the slope that they show


@dataclass(frozen=True)
class Estimate:
    """A mean over `of` images, from `drawn` random labels and `chosen` ones.

    Attributes:
        low, high: the interval. sure, at_most: one-sided bounds of the same certainty.
    """

    value: float
    low: float
    high: float
    sure: float
    at_most: float
    drawn: int
    chosen: int
    of: int


@dataclass(frozen=True)
class _Sample:
    """The labels that count, bool [n] each.

    Attributes:
        usable: images that can be judged. chosen, drawn: labels whose value is known. rest: usable and not chosen.
    """

    usable: Bools
    chosen: Bools
    drawn: Bools
    rest: Bools

    @property
    def n(self) -> int:
        """Number of drawn labels."""
        return int(self.drawn.sum())


@dataclass(frozen=True)
class _Sum:
    """The estimate with the parts of its variance.

    Attributes:
        shift: the part of the estimate that rests on the draw. influence: float64 [n], of each image on the estimate.
        pseudo: weight of the pair of half observations.
    """

    estimate: float
    shift: float
    influence: Reals
    pseudo: float


def mean(
    values: npt.NDArray[np.floating],
    draw: Draw,
    group: npt.NDArray[np.int64],
    guess: npt.NDArray[np.floating] | None = None,
    *,
    level: float = LEVEL,
    trust: float = TRUST,
) -> Estimate | None:
    """The mean of a value over all images, or None with too few drawn labels.

    Args:
        values: float [n] in [-1, 1], a difference, NaN where it is not known. group: int64 [n].
        guess: float [n], the value that is foreseen for each.
    """
    known = ~np.isnan(values)
    usable = known | ~(draw.chosen | draw.drawn)  # unsure, or a class that is gone: nobody can be judged there
    chosen = draw.chosen & known
    sample = _Sample(usable, chosen, draw.drawn & known, usable & ~chosen)
    if not _suffices(sample, known, group):
        return None
    value = np.where(known, np.nan_to_num(np.asarray(values, np.float64)), 0.0)
    foreseen = np.zeros(len(value))
    if guess is not None:
        foreseen = _trusted(value, np.asarray(guess, np.float64), sample.drawn, trust)
    return _with_interval(_summed(value, foreseen, sample, draw.audit), sample, group, level)


def _suffices(sample: _Sample, known: Bools, group: npt.NDArray[np.int64]) -> bool:
    """Whether there are enough drawn labels, in enough groups. Known values of all images need no draw."""
    all_known = not (sample.rest & ~sample.drawn).any()
    if sample.n < LEAST and not all_known:
        return False
    if len(np.unique(group[known & (sample.chosen | sample.drawn)])) < LEAST_GROUPS:
        return False
    return not sample.n or len(np.unique(group[sample.drawn])) >= LEAST_GROUPS


def _summed(value: Reals, foreseen: Reals, sample: _Sample, audit: Bools) -> _Sum:
    """Difference estimator over two strata: audit images and the others, each drawn in an order of its own."""
    known_part = np.where(sample.chosen, value, foreseen)
    extra = value - foreseen
    estimate, shift, pseudo = 0.0, 0.0, 0.0
    influence = np.zeros(len(value))
    for side in (audit, ~audit):
        mine, sampled = side & sample.usable, side & sample.drawn
        of, k = int(mine.sum()), int(sampled.sum())
        share = k / sample.n if sample.n else of / int(sample.usable.sum())
        if not of or not share:
            continue
        left = side & sample.rest
        weight = int(left.sum()) / of
        gap = float(extra[sampled].mean()) if k else 0.0
        here = float(known_part[mine].mean()) + weight * gap
        estimate += share * here
        influence[mine] += share * (known_part[mine] + np.where(left[mine], gap, 0.0) - here) / of
        if k:
            influence[sampled] += share * weight * (extra[sampled] - gap) / k
            shift += share * weight * gap
            pseudo += share * weight
    return _Sum(estimate, shift, influence, pseudo)


def _with_interval(total: _Sum, sample: _Sample, group: npt.NDArray[np.int64], level: float) -> Estimate:
    """The interval from Student's t, with the variance of whole groups and that of the pair of half observations."""
    n = sample.n
    sums = np.bincount(np.unique(group, return_inverse=True)[1], total.influence)
    judged = len(np.unique(group[sample.drawn if n else sample.chosen]))
    pad = total.pseudo / (n + 2)
    centre = total.estimate - total.shift * 2 / (n + 2)
    variance = float((sums**2).sum()) * judged / max(judged - 1, 1) + pad**2
    spread, free = variance**0.5, max(judged - 1, 1)
    low, sure, at_most, high = (
        float(np.clip(centre + spread * stats.t.ppf(share, free), -1.0, 1.0))
        for share in ((1 - level) / 2, 1 - level, level, (1 + level) / 2)
    )
    return Estimate(total.estimate, low, high, sure, at_most, n, int(sample.chosen.sum()), int(sample.usable.sum()))


def _trusted(value: Reals, guess: Reals, drawn: Bools, trust: float) -> Reals:
    """A guess, scaled by its regression slope on the draw in [0, 1] (power tuning, Angelopoulos et al. 2023b) and by the number of draws."""
    n = int(drawn.sum())
    if n < 3 or float(np.var(guess[drawn])) < 1e-9:
        return np.zeros(len(guess))
    x, y = guess[drawn], value[drawn]
    slope = float(np.cov(x, y)[0, 1] / np.var(x, ddof=1))
    return float(np.clip(slope, 0.0, 1.0)) * n / (n + trust) * guess
