"""Scores of each level of a tree on people's labels: coverage, precision, recall and F1, with and without back-off."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NotRequired

import numpy as np
import numpy.typing as npt
from typing_extensions import TypedDict

from labeling.scoring import tree_classifier
from labeling.scoring.tree import path
from labeling.scoring.zero_shot import Linear
from labeling.snapshot.snapshot import Snapshot
from store.project.heads import HeadRow
from store.project.prompt_set import PromptSet
from training.heads.comparison import baseline, held_out_items
from training.heads.out_of_fold import honest_probabilities
from training.metrics import tree_metrics
from training.metrics.tree_metrics import MarginPoint, TreeScores

MARGINS = (0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9)
AUDIT_ENOUGH = 20
Ints = npt.NDArray[np.int64]


class TreeLevels(TypedDict):
    """Effect of back-off in a tree of classes.

    Attributes:
        tree: the facet is a tree; the other figures need one, and images. least: margin in use.
        stopped: number of items that stay on a parent. n, set: number and kind of the labels of people, needed by what follows.
        curve: at the deepest level.
    """

    tree: bool
    least: float
    stopped: NotRequired[int]
    n: NotRequired[int]
    set: NotRequired[str]
    with_back_off: NotRequired[TreeScores]
    without: NotRequired[TreeScores]
    curve: NotRequired[list[MarginPoint]]


class ModelLevels(TreeScores):
    """Figures of one model; `state` is None for zero-shot."""

    model: str
    state: str | None


class LevelComparison(TypedDict):
    """Models compared on the same `n` labels, at the back-off margin `least` in use; `set` names the labels in words."""

    n: int
    set: str
    least: float
    rows: list[ModelLevels]


def levels(snapshot: Snapshot, prompt_set: PromptSet | None = None) -> TreeLevels:
    """Figures of the choices in the tree, at the back-off margin in use and at others.

    Args:
        prompt_set: a draft; without it the classifier in use is measured.

    Raises:
        InputError: there are no categories.
    """
    nodes = snapshot.categories.nodes()
    prompts = prompt_set if prompt_set is not None else snapshot.prompts.version()[1]
    figures: TreeLevels = {"tree": any(c.parent_id is not None for c in nodes), "least": prompts.options.back_off}
    if not figures["tree"] or not len(snapshot.ids):
        return figures
    parents = snapshot.categories.parents()
    linear: Linear
    if prompt_set is not None:
        linear = snapshot.prompts.down_the_tree(prompts, nodes)
        probabilities = linear.probabilities(snapshot.vectors)
    else:
        linear = snapshot.classifiers.in_use().scorer
        probabilities = snapshot.classifiers.probabilities()[1]
    at = {category.id: k for k, category in enumerate(nodes)}

    def stop(rows: slice | Ints, least: float) -> Ints:
        return np.array(
            [at[n] for n in snapshot.categories.stop(linear.classes, probabilities[rows], least)[0].tolist()], np.int64
        )

    chosen = stop(slice(None), prompts.options.back_off)
    figures["stopped"] = int((~np.isin(chosen, tree_classifier.leaves(parents))).sum())
    rows, truth, which = _labelled(snapshot, [c.id for c in nodes])
    if not len(rows):
        return figures
    choices = [(least, stop(rows, least)) for least in MARGINS]
    deepest = max(c.depth for c in nodes)
    return {
        **figures,
        "n": len(rows),
        "set": which,
        "with_back_off": tree_metrics.measure(_cut(chosen[rows], truth, parents), truth, parents),
        "without": tree_metrics.measure(_cut(choices[0][1], truth, parents), truth, parents),
        "curve": tree_metrics.coverage_curve(choices, truth, parents, level=deepest),
    }


def compared(snapshot: Snapshot, models: Sequence[tuple[str, HeadRow | None]]) -> LevelComparison | None:
    """Compare models at each level of the tree, out of fold and on the same labels; None without a tree or without labels.

    Args:
        models: (name, head, or None for zero-shot).
    """
    if not snapshot.categories.is_tree:
        return None
    nodes, parents = snapshot.categories.nodes(), snapshot.categories.parents()
    held = held_out_items(snapshot, tuple(category.id for category in nodes))
    if not len(held.rows):
        return None
    at = {category.id: k for k, category in enumerate(nodes)}
    least = snapshot.prompts.version()[1].options.back_off if snapshot.has_text else 0.0
    rows: list[ModelLevels] = []
    for name, row in models:
        linear = baseline(snapshot) if row is None else snapshot.classifiers.head_linear(row)
        probabilities = None if row is None else honest_probabilities(snapshot, row, held.rows)
        if probabilities is None:
            probabilities = linear.probabilities(snapshot.vectors[held.rows])
        stopped = snapshot.categories.stop(linear.classes, probabilities, least)[0].tolist()
        chosen = _cut(np.array([at[number] for number in stopped], np.int64), held.truth, parents)
        state = None if row is None else row.state
        rows.append({"model": name, "state": state, **tree_metrics.measure(chosen, held.truth, parents)})
    return {"n": len(held.rows), "set": held.name, "least": least, "rows": rows}


def _cut(chosen: Ints, truth: Ints, parents: list[int | None]) -> Ints:
    """Choices raised to the level of a label that stands on a parent: the true node below it is unknown."""
    inner = set(parents)
    raised = chosen.copy()
    for k, (mine, own) in enumerate(zip(chosen.tolist(), truth.tolist(), strict=True)):
        chain = path(parents, mine)[::-1]
        depth = len(path(parents, own))
        if own in inner and len(chain) > depth:
            raised[k] = chain[depth - 1]
    return raised


def _labelled(snapshot: Snapshot, ids: list[int]) -> tuple[Ints, Ints, str]:
    """(rows, node index, kind in words) of people's labels, on all levels."""
    board = snapshot.labels.board()
    truth = board.class_index(tuple(ids))
    rows, which = board.judges(truth, AUDIT_ENOUGH)
    return rows, truth[rows], which
