"""Scores of a draft while somebody types: only the classes that the draft changes are scored again.

What the other classes say of an item is kept as three numbers (its best logit, its second, the sum of exponentials), so that
a key stroke costs a product with the changed class vectors and one pass over the items.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from labeling.scoring.zero_shot import BLOCK, Floats, Linear

Ints = npt.NDArray[np.int64]
WIDE_BYTES = 512 * 2**20  # up to here a float32 copy of the vectors is kept


@dataclass(frozen=True)
class Standing:
    """What a classifier says of each item.

    Attributes:
        best: int64 [n], class index. confidence: float32 [n], its probability. margin: float32 [n], to the second.
        changed: indices of the classes that were scored again. logits: float32 [n, changed], theirs.
    """

    best: Ints
    confidence: Floats
    margin: Floats
    changed: tuple[int, ...]
    logits: Floats


@dataclass(frozen=True)
class _Rest:
    """The classes that a draft leaves alone: index of the best, best and second logit, sum of exp(logit - best), each [n]."""

    best: Ints
    first: Floats
    second: Floats
    total: Floats


class LiveScores:
    """Logits of the published classifier for all items, and drafts against them."""

    def __init__(self, vectors: npt.NDArray[np.floating], published: Linear) -> None:
        """Score everything once. vectors: float [n, d] unit rows."""
        # A product with one class vector reads every vector: the fp16 of the store would be widened at each key stroke.
        wide = 4 * vectors.size <= WIDE_BYTES
        self._vectors = np.asarray(vectors, np.float32) if wide else vectors
        self._published = published
        self._logits = np.ascontiguousarray(published.logits(vectors).T)  # [k, n]
        self._key: tuple[int, ...] | None = None
        self._rest: _Rest | None = None
        nothing = np.empty((len(vectors), 0), np.float32)
        self.published = self._merge(self._stand(np.arange(len(published.classes))), (), nothing)

    def fits(self, draft: Linear) -> bool:
        """Whether a draft differs from what is published in the vectors of some classes only."""
        one, other = self._published, draft
        same_mean = (one.mean is None) == (other.mean is None) and (
            one.mean is None or other.mean is None or np.array_equal(one.mean, other.mean)
        )
        return one.classes == other.classes and same_mean

    def draft(self, draft: Linear) -> Standing:
        """What a draft says of every item.

        Raises:
            ValueError: it has other classes than the published one, or centres otherwise (see `fits`).
        """
        if not self.fits(draft):
            raise ValueError("the draft has other classes or centres otherwise")
        differs = (draft.weights != self._published.weights).any(axis=1) | (draft.bias != self._published.bias)
        changed = np.flatnonzero(differs)
        if not len(changed):
            return self.published
        key = tuple(changed.tolist())
        if key != self._key or self._rest is None:
            self._rest = self._stand(np.flatnonzero(~differs))
            self._key = key
        part = Linear(key, draft.weights[changed], draft.bias[changed], draft.mean)
        return self._merge(self._rest, key, part.logits(self._vectors))

    def column(self, standing: Standing, k: int) -> Floats:
        """Logits float32 [n] of one class under a draft that this object has scored."""
        if k in standing.changed:
            return standing.logits[:, standing.changed.index(k)]
        return np.asarray(self._logits[k])

    def _stand(self, classes: Ints) -> _Rest:
        n = self._logits.shape[1]
        rest = _Rest(
            np.zeros(n, np.int64),
            np.full(n, -np.inf, np.float32),
            np.full(n, -np.inf, np.float32),
            np.zeros(n, np.float32),
        )
        if not len(classes):
            return rest
        for start in range(0, n, BLOCK):
            part = slice(start, start + BLOCK)
            block = self._logits[classes, part]
            best = block.argmax(axis=0)
            rest.best[part] = classes[best]
            rest.first[part] = block[best, np.arange(block.shape[1])]
            if len(classes) > 1:
                rest.second[part] = np.partition(block, -2, axis=0)[-2]
            block -= rest.first[part]
            rest.total[part] = np.exp(block, out=block).sum(axis=0)
        return rest

    @staticmethod
    def _merge(rest: _Rest, changed: tuple[int, ...], logits: Floats) -> Standing:
        best, first, second = rest.best.copy(), rest.first.copy(), rest.second.copy()
        for column, k in enumerate(changed):
            mine = logits[:, column]
            # A tie goes to the class of the lower index, as with argmax.
            wins = (mine > first) | ((mine == first) & (k < best))
            second = np.where(wins, first, np.maximum(second, mine))
            first = np.where(wins, mine, first)
            best[wins] = k
        with np.errstate(invalid="ignore"):
            total = np.where(np.isfinite(rest.first), rest.total * np.exp(rest.first - first), 0)
        total = total + np.exp(logits - first[:, None]).sum(axis=1)
        confidence = np.asarray(1 / total, np.float32)
        margin = confidence * (1 - np.exp(second - first))
        return Standing(best, confidence, np.asarray(margin, np.float32), changed, logits)
