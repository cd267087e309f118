"""How good cuts and segments are against a truth.

Cuts: one-to-one matches within a tolerance in frames; a dissolve or fade is one event that any detection inside it finds,
and further detections inside it are not counted. Segments: F1 at overlaps as in Lea et al., "Temporal Convolutional
Networks for Action Segmentation and Detection", 2017, and the edit score from there; accuracy by time alone hides
over-segmentation.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

TOLERANCES = (0, 2)
OVERLAPS = (0.1, 0.25, 0.5)


@dataclass(frozen=True)
class Labelled:
    """A labelled stretch; the unit (frames or seconds) is the caller's, the same on both sides."""

    label: str
    start: float
    end: float


@dataclass(frozen=True)
class Counts:
    """Matches among what was found and what is true; adds up over videos."""

    hits: int = 0
    detected: int = 0
    true: int = 0

    def __add__(self, other: Counts) -> Counts:
        return Counts(self.hits + other.hits, self.detected + other.detected, self.true + other.true)

    @property
    def precision(self) -> float:
        """Share of what was found that is true; 1 where nothing was found."""
        return self.hits / self.detected if self.detected else 1.0

    @property
    def recall(self) -> float:
        """Share of what is true that was found; 1 where nothing is true."""
        return self.hits / self.true if self.true else 1.0

    @property
    def f1(self) -> float:
        """Harmonic mean of precision and recall."""
        return 2 * self.hits / (self.detected + self.true) if self.detected + self.true else 1.0


def cut_counts(
    detected: Sequence[int], cuts: Sequence[int], tolerance: int, transitions: Sequence[tuple[int, int]] = ()
) -> Counts:
    """Match detected cuts with true ones.

    Args:
        detected: first frames of detected shots, without 0.
        cuts: first frames after true hard cuts.
        tolerance: greatest distance in frames.
        transitions: half-open stretches of dissolves and fades, one event each.
    """
    left = sorted(detected)
    hits = 0
    for cut in sorted(cuts):
        # Both sides ascend, so taking the earliest that fits gives the most matches.
        near = [f for f in left if abs(f - cut) <= tolerance]
        if near:
            left.remove(near[0])
            hits += 1
    for start, end in transitions:
        inside = [f for f in left if start - tolerance <= f < end + tolerance]
        hits += bool(inside)
        left = [f for f in left if f not in inside]
    return Counts(hits, hits + len(left), len(cuts) + len(transitions))


def segment_counts(labelleds: Sequence[Labelled], true: Sequence[Labelled], overlap: float) -> Counts:
    """Segments of the right label whose IoU with a true one not yet taken is at least `overlap`."""
    taken: set[int] = set()
    hits = 0
    for segment in labelleds:
        scored = [
            (_iou(segment, other), k) for k, other in enumerate(true) if other.label == segment.label and k not in taken
        ]
        best = max(scored, default=(0.0, -1))
        if best[0] >= overlap and best[1] >= 0:
            taken.add(best[1])
            hits += 1
    return Counts(hits, len(labelleds), len(true))


def edit_score(predicted: Sequence[str], true: Sequence[str]) -> float:
    """1 minus the Levenshtein distance of the label sequences over the longer one, 0 to 1."""
    previous = list(range(len(true) + 1))
    for i, label in enumerate(predicted, start=1):
        row = [i]
        for j, other in enumerate(true, start=1):
            row.append(min(previous[j] + 1, row[j - 1] + 1, previous[j - 1] + (label != other)))
        previous = row
    return 1 - previous[-1] / max(len(predicted), len(true), 1)


def mean_iou(labelleds: Sequence[Labelled], true: Sequence[Labelled]) -> float:
    """Mean over true segments of the IoU with the best found segment of that label, 0 to 1."""
    best = [max((_iou(f, t) for f in labelleds if f.label == t.label), default=0.0) for t in true]
    return float(np.mean(best)) if best else 1.0


def shared_time(labelleds: Sequence[Labelled], true: Sequence[Labelled]) -> dict[tuple[str, str], float]:
    """Time by (true label, found label); what no segment covers is found as the empty label."""
    table: dict[tuple[str, str], float] = {}
    for t in true:
        rest = t.end - t.start
        for f in labelleds:
            common = min(t.end, f.end) - max(t.start, f.start)
            if common > 0:
                table[t.label, f.label] = table.get((t.label, f.label), 0.0) + common
                rest -= common
        if rest > 1e-9:
            table[t.label, ""] = table.get((t.label, ""), 0.0) + rest
    return table


def time_accuracy(table: Mapping[tuple[str, str], float]) -> float:
    """Share of the time with the right label."""
    total = sum(table.values())
    return sum(time for (true, predicted), time in table.items() if true == predicted) / total if total else 1.0


def per_class(table: Mapping[tuple[str, str], float]) -> dict[str, dict[str, float]]:
    """Precision, recall and F1 by time for each true label."""
    report = {}
    for name in sorted({true for true, _ in table}):
        hit = table.get((name, name), 0.0)
        predicted = sum(time for (_, label), time in table.items() if label == name)
        true = sum(time for (label, _), time in table.items() if label == name)
        report[name] = {
            "precision": hit / predicted if predicted else 0.0,
            "recall": hit / true if true else 0.0,
            "f1": 2 * hit / (predicted + true) if predicted + true else 0.0,
        }
    return report


def report(
    segments: Sequence[Labelled],
    shots: Sequence[int],
    true_segments: Sequence[Labelled],
    cuts: Sequence[int],
    transitions: Sequence[tuple[int, int]] = (),
) -> dict[str, object]:
    """All figures of one video, as `sceneloop evaluate-video` prints them.

    Args:
        segments: found, in frames.
        shots: first frames of the found shots.
        true_segments: in frames.
        cuts: first frames after true hard cuts.
        transitions: half-open stretches of dissolves and fades.
    """
    detected_cuts = [frame for frame in shots if frame > 0]
    matched = {n: cut_counts(detected_cuts, cuts, n, transitions) for n in TOLERANCES}
    table = shared_time(segments, true_segments)
    return {
        "cuts": {
            str(n): {"precision": c.precision, "recall": c.recall, "f1": c.f1, "found": c.detected, "true": c.true}
            for n, c in matched.items()
        },
        "segment_f1": {str(o): segment_counts(segments, true_segments, o).f1 for o in OVERLAPS},
        "edit": edit_score([s.label for s in segments], [s.label for s in true_segments]),
        "mean_iou": mean_iou(segments, true_segments),
        "time_accuracy": time_accuracy(table),
        "per_class": per_class(table),
    }


def _iou(one: Labelled, other: Labelled) -> float:
    common = max(0.0, min(one.end, other.end) - max(one.start, other.start))
    union = (one.end - one.start) + (other.end - other.start) - common
    return common / union if union > 0 else 0.0
