"""Zero-shot scores from prompt ensembles (Radford et al. 2021, CLIP).

A class vector is the mean of its prompts' unit text vectors, made unit again. Scores are derived and never stored.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from embedding.half_precision import widen

Floats = npt.NDArray[np.float32]
BLOCK = 65_536  # rows scored at once, so that a million vectors need no second copy


@dataclass(frozen=True)
class Linear:
    """Logits from vectors: `unit(vectors - mean) @ weights.T + bias`. Zero-shot and every trained head are one of these.

    Attributes:
        classes: category ids, in the order of the rows of `weights`.
        weights: float32 [k, d].
        bias: float32 [k].
        mean: float32 [d], subtracted from the vectors first (the modality gap), or None.
    """

    classes: tuple[int, ...]
    weights: Floats
    bias: Floats
    mean: Floats | None = None

    def logits(self, vectors: npt.NDArray[np.floating]) -> Floats:
        """Logits float32 [n, k] of unit rows float [n, d]."""
        out = np.empty((len(vectors), len(self.classes)), np.float32)
        wide = vectors.dtype == np.float32
        space = np.empty((0 if wide else min(BLOCK, len(vectors)), vectors.shape[1]), np.float32)
        for start in range(0, len(vectors), BLOCK):
            part = vectors[start : start + BLOCK]
            part = part if wide else widen(part, space)
            if self.mean is not None:
                part = unit(part - self.mean)
            out[start : start + BLOCK] = part @ self.weights.T + self.bias
        return out

    def probabilities(self, vectors: npt.NDArray[np.floating]) -> Floats:
        """Softmax over the classes, float32 [n, k], rows sum to 1."""
        return softmax(self.logits(vectors))


def unit(rows: npt.NDArray[np.floating]) -> Floats:
    """Rows of unit length, float32; a zero row stays zero."""
    rows = np.asarray(rows, np.float32)
    return np.asarray(rows / np.maximum(np.linalg.norm(rows, axis=-1, keepdims=True), 1e-12), np.float32)


def softmax(logits: npt.NDArray[np.floating]) -> Floats:
    """Softmax over the last axis, float32."""
    raised = np.exp(logits - logits.max(axis=-1, keepdims=True))
    return np.asarray(raised / raised.sum(axis=-1, keepdims=True), np.float32)


def class_vectors(prompts: Sequence[npt.NDArray[np.float32]]) -> Floats:
    """One unit row a class, float32 [k, d], from the unit text vectors [p, d] of each class's prompts."""
    return unit(np.stack([texts.mean(axis=0) for texts in prompts]))


def classifier(
    classes: Sequence[int],
    vectors: npt.NDArray[np.float32],
    *,
    scale: float,
    image_mean: npt.NDArray[np.float32] | None = None,
) -> Linear:
    """The zero-shot classifier of class vectors float32 [k, d].

    Args:
        scale: the encoder's logit scale, divided by a fitted temperature where there is one.
        image_mean: float32 [d]; when given, each side's mean is subtracted before the cosine (Liang et al. 2022).
    """
    if image_mean is not None and len(vectors) > 1:
        vectors = unit(vectors - vectors.mean(axis=0))
    weights = np.asarray(scale * vectors, np.float32)
    return Linear(tuple(classes), weights, np.zeros(len(weights), np.float32), image_mean)


def top_two(probabilities: npt.NDArray[np.floating]) -> tuple[npt.NDArray[np.int64], Floats, Floats]:
    """(best class index, its probability, margin to the second) of each row; with one class the margin is the probability."""
    best = probabilities.argmax(axis=1)
    rows = np.arange(len(probabilities))
    first = np.asarray(probabilities[rows, best], np.float32)
    if probabilities.shape[1] < 2:
        return best, first, first
    second = np.partition(probabilities, -2, axis=1)[:, -2]
    return best, first, np.asarray(first - second, np.float32)


def fit_temperature(logits: npt.NDArray[np.floating], truth: npt.NDArray[np.int64]) -> float:
    """The temperature in [0.05, 20] that makes `softmax(logits / t)` most likely (Guo et al. 2017).

    Args:
        logits: float [n, k]. truth: class indices int [n].
    """
    grid = np.geomspace(0.05, 20, 121)
    rows = np.arange(len(truth))

    def loss(place: int) -> float:
        scaled = logits / grid[place]
        top = scaled.max(axis=1)
        partition = np.log(np.exp(scaled - top[:, None]).sum(axis=1)) + top
        return float((partition - scaled[rows, truth]).mean())

    low, high = 0, len(grid) - 1  # the loss is convex in the inverse of the temperature: it falls, then rises
    while low < high:
        middle = (low + high) // 2
        if loss(middle) <= loss(middle + 1):
            high = middle
        else:
            low = middle + 1
    return float(grid[low])
