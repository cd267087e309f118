"""How many labels that nobody has looked at are wrong, from images that were checked in random order at different times.

Between the checks people look at what they choose, mostly at labels that are likely wrong, so what is left is better than what
was checked. Each checked image is therefore weighed by how common images like it, by the doubt in their label, are among those
that are left, against how common they were when it was drawn (importance weights with the balance heuristic, Veach and Guibas
1995). The interval is that of as many unweighted checks as the weighted ones are worth (Kish 1965).
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from labeling.cleaning import error_bounds
from labeling.cleaning.error_bounds import Remaining

Reals = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
WINDOW = 50  # images of about the same doubt that say how much of their kind is left
ROUNDS = 50  # moments at which the images were drawn; more are put together


def remaining(doubt: Reals, looked: Reals, moment: Reals, wrong: Bools, pending: Bools) -> Remaining:
    """The share of wrong labels among the images that nobody has looked at, with an interval that holds at every look.

    Args:
        doubt: float64 [n], how suspicious the label is that stands, or that stood when a person looked.
        looked: float64 [n], when a person decided about the image, in any unit; infinite for one that nobody has looked at.
        moment: float64 [n], when a check was drawn at random among those that nobody had looked at by then; NaN for no check.
        wrong: bool [n], of the checks, labels found to be wrong for certain. pending: bool [n], of the checks, labels that are
            perhaps wrong, until somebody decides a second time.

    Returns:
        `audited` is the number of unweighted checks that the checks are worth.
    """
    rows = np.flatnonzero(~np.isnan(moment))
    weight = weights(doubt, looked, moment)
    if not weight.any():
        return error_bounds.remaining(0, 0, 0)
    worth = float(weight.sum() ** 2 / (weight**2).sum())
    weight *= worth / weight.sum()
    return error_bounds.remaining(float(weight @ wrong[rows]), float(weight @ pending[rows]), worth)


def weights(doubt: Reals, looked: Reals, moment: Reals) -> Reals:
    """float64 [checks], proportional to how common images of the same doubt are among those left, against when each was drawn.

    Args: as for `remaining`.
    """
    rows, others = np.flatnonzero(~np.isnan(moment)), np.flatnonzero(np.isnan(moment))
    if not len(rows) or not len(others):
        return np.zeros(len(rows))
    others = others[np.argsort(doubt[others], kind="stable")]
    size = min(WINDOW, len(others))
    begin = np.clip(np.searchsorted(doubt[others], doubt[rows]) - size // 2, 0, len(others) - size)

    def near(which: Bools) -> Reals:
        """How many of the images nearest in doubt are among `which`, a share of all of them, for each check."""
        total = np.concatenate([[0], np.cumsum(which)])
        return np.asarray((total[begin + size] - total[begin]) / max(total[-1], 1), np.float64)

    drawn = moment[rows]
    moments = np.unique(np.quantile(drawn, np.linspace(0, 1, ROUNDS), method="lower"))
    count = np.bincount(np.searchsorted(moments, drawn, side="right") - 1, minlength=len(moments))
    density = sum((count[k] * near(looked[others] >= at) for k, at in enumerate(moments)), np.zeros(len(rows)))
    return np.asarray(near(np.isinf(looked[others])) * len(rows) / np.maximum(density, 1e-12), np.float64)
