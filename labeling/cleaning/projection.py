"""Vectors on a plane: at once by their two widest directions, or so that what looks alike lies together."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from sklearn.decomposition import PCA
from sklearn.manifold import TSNE
from threadpoolctl import threadpool_limits

from progress import Progress

Floats = npt.NDArray[np.float32]
PCA_ROWS = 5_000  # enough rows for two directions
TSNE_ROWS = 5_000  # the others are placed among them
WIDTH = 50  # directions that t-SNE sees, as in its authors' own use
NEAREST = 10  # rows that place another
SHARPNESS = 20.0  # a row of cosine c weighs exp(SHARPNESS * c)
SEED = 0


def widest(vectors: npt.NDArray[np.floating]) -> Floats:
    """The two directions in which the vectors differ most.

    Args:
        vectors: float [n, d].

    Returns:
        float32 [n, 2] within -1 and 1.
    """
    random = np.random.default_rng(SEED)
    sample = np.asarray(vectors[random.permutation(len(vectors))[:PCA_ROWS]], np.float32)
    mean = sample.mean(axis=0)
    _, _, axes = np.linalg.svd(sample - mean, full_matrices=False)
    return _within_one((np.asarray(vectors, np.float32) - mean) @ axes[:2].T)


def gathered(vectors: npt.NDArray[np.floating], progress: Progress, rows: int = TSNE_ROWS) -> Floats:
    """Neighbours kept together (t-SNE, van der Maaten and Hinton 2008, from a start by PCA, Kobak and Berens 2019).

    Of many rows a random part is laid out, and each of the others is put among the nearest of those.

    Args:
        vectors: float [n, d] unit rows, at least three. rows: at most so many are laid out.

    Returns:
        float32 [n, 2] within -1 and 1, the same for the same vectors.

    Raises:
        CancelledError: `progress` stopped it.
    """
    n = len(vectors)
    chosen = np.sort(np.random.default_rng(SEED).permutation(n)[:rows])
    sample = np.asarray(vectors[chosen], np.float32)
    progress(0, 2, f"Laying out {len(chosen):,} images")
    laid = _laid_out(sample)
    progress(1, 2, f"Placing {n - len(chosen):,} more")
    out = np.empty((n, 2), np.float32)
    others = np.setdiff1d(np.arange(n), chosen)
    out[chosen], out[others] = laid, placed(vectors[others], sample, laid)
    return out


def _laid_out(sample: Floats) -> Floats:
    """float32 [n, 2] by t-SNE, of float32 [n, d].

    A thousand steps of a millisecond: threads would meet after each, and where something else has the processor, or the work is of
    low priority, wait for one another a hundred times as long as they compute. One thread gives the same on every machine, too.
    """
    with threadpool_limits(1):
        flat = PCA(min(WIDTH, *sample.shape), random_state=SEED).fit_transform(sample)
        start = flat[:, :2] / max(float(np.std(flat[:, 0])), 1e-9) * 1e-4
        perplexity = min(30.0, (len(sample) - 1) / 3)
        tsne = TSNE(perplexity=perplexity, init=start, learning_rate="auto", random_state=SEED, n_jobs=1)
        return _within_one(tsne.fit_transform(flat))


def placed(vectors: npt.NDArray[np.floating], known: Floats, where: Floats, rows_at_once: int = 4096) -> Floats:
    """Where vectors belong on a plane that others are on: the mean of the nearest, by likeness (after Policar et al. 2019).

    Args:
        vectors: float [n, d]. known: float32 [m, d], m at least 1. where: float32 [m, 2].

    Returns:
        float32 [n, 2].
    """
    out = np.empty((len(vectors), 2), np.float32)
    count = min(NEAREST, len(known))
    for first in range(0, len(vectors), rows_at_once):
        part = slice(first, first + rows_at_once)
        cosines = np.asarray(vectors[part], np.float32) @ known.T
        near = np.argpartition(-cosines, count - 1, axis=1)[:, :count]
        best = np.take_along_axis(cosines, near, axis=1)
        weight = np.exp(SHARPNESS * (best - best.max(axis=1, keepdims=True)))
        weight /= weight.sum(axis=1, keepdims=True)
        out[part] = (weight[:, :, None] * where[near]).sum(axis=1)
    return out


def _within_one(flat: npt.NDArray[np.floating]) -> Floats:
    return np.asarray(flat / max(float(np.abs(flat).max(initial=0.0)), 1e-9), np.float32)
