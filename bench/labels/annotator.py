"""A simulated annotator at a grid: what looking and clicking costs in seconds, and the slips."""

from __future__ import annotations

import itertools
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from bench.labels.label_sets import LabelSet
from labeling.cleaning import cluster_model, graph, suspicion
from labeling.cleaning.graph import one_hot
from labeling.cleaning.suspicion import Cluster, Suspicion
from labeling.scoring.zero_shot import Linear
from training.fitting.linear_head import FitOptions, fit, plain

Floats = npt.NDArray[np.float32]
Ints = npt.NDArray[np.int64]

LOOK, ACTION, TURN = 0.5, 1.2, 1.0  # seconds: a tile looked at, a click or key, a page turn
RETRAIN = 2 * TURN + 2 * ACTION  # to the Train page and back, train, let it propose; the fit itself runs beside
SLIP = 0.03  # of all tiles judged
SOFT = 0.1  # weight of a graph-propagated label beside a person's


@dataclass
class Project:
    """A label set that is being worked on.

    Attributes:
        labels: int64 [n], what stands. human: int64 [n], what the person answered, or -1.
        probabilities: float32 [n, k] of the machine in use.
        seconds: spent so far. curve: (seconds, errors left) after each page.
    """

    label_set: LabelSet
    random: np.random.Generator
    labels: Ints
    human: Ints
    probabilities: Floats
    seconds: float
    curve: list[tuple[float, int]]
    looked: int = 0

    @property
    def errors(self) -> int:
        """Labels that stand and are wrong."""
        return int((self.labels != self.label_set.truth).sum())

    @property
    def new_errors(self) -> int:
        """Labels that were right at first and are wrong now because of the person."""
        spoiled = (
            (self.label_set.labels == self.label_set.truth) & (self.human >= 0) & (self.human != self.label_set.truth)
        )
        return int(spoiled.sum())

    @property
    def open(self) -> Ints:
        """Rows that the person has not judged."""
        return np.flatnonzero(self.human < 0)

    def page(
        self, rows: Ints, *, one_by_one: bool = False, proposed: Ints | None = None, runner_up: bool = False
    ) -> None:
        """Judge the tiles of a page: select those that look wrong, give them their class, Enter accepts the rest.

        A slip is a misjudged tile: a wrong one that is overlooked, or a right one that is clicked. Tiles that follow each other
        are selected by a click and a click with Shift; one key gives all that are selected their class.

        Args:
            one_by_one: a key for each tile instead.
            proposed: what is shown in place of the standing label, and accepted by Enter.
            runner_up: Enter gives the selected tiles the machine's next likely class, as batch mode does; a class key is
                for those that are something else.
        """
        shown = self.labels[rows] if proposed is None else proposed
        truth = self.label_set.truth[rows]
        slip = self.random.random(len(rows)) < SLIP
        clicked = (shown != truth) ^ slip
        other = (shown + self.random.integers(1, self.label_set.classes, len(rows))) % self.label_set.classes
        decisions = np.where(clicked, np.where(shown != truth, truth, other), shown)
        wanted = np.where(clicked, decisions, -1)
        keys = len(rows) if one_by_one else 1 + (self.flipping(rows, shown, wanted) if runner_up else selecting(wanted))
        self.seconds += LOOK * len(rows) + ACTION * keys + TURN
        self.looked += len(rows)
        self.labels[rows] = self.human[rows] = decisions
        self.curve.append((self.seconds, self.errors))

    def flipping(self, rows: Ints, shown: Ints, wanted: Ints) -> int:
        """Clicks and keys where a selected tile takes its runner-up; those that want another class are selected once more."""
        left = self.probabilities[rows].copy()
        left[np.arange(len(rows)), shown] = -1.0
        other = np.where(wanted == left.argmax(axis=1), -1, wanted)
        return min(
            selecting(wanted), selecting(np.where(wanted >= 0, 0, -1)) - int((wanted >= 0).any()) + selecting(other)
        )

    def retrain(self, *, propose: bool = True) -> None:
        """Train a head on all labels so far and let it propose for what nobody has labelled."""
        self.seconds += RETRAIN
        label_set, human = self.label_set, self.human
        if len(np.unique(human[human >= 0])) < 2:
            return
        given = self.given()
        soft, _ = graph.propagate(label_set.graph, label_set.probabilities, human, given, label_set.classes)
        hard, imported = human >= 0, (given >= 0) & (human < 0)
        targets = np.where(hard[:, None], one_hot(human, label_set.classes), soft)
        targets = np.where(imported[:, None], one_hot(given, label_set.classes), targets)
        free = max(int((~hard & ~imported).sum()), 1)
        weights = np.where(hard, 1.0, np.where(imported, 0.5, min(SOFT, 5 * SOFT * int(hard.sum()) / free)))
        start = label_set.machine or plain(tuple(range(label_set.classes)), label_set.vectors.shape[1])
        fitted: Linear = fit(label_set.vectors, targets, weights, start, FitOptions(0.1)).linear
        self.probabilities = fitted.probabilities(label_set.vectors)
        if propose and not label_set.imported:
            rows = self.open
            self.labels[rows] = self.probabilities[rows].argmax(axis=1)
        self.curve.append((self.seconds, self.errors))

    def follow(self) -> None:
        """Labels that nobody has judged take the class that their neighbours favour: one click, and the page comes again."""
        rows = self.open
        self.labels[rows] = self.suspicion().proposed[rows]
        self.seconds += ACTION + TURN
        self.curve.append((self.seconds, self.errors))

    def given(self) -> Ints:
        """int64 [n]: imported labels that nobody has judged, else -1."""
        if not self.label_set.imported:
            return np.full(len(self.labels), -1, np.int64)
        return np.where(self.human < 0, self.label_set.labels, -1)

    def suspicion(self) -> Suspicion:
        """The app's suspicion of every label, from what is known now."""
        label_set, human, given = self.label_set, self.human, self.given()
        held = suspicion.held_out(label_set.vectors, np.where(human >= 0, human, given), label_set.classes)
        prior = cluster_model.posterior(label_set.vectors, self.probabilities, human)
        others = suspicion.others(label_set.graph, prior, human, given, label_set.classes, held)
        return suspicion.suspect(others, self.labels)

    def clusters(self) -> list[Cluster]:
        """Groups of neighbours that share a suspected error."""
        return suspicion.clusters(self.label_set.graph, self.suspicion(), self.labels, self.human < 0)

    def margin(self) -> Floats:
        """float32 [n]: how far the machine's first class is ahead of its second."""
        two = np.partition(self.probabilities, -2, axis=1)[:, -2:]
        return np.asarray(two[:, 1] - two[:, 0], np.float32)


def selecting(answers: Ints) -> int:
    """Clicks and keys that give the tiles of a page the classes `answers` int64 [page], -1 for those left alone."""
    edges = np.flatnonzero(np.diff(answers, prepend=-2, append=-2))
    runs = [(answers[a], b - a) for a, b in itertools.pairwise(edges) if answers[a] >= 0]
    clicks = sum(1 if length == 1 else 2 for _, length in runs)
    return clicks + len({int(number) for number, _ in runs})


def start(label_set: LabelSet, seed: int) -> Project:
    """A project at its first label. Imported labels without a text side are first judged by a head on themselves."""
    n = len(label_set.labels)
    none = np.full(n, -1, np.int64)
    probabilities = label_set.probabilities
    if probabilities is None or label_set.imported:
        held = suspicion.held_out(label_set.vectors, label_set.labels, label_set.classes)
        assert held is not None
        probabilities = held
    project = Project(label_set, np.random.default_rng(seed), label_set.labels.copy(), none, probabilities, 0.0, [])
    project.curve.append((0.0, project.errors))
    return project
