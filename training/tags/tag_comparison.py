"""Open facets: the answers that models are compared on, and what each model says of them without having learned from them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

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
from training.heads.comparison import Ints, held_out_file
from training.metrics import multilabel_metrics
from training.metrics.population_mean import LEAST as LEAST_DRAWN

LEAST = 3  # yes and no that some label needs before a head can learn it


@dataclass(frozen=True)
class Answers:
    """What people said in an open facet.

    Attributes:
        categories: ids, in the order of the columns. truth: int8 [n, k], of all items. group: int64 [n].
        learned: rows that a head may learn from: those with an answer, audit items left out here and nowhere else.
        held: rows that models are compared on: a random sample once there is one, else every answer. name: which these are, in words.
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
        """int8 [held, k]: what models are compared with."""
        return self.truth[self.held]

    @property
    def learnable(self) -> bool:
        """Whether some label has both answers often enough, in two groups or more."""
        said = self.truth[self.learned]
        yes, no = (said == YES).sum(axis=0), (said == NO).sum(axis=0)
        return bool(((yes >= LEAST) & (no >= LEAST)).any()) and len(np.unique(self.group[self.learned])) > 1


@dataclass(frozen=True)
class Said:
    """What a model says of the held-out rows: scores and thresholds float32 [held, k]. `row` is None for the prompts."""

    name: str
    row: HeadRow | None
    scores: Floats
    thresholds: Floats

    @property
    def yes(self) -> npt.NDArray[np.bool_]:
        """bool [held, k]."""
        return np.asarray(self.scores >= self.thresholds)

    def measure(self, answers: Answers) -> dict[str, Any]:
        """The figures of `multilabel_metrics.measure`."""
        return multilabel_metrics.measure(self.scores, answers.judged, self.thresholds)


@dataclass(frozen=True)
class Sigmoid:
    """A sigmoid head with what it said of its own items while they were held out.

    Attributes:
        thresholds: float32 [k]. items: int64 [m], ids that it learned from. scores, row_thresholds: float32 [m, k], out of fold.
    """

    linear: Linear
    thresholds: Floats
    items: Ints
    scores: Floats
    row_thresholds: Floats


def answers_of(snapshot: Snapshot, facet: Facet, categories: tuple[int, ...] | None = None) -> Answers:
    """What people said, over all labels in use or over some."""
    standing = answers.tags(snapshot, facet)
    chosen = standing.categories if categories is None else categories
    truth = np.full((len(snapshot.ids), len(chosen)), UNKNOWN, np.int8)
    for k, number in enumerate(chosen):
        if number in standing.categories:
            truth[:, k] = standing.verified[:, standing.categories.index(number)]
    board = snapshot.labels.board()
    answered = (truth != UNKNOWN).any(axis=1)
    sampled = random_labels.draw(snapshot, board, answered, facet.id).sample
    fair = bool(answered.all()) or (int(sampled.sum()) >= LEAST_DRAWN and bool((truth[sampled] == YES).any()))
    held = np.flatnonzero(sampled if fair and not answered.all() else answered)
    name = (
        f"{len(held)} images drawn at random"
        if fair
        else f"{len(held)} chosen images, each held out in turn, no fair sample"
    )
    name = f"all {len(held)} images" if answered.all() else name
    return Answers(facet, chosen, truth, board.group, np.flatnonzero(answered & ~board.audit), held, name, fair)


def starting_point(snapshot: Snapshot, facet: Facet) -> Linear:
    """The prompts against the background's, or a head without an opinion where there is no text side."""
    if snapshot.has_text:
        return scores.zero_shot_linear(snapshot, facet)
    ids = tuple(category.id for category in answers.columns(snapshot, facet))
    return Linear(ids, np.zeros((len(ids), snapshot.encoder_row.dim), np.float32), np.zeros(len(ids), np.float32))


def by_prompts(snapshot: Snapshot, answers: Answers) -> Said | None:
    """Zero-shot, with thresholds that each row's own answers had no part in; None without a text side."""
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
    return Said("Zero-shot", None, values[answers.held], thresholds[answers.held])


def sigmoid_of(snapshot: Snapshot, row: HeadRow) -> Sigmoid:
    """A stored head of an open facet; nothing of its own labels where that was not kept, as for a head from elsewhere."""
    linear = snapshot.classifiers.head_linear(row)
    thresholds = np.array(row.card["thresholds"]["values"], np.float32)
    kept = held_out_file(snapshot, row)
    none = np.empty((0, len(linear.classes)), np.float32)
    items = np.asarray(kept.get("items", np.empty(0)), np.int64)
    return Sigmoid(linear, thresholds, items, kept.get("scores", none), kept.get("thresholds", none))


def by_head(
    snapshot: Snapshot, answers: Answers, name: str, head: Sigmoid, fallback: Said | None, row: HeadRow | None = None
) -> Said:
    """A head on the held-out rows: its own by what it said while they were held out, labels that it lacks by the prompts."""
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
    return Said(name, row, out, limits)
