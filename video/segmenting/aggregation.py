"""From the class probabilities of several pictures to those of the shot they come from."""

from __future__ import annotations

from typing import Literal, get_args

import numpy as np
from numpy.typing import NDArray

Aggregator = Literal["log", "mean", "top"]
AGGREGATORS: tuple[Aggregator, ...] = get_args(Aggregator)
FLOOR = 0.05


def aggregate(probabilities: NDArray[np.float32], how: Aggregator = "log") -> NDArray[np.float32]:
    """Class probabilities of a shot.

    Args:
        probabilities: float32 [k, c], rows sum to 1.
        how: `log`: mean of log((1 - e) p + e / c), so that one sure mistake cannot veto; `mean`: mean probability;
            `top`: mean of each class's highest quarter, for what shows only in a part of the shot.

    Returns:
        float32 [c], sums to 1.
    """
    if how == "mean":
        pooled = probabilities.mean(axis=0)
    elif how == "top":
        count = max(1, round(len(probabilities) / 4))
        pooled = np.sort(probabilities, axis=0)[-count:].mean(axis=0)
    else:
        floored = (1 - FLOOR) * probabilities + FLOOR / probabilities.shape[1]
        logs = np.log(floored).mean(axis=0)
        pooled = np.exp(logs - logs.max())
    return np.asarray(pooled / pooled.sum(), dtype=np.float32)
