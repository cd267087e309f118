"""From one edited prompt to the new ranking without scoring everything again.

A class scores by the unit mean of its prompts' vectors, so its scores are the sum of its prompts' cosines over the
length of the sum of their vectors. With the cosines kept prompt by prompt, an edit is one matrix-vector product,
one row, one class; the predicted classes change only where that class wins or loses.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]
Ints = npt.NDArray[np.int64]

LOSERS_AT_ONCE = 65_536


@dataclass(frozen=True)
class Rescored:
    """What an edit leads to.

    Attributes:
        category: index of the class whose prompt changed.
        order: int64 [n], items by falling score of that class.
        counts: int64 [k], items per predicted class.
    """

    category: int
    order: Ints
    counts: Ints


class ScoreMatrix:
    """Cosines of all prompts with all items, prompt-major, and what follows from them.

    Attributes:
        cosines: float32 [p, n].
        scores: float32 [k, n], cosine with each class vector.
        predicted: int64 [n], index of the best class.
        counts: int64 [k], items per predicted class.
    """

    def __init__(self, vectors: Floats, prompts: Floats, categories: Ints, count: int) -> None:
        """Score everything once.

        Args:
            vectors: float32 [n, d], unit rows, the items.
            prompts: float32 [p, d], unit rows, the prompts.
            categories: int64 [p], class index of each prompt, each class at least once.
            count: number of classes k.

        Raises:
            ValueError: a class has no prompt, or the shapes do not fit.
        """
        if len(prompts) != len(categories) or vectors.shape[1] != prompts.shape[1]:
            raise ValueError(f"shapes do not fit: {vectors.shape}, {prompts.shape}, {categories.shape}")
        if set(np.unique(categories)) != set(range(count)):
            raise ValueError("every class needs at least one prompt")
        self._vectors = vectors
        self._prompts = prompts.copy()
        self._categories = categories
        self.cosines: Floats = prompts @ vectors.T
        self.scores: Floats = np.stack([self._class_scores(k) for k in range(count)])
        self.predicted: Ints = self.scores.argmax(axis=0)
        self._best: Floats = self.scores.max(axis=0)
        self.counts: Ints = np.bincount(self.predicted, minlength=count)

    def replace(self, prompt: int, vector: Floats) -> Rescored:
        """Put another vector in a prompt's place.

        Args:
            prompt: row of the prompt.
            vector: float32 [d], of unit length.
        """
        category = int(self._categories[prompt])
        self._prompts[prompt] = vector
        np.matmul(self._vectors, vector, out=self.cosines[prompt])
        self.scores[category] = self._class_scores(category)
        self._predict_again(category)
        return Rescored(category, self.ranking(category), self.counts.copy())

    def ranking(self, category: int) -> Ints:
        """int64 [n], items by falling score of one class."""
        return np.argsort(-self.scores[category])

    def _class_scores(self, category: int) -> Floats:
        rows = np.flatnonzero(self._categories == category)
        total: Floats = self.cosines[rows[0]].copy()
        for row in rows[1:]:
            total += self.cosines[row]
        length = np.linalg.norm(self._prompts[rows].sum(axis=0))
        # Prompts that cancel out have no direction; their class then scores zero everywhere.
        total *= np.float32(1 / length) if length > 1e-6 else np.float32(0)
        return total

    def _predict_again(self, category: int) -> None:
        scores = self.scores[category]
        was = self.predicted == category
        # Elsewhere only this class has changed: it wins where it beats the old best, and ties keep their class.
        wins = ~was & (scores > self._best)
        self.predicted[wins] = category
        self._best[wins] = scores[wins]
        for piece in np.array_split(np.flatnonzero(was), max(1, int(was.sum()) // LOSERS_AT_ONCE)):
            columns = self.scores[:, piece]
            self.predicted[piece] = columns.argmax(axis=0)
            self._best[piece] = columns.max(axis=0)
        self.counts = np.bincount(self.predicted, minlength=len(self.scores))
