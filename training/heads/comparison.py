"""The items that models are compared on, and what each model says of them without having learned from them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from labeling.cleaning.label_table import HUMAN, SOURCES, Board
from labeling.cleaning.random_sample import Draw
from labeling.review import random_labels
from labeling.scoring.zero_shot import Linear
from labeling.snapshot.snapshot import Snapshot
from store.project.heads import HeadRow
from training.fitting.candidates import Material
from training.metrics.population_mean import LEAST

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float32]
Reals = npt.NDArray[np.float64]


@dataclass(frozen=True)
class HeldOut:
    """The labels that models are compared on, each at its own level of the tree. `name` says in words which they are.

    Attributes:
        rows: int64 [m]. truth: int64 [m], index into `classes`: those that are chosen from, then parents that people labelled with.
        labels: int64 [n], the same for every item, -1 where nobody has said. draw: how they came about.
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
        """Answers int64 [m], but the parent's class where the label stands on a parent of the answer: no more was asked there."""
        own = self.truth if truth is None else truth
        inside = (answers >= 0) & (own >= 0)
        inside[inside] = self.below[own[inside], answers[inside]]
        return np.where(inside, own, answers)

    def right(self, answers: Ints) -> Reals:
        """Of answers int64 [n] for all items: 1 where right, 0 where wrong, NaN where nobody has said."""
        hit = self.raised(answers, self.labels) == self.labels
        return np.where(self.labels >= 0, hit.astype(np.float64), np.nan)


def material_of(snapshot: Snapshot) -> tuple[Material, Board]:
    """Everything a head may learn from. Labels of audit items are left out here and nowhere else."""
    board = snapshot.labels.board()
    start = starting_point(snapshot)
    labels = board.class_index(start.classes)
    human = np.where((board.source >= HUMAN) & ~board.audit, labels, -1)
    given = np.where((board.source == SOURCES.index("import")) & ~board.audit, labels, -1)
    spread = board.source == SOURCES.index("neighbour")
    above = bool(
        (np.isin(board.category, _inner(snapshot)) & (board.source >= SOURCES.index("import")) & ~board.audit).any()
    )
    material = Material(
        snapshot.vectors,
        snapshot.geometry.graph,
        start,
        snapshot.has_text,
        board.group,
        human,
        given,
        spread,
        as_common=not above,
    )
    return material, board


def held_out_items(snapshot: Snapshot, classes: tuple[int, ...], board: Board | None = None) -> HeldOut:
    """What models are judged on: a random sample of the images, or all of them, where people have labelled that; else what there is."""
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
    found = np.zeros((len(classes), len(classes)), np.bool_)
    for k, number in enumerate(classes):
        above = parent.get(number)
        while above is not None:
            if above in place:
                found[place[above], k] = True
            above = parent.get(above)
    return found


def starting_point(snapshot: Snapshot) -> Linear:
    """What a head starts from: the classes side by side by their prompts, or no opinion where there is no text side."""
    return snapshot.prompts.zero_shot() if snapshot.has_text else snapshot.classifiers.no_opinion()


def baseline(snapshot: Snapshot) -> Linear:
    """What a head is compared with: zero-shot as it proposes (in a tree by the paths), or no opinion where there is no text side."""
    return snapshot.prompts.down_the_tree() if snapshot.has_text else snapshot.classifiers.no_opinion()


def answers_of(snapshot: Snapshot, linear: Linear, classes: tuple[int, ...], rows: Ints) -> Ints:
    """A classifier's answers as indices into other classes; -1 for a class that is not among them."""
    if not len(rows):
        return np.empty(0, np.int64)
    table = np.array([classes.index(number) if number in classes else -1 for number in linear.classes], np.int64)
    return np.asarray(table[linear.logits(snapshot.vectors[rows]).argmax(axis=1)], np.int64)


def honest_answers(snapshot: Snapshot, row: HeadRow, answers: Ints, rows: Ints, classes: tuple[int, ...]) -> Ints:
    """Answers of an older head with its own training rows replaced by what it said when they were held out."""
    kept = held_out_file(snapshot, row)
    if not kept:
        return answers
    said = dict(zip(kept["items"].tolist(), kept["categories"].tolist(), strict=True))
    ids = snapshot.ids[rows]
    return np.array(
        [
            (classes.index(said[int(number)]) if said[int(number)] in classes else -1)
            if int(number) in said
            else int(answer)
            for number, answer in zip(ids, answers, strict=True)
        ],
        np.int64,
    )


def honest_probabilities(snapshot: Snapshot, row: HeadRow, rows: Ints) -> Floats | None:
    """float32 [rows, k], what a head says of rows that it did not learn from, and said of its own when they were held out.

    None where that was not kept: heads of before, and heads from elsewhere.
    """
    kept = held_out_file(snapshot, row)
    if "probabilities" not in kept:
        return None
    out = snapshot.classifiers.head_linear(row).probabilities(snapshot.vectors[rows])
    ids = snapshot.ids[rows]
    place = {number: k for k, number in enumerate(kept["items"].tolist())}
    mine = np.array([k for k, number in enumerate(ids.tolist()) if number in place], np.int64)
    if len(mine):
        out[mine] = kept["probabilities"][[place[number] for number in ids[mine].tolist()]]
    return out


def held_out_file(snapshot: Snapshot, row: HeadRow) -> dict[str, npt.NDArray[Any]]:
    """What a head said of its own labels while they were held out; empty where nothing was kept."""
    path = snapshot.workspace.folder("heads") / f"{Path(row.file).stem}.held.npz"
    if not path.exists():
        return {}
    with np.load(path, allow_pickle=False) as kept:
        return dict(kept)
