"""Selection of a head: fit several candidates, judge each on labels that it has not seen, and blend them.

With a handful of labels a choice of one is mostly chance, and an average is not (`training.fitting.blending`).
The guard of the method stays: zero-shot is kept when it is clearly better on labels that the blend has not seen.
"""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
from threadpoolctl import threadpool_limits

from errors import InputError
from labeling.cleaning.grouped_split import folds
from labeling.scoring.zero_shot import Linear, softmax
from progress import Progress, silent
from training.fitting.blending import (
    ZERO_SHOT,
    Logits,
    Weighed,
    blend_held_out,
    cross_fitted,
    temperature,
    trust,
    weigh,
)
from training.fitting.candidates import (
    Floats,
    Ints,
    Material,
    SharedRows,
    TrainOptions,
    Way,
    fit_way,
    free_rows,
    labels_of,
    posterior,
    text_posterior,
    ways,
)
from training.fitting.fit_progress import FitProgress

MANY = 400  # labels from which on five folds suffice
BLEND, GRAPH = "blend", "graph propagation"
COARSE = 1e-5  # relative change of the loss at which a fit that is only judged stops
GUARD_LABELS = 30  # with fewer the blend, which has zero-shot in it, is not dropped


@dataclass(frozen=True)
class Candidate:
    """A way to a head, with its results on held-out labels.

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
class Chosen:
    """The winner, fitted on everything, and all candidates.

    Attributes:
        linear: with the temperature already in its weights, so that its softmax is calibrated.
        predicted: int64 [labels], out-of-fold class index of each labelled row, by the winner. probabilities: float32
            [labels, k], the same, each calibrated by the other folds alone. rows: the labelled images, as places among all of a
            workspace. truth: int64 [labels].
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


@dataclass(frozen=True)
class _Trial:
    """The inputs of every fit.

    Attributes:
        tried: candidates by name. text: float32 [n, k] posterior by the text, None without a text side. free: unlabelled rows.
    """

    material: Material
    options: TrainOptions
    tried: dict[str, Way]
    text: Floats | None
    free: Ints


def choose(material: Material, options: TrainOptions | None = None, progress: Progress = silent) -> Chosen:
    """Fit all candidates on grouped folds, weigh them, and fit those with a share on all labels.

    Raises:
        InputError: fewer than two labelled classes, or all labels in one group.
        CancelledError: `progress` stopped it.
    """
    with threadpool_limits(1, user_api="blas"):  # the products are small: threads only wait for each other
        return _choose(material, options or TrainOptions(), progress)


def _choose(material: Material, options: TrainOptions, progress: Progress) -> Chosen:
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
    trial = _Trial(material, options, tried, text_posterior(material), free_rows(material, options))
    fits = FitProgress(progress, (int(fold.max()) + 2) * len(tried))  # the last round is the fit on all labels
    out, by_graph = _held_out(trial, rows, fold, fits)
    evidence = min(len(rows), len(np.unique(material.group[rows])))
    prior = trust(tried)
    weighed = weigh(out, truth, prior, evidence)
    blended = blend_held_out(out, truth, prior, evidence, fold)
    name, logits = BLEND, blended
    if ZERO_SHOT in out and _clearly_better(_right(out[ZERO_SHOT], truth), _right(blended, truth)):
        name, logits, weighed = ZERO_SHOT, out[ZERO_SHOT], {ZERO_SHOT: Weighed(1.0, 1.0)}
    fits.final()
    linear, losses = _final(trial, weighed, fits)
    scale = temperature(logits, truth)
    weight = _class_weights(truth) if options.balance else np.full(len(truth), 1 / len(truth))
    none = Weighed(0.0, 1.0)
    judged = [_judge(key, softmax(held), truth, weight, weighed.get(key, none).share) for key, held in out.items()]
    judged.append(_judge(GRAPH, by_graph, truth, weight, 0.0))
    if name == BLEND:
        judged.append(_judge(BLEND, softmax(blended / scale), truth, weight, 1.0))
    ranked = tuple(sorted(judged, key=lambda candidate: (candidate.name != name, -candidate.accuracy)))
    calibrated = replace(linear, weights=linear.weights / np.float32(scale), bias=linear.bias / np.float32(scale))
    probabilities = cross_fitted(logits, truth, fold)
    images = rows if material.images is None else material.images[rows]
    return Chosen(name, calibrated, losses, ranked, logits.argmax(axis=1), probabilities, images, truth, scale)


def _held_out(trial: _Trial, rows: Ints, fold: Ints, fits: FitProgress) -> tuple[dict[str, Logits], Floats]:
    """Out-of-fold logits float32 [labels, k] of each candidate, and the out-of-fold posterior of the graph."""
    material = trial.material
    k = len(material.zero_shot.classes)
    out = {name: np.zeros((len(rows), k), np.float32) for name in trial.tried}
    by_graph = np.zeros((len(rows), k), np.float32)

    def judge(number: int) -> None:
        held = rows[fold == number]
        rest = material.without(held)
        soft = posterior(rest, trial.text, trial.options)
        by_graph[fold == number] = soft[held]
        shared = SharedRows(rest, soft, trial.free, trial.options)
        before: dict[tuple[bool, float], Linear] = {}
        for name, way in trial.tried.items():
            kind = (way.from_text, way.soft)
            first = before.get(kind)
            before[kind] = fit_way(rest.zero_shot, way, shared, first=first, tolerance=COARSE).linear
            out[name][fold == number] = before[kind].logits(material.vectors[held])
            fits.fitted()

    with ThreadPoolExecutor(
        os.cpu_count()
    ) as pool:  # each fold writes its own rows; a product releases the interpreter
        for _ in pool.map(judge, range(int(fold.max()) + 1)):
            pass
    if material.has_text:
        out[ZERO_SHOT] = material.zero_shot.logits(material.vectors[rows])
    return out, by_graph


def _final(trial: _Trial, weighed: dict[str, Weighed], fits: FitProgress) -> tuple[Linear, tuple[float, ...]]:
    """The blend, fitted on all labels, and the losses of the candidate with the largest share among those that have a loss.

    Candidates without a share are not fitted.
    """
    start, tried = trial.material.zero_shot, trial.tried
    weights, bias = np.zeros_like(start.weights), np.zeros_like(start.bias)
    losses: tuple[float, ...] = ()
    shared = None
    if any(name in tried for name in weighed):
        soft = posterior(trial.material, trial.text, trial.options)
        shared = SharedRows(trial.material, soft, trial.free, trial.options)
    descended = [name for name in weighed if name in tried and not tried[name].clusters]
    heaviest = max(descended, key=lambda name: weighed[name].share, default="")
    for name, one in weighed.items():
        linear = start
        if name in tried and shared is not None:
            on_loss = fits.loss if name == heaviest else None
            fitted = fit_way(start, tried[name], shared, on_loss=on_loss)
            linear, losses = fitted.linear, fitted.losses if name == heaviest else losses
            fits.fitted()
        weights += np.float32(one.scale) * linear.weights
        bias += np.float32(one.scale) * linear.bias
    return Linear(start.classes, weights, bias, start.mean), losses


def _clearly_better(first: npt.NDArray[np.bool_], second: npt.NDArray[np.bool_]) -> bool:
    """Whether the first is right more often by a standard deviation of the labels on which the two differ."""
    lead = int((first & ~second).sum()) - int((second & ~first).sum())
    return len(first) >= GUARD_LABELS and lead > 0 and lead >= np.sqrt(int((first != second).sum()))


def _class_weights(truth: Ints) -> npt.NDArray[np.float64]:
    """Weights float64 [labels] that sum to 1, each class by the square root of its share: rare classes count, but do not dominate."""
    count = np.bincount(truth)
    weight = 1 / np.sqrt(count[truth])
    return np.asarray(weight / weight.sum(), np.float64)


def _judge(name: str, probabilities: Floats, truth: Ints, weight: npt.NDArray[np.float64], share: float) -> Candidate:
    given = np.maximum(probabilities[np.arange(len(truth)), truth], 1e-6)
    right = np.asarray(probabilities.argmax(axis=1) == truth)
    return Candidate(name, right, float(weight @ np.log(given)), share)


def _right(logits: Logits, truth: Ints) -> npt.NDArray[np.bool_]:
    return np.asarray(logits.argmax(axis=1) == truth)


def describe(chosen: Chosen) -> str:
    """One sentence on the results of the winner and of the runner-up."""
    best = next(candidate for candidate in chosen.candidates if candidate.name == chosen.name)
    rest = [candidate for candidate in chosen.candidates if candidate.name != chosen.name]
    name = best.name
    if name == BLEND:
        main = max(rest, key=lambda candidate: candidate.share)
        name = f"the blend of candidates ({main.share:.0%} {main.name})"
    text = f"{name} was right on {best.accuracy:.1%} of {len(chosen.rows)} held-out labels"
    return f"{text}, {rest[0].name} alone on {rest[0].accuracy:.1%}" if rest else text
