"""Bounds on errors that remain: for one spot check, and for a meter that is looked at after every batch.

The audit items of a project stand in one random order for good. They are drawn in that order, and only the unbroken run of
verified ones from its start is counted: it is a random sample whatever else people chose to label.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import optimize, special, stats

LEVEL = 0.95
PRIOR = (3.0, 100.0)  # of the mixture: audits of machine labels mostly find a few percent of errors
SLIP = 0.03  # share of a person's decisions that are slips; a disagreement is asked twice, an agreement once


@dataclass(frozen=True)
class Remaining:
    """A share of errors with its interval, each in [0, 1], from `audited` items of which `errors` were wrong."""

    estimate: float
    low: float
    high: float
    audited: float
    errors: float


def ranks(ids: npt.NDArray[np.int64]) -> npt.NDArray[np.uint64]:
    """A random place for each item, fixed by its id (the finaliser of splitmix64)."""
    z = ids.astype(np.uint64) + np.uint64(0x9E3779B97F4A7C15)
    z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return np.asarray(z ^ (z >> np.uint64(31)), np.uint64)


def sample(
    ids: npt.NDArray[np.int64], audit: npt.NDArray[np.bool_], decided: npt.NDArray[np.bool_]
) -> npt.NDArray[np.int64]:
    """Row numbers of the audit items that count: the decided ones from the start of the order up to the first open one."""
    rows = np.flatnonzero(audit)
    rows = rows[np.argsort(ranks(ids[rows]), kind="stable")]
    still_open = np.flatnonzero(~decided[rows])
    return rows[: still_open[0]] if len(still_open) else rows


def upcoming(
    ids: npt.NDArray[np.int64], audit: npt.NDArray[np.bool_], is_open: npt.NDArray[np.bool_], count: int
) -> npt.NDArray[np.int64]:
    """Row numbers of the next open audit items, in the order."""
    rows = np.flatnonzero(audit & is_open)
    return rows[np.argsort(ranks(ids[rows]), kind="stable")][:count]


def upper_bound(errors: int, checked: int, level: float = LEVEL) -> float:
    """Clopper-Pearson upper bound of an error rate after one look at a random sample: holds with probability `level`."""
    if errors >= checked:
        return 1.0
    return float(stats.beta.ppf(level, errors + 1, checked - errors))


def sequence(errors: float, checked: float, level: float = LEVEL) -> tuple[float, float]:
    """An interval of an error rate that holds at all looks together (Robbins 1970: a beta mixture of likelihood ratios).

    It is the set of rates p for which the mixture's likelihood is less than 1/(1 - level) times that of p.
    """
    if checked == 0:
        return 0.0, 1.0
    a, b = PRIOR
    mixture = special.betaln(a + errors, b + checked - errors) - special.betaln(a, b)
    limit = mixture + np.log(1 - level)

    def over(p: float) -> float:
        return float(special.xlogy(errors, p) + special.xlog1py(checked - errors, -p) - limit)

    mode = errors / checked
    low = 0.0 if errors == 0 or over(1e-12) > 0 else float(optimize.brentq(over, 1e-12, mode))
    high = 1.0 if errors == checked else float(optimize.brentq(over, max(mode, 1e-12), 1 - 1e-12))
    return low, high


def remaining(errors: float, pending: float, audited: float, *, slip: float = SLIP) -> Remaining:
    """The share of wrong labels among those that nobody has looked at.

    A disagreement counts once it was confirmed by a second decision; until then it is `pending`, an error for the upper end and
    none for the lower. A missed error needs one slip of two decisions, which widens the upper end; a false one needs two.
    """
    low, _ = sequence(errors, audited)
    _, high = sequence(min(errors + pending, audited), audited)
    estimate = (errors + 0.5 * pending) / audited if audited else 0.5
    return Remaining(
        estimate=min(1.0, estimate),
        low=max(0.0, low - slip**2),
        high=min(1.0, high / (1 - 2 * slip)),
        audited=audited,
        errors=errors,
    )
