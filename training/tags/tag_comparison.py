"""Open facets: people's answers on which models are compared, and the out-of-fold predictions of each model."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from labeling.cleaning.grouped_split import folds
from labeling.review import random_labels
from labeling.scoring import multilabel
from labeling.scoring.multilabel import NO, UNKNOWN, YES, Tri
from labeling.scoring.zero_shot import Floats, Linear
from labeling.snapshot.snapshot import Snapshot
from labeling.tags import answers, scores
from store.project.heads import HeadRow
from store.project.taxonomy import Facet
from training.fitting.multilabel_head import crossed
from training.heads import out_of_fold
from training.heads.comparison import Ints
from training.metrics import multilabel_metrics, population_mean
from training.metrics.multilabel_metrics import MultilabelScores

LEAST = 3  # yes and no that some label needs before a head can learn it


@dataclass(frozen=True)
class Answers:
    """People's answers in an open facet.

    Attributes:
        categories: ids, in the order of the columns. truth: int8 [n, k], of all items. group: int64 [n].
        learned: rows to learn from: those with an answer; audit items are left out here and nowhere else.
        held: rows on which models are compared: a random sample once there is one, else every answer. name: their kind, in words.
        is_fair: a random sample, or all images.
    """

    facet: Facet
    categories: tuple[int, ...]
    truth: Tri
    group: Ints
    learned: Ints
    held: Ints
    name: str
    is_fair: bool

    @property
    def judged(self) -> Tri:
        """Answers int8 [held, k] on which models are compared."""
        return self.truth[self.held]

    @property
    def learnable(self) -> bool:
        """Whether some label has both answers often enough, in two groups or more."""
        answers = self.truth[self.learned]
        yes, no = (answers == YES).sum(axis=0), (answers == NO).sum(axis=0)
        return bool(((yes >= LEAST) & (no >= LEAST)).any()) and len(np.unique(self.group[self.learned])) > 1


@dataclass(frozen=True)
class Prediction:
    """Scores and thresholds float32 [held, k] of a model on the held-out rows. `row` is None for the prompts."""

    name: str
    row: HeadRow | None
    scores: Floats
    thresholds: Floats

    @property
    def yes(self) -> npt.NDArray[np.bool_]:
        """Labels bool [held, k] whose score reaches the threshold."""
        return np.asarray(self.scores >= self.thresholds)

    def measure(self, answers: Answers) -> MultilabelScores:
        """Score the predictions."""
        return multilabel_metrics.measure(self.scores, answers.judged, self.thresholds)


@dataclass(frozen=True)
class Sigmoid:
    """A sigmoid head with its out-of-fold scores.

    Attributes:
        thresholds: float32 [k]. items: int64 [m], ids learned from. scores, row_thresholds: float32 [m, k], out of fold.
    """

    linear: Linear
    thresholds: Floats
    items: Ints
    scores: Floats
    row_thresholds: Floats


def answers_of(snapshot: Snapshot, facet: Facet, categories: tuple[int, ...] | None = None) -> Answers:
    """People's answers on all labels in use, or on some."""
    standing = answers.tags(snapshot, facet)
    chosen = standing.categories if categories is None else categories
    truth = np.full((len(snapshot.ids), len(chosen)), UNKNOWN, np.int8)
    for k, number in enumerate(chosen):
        if number in standing.categories:
            truth[:, k] = standing.verified[:, standing.categories.index(number)]
    board = snapshot.labels.board()
    answered = (truth != UNKNOWN).any(axis=1)
    sampled = random_labels.draw(snapshot, board, answered, facet.id).sample
    fair = bool(answered.all()) or (int(sampled.sum()) >= population_mean.LEAST and bool((truth[sampled] == YES).any()))
    held = np.flatnonzero(sampled if fair and not answered.all() else answered)
    name = (
        f"{len(held)} images drawn at random"
        if fair
        else f"{len(held)} chosen images, each held out in turn, no fair sample"
    )
    name = f"all {len(held)} images" if answered.all() else name
    return Answers(facet, chosen, truth, board.group, np.flatnonzero(answered & ~board.audit), held, name, fair)


def starting_point(snapshot: Snapshot, facet: Facet) -> Linear:
    """The prompts against the background's, or a head with no opinion where there is no text side."""
    if snapshot.has_text:
        return scores.zero_shot_linear(snapshot, facet)
    ids = tuple(category.id for category in answers.columns(snapshot, facet))
    return Linear(ids, np.zeros((len(ids), snapshot.encoder_row.dim), np.float32), np.zeros(len(ids), np.float32))


def by_prompts(snapshot: Snapshot, answers: Answers) -> Prediction | None:
    """Zero-shot, with out-of-fold thresholds; None without a text side."""
    if not snapshot.has_text:
        return None
    linear = scores.zero_shot_linear(snapshot, answers.facet)
    own = multilabel.scores(linear, snapshot.vectors)
    values = np.zeros(answers.truth.shape, np.float32)
    for k, number in enumerate(answers.categories):
        if number in linear.classes:
            values[:, k] = own[:, linear.classes.index(number)]
    learned, truth = answers.learned, answers.truth
    thresholds = np.full(truth.shape, 0.5, np.float32)
    thresholds[:] = multilabel.fit_thresholds(values[learned], truth[learned]).values
    if len(np.unique(answers.group[learned])) > 1:
        fold = folds(answers.group[learned], np.zeros(len(learned), np.int64), count=5, seed=0)
        thresholds[learned] = crossed(values[learned], truth[learned], fold)
    return Prediction("Zero-shot", None, values[answers.held], thresholds[answers.held])


def sigmoid_of(snapshot: Snapshot, row: HeadRow) -> Sigmoid:
    """A stored head of an open facet; without out-of-fold scores where none were kept, as for a head from elsewhere."""
    linear = snapshot.classifiers.head_linear(row)
    thresholds = np.array(row.card["thresholds"]["values"], np.float32)
    kept = out_of_fold.read(snapshot.workspace, row)
    if kept is None or kept.scores is None or kept.thresholds is None:
        none = np.empty((0, len(linear.classes)), np.float32)
        return Sigmoid(linear, thresholds, np.empty(0, np.int64), none, none)
    return Sigmoid(linear, thresholds, kept.items, kept.scores, kept.thresholds)


def by_head(
    snapshot: Snapshot,
    answers: Answers,
    name: str,
    head: Sigmoid,
    fallback: Prediction | None,
    row: HeadRow | None = None,
) -> Prediction:
    """Predictions of a head on the held-out rows: out of fold on its own items, by `fallback` for labels that it lacks."""
    held = answers.held
    scores = multilabel.scores(head.linear, snapshot.vectors[held])
    thresholds = np.tile(head.thresholds, (len(held), 1))
    place = {number: k for k, number in enumerate(head.items.tolist())}
    mine = [(k, place[number]) for k, number in enumerate(snapshot.ids[held].tolist()) if number in place]
    if mine:
        here, there = np.array(mine, np.int64).T
        scores[here], thresholds[here] = head.scores[there], head.row_thresholds[there]
    empty = np.zeros(answers.judged.shape, np.float32)
    out, limits = (empty, empty + 0.5) if fallback is None else (fallback.scores.copy(), fallback.thresholds.copy())
    for k, number in enumerate(answers.categories):
        if number in head.linear.classes:
            column = head.linear.classes.index(number)
            out[:, k], limits[:, k] = scores[:, column], thresholds[:, column]
    return Prediction(name, row, out, limits)
