"""A label for each shot that its neighbours have a say in.

Viterbi decoding of a chain of shots: a shot's evidence is its log-probabilities, weighed by how long it is, and every change
of label costs the same. A short shot that disagrees with both sides is overruled unless it is sure.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from video.segmenting.span import Span


@dataclass(frozen=True)
class SmoothOptions:
    """How labels of shots are smoothed.

    Attributes:
        switch_cost: price of a change of label, in nats; 0 turns smoothing off.
        full_weight_s: a shot of this length or longer counts in full, a shorter one less, in seconds.
        min_segment_s: shorter segments join the neighbour whose label suits them better, in seconds.
    """

    switch_cost: float = 0.2
    full_weight_s: float = 2.0
    min_segment_s: float = 0.5


# How much smoothing can be asked for by name: the price of a change of label, in nats.
AMOUNTS = {"none": 0.0, "light": 0.1, "normal": SmoothOptions.switch_cost, "strong": 0.6}


@dataclass(frozen=True)
class Smoothed:
    """The label of each shot and why it is what it is.

    Attributes:
        labels: int64 [n], class of each shot.
        reasons: for each shot None, or what overruled its own best class, in words.
    """

    labels: NDArray[np.int64]
    reasons: list[str | None]


def smooth(
    scores: NDArray[np.float32], spans: list[Span], names: list[str], options: SmoothOptions | None = None
) -> Smoothed:
    """Smooth the labels of consecutive shots.

    Args:
        scores: float32 [n, c], class probabilities of each shot.
        spans: the n shots.
        names: the c class names, for the reasons.
    """
    options = options or SmoothOptions()
    own = scores.argmax(axis=1)
    lengths = np.array([span.seconds for span in spans])
    weights = np.minimum(1.0, lengths / options.full_weight_s) ** 0.5
    evidence = weights[:, None] * np.log(np.maximum(scores, 1e-6))
    labels = viterbi(evidence, options.switch_cost)
    reasons = [
        _switching(names, own[i], labels[i], scores[i], options.switch_cost) if labels[i] != own[i] else None
        for i in range(len(spans))
    ]
    _absorb_short(labels, reasons, scores, lengths, options.min_segment_s, names)
    return Smoothed(labels, [r if labels[i] != own[i] else None for i, r in enumerate(reasons)])


def viterbi(evidence: NDArray[np.floating], switch_cost: float) -> NDArray[np.int64]:
    """Best label sequence, int64 [n], under a constant price of change; evidence: float [n, c], log scale."""
    count = len(evidence)
    best = np.array(evidence[0], dtype=np.float64)
    back = np.zeros(evidence.shape, dtype=np.int64)
    for i in range(1, count):
        leader = int(best.argmax())
        switched = best[leader] - switch_cost > best
        back[i] = np.where(switched, leader, np.arange(len(best)))
        best = np.where(switched, best[leader] - switch_cost, best) + evidence[i]
    labels = np.zeros(count, dtype=np.int64)
    labels[-1] = int(best.argmax())
    for i in range(count - 1, 0, -1):
        labels[i - 1] = back[i, labels[i]]
    return labels


def runs(labels: NDArray[np.int64], starts: Sequence[int] = ()) -> list[tuple[int, int]]:
    """Half-open index ranges of equal neighbours; at `starts` a new one begins, whatever the labels."""
    changes = (np.flatnonzero(np.diff(labels)) + 1).tolist()
    return list(pairwise(sorted({0, *changes, *starts, len(labels)})))


def _absorb_short(
    labels: NDArray[np.int64],
    reasons: list[str | None],
    scores: NDArray[np.float32],
    lengths: NDArray[np.float64],
    least_s: float,
    names: list[str],
) -> None:
    """Give the shortest run below the minimum to a neighbour, until none is left; changes labels and reasons."""
    while True:
        parts = runs(labels)
        sizes = [float(lengths[a:b].sum()) for a, b in parts]
        short = int(np.argmin(sizes))
        if len(parts) == 1 or sizes[short] >= least_s:
            return
        a, b = parts[short]
        sides = [labels[a - 1]] if b == len(labels) else [labels[b]] if a == 0 else [labels[a - 1], labels[b]]
        winner = max(sides, key=lambda c: float(scores[a:b, c].sum()))
        labels[a:b] = winner
        for i in range(a, b):
            reasons[i] = (
                f"{sizes[short]:.1f} s is shorter than a segment may be ({least_s:g} s): joined to {names[winner]}"
            )


def _switching(names: list[str], own: int, given: int, scores: NDArray[np.float32], cost: float) -> str:
    return (
        f"alone it looks like {names[own]} ({scores[own]:.0%}), {names[given]} has {scores[given]:.0%}: "
        f"not enough to pay for a change of label (cost {cost:g}) against its neighbours"
    )
