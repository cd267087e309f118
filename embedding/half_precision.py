"""Half precision, in which vectors are stored, made single precision, in which they are compared."""

from __future__ import annotations

import sys
from typing import Any

import numpy as np
import numpy.typing as npt

FEW = 4096  # rows that numpy widens in some milliseconds

Floats = npt.NDArray[np.float32]


def widen(rows: npt.NDArray[np.floating[Any]], space: Floats | None = None) -> Floats:
    """Rows as float32 [n, d], contiguous; rows that are so already are given back.

    torch widens fp16 into memory it has 7 to 25 times faster than numpy does, but importing it takes as long as numpy needs for
    ten million rows: few rows do without.

    Args:
        rows: float16 or float32 [n, d].
        space: float32 [at least n, d], memory that the result may lie in.
    """
    if rows.dtype == np.float32:
        return np.ascontiguousarray(rows)
    out = np.empty(rows.shape, np.float32) if space is None else space[: len(rows)]
    quick = rows.dtype == np.float16 and rows.flags.writeable and rows.flags.c_contiguous
    if quick and (len(rows) > FEW or "torch" in sys.modules):
        import torch

        torch.from_numpy(out).copy_(torch.from_numpy(rows))
    else:
        np.copyto(out, rows)
    return out
