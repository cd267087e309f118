"""The clusters that the images form: one Gaussian a class with a shared covariance, started from what the machine says.

Expectation maximisation over all images, labelled or not, with the machine's posterior as each image's prior (after TransCLIP, Zanella
et al. 2024, and the Gaussian discriminant of Wang et al. 2024, A hard-to-beat baseline for training-free CLIP-based adaptation). With
one covariance the discriminant is linear: started from a text classifier, the result is a head like every other (`fit`).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from embedding.half_precision import widen
from labeling.scoring.zero_shot import Linear, softmax, unit

Floats = npt.NDArray[np.float32]
Ints = npt.NDArray[np.int64]
ENOUGH = 20_000  # rows, drawn at random, that `posterior` learns from: more change little, and take long
BLOCK = 65_536  # rows that are judged at once


@dataclass(frozen=True)
class MixtureOptions:
    """How far the clusters are trusted beside the text.

    Attributes:
        text: weight of the text's logits beside the clusters'.
        clusters: weight of the clusters' log-likelihoods; below 1 because dimensions of a vector are not independent.
        shrink: of the covariance towards a multiple of the identity, in [0, 1].
        steps: rounds of expectation and maximisation.
    """

    text: float = 0.5
    clusters: float = 0.3
    shrink: float = 0.3
    steps: int = 6


def fit(vectors: npt.NDArray[np.floating], text: Linear, known: Ints, options: MixtureOptions | None = None) -> Linear:
    """Fit the mixture; the head's logits are the text's and the clusters', weighted.

    Args:
        vectors: float [n, d], unit rows. known: int64 [n], class index of a labelled row, else -1; a label stays what it is.
    """
    options = options or MixtureOptions()
    points = np.asarray(vectors, np.float32)
    if text.mean is not None:
        points = unit(points - text.mean)
    prior = points @ text.weights.T + text.bias
    weights, bias = _maximised(points, prior, known, options)
    bias = options.clusters * bias + options.text * text.bias
    weights = options.clusters * weights + options.text * text.weights
    sure = _as_sure(points @ weights.T + bias, prior)
    return Linear(text.classes, sure * weights, sure * bias, text.mean)


def posterior(
    vectors: npt.NDArray[np.floating],
    probabilities: npt.NDArray[np.floating],
    known: Ints,
    options: MixtureOptions | None = None,
    seed: int = 0,
) -> Floats:
    """What the machine and the clusters together say of every row, as sure as the machine alone.

    Of labelled rows too: a row's own label is not its answer.

    Args:
        vectors: float [n, d], unit rows. probabilities: float [n, k] of the machine.
        known: int64 [n], class index of a labelled row, else -1.

    Returns:
        float32 [n, k].
    """
    options = options or MixtureOptions()
    n = len(vectors)
    rows = np.arange(n) if n <= ENOUGH else np.sort(np.random.default_rng(seed).choice(n, ENOUGH, replace=False))
    prior: Floats = np.log(np.maximum(probabilities, 1e-12)).astype(np.float32)
    points = widen(vectors[rows])
    weights, bias = _maximised(points, prior[rows], known[rows], options)
    logits = options.clusters * (points @ weights.T + bias) + options.text * prior[rows]
    sure = _as_sure(logits, prior[rows])
    out = np.empty_like(prior)
    for start in range(0, n, BLOCK):
        part = slice(start, start + BLOCK)
        clusters = widen(vectors[part]) @ weights.T + bias
        out[part] = softmax(sure * (options.clusters * clusters + options.text * prior[part]))
    return out


def _maximised(points: Floats, prior: Floats, known: Ints, options: MixtureOptions) -> tuple[Floats, Floats]:
    """Weights float32 [k, d] and bias float32 [k] of the classes' log-likelihoods after all steps.

    Args:
        prior: float32 [n, k] logits of the machine. known: int64 [n], a labelled row's class index, else -1.
    """
    centre = points.mean(axis=0)
    spread = points - centre  # the discriminant does not change when everything is shifted
    total = (spread.T @ spread).astype(np.float64) / len(points)
    fixed = known >= 0
    belief = softmax(prior)
    belief[fixed] = np.eye(prior.shape[1], dtype=np.float32)[known[fixed]]
    weights, bias = _discriminant(spread, belief, total, options.shrink)
    for _ in range(options.steps - 1):
        logits = options.clusters * (spread @ weights.T + bias) + options.text * prior
        belief[~fixed] = softmax(logits[~fixed])
        weights, bias = _discriminant(spread, belief, total, options.shrink)
    return weights, np.asarray(bias - weights @ centre, np.float32)


def _as_sure(people: Floats, machine: Floats) -> np.float32:
    """The factor that makes logits as sure as the machine alone."""
    return np.float32(_contrast(machine) / max(_contrast(people), 1e-6))


def _contrast(logits: Floats) -> float:
    """How far the classes' logits lie apart, on average."""
    return float(logits.std(axis=1).mean())


def _discriminant(
    points: Floats, belief: Floats, total: npt.NDArray[np.float64], shrink: float
) -> tuple[Floats, Floats]:
    """Weights float32 [k, d] and bias float32 [k] of the Gaussian log-likelihoods, every class as likely as the next."""
    mass = np.maximum(belief.sum(axis=0), 1e-6)
    means = ((belief.T @ points) / mass[:, None]).astype(np.float64)
    within = total - (means.T * (mass / mass.sum())) @ means
    d = len(within)
    scatter = (1 - shrink) * within + shrink * (np.trace(within) / d + 1e-9) * np.eye(d)
    weights = np.linalg.solve(scatter, means.T).T
    return weights.astype(np.float32), (-0.5 * (weights * means).sum(axis=1)).astype(np.float32)
