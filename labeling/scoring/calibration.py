"""Calibration: the reliability diagram and the expected calibration error (Guo et al. 2017)."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from typing_extensions import TypedDict

BINS = 10


class Bin(TypedDict):
    """One bar of a reliability diagram: mean confidence, share of right answers, number of items."""

    confidence: float
    accuracy: float
    n: int


class Reliability(TypedDict):
    """A reliability diagram.

    Attributes:
        ece: expected calibration error in [0, 1], 0 without items. bins: those that hold items, by rising confidence.
    """

    ece: float
    bins: list[Bin]


def reliability(confidence: npt.NDArray[np.floating], right: npt.NDArray[np.bool_], *, bins: int = BINS) -> Reliability:
    """Bins of equal width and the expected calibration error.

    Args:
        confidence: float [n] in [0, 1]. right: bool [n], whether the answer of that confidence was right.
    """
    place = np.minimum((confidence * bins).astype(int), bins - 1)
    filled: list[Bin] = []
    for number in np.unique(place):
        rows = place == number
        filled.append(
            {"confidence": float(confidence[rows].mean()), "accuracy": float(right[rows].mean()), "n": int(rows.sum())}
        )
    ece = sum(abs(b["confidence"] - b["accuracy"]) * b["n"] for b in filled) / max(len(confidence), 1)
    return {"ece": float(ece), "bins": filled}


def calibration_error(confidence: npt.NDArray[np.floating], right: npt.NDArray[np.bool_]) -> float:
    """The expected calibration error alone."""
    return reliability(confidence, right)["ece"]
