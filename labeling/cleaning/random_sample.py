"""Which labels are a random sample of the images, whatever else people chose to label.

All items stand in one random order for good (`labeling.cleaning.error_bounds.ranks`), and so do the audit items among them. A label was *drawn*
when it was given in that order; any other was *chosen*, for example because the machine was likely wrong there. What is decided
without a gap from the start of the order is a random sample. It ends at its last drawn label: behind that, an item belongs to
it only where somebody chose it, and a sample that grows by such items is not random.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from labeling.cleaning.error_bounds import ranks

RANDOM = ("random", "audit")  # orders in which every label is drawn
DEALT = "next"  # the order in which audit items come by chance, the others by choice
Bools = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Draw:
    """How the labels of a project came about, bool [n] each.

    Attributes:
        chosen: decided by people, not drawn. drawn: drawn and part of the sample.
        sample: a random sample of the items, whichever way each was labelled. audit: audit items, drawn in an order of their own.
    """

    chosen: Bools
    drawn: Bools
    sample: Bools
    audit: Bools


def draw(ids: npt.NDArray[np.int64], audit: Bools, decided: Bools, fair: Bools) -> Draw:
    """The random sample in what people have decided.

    Args:
        ids: int64 [n]. audit: bool [n]. decided: bool [n], a person has. fair: bool [n], in an order of chance.
    """
    fair = fair & decided
    sample = np.zeros(len(ids), np.bool_)
    for side in (audit, ~audit):
        rows = np.flatnonzero(side)
        rows = rows[np.argsort(ranks(ids[rows]), kind="stable")]
        gaps = np.flatnonzero(~decided[rows])
        run = rows[: gaps[0]] if len(gaps) else rows
        last = np.flatnonzero(fair[run])
        sample[run[: last[-1] + 1] if len(last) else run[:0]] = True
    return Draw(decided & ~fair, sample & fair, sample, np.asarray(audit, np.bool_))
