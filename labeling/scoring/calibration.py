"""How far confidence and being right lie apart: the reliability diagram and its error (Guo et al. 2017)."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

BINS = 10


def reliability(
    confidence: npt.NDArray[np.floating], right: npt.NDArray[np.bool_], *, bins: int = BINS
) -> dict[str, Any]:
    """Bins of equal width and the expected calibration error.

    Args:
        confidence: float [n] in [0, 1]. right: bool [n], whether the answer of that confidence was right.

    Returns:
        `ece` in [0, 1], 0 without items, and `bins`: [{"confidence", "accuracy", "n"}] of those that hold items.
    """
    place = np.minimum((confidence * bins).astype(int), bins - 1)
    found = []
    for number in np.unique(place):
        rows = place == number
        found.append(
            {"confidence": float(confidence[rows].mean()), "accuracy": float(right[rows].mean()), "n": int(rows.sum())}
        )
    ece = sum(abs(b["confidence"] - b["accuracy"]) * b["n"] for b in found) / max(len(confidence), 1)
    return {"ece": float(ece), "bins": found}


def calibration_error(confidence: npt.NDArray[np.floating], right: npt.NDArray[np.bool_]) -> float:
    """The expected calibration error alone."""
    return float(reliability(confidence, right)["ece"])
