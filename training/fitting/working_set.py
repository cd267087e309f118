"""Images that a head learns from, where a workspace has more than can be compared with each other in a minute."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
MOST = 200_000  # images: their graph takes some ten seconds of two cores


def working_rows(human: Ints, given: Ints, *, most: int = MOST, seed: int = 0) -> Ints | None:
    """Rows int64 [m] to learn from, ascending, or None for all of them.

    All rows that people labelled are in it. Imported labels fill up to half of it, images without a label the rest, both drawn
    at random. It depends on the labels and the seed alone.

    Args:
        human, given: int64 [n], class index of a person's or an imported label, -1 for none.
        most: rows above which some are left out.
    """
    if len(human) <= most:
        return None
    random = np.random.default_rng(seed)
    kept = human >= 0
    room = max(most - int(kept.sum()), 0)
    imported = np.flatnonzero((given >= 0) & ~kept)
    free = np.flatnonzero((given < 0) & ~kept)
    some = min(len(imported), max(room // 2, room - len(free)))
    kept[random.choice(imported, some, replace=False)] = True
    kept[random.choice(free, min(len(free), room - some), replace=False)] = True
    return np.flatnonzero(kept)
