"""Fitting several candidates, judging each on labels that it has not seen, and blending them by what they were worth.

With a handful of labels a choice of one is mostly chance, and an average is not: candidates are averaged with the shares under which
their mixture makes the held-out labels likeliest (stacking, Yao et al. 2018), drawn to what is trusted before any label.
Each is as sure as it is right before it is weighed: a strong penalty makes a head timid, not wrong.
The guard of the method stays: zero-shot is kept when it is clearly better on what the blend has not seen.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from threading import Lock

import numpy as np
import numpy.typing as npt
from threadpoolctl import threadpool_limits

from errors import CancelledError, InputError
from labeling.cleaning.grouped_split import folds
from labeling.scoring.zero_shot import Linear, fit_temperature, softmax
from training.fitting.candidates import (
    Floats,
    Ints,
    Material,
    TrainOptions,
    Way,
    fit_way,
    free_rows,
    labels_of,
    posterior,
    text_posterior,
    ways,
)

__all__ = ["Candidate", "Chosen", "Material", "Progress", "Step", "TrainOptions", "choose", "describe", "right_rows"]
Logits = npt.NDArray[np.float32]
TEMPERATURE_LABELS = 20.0  # so many labels move the temperature half of the way to its fitted value
MANY = 400  # labels from which on five folds say enough
STAGES = ("Judging candidates on held-out labels", "Fitting the head")
ZERO_SHOT, BLEND, GRAPH = "zero-shot", "blend", "graph propagation"
# Trust before any label, in nats: what stays close to the text and to the clusters of the images is trusted first, what ignores
# the text last. Chosen on seeds of two worlds that `python -m bench fewshot` does not report (its images are the same). A
# head below zero-shot is rarer so, not excluded: the bench measures how often it still happens.
PRIOR_ZERO_SHOT, PRIOR_NEAR_TEXT, PRIOR_NO_TEXT, PRIOR_CLUSTERS = 0.0, 1.0, -1.0, 2.0
PRIOR_LABELS = 2.0  # labels that this trust weighs as much as
STEPS = 100  # of the search for shares
LEAST_SHARE = 0.005  # what has less is dropped
COARSE = 1e-5  # relative change of the loss at which a fit that is only judged stops
GUARD_LABELS = 30  # fewer say too little to drop the blend, which has zero-shot in it


@dataclass(frozen=True)
class Candidate:
    """One way to a head and how it did on held-out labels.

    Attributes:
        right: bool [labels]. log_likelihood: a mean. share: of the blend, in [0, 1].
    """

    name: str
    right: npt.NDArray[np.bool_]
    log_likelihood: float
    share: float = 0.0

    @property
    def accuracy(self) -> float:
        """Share of held-out labels that were right."""
        return float(self.right.mean())


@dataclass(frozen=True)
class Step:
    """How far the work is: fits done of all, and the losses so far of the candidate that weighs most."""

    stage: str
    done: int
    total: int
    losses: tuple[float, ...]


@dataclass(frozen=True)
class Weighed:
    """What a candidate is worth in the blend, and the temperature that makes it as sure as it is right."""

    share: float
    temperature: float

    @property
    def scale(self) -> float:
        """What its logits are multiplied by in the blend."""
        return self.share / self.temperature


Progress = Callable[[Step], bool]  # whether to go on


@dataclass(frozen=True)
class Chosen:
    """The winner, fitted on everything, and all candidates.

    Attributes:
        linear: with the temperature already in its weights, so that its softmax is calibrated.
        predicted: int64 [labels], out-of-fold class index of each labelled row, by the winner. probabilities: float32
            [labels, k], the same, each calibrated by the other folds alone. rows: the labelled rows. truth: int64 [labels].
    """

    name: str
    linear: Linear
    losses: tuple[float, ...]
    candidates: tuple[Candidate, ...]
    predicted: Ints
    probabilities: Floats
    rows: Ints
    truth: Ints
    temperature: float


class _Told:
    """Counts fits, tells each one and each loss, and ends the work when it is told to. Folds tell it from several threads."""

    def __init__(self, progress: Progress | None) -> None:
        self._progress, self._done, self._stage = progress, 0, STAGES[0]
        self._lock = Lock()
        self.total = 0
        self.losses: list[float] = []

    def fitted(self) -> None:
        """One more fit is done."""
        with self._lock:
            self._done += 1
            self._tell()

    def final(self) -> None:
        """From here on everything is fitted on all labels."""
        self._stage = STAGES[1]
        self._tell()

    def loss(self, iteration: int, loss: float) -> bool:
        """A step of the heaviest candidate."""
        del iteration
        self.losses.append(loss)
        self._tell()
        return True

    def _tell(self) -> None:
        if self._progress is not None and not self._progress(
            Step(self._stage, self._done, self.total, tuple(self.losses))
        ):
            raise CancelledError("Training was cancelled. The head in use stays as it is.")


def choose(material: Material, options: TrainOptions | None = None, progress: Progress | None = None) -> Chosen:
    """Fit all candidates on grouped folds, weigh them, and fit those that count on everything.

    Raises:
        InputError: fewer than two labelled classes, or all labels in one group.
        CancelledError: `progress` said stop.
    """
    with threadpool_limits(1, user_api="blas"):  # the products are small: threads only wait for each other
        return _choose(material, options or TrainOptions(), _Told(progress))


def _choose(material: Material, options: TrainOptions, told: _Told) -> Chosen:
    if not options.given:
        material = replace(material, given=np.full_like(material.given, -1))
    labels = labels_of(material)
    rows = np.flatnonzero(labels >= 0)
    truth = labels[rows]
    if len(np.unique(truth)) < 2:
        raise InputError(
            "Training needs labels of at least two classes. Label a few items of another class, then train again."
        )
    count = options.folds if len(rows) < MANY else min(5, options.folds)
    fold = folds(material.group[rows], truth, count=count, seed=options.seed)
    tried = ways(material, options)
    text = text_posterior(material)
    free = free_rows(material, options)
    told.total = (int(fold.max()) + 2) * len(tried)  # the last round is the fit on everything
    out, by_graph = _held_out(material, options, tried, text, free, rows, fold, told)
    weight = _class_weights(truth) if options.balance else np.full(len(truth), 1 / len(truth))
    evidence = min(len(rows), len(np.unique(material.group[rows])))
    prior = _prior(tried, options)
    weighed = weigh(out, truth, prior, evidence)
    blended = _blend_held_out(out, truth, prior, evidence, fold)
    name, logits = BLEND, blended
    if ZERO_SHOT in out and _clearly_better(_right(out[ZERO_SHOT], truth), _right(blended, truth)):
        name, logits, weighed = ZERO_SHOT, out[ZERO_SHOT], {ZERO_SHOT: Weighed(1.0, 1.0)}
    told.final()
    linear, losses = _final(material, options, tried, text, free, weighed, told)
    temperature = _temperature(logits, truth)
    none = Weighed(0.0, 1.0)
    judged = [_judge(key, softmax(held), truth, weight, weighed.get(key, none).share) for key, held in out.items()]
    judged.append(_judge(GRAPH, by_graph, truth, weight, 0.0))
    if name == BLEND:
        judged.append(_judge(BLEND, softmax(blended / temperature), truth, weight, 1.0))
    ranked = tuple(sorted(judged, key=lambda candidate: (candidate.name != name, -candidate.accuracy)))
    calibrated = replace(
        linear, weights=linear.weights / np.float32(temperature), bias=linear.bias / np.float32(temperature)
    )
    return Chosen(
        name, calibrated, losses, ranked, logits.argmax(axis=1), _cross_fitted(logits, truth, fold), rows, truth, temperature
    )  # fmt: skip


def _held_out(
    material: Material, options: TrainOptions, tried: dict[str, Way], text: Floats | None, free: Ints, rows: Ints,
    fold: Ints, told: _Told,
) -> tuple[dict[str, Logits], Floats]:  # fmt: skip
    """Logits float32 [labels, k] of each candidate for labels that it has not seen, and the graph's posterior of them."""
    k = len(material.zero_shot.classes)
    out = {name: np.zeros((len(rows), k), np.float32) for name in tried}
    by_graph = np.zeros((len(rows), k), np.float32)

    def judge(number: int) -> None:
        held = rows[fold == number]
        rest = material.without(held)
        soft = posterior(rest, text, options)
        by_graph[fold == number] = soft[held]
        before: dict[tuple[bool, float], Linear] = {}
        for name, way in tried.items():
            kind = (way.from_text, way.soft)
            before[kind] = fit_way(rest, way, soft, free, options, first=before.get(kind), tolerance=COARSE).linear
            out[name][fold == number] = before[kind].logits(material.vectors[held])
            told.fitted()

    with ThreadPoolExecutor(
        os.cpu_count()
    ) as pool:  # each fold writes its own rows; a product leaves the interpreter free
        for _ in pool.map(judge, range(int(fold.max()) + 1)):
            pass
    if material.has_text:
        out[ZERO_SHOT] = material.zero_shot.logits(material.vectors[rows])
    return out, by_graph


def _final(
    material: Material, options: TrainOptions, tried: dict[str, Way], text: Floats | None, free: Ints,
    weighed: dict[str, Weighed], told: _Told,
) -> tuple[Linear, tuple[float, ...]]:  # fmt: skip
    """The blend, fitted on everything; candidates of no weight are not fitted. The losses are those of the heaviest that descends on one."""
    start = material.zero_shot
    weights, bias = np.zeros_like(start.weights), np.zeros_like(start.bias)
    losses: tuple[float, ...] = ()
    soft = posterior(material, text, options) if any(name in tried for name in weighed) else None
    descended = [name for name in weighed if name in tried and not tried[name].clusters]
    heaviest = max(descended, key=lambda name: weighed[name].share, default="")
    for name, one in weighed.items():
        linear = start
        if name in tried and soft is not None:
            heard = told.loss if name == heaviest else None
            fitted = fit_way(material, tried[name], soft, free, options, progress=heard)
            linear, losses = fitted.linear, fitted.losses if name == heaviest else losses
            told.fitted()
        weights += np.float32(one.scale) * linear.weights
        bias += np.float32(one.scale) * linear.bias
    return Linear(start.classes, weights, bias, start.mean), losses


def _prior(tried: dict[str, Way], options: TrainOptions) -> dict[str, float]:
    """Nats by candidate, zero-shot included."""
    prior = {name: 0.0 if way.from_text or way.soft > 0 else PRIOR_NO_TEXT for name, way in tried.items()}
    prior |= {name: PRIOR_NEAR_TEXT for name, way in tried.items() if way.from_text and way.pull == max(options.pulls)}
    prior |= {name: PRIOR_CLUSTERS for name, way in tried.items() if way.clusters}
    return prior | {ZERO_SHOT: PRIOR_ZERO_SHOT}


def _clearly_better(first: npt.NDArray[np.bool_], second: npt.NDArray[np.bool_]) -> bool:
    """Whether the first is right more often by a standard deviation of the labels on which the two differ."""
    lead = int((first & ~second).sum()) - int((second & ~first).sum())
    return len(first) >= GUARD_LABELS and lead > 0 and lead >= np.sqrt(int((first != second).sum()))


def weigh(out: dict[str, Logits], truth: Ints, prior: dict[str, float], evidence: int) -> dict[str, Weighed]:
    """Shares that sum to 1 by candidate, those of next to nothing dropped; found by expectation maximization.

    Args:
        out: logits of labels that each has not seen. prior: trust by candidate, in nats. evidence: labels that are no copies of others.
    """
    rows = np.arange(len(truth))
    temperature = {name: _temperature(logits, truth) for name, logits in out.items()}
    likely = np.array([softmax(logits / np.float32(temperature[name]))[rows, truth] for name, logits in out.items()])
    likely = np.maximum(likely.astype(np.float64), 1e-6)
    trust = np.exp(np.array([prior[name] for name in out]))
    trust /= trust.sum()
    share = trust
    for _ in range(STEPS):
        part = share[:, None] * likely
        part /= part.sum(axis=0)
        share = (evidence * part.mean(axis=1) + PRIOR_LABELS * trust) / (evidence + PRIOR_LABELS)
    kept = {name: float(value) for name, value in zip(out, share, strict=True) if value >= LEAST_SHARE}
    return {name: Weighed(value / sum(kept.values()), temperature[name]) for name, value in kept.items()}


def _blend_held_out(
    out: dict[str, Logits], truth: Ints, prior: dict[str, float], evidence: int, fold: Ints
) -> Logits:  # fmt: skip
    """Logits of the blend for each fold, with shares and temperatures that the other folds gave."""
    blended = np.zeros_like(next(iter(out.values())))
    for number in range(int(fold.max()) + 1):
        rest = fold != number
        seen = {name: logits[rest] for name, logits in out.items()}
        for name, one in weigh(seen, truth[rest], prior, evidence).items():
            blended[~rest] += np.float32(one.scale) * out[name][~rest]
    return blended


def _class_weights(truth: Ints) -> npt.NDArray[np.float64]:
    """Weights that sum to 1 and give each class the square root of its share: rare classes count, but do not rule."""
    count = np.bincount(truth)
    weight = 1 / np.sqrt(count[truth])
    return np.asarray(weight / weight.sum(), np.float64)


def _temperature(logits: Logits, truth: Ints) -> float:
    """The temperature of held-out answers, drawn towards 1 while there are few."""
    return float(fit_temperature(logits, truth) ** (len(truth) / (len(truth) + TEMPERATURE_LABELS)))


def _cross_fitted(logits: Logits, truth: Ints, fold: Ints) -> Floats:
    """Probabilities float32 [labels, k] of held-out answers, each with the temperature that the other folds gave."""
    out = np.empty_like(logits)
    for number in range(int(fold.max()) + 1):
        held = fold == number
        out[held] = softmax(logits[held] / np.float32(_temperature(logits[~held], truth[~held])))
    return out


def _judge(name: str, probabilities: Floats, truth: Ints, weight: npt.NDArray[np.float64], share: float) -> Candidate:
    given = np.maximum(probabilities[np.arange(len(truth)), truth], 1e-6)
    right = np.asarray(probabilities.argmax(axis=1) == truth)
    return Candidate(name, right, float(weight @ np.log(given)), share)


def _right(logits: Logits, truth: Ints) -> npt.NDArray[np.bool_]:
    return np.asarray(logits.argmax(axis=1) == truth)


def right_rows(linear: Linear, vectors: npt.NDArray[np.floating], truth: Ints) -> npt.NDArray[np.bool_]:
    """Whether a classifier is right on each row. truth: class index in `linear.classes`, int [n]."""
    if not len(truth):
        return np.empty(0, np.bool_)
    return _right(linear.logits(vectors), truth)


def describe(chosen: Chosen) -> str:
    """One sentence on why the winner won."""
    best = next(candidate for candidate in chosen.candidates if candidate.name == chosen.name)
    rest = [candidate for candidate in chosen.candidates if candidate.name != chosen.name]
    name = best.name
    if name == BLEND:
        main = max(rest, key=lambda candidate: candidate.share)
        name = f"the blend of candidates ({main.share:.0%} {main.name})"
    text = f"{name} was right on {best.accuracy:.1%} of {len(chosen.rows)} held-out labels"
    return f"{text}, {rest[0].name} alone on {rest[0].accuracy:.1%}" if rest else text
