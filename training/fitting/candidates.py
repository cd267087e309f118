"""Candidates: the ways to a head that are tried beside each other, and the material of each.

All of them are linear on the same vectors, so that their average is again one linear head (`training.fitting.selection` blends them).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace

import numpy as np
import numpy.typing as npt

from labeling.cleaning import cluster_model
from labeling.cleaning.cluster_model import MixtureOptions
from labeling.cleaning.graph import Graph, GraphOptions, one_hot, propagate
from labeling.scoring.zero_shot import Linear, softmax, unit
from training.fitting.linear_head import FitOptions, Fitted, Rows, fit_rows, plain, rows_of

Floats = npt.NDArray[np.float32]
Ints = npt.NDArray[np.int64]
CLUSTERS = "text and clusters"
WITH_GRAPH = 0.03  # penalty of logistic regression with soft labels
NEAR_LABELS = 0.05  # pull of a head that mostly follows labels
# A head meets images of other kinds than its training images, so clusters weigh less than in a posterior of the same images.
# Chosen by leaving out each visual cluster (k-means) of a pool in turn: with these weights the head is as good there as the text.
CLUSTERS_OF_A_HEAD = MixtureOptions(text=1.0, clusters=0.2)
SOFT_MASS = 40.0  # weight of all soft rows together at most, in labels, beside the number of real ones


@dataclass(frozen=True)
class Material:
    """Training material; audit items have been taken out of `human` and `given` already.

    Attributes:
        vectors: float [n, d] unit rows. graph: over the same rows.
        zero_shot: the classifier to start from. group: int64 [n].
        human: int64 [n] class index that a person gave, or -1. given: int64 [n] the same for imported labels.
        spread: bool [n], the person's label came through neighbours (one look at many), or None for none.
        as_common: classes are labelled about as often as they occur; False where labels stand on a parent and teach none of its children.
        images: int64 [n], the images that the rows are, as places among all of a workspace; None where they are all of them.
    """

    vectors: npt.NDArray[np.floating]
    graph: Graph
    zero_shot: Linear
    has_text: bool
    group: Ints
    human: Ints
    given: Ints
    spread: npt.NDArray[np.bool_] | None = None
    as_common: bool = True
    images: Ints | None = None

    def without(self, held: Ints) -> Material:
        """The same with the labels of some rows forgotten."""
        human, given = self.human.copy(), self.given.copy()
        human[held] = -1
        given[held] = -1
        return replace(self, human=human, given=given)


@dataclass(frozen=True)
class TrainOptions:
    """Options of fitting and comparing candidates.

    Attributes:
        soft: weight of a graph-propagated soft label beside a person's label of weight 1.
        given: weight of an imported label; 0 leaves them out.
        spread: weight of a person's label that came through neighbours.
        balance: every class counts the same, however many labels it has.
        pulls: of the heads that start from the text; see `FitOptions`.
        plain: penalties of logistic regression, which starts from nothing. as_labelled: the same, of those that count each class
            as often as it was labelled: right more often where some are rare.
        free_rows: number of unlabelled rows to learn from at most, drawn at random.
        folds: groups of labels held out in turn; a label alone (leave one out) where there are few.
        seed: of the folds and the draw.
    """

    soft: float = 0.1
    given: float = 0.5
    spread: float = 1.0
    pulls: tuple[float, ...] = (1.6, 0.5, 0.16, 0.05, 0.016)
    plain: tuple[float, ...] = (0.3, 0.03, 0.003)
    as_labelled: tuple[float, ...] = (0.03, 0.003, 0.0003)
    free_rows: int = 4000
    folds: int = 10
    balance: bool = True
    seed: int = 0
    graph: GraphOptions = field(default_factory=GraphOptions)


@dataclass(frozen=True)
class Way:
    """One way to a head: the pull, the weight of a soft label, whether it starts from the text, or else from clusters.

    Attributes:
        as_labelled: each class counts as often as it was labelled, whatever the options say.
    """

    pull: float
    soft: float
    from_text: bool
    clusters: bool = False
    as_labelled: bool = False


def ways(material: Material, options: TrainOptions) -> dict[str, Way]:
    """Candidates by name, of each kind the strongest pull first."""
    candidates: dict[str, Way] = {}
    if material.has_text:
        candidates = {CLUSTERS: Way(0.0, 0.0, True, clusters=True)}
        candidates |= {f"text and graph, pull {pull:g}": Way(pull, options.soft, True) for pull in options.pulls}
        if material.as_common:
            candidates["text, as often as labelled"] = Way(NEAR_LABELS, 0.0, True, as_labelled=True)
    candidates["graph, logistic regression"] = Way(WITH_GRAPH, options.soft, False)
    candidates |= {f"logistic regression, penalty {pull:g}": Way(pull, 0.0, False) for pull in options.plain}
    candidates |= {
        f"logistic regression, as often as labelled, penalty {pull:g}": Way(pull, 0.0, False, as_labelled=True)
        for pull in (options.as_labelled if material.as_common else ())
    }
    return candidates


def labels_of(material: Material) -> Ints:
    """int64 [n]: a person's label, else the imported one, else -1."""
    return np.where(material.human >= 0, material.human, material.given)


def text_posterior(material: Material) -> Floats | None:
    """Posterior float32 [n, k] by the text alone, or None without a text side.

    The mean of the posteriors with and without the modality gap (Liang et al. 2022): neither is better everywhere, and the
    graph needs a prior that is never far off.
    """
    if not material.has_text:
        return None
    plain_side = material.zero_shot
    logits = plain_side.logits(material.vectors)
    if plain_side.mean is not None or len(plain_side.classes) < 2:
        return softmax(logits)
    scale = _row_length(plain_side.weights)
    texts = unit(plain_side.weights)
    mean = np.asarray(material.vectors, np.float32).mean(axis=0)
    centred = Linear(plain_side.classes, scale * unit(texts - texts.mean(axis=0)), plain_side.bias, mean)
    return np.asarray((softmax(logits) + centred.probabilities(material.vectors)) / 2, np.float32)


def _row_length(weights: Floats) -> np.float32:
    return np.float32(np.linalg.norm(weights, axis=1).mean())


def posterior(material: Material, text: Floats | None, options: TrainOptions) -> Floats:
    """Posterior float32 [n, k]: labels and text propagated on the graph."""
    k = len(material.zero_shot.classes)
    return propagate(material.graph, text, material.human, material.given, k, options.graph)[0]


def free_rows(material: Material, options: TrainOptions) -> Ints:
    """The unlabelled rows whose soft labels are learned from."""
    free = np.flatnonzero(labels_of(material) < 0)
    if len(free) > options.free_rows:
        free = np.sort(np.random.default_rng(options.seed).choice(free, options.free_rows, replace=False))
    return free


def _label_weights(material: Material, rows: Ints, options: TrainOptions) -> npt.NDArray[np.float64]:
    """Weights float64 [rows] by the origin of each label."""
    weights = np.where(material.human[rows] >= 0, 1.0, options.given)
    if material.spread is None:
        return weights
    return np.where((material.human[rows] >= 0) & material.spread[rows], options.spread, weights)


class SharedRows:
    """Training rows of one set of labels, prepared once for all candidates that use the same ones.

    Args:
        soft: float32 [n, k] posterior of all rows. free: unlabelled rows to learn from it.
    """

    def __init__(self, material: Material, soft: Floats, free: Ints, options: TrainOptions) -> None:
        self._material, self._soft, self._free, self._options = material, soft, free, options
        self._known = labels_of(material)
        self._hard = np.flatnonzero(self._known >= 0)
        self._rows: dict[tuple[float, bool], Rows] = {}

    def of(self, way: Way) -> Rows:
        """The rows that a candidate is fitted on."""
        balance = self._options.balance and not way.as_labelled
        key = (way.soft, balance)
        if key not in self._rows:
            self._rows[key] = self._prepared(way.soft, balance=balance)
        return self._rows[key]

    def classes(self, way: Way) -> npt.NDArray[np.bool_]:
        """bool [k]: the classes that a candidate's rows tell something of; a soft label tells of each."""
        known = np.zeros(len(self._material.zero_shot.classes), np.bool_)
        known[self._known[self._hard]] = True
        return known | (way.soft > 0 and len(self._free) > 0)

    def seen(self) -> tuple[npt.NDArray[np.floating], Ints]:
        """Vectors of labelled and free rows, and their labels, -1 for none."""
        rows = np.concatenate([self._hard, self._free])
        return self._material.vectors[rows], self._known[rows]

    def _prepared(self, soft: float, *, balance: bool) -> Rows:
        material, hard, free = self._material, self._hard, self._free
        weights = [_label_weights(material, hard, self._options)]
        targets, use = [one_hot(self._known[hard], len(material.zero_shot.classes))], [hard]
        if soft > 0 and len(free):
            share = min(soft, (SOFT_MASS + len(hard)) / len(free))
            use.append(free)
            weights.append(np.full(len(free), share))
            targets.append(self._soft[free])
        return rows_of(
            material.vectors[np.concatenate(use)], np.concatenate(targets), np.concatenate(weights), material.zero_shot.mean,
            balance=balance,
        )  # fmt: skip


def fit_way(
    start: Linear,
    way: Way,
    rows: SharedRows,
    *,
    first: Linear | None = None,
    on_loss: Callable[[float], None] | None = None,
    tolerance: float = FitOptions.tolerance,
) -> Fitted:
    """Fit one candidate.

    Args:
        start: the zero-shot classifier.
        first: start of the search (a neighbouring candidate saves steps); the pull is to the text all the same.
    """
    if way.clusters:
        vectors, labels = rows.seen()
        return Fitted(cluster_model.fit(vectors, start, labels, CLUSTERS_OF_A_HEAD), ())
    if way.from_text:
        return fit_rows(rows.of(way), start, FitOptions(way.pull, tolerance=tolerance), on_loss, first=first)
    nothing = plain(start.classes, start.weights.shape[1], start.mean)
    fitted = fit_rows(rows.of(way), nothing, FitOptions(way.pull, tolerance=tolerance), on_loss, first=first)
    return replace(fitted, linear=_with_unlabelled(fitted.linear, start, rows.classes(way)))


def _with_unlabelled(head: Linear, text: Linear, known: npt.NDArray[np.bool_]) -> Linear:
    """A head in which classes without a label (False in `known`, bool [k]) lie to the others as they do in the text.

    Regression on labels would forget such a class. As a difference to the mean of the other classes, at the head's own scale, the
    text keeps it as likely as it was.
    """
    if known.all():
        return head
    weights, bias = head.weights.copy(), head.bias.copy()
    middle, centre = head.weights[known].mean(axis=0), text.weights[known].mean(axis=0)
    apart = _row_length(text.weights[known] - centre)
    scale = _row_length(head.weights[known] - middle) / apart if apart > 0 else np.float32(0)
    weights[~known] = middle + scale * (text.weights[~known] - centre)
    bias[~known] = head.bias[known].mean() + scale * (text.bias[~known] - text.bias[known].mean())
    return Linear(head.classes, weights, bias, head.mean)
