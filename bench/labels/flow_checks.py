"""The stop meter in a project that is worked on: pages that the annotator chooses, and a round of random checks now and then."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from bench.labels import annotator
from bench.labels.annotator import SLIP, Project
from bench.labels.flows import Flow
from bench.labels.label_sets import LabelSet
from labeling.cleaning import cluster_model, error_bounds, suspicion, unseen_errors

EVERY, CHECKS = 2, 20  # pages between two rounds of checks, and images in one
UNTIL = 0.8  # share of the images that have been looked at when the project ends


@dataclass(frozen=True)
class Look:
    """One look at the meter: labels that nobody has looked at, how many of them are wrong, and what it says.

    Attributes:
        low, high: of the weighted checks. plain_high: of the same checks with equal weights.
    """

    left: int
    wrong: int
    low: float
    high: float
    plain_high: float


class Checked:
    """A project whose decisions are dated, with checks in between. A disagreement found in a check is asked again in the next round."""

    def __init__(self, label_set: LabelSet, seed: int) -> None:
        self.project: Project = annotator.start(label_set, seed)
        self.random = np.random.default_rng(1000 + seed)
        n = len(label_set.labels)
        self.stood = self.project.labels.copy()
        self.looked = np.full(n, np.inf)
        self.moment = np.full(n, np.nan)
        self.wrong, self.pending = np.zeros(n, np.bool_), np.zeros(n, np.bool_)
        self.clock = 0.0

    def pages(self, steps: object) -> None:
        """Pages of the flow between two rounds; labels that the machine changes for what is left are checked anew."""
        for _ in range(EVERY):
            before = self.project.human < 0
            next(steps)  # type: ignore[call-overload]
            self.clock += 1
            self.looked[before & (self.project.human >= 0)] = self.clock
            left = self.project.human < 0
            self.stood[left] = self.project.labels[left]

    def check(self) -> None:
        """A round: the disagreements of the last one again, and new images drawn at random."""
        self.clock += 1
        label_set, again = self.project.label_set, np.flatnonzero(self.pending)
        self.wrong[again] = (self.stood[again] != label_set.truth[again]) ^ (self.random.random(len(again)) < SLIP)
        self.pending[again] = False
        rows = self.random.permutation(self.project.open)[:CHECKS]
        is_wrong = self.stood[rows] != label_set.truth[rows]
        other = np.where(is_wrong, label_set.truth[rows], (self.stood[rows] + 1) % label_set.classes)
        decisions = np.where(is_wrong ^ (self.random.random(len(rows)) < SLIP), other, self.stood[rows])
        self.project.human[rows] = self.project.labels[rows] = decisions
        self.looked[rows] = self.moment[rows] = self.clock
        self.pending[rows] = decisions != self.stood[rows]

    def look(self) -> Look:
        """What the meter says now, and the truth."""
        left = self.project.human < 0
        interval = unseen_errors.remaining(self.doubt(), self.looked, self.moment, self.wrong, self.pending)
        checks = int((~np.isnan(self.moment)).sum())
        plain = error_bounds.remaining(int(self.wrong.sum()), int(self.pending.sum()), checks)
        n, truth = int(left.sum()), self.project.label_set.truth
        wrong = int((self.project.labels[left] != truth[left]).sum())
        return Look(
            n, wrong, float(int(interval.low * n)), float(np.ceil(interval.high * n)), float(np.ceil(plain.high * n))
        )

    def doubt(self) -> np.ndarray:
        """float64 [n]: how suspicious the label is that stood before anybody looked."""
        project, label_set = self.project, self.project.label_set
        held = suspicion.held_out(label_set.vectors, project.human, label_set.classes)
        prior = cluster_model.posterior(label_set.vectors, project.probabilities, project.human)
        others = suspicion.others(label_set.graph, prior, project.human, project.given(), label_set.classes, held)
        return np.asarray(1.0 - others[np.arange(len(self.stood)), self.stood], np.float64)


def looks(label_set: LabelSet, flow: Flow, seed: int) -> list[Look]:
    """The meter after each round of checks, until most images have been looked at."""
    checked = Checked(label_set, seed)
    steps = flow(checked.project)
    readings = []
    while float((checked.project.human >= 0).mean()) < UNTIL:
        checked.pages(steps)
        checked.check()
        readings.append(checked.look())
    return readings
