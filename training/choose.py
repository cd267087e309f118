"""Fitting several candidates and keeping the one that held-out labels favour.

The guard of the method: no candidate wins that does worse than zero-shot on what it has not seen.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
from threadpoolctl import threadpool_limits

from errors import InputError
from labeling.graph import Graph, GraphOptions, one_hot, propagate
from labeling.zero_shot import Linear
from training.fit import FitOptions, Fitted, Progress, fit, plain
from training.split import folds

Floats = npt.NDArray[np.float32]
Ints = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Material:
    """What a head may learn from; audit items have been taken out of `human` and `given` already.

    Attributes:
        vectors: float [n, d] unit rows. graph: over the same rows.
        zero_shot: the classifier to start from. group: int64 [n].
        human: int64 [n] class index that a person gave, or -1. given: int64 [n] the same for imported labels.
    """

    vectors: npt.NDArray[np.floating]
    graph: Graph
    zero_shot: Linear
    has_text: bool
    group: Ints
    human: Ints
    given: Ints


@dataclass(frozen=True)
class TrainOptions:
    """How candidates are fitted and compared.

    Attributes:
        soft: weight of a graph-propagated soft label beside a person's label of weight 1.
        given: weight of an imported label.
        folds: groups of labels held out in turn; a label alone (leave one out) where there are few.
        seed: of the folds.
    """

    soft: float = 0.1
    given: float = 0.5
    pulls: tuple[float, ...] = (0.1, 0.01)
    folds: int = 10
    balance: bool = True
    seed: int = 0
    graph: GraphOptions = field(default_factory=GraphOptions)


@dataclass(frozen=True)
class Candidate:
    """One way to a head and how it did on held-out labels: `right` is bool [labels], `log_likelihood` a mean."""

    name: str
    right: npt.NDArray[np.bool_]
    log_likelihood: float

    @property
    def accuracy(self) -> float:
        """Share of held-out labels that were right."""
        return float(self.right.mean())


@dataclass(frozen=True)
class Chosen:
    """The winner, fitted on everything, and all candidates."""

    name: str
    linear: Linear
    losses: tuple[float, ...]
    candidates: tuple[Candidate, ...]
    predicted: Ints  # out-of-fold class index of each labelled row, by the winner
    probabilities: Floats  # out-of-fold float32 [labels, k]
    rows: Ints  # the labelled rows


def candidates(options: TrainOptions, *, has_text: bool) -> dict[str, tuple[float, float, bool]]:
    """Names with (pull, soft weight, starts from text)."""
    found: dict[str, tuple[float, float, bool]] = {"logistic regression": (0.01, 0.0, False)}
    for pull in options.pulls:
        found[f"labels, pull {pull:g}"] = (pull, 0.0, has_text)
        found[f"labels and graph, pull {pull:g}"] = (pull, options.soft, has_text)
    return found


def choose(material: Material, options: TrainOptions | None = None, progress: Progress | None = None) -> Chosen:
    """Fit all candidates on grouped folds, keep the best, and fit it on everything.

    Raises:
        InputError: fewer than two labelled classes, or all labels in one group.
        CancelledError: `progress` said stop.
    """
    with threadpool_limits(1, user_api="blas"):  # the products are small: threads only wait for each other
        return _choose(material, options or TrainOptions(), progress)


def _choose(material: Material, options: TrainOptions, progress: Progress | None) -> Chosen:
    labels = np.where(material.human >= 0, material.human, material.given)
    rows = np.flatnonzero(labels >= 0)
    truth = labels[rows]
    if len(np.unique(truth)) < 2:
        raise InputError(
            "Training needs labels of at least two classes. Label a few items of another class, then train again."
        )
    ways = candidates(options, has_text=material.has_text)
    fold = folds(material.group[rows], truth, count=options.folds, seed=options.seed)
    out = {name: np.zeros((len(rows), len(material.zero_shot.classes)), np.float32) for name in ways}
    for number in range(int(fold.max()) + 1):
        held = rows[fold == number]
        soft = _soft(material, held, options)
        for name, way in ways.items():
            fitted = _fit(material, held, soft, way, options, None)
            out[name][fold == number] = fitted.linear.probabilities(material.vectors[held])
            if progress is not None:
                progress(0, float("nan"))
    if material.has_text:
        out["zero-shot"] = material.zero_shot.probabilities(material.vectors[rows])
    weight = _class_weights(truth) if options.balance else np.full(len(truth), 1 / len(truth))
    judged = [_judge(name, p, truth, weight) for name, p in out.items()]
    winner = max(judged, key=lambda candidate: (float(weight @ candidate.right), candidate.log_likelihood))
    linear, losses = material.zero_shot, tuple[float, ...]()
    if winner.name != "zero-shot":
        none = np.empty(0, np.int64)
        fitted = _fit(material, none, _soft(material, none, options), ways[winner.name], options, progress)
        linear, losses = fitted.linear, fitted.losses
    chosen = out[winner.name]
    ranked = tuple(sorted(judged, key=lambda candidate: -candidate.accuracy))
    return Chosen(winner.name, linear, losses, ranked, chosen.argmax(axis=1), chosen, rows)


def _class_weights(truth: Ints) -> npt.NDArray[np.float64]:
    """Weights that sum to 1 and give each class the square root of its share: rare classes count, but do not rule."""
    count = np.bincount(truth)
    weight = 1 / np.sqrt(count[truth])
    return np.asarray(weight / weight.sum(), np.float64)


def _judge(name: str, probabilities: Floats, truth: Ints, weight: npt.NDArray[np.float64]) -> Candidate:
    given = np.maximum(probabilities[np.arange(len(truth)), truth], 1e-6)
    return Candidate(name, probabilities.argmax(axis=1) == truth, float(weight @ np.log(given)))


def _soft(material: Material, held: Ints, options: TrainOptions) -> Floats:
    """Graph posterior of all rows, the held-out labels left out."""
    human, given = material.human.copy(), material.given.copy()
    human[held] = -1
    given[held] = -1
    k = len(material.zero_shot.classes)
    text = material.zero_shot.probabilities(material.vectors) if material.has_text else None
    return propagate(material.graph, text, human, given, k, options.graph)[0]


def _fit(
    material: Material,
    held: Ints,
    soft: Floats,
    way: tuple[float, float, bool],
    options: TrainOptions,
    progress: Progress | None,
) -> Fitted:
    pull, soft_weight, from_text = way
    human, given = material.human.copy(), material.given.copy()
    human[held] = -1
    given[held] = -1
    k = len(material.zero_shot.classes)
    hard = human >= 0
    imported = (given >= 0) & ~hard
    targets = np.where(hard[:, None], one_hot(human, k), np.where(imported[:, None], one_hot(given, k), soft))
    free = ~hard & ~imported
    share = soft_weight * max(int(hard.sum() + imported.sum()), 1) / max(int(free.sum()), 1)
    weights = np.where(hard, 1.0, np.where(imported, options.given, min(soft_weight, share * 5)))
    weights[held] = 0.0
    use = np.flatnonzero(weights > 0)
    start = (
        material.zero_shot
        if from_text
        else plain(material.zero_shot.classes, material.vectors.shape[1], material.zero_shot.mean)
    )
    return fit(material.vectors[use], targets[use], weights[use], start, FitOptions(pull, options.balance), progress)


def right_rows(linear: Linear, vectors: npt.NDArray[np.floating], truth: Ints) -> npt.NDArray[np.bool_]:
    """Whether a classifier is right on each row. truth: class index in `linear.classes`, int [n]."""
    if not len(truth):
        return np.empty(0, np.bool_)
    return np.asarray(linear.logits(vectors).argmax(axis=1) == truth)


def describe(chosen: Chosen) -> str:
    """One sentence on why the winner won."""
    rest = [candidate for candidate in chosen.candidates if candidate.name != chosen.name]
    best = next(candidate for candidate in chosen.candidates if candidate.name == chosen.name)
    text = f"{chosen.name} was right on {best.accuracy:.1%} of {len(chosen.rows)} held-out labels"
    return f"{text}, {rest[0].name} on {rest[0].accuracy:.1%}" if rest else text
