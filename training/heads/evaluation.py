"""Evaluation: labels, zero-shot and head against a truth."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
from typing_extensions import TypedDict

from labeling.cleaning.label_table import IMPORT
from labeling.exchange import label_import
from labeling.scoring.zero_shot import Linear
from labeling.snapshot.snapshot import Snapshot
from store.items.file_names import Names
from store.project import heads, taxonomy
from store.project.category_index import CategoryIndex
from store.project.taxonomy import Category
from training.heads.comparison import Ints
from training.metrics import accuracy
from training.metrics.accuracy import Gain, Scores


class HeadScores(Scores):
    """Figures of a head, its promotion and its id."""

    promoted: bool
    id: int


class Judged(TypedDict):
    """Figures on `n` rows of a truth, None where there is no text side or no head.

    Attributes:
        gain: of the head over zero-shot.
    """

    n: int
    labels: Scores
    zero_shot: Scores | None
    head: HeadScores | None
    gain: Gain | None


class Evaluation(Judged):
    """Figures against a truth.

    Attributes:
        without_labelled: the same without the rows that a person or a file has labelled: there labels are right because somebody
            gave them, and a head is judged by what it learned from.
        unmatched, ambiguous: lines of the file that match no item, or several.
    """

    without_labelled: Judged
    unmatched: list[str]
    ambiguous: list[str]


@dataclass(frozen=True)
class _Levels:
    """The categories that a truth names, with every other category rolled up to them.

    Attributes:
        ids: of these categories. roll: by id of a category, the nearest one of them at or above it.
    """

    ids: list[int]
    roll: dict[int, int]

    def index(self, categories: Ints) -> Ints:
        """Index into `ids` of category ids int64 [n]; -1 for one that lies beside them."""
        rolled = [self.roll.get(int(number), 0) for number in categories]
        return np.array([self.ids.index(number) if number in self.ids else -1 for number in rolled], np.int64)


@dataclass(frozen=True)
class _Answers:
    """A truth int64 [n] beside the answers to it, indices into `path`, -1 for none; None where nothing answers."""

    truth: Ints
    path: list[str]
    labels: Ints
    zero_shot: Ints | None
    by_head: Ints | None
    head: heads.HeadRow | None

    def judged(self, rows: npt.NDArray[np.bool_]) -> Judged:
        """Figures on the rows of the truth that are chosen, bool [n]."""
        truth, zero, by_head = self.truth[rows], self.zero_shot, self.by_head
        judged: Judged = {
            "n": len(truth),
            "labels": accuracy.scores(truth, self.labels[rows], self.path),
            "zero_shot": None if zero is None else accuracy.scores(truth, zero[rows], self.path),
            "head": None,
            "gain": None,
        }
        if self.head is not None and by_head is not None:
            scores = accuracy.scores(truth, by_head[rows], self.path)
            judged["head"] = {**scores, "promoted": self.head.state == "promoted", "id": self.head.id}
            if zero is not None:
                judged["gain"] = accuracy.gain(zero[rows] == truth, by_head[rows] == truth)
        return judged


def evaluate(snapshot: Snapshot, truth_file: Path) -> Evaluation:
    """Evaluate labels, zero-shot and the newest head of the exclusive facet on the rows of a truth file.

    A row counts as wrong where its item has no label, or where it matches no item or several. Children are rolled up to the level
    of the truth.

    Raises:
        InputError: the file cannot be read, or names an unknown class.
    """
    every = list(label_import.read_csv(truth_file, ("file", "class")))
    rows = [(line, row) for line, row in every if row["class"].strip()]
    blank = [f"line {line}: {row['file']} has no class" for line, row in every if not row["class"].strip()]
    with snapshot.workspace.read() as connection:
        tree = taxonomy.categories(connection)
        names = Names(connection)
        newest = heads.every(connection, encoder_id=snapshot.encoder_row.id, facet_id=snapshot.categories.facet_id())
    index = CategoryIndex(tree)
    wanted = [index.one(row["class"]).id for _, row in rows]
    levels = _levels(tree, wanted)
    matches = label_import.Described(unmatched=blank)
    places = [label_import.item_of(names, line, row, matches) for line, row in rows]
    where = {int(number): k for k, number in enumerate(snapshot.labels.board().ids)}
    at = np.array([where.get(place, -1) if place is not None else -1 for place in places], np.int64)
    truth = np.array([levels.ids.index(number) for number in wanted], np.int64)
    by_id = {category.id: category for category in tree}
    head = newest[0] if newest else None
    answers = _Answers(
        truth,
        [by_id[number].path for number in levels.ids],
        levels.index(_labelled(snapshot, at)),
        levels.index(_predicted(snapshot, snapshot.prompts.down_the_tree(), at)) if snapshot.has_text else None,
        levels.index(_predicted(snapshot, snapshot.classifiers.head_linear(head), at)) if head else None,
        head,
    )
    return {
        **answers.judged(np.ones(len(truth), np.bool_)),
        "without_labelled": answers.judged(~_given(snapshot, at)),
        "unmatched": matches.unmatched,
        "ambiguous": matches.ambiguous,
    }


def _levels(tree: Sequence[Category], wanted: list[int]) -> _Levels:
    by_id = {category.id: category for category in tree}
    ids = sorted(set(wanted))
    roll = {number: next((k for k in taxonomy.ancestors(by_id, number) if k in ids), number) for number in by_id}
    return _Levels(ids, roll)


def _labelled(snapshot: Snapshot, at: Ints) -> Ints:
    """Category ids of the labels; 0 without one. at: int64 [n], row of each item, -1 for none."""
    board = snapshot.labels.board()
    if not len(board):
        return np.zeros(len(at), np.int64)
    return np.where((at >= 0) & (board.value[at] == 1), board.category[at], 0)


def _given(snapshot: Snapshot, at: Ints) -> npt.NDArray[np.bool_]:
    """bool [n]: a person or a file has answered there. at: int64 [n], row of each item, -1 for none."""
    board = snapshot.labels.board()
    if not len(board):
        return np.zeros(len(at), np.bool_)
    return np.asarray((at >= 0) & (board.source[at] >= IMPORT))


def _predicted(snapshot: Snapshot, linear: Linear, at: Ints) -> Ints:
    """Category ids that a classifier gives; 0 without an item. at: int64 [n], row of each item, -1 for none."""
    chosen = np.zeros(len(at), np.int64)
    here = np.flatnonzero(at >= 0)
    if len(here):
        chosen[here] = np.array(linear.classes, np.int64)[linear.logits(snapshot.vectors[at[here]]).argmax(axis=1)]
    return chosen
