"""Held-out items on which models are compared, and the answers of a classifier on them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from labeling.cleaning.label_table import HUMAN, SOURCES, Board
from labeling.cleaning.random_sample import Draw
from labeling.review import random_labels
from labeling.scoring.zero_shot import Linear
from labeling.snapshot.snapshot import Snapshot
from training.fitting.candidates import Material
from training.fitting.working_set import working_rows
from training.metrics.population_mean import LEAST

Ints = npt.NDArray[np.int64]
Reals = npt.NDArray[np.float64]


@dataclass(frozen=True)
class HeldOut:
    """The labels on which models are compared, each at its own level of the tree.

    Attributes:
        rows: int64 [m]. truth: int64 [m], index into `classes`. name: the kind of these labels, in words.
        classes: ids of the classes to choose from, then of parents that people labelled with.
        labels: int64 [n], as `truth`, of every item, -1 without a label. draw: the random sample among them.
        below: bool [k, k], the second class lies below the first. is_fair: a random sample, or all images.
    """

    rows: Ints
    truth: Ints
    name: str
    classes: tuple[int, ...]
    labels: Ints
    draw: Draw
    below: npt.NDArray[np.bool_]
    is_fair: bool

    def raised(self, answers: Ints, truth: Ints | None = None) -> Ints:
        """Answers int64 [m], raised to the class of the label where that is a parent of the answer."""
        own = self.truth if truth is None else truth
        inside = (answers >= 0) & (own >= 0)
        inside[inside] = self.below[own[inside], answers[inside]]
        return np.where(inside, own, answers)

    def right(self, answers: Ints) -> Reals:
        """Correctness float64 [n] of answers int64 [n] for all items: 1 right, 0 wrong, NaN without a label."""
        hit = self.raised(answers, self.labels) == self.labels
        return np.where(self.labels >= 0, hit.astype(np.float64), np.nan)


def material_of(snapshot: Snapshot) -> tuple[Material, Board]:
    """The training material of a head, with the label table. Labels of audit items are left out here and nowhere else.

    In a large workspace it is of some of the images (`training.fitting.working_set`).
    """
    board = snapshot.labels.board()
    start = starting_point(snapshot)
    labels = board.class_index(start.classes)
    human = np.where((board.source >= HUMAN) & ~board.audit, labels, -1)
    given = np.where((board.source == SOURCES.index("import")) & ~board.audit, labels, -1)
    spread = board.source == SOURCES.index("neighbour")
    above = bool(
        (np.isin(board.category, _inner(snapshot)) & (board.source >= SOURCES.index("import")) & ~board.audit).any()
    )
    images = working_rows(human, given)
    rows = slice(None) if images is None else images
    graph = snapshot.geometry.graph if images is None else snapshot.geometry.graph_of(images)
    material = Material(
        snapshot.vectors[rows], graph, start, snapshot.has_text, board.group[rows], human[rows], given[rows], spread[rows],
        as_common=not above, images=images,
    )  # fmt: skip
    return material, board


def held_out_items(snapshot: Snapshot, classes: tuple[int, ...], board: Board | None = None) -> HeldOut:
    """The items on which models are judged: a random sample of the images or all of them, where people have labelled so; else all labels."""
    board = snapshot.labels.board() if board is None else board
    parents = [number for number in _inner(snapshot) if number not in classes]
    every = (*classes, *(number for number in parents if (board.person & (board.category == number)).any()))
    labels = board.class_index(every)
    people = bool((board.person & (labels >= 0)).any())
    decided = board.person if people else (board.source == SOURCES.index("import"))
    labels = np.where(decided, labels, -1)
    draw = random_labels.draw(snapshot, board, decided)
    sampled = draw.sample & (labels >= 0)
    count, audit = int(sampled.sum()), int((sampled & board.audit).sum())
    rows = np.flatnonzero(labels >= 0)
    if decided.all() and len(rows):
        name, fair = f"all {len(rows)} images", True
    elif int((draw.drawn & (labels >= 0)).sum()) >= LEAST:
        rows, fair = np.flatnonzero(sampled), True
        name = f"{count} images drawn at random" + (f", {audit} of them audit items" if audit else "")
    else:
        kind = f"{'chosen' if people else 'imported'} label{'' if len(rows) == 1 else 's'}"
        name, fair = f"{len(rows)} {kind}, each held out in turn, no fair sample of the images", False
    return HeldOut(rows, labels[rows], name, every, labels, draw, _below(snapshot, every), fair)


def _inner(snapshot: Snapshot) -> list[int]:
    """Categories that have others below them, in the order of the tree."""
    above = {category.parent_id for category in snapshot.categories.nodes()}
    return [category.id for category in snapshot.categories.nodes() if category.id in above]


def _below(snapshot: Snapshot, classes: tuple[int, ...]) -> npt.NDArray[np.bool_]:
    """bool [k, k]: the second class lies somewhere below the first."""
    parent = {category.id: category.parent_id for category in snapshot.categories.tree}
    place = {number: k for k, number in enumerate(classes)}
    below = np.zeros((len(classes), len(classes)), np.bool_)
    for k, number in enumerate(classes):
        above = parent.get(number)
        while above is not None:
            if above in place:
                below[place[above], k] = True
            above = parent.get(above)
    return below


def starting_point(snapshot: Snapshot) -> Linear:
    """The start of a head: the classes side by side by their prompts, or no opinion without a text side."""
    return snapshot.prompts.zero_shot() if snapshot.has_text else snapshot.classifiers.no_opinion()


def baseline(snapshot: Snapshot) -> Linear:
    """The baseline of a head: zero-shot as it proposes (in a tree by the paths), or no opinion without a text side."""
    return snapshot.prompts.down_the_tree() if snapshot.has_text else snapshot.classifiers.no_opinion()


def answers_of(snapshot: Snapshot, linear: Linear, classes: tuple[int, ...], rows: Ints) -> Ints:
    """A classifier's answers as indices into other classes; -1 for a class that is not among them."""
    if not len(rows):
        return np.empty(0, np.int64)
    table = np.array([classes.index(number) if number in classes else -1 for number in linear.classes], np.int64)
    return np.asarray(table[linear.logits(snapshot.vectors[rows]).argmax(axis=1)], np.int64)
