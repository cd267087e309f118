"""How far two people agree beyond chance: Cohen's kappa (Cohen 1960)."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from sklearn.metrics import cohen_kappa_score

Z95 = 1.96


@dataclass(frozen=True)
class Agreement:
    """Two labels each of `items` items.

    Attributes:
        share: of items with the same class twice, in [0, 1].
        kappa: 1 is full agreement, 0 what chance would give; None where everybody always said one and the same class.
        low, high: 95 % interval of kappa from its large-sample error, None with it.
    """

    items: int
    share: float
    kappa: float | None
    low: float | None
    high: float | None


def agree(first: Sequence[int], second: Sequence[int]) -> Agreement:
    """Compare the first labels with the second ones of the same items, in the same order; at least one item."""
    one, other = np.asarray(first, np.int64), np.asarray(second, np.int64)
    share = float((one == other).mean())
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a single class: chance alone explains it, and the ratio is 0 / 0
        kappa = float(cohen_kappa_score(one, other))
    if np.isnan(kappa):
        return Agreement(len(one), share, None, None, None)
    chance = 1.0 if kappa == 1.0 else (share - kappa) / (1.0 - kappa)
    spread = 0.0 if kappa == 1.0 else Z95 * float(np.sqrt(share * (1 - share) / len(one))) / (1.0 - chance)
    return Agreement(len(one), share, kappa, max(-1.0, kappa - spread), min(1.0, kappa + spread))
