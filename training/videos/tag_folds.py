"""Folds for videos with several labels: groups stay whole, and each tag's positives are spread over the folds."""

from __future__ import annotations

import numpy as np

from errors import InputError
from labeling.scoring.multilabel import YES, Tri
from training.videos.video_set import Ints


def tag_folds(truth: Tri, group: Ints, *, count: int = 5, seed: int = 0) -> Ints:
    """A fold number for each video, int64 [n]; a group is never cut.

    The group with the rarest tag goes first, to the fold that lacks that tag most (iterative stratification, Sechidis et al. 2011).

    Raises:
        InputError: fewer than two groups.
    """
    unique, inverse = np.unique(group, return_inverse=True)
    if len(unique) < 2:
        raise InputError(
            "All labelled videos lie in one group, so nothing can be held out. Label videos of a second one."
        )
    count = min(count, len(unique))
    random = np.random.default_rng(seed)
    content = np.zeros((len(unique), truth.shape[1]))
    np.add.at(content, inverse, truth == YES)
    size = np.bincount(inverse).astype(np.float64)
    left = np.tile(content.sum(axis=0) / count, (count, 1))
    room = np.full(count, size.sum() / count)
    waiting = random.permutation(len(unique))
    of_group = np.empty(len(unique), np.int64)
    while len(waiting):
        totals = content[waiting].sum(axis=0)
        if (totals > 0).any():
            tag = int(np.where(totals > 0, totals, np.inf).argmin())
            chosen = waiting[content[waiting, tag] > 0]
        else:
            tag, chosen = -1, waiting
        for one in chosen:
            wants = left[:, tag] if tag >= 0 else room
            best = int(np.lexsort((-room, -wants))[0])
            of_group[one] = best
            left[best] -= content[one]
            room[best] -= size[one]
        waiting = waiting[~np.isin(waiting, chosen)]
    return of_group[inverse]
