"""Blending of candidates: temperature and share of each from held-out labels (stacking, Yao et al. 2018).

Shares are those under which the mixture makes the held-out labels likeliest, drawn to the trust before any label.
Each candidate gets its temperature first: a strong penalty makes a head timid, not wrong.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from labeling.scoring.zero_shot import fit_temperature, softmax
from training.fitting.candidates import Floats, Ints, TrainOptions, Way

Logits = npt.NDArray[np.float32]
ZERO_SHOT = "zero-shot"
TEMPERATURE_LABELS = 20.0  # labels that move the temperature half of the way to its fitted value
# Trust before any label, in nats: most in candidates close to the text and to the clusters of the images, least in those without
# the text. Chosen on seeds of two worlds that `python -m bench fewshot` does not report (its images are the same). A head
# below zero-shot becomes rarer by it, not impossible: the bench measures its frequency.
PRIOR_ZERO_SHOT, PRIOR_NEAR_TEXT, PRIOR_NO_TEXT, PRIOR_CLUSTERS = 0.0, 1.0, -1.0, 2.0
PRIOR_LABELS = 2.0  # weight of this trust, in labels
STEPS = 100  # of expectation maximization
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


def trust(tried: dict[str, Way], options: TrainOptions) -> dict[str, float]:
    """Trust in each candidate before any label, in nats; zero-shot included."""
    prior = {name: 0.0 if way.from_text or way.soft > 0 else PRIOR_NO_TEXT for name, way in tried.items()}
    prior |= {name: PRIOR_NEAR_TEXT for name, way in tried.items() if way.from_text and way.pull == max(options.pulls)}
    prior |= {name: PRIOR_CLUSTERS for name, way in tried.items() if way.clusters}
    return prior | {ZERO_SHOT: PRIOR_ZERO_SHOT}


def weigh(out: dict[str, Logits], truth: Ints, prior: dict[str, float], evidence: int) -> dict[str, Weighed]:
    """Shares by candidate that sum to 1, by expectation maximization; the smallest are dropped.

    Args:
        out: out-of-fold logits float32 [labels, k] of each. truth: int64 [labels]. prior: trust by candidate, in nats.
        evidence: number of labels that are no copies of others.
    """
    rows = np.arange(len(truth))
    scale = {name: temperature(logits, truth) for name, logits in out.items()}
    likely = np.array([softmax(logits / np.float32(scale[name]))[rows, truth] for name, logits in out.items()])
    likely = np.maximum(likely.astype(np.float64), 1e-6)
    first = np.exp(np.array([prior[name] for name in out]))
    first /= first.sum()
    share = first
    for _ in range(STEPS):
        part = share[:, None] * likely
        part /= part.sum(axis=0)
        share = (evidence * part.mean(axis=1) + PRIOR_LABELS * first) / (evidence + PRIOR_LABELS)
    kept = {name: float(value) for name, value in zip(out, share, strict=True) if value >= LEAST_SHARE}
    return {name: Weighed(value / sum(kept.values()), scale[name]) for name, value in kept.items()}


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
