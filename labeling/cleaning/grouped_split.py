"""Grouped folds: frames of one video, near-duplicates and items of one source column stay on one side."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from errors import InputError

Ints = npt.NDArray[np.int64]


def folds(groups: Ints, labels: Ints, *, count: int = 5, seed: int = 0) -> Ints:
    """A fold number for each row, int64 [n]; a group is never cut, and classes are spread as evenly as groups allow.

    Groups go, the largest first, to the fold that has the fewest rows of the group's most frequent class.

    Raises:
        InputError: fewer than two groups.
    """
    unique, inverse = np.unique(groups, return_inverse=True)
    if len(unique) < 2:
        raise InputError(
            "All labels lie in one group (one video or one duplicate), so nothing can be held out. Label items of a second one."
        )
    count = min(count, len(unique))
    random = np.random.default_rng(seed)
    classes = int(labels.max()) + 1
    content = np.zeros((len(unique), classes), np.int64)
    np.add.at(content, (inverse, labels), 1)
    shuffled = random.permutation(len(unique))
    order = shuffled[np.argsort(-content[shuffled].sum(axis=1), kind="stable")]
    filled = np.zeros((count, classes), np.int64)
    of_group = np.empty(len(unique), np.int64)
    for group in order:
        main = int(content[group].argmax())
        best = min(range(count), key=lambda fold: (filled[fold, main], filled[fold].sum()))
        of_group[group] = best
        filled[best] += content[group]
    return of_group[inverse]


def leaks(groups: Ints, train: npt.NDArray[np.bool_], test: npt.NDArray[np.bool_]) -> int:
    """How many groups lie on both sides. Must be 0."""
    return len(np.intersect1d(groups[train], groups[test]))
