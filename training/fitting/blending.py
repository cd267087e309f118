"""Blending of candidates: the temperature of each, and its share in a sum of logits, from held-out labels.

A blend is a sum of logits, so that it is again a linear head. Its shares are those under which this sum makes the held-out labels
likeliest (stacking, Yao et al. 2018; a logarithmic pool, Genest and Zidek 1986), drawn to the trust before any label. Each candidate
gets its temperature first: a strong penalty makes a head timid, not wrong.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize

from labeling.scoring.zero_shot import fit_temperature, softmax
from training.fitting.candidates import Floats, Ints, Way

Logits = npt.NDArray[np.float32]
Reals = npt.NDArray[np.float64]
ZERO_SHOT = "zero-shot"
TEMPERATURE_LABELS = 20.0  # labels that move the temperature half of the way to its fitted value
# Trust before any label, in nats: the same in each kind of candidate, shared by those of a kind, and less in zero-shot. Chosen, as the
# weight of trust, on seeds of worlds that `python -m bench many` does not report (its images are the same but for photographs).
PRIOR_ZERO_SHOT = -1.0
PRIOR_LABELS = 3.0  # weight of this trust: of half the squared distance of a share to it, for each candidate
STEPS = 60  # of L-BFGS
NUMBERS = 2_000_000  # logits that shares are fitted on at most: more move them little, and take long
FEWEST_ROWS = 400
LEAST_SHARE = 0.005  # smaller shares are dropped


@dataclass(frozen=True)
class Weighed:
    """Share of a candidate in the blend, and the temperature that calibrates it."""

    share: float
    temperature: float

    @property
    def scale(self) -> float:
        """Factor of its logits in the blend."""
        return self.share / self.temperature


def trust(tried: dict[str, Way]) -> dict[str, float]:
    """Trust in each candidate before any label, in nats; zero-shot included."""
    kind = {name: (way.clusters, way.from_text, way.soft > 0, way.as_labelled) for name, way in tried.items()}
    alike = Counter(kind.values())
    return {name: -float(np.log(alike[kind[name]])) for name in tried} | {ZERO_SHOT: PRIOR_ZERO_SHOT}


def weigh(out: dict[str, Logits], truth: Ints, prior: dict[str, float], evidence: int) -> dict[str, Weighed]:
    """Shares by candidate that sum to 1; the smallest are dropped.

    Args:
        out: out-of-fold logits float32 [labels, k] of each. truth: int64 [labels]. prior: trust by candidate, in nats.
        evidence: number of labels that are no copies of others.
    """
    scale = {name: temperature(logits, truth) for name, logits in out.items()}
    first = np.exp(np.array([prior[name] for name in out]))
    first /= first.sum()
    k = next(iter(out.values())).shape[1]
    rows = np.arange(len(truth))
    most = max(NUMBERS // (len(out) * k), FEWEST_ROWS)
    if len(rows) > most:
        rows = np.sort(np.random.default_rng(0).choice(rows, most, replace=False))
    logits = np.stack([held[rows] / np.float32(scale[name]) for name, held in out.items()])
    weight = _pooled(logits, truth[rows], first, evidence / len(truth) * len(rows))
    share = weight / weight.sum()
    kept = {name: float(value) for name, value in zip(out, share, strict=True) if value >= LEAST_SHARE}
    return {name: Weighed(value / sum(kept.values()), scale[name]) for name, value in kept.items()}


def _pooled(logits: Logits, truth: Ints, first: Reals, evidence: float) -> Reals:
    """Weights float64 [candidates], none below 0, of logits float32 [candidates, rows, k] in a sum; a convex problem.

    Args:
        first: float64 [candidates], the weights that trust asks for. evidence: number of rows that the likelihood counts as.
    """
    rows = np.arange(len(truth))
    right = logits[:, rows, truth]
    per_row = evidence / len(rows)
    pull = PRIOR_LABELS * len(first)

    def objective(weight: Reals) -> tuple[float, Reals]:
        likely = softmax(np.tensordot(weight.astype(np.float32), logits, 1))
        loss = -float(np.log(np.maximum(likely[rows, truth], 1e-12)).sum(dtype=np.float64))
        gradient = np.tensordot(logits, likely, ([1, 2], [0, 1])) - right.sum(axis=1)
        away = weight - first
        return per_row * loss + pull / 2 * float(away @ away), per_row * gradient.astype(np.float64) + pull * away

    bounds = [(0.0, None)] * len(first)
    optimum = minimize(objective, first, jac=True, method="L-BFGS-B", bounds=bounds, options={"maxiter": STEPS})
    return np.asarray(np.maximum(optimum.x, 1e-12), np.float64)


def blend_held_out(
    out: dict[str, Logits], truth: Ints, prior: dict[str, float], evidence: int, fold: Ints
) -> Logits:  # fmt: skip
    """Logits of the blend, float32 [labels, k]: in each fold with the shares and temperatures of the other folds.

    Args:
        out, truth, prior, evidence: as in `weigh`. fold: int64 [labels].
    """
    blended = np.zeros_like(next(iter(out.values())))
    for number in range(int(fold.max()) + 1):
        rest = fold != number
        seen = {name: logits[rest] for name, logits in out.items()}
        for name, one in weigh(seen, truth[rest], prior, evidence).items():
            blended[~rest] += np.float32(one.scale) * out[name][~rest]
    return blended


def temperature(logits: Logits, truth: Ints) -> float:
    """Temperature of out-of-fold answers, drawn towards 1 with few labels."""
    return float(fit_temperature(logits, truth) ** (len(truth) / (len(truth) + TEMPERATURE_LABELS)))


def cross_fitted(logits: Logits, truth: Ints, fold: Ints) -> Floats:
    """Probabilities float32 [labels, k] of out-of-fold answers, in each fold with the temperature of the other folds."""
    out = np.empty_like(logits)
    for number in range(int(fold.max()) + 1):
        held = fold == number
        out[held] = softmax(logits[held] / np.float32(temperature(logits[~held], truth[~held])))
    return out
