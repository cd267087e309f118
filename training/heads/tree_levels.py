"""How well a tree is told, level by level, on people's labels: coverage, precision, recall, F1, with and without back-off."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from labeling.scoring import tree as hierarchy
from labeling.scoring import tree_classifier
from labeling.scoring.zero_shot import Linear
from labeling.snapshot.snapshot import Snapshot
from store.project.heads import HeadRow
from store.project.prompts import PromptSet
from training.heads.comparison import baseline, held_out_items, honest_probabilities
from training.metrics import tree_metrics

MARGINS = (0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9)
AUDIT_ENOUGH = 20
Ints = npt.NDArray[np.int64]


def levels(snapshot: Snapshot, prompt_set: PromptSet | None = None) -> dict[str, Any]:
    """What is chosen in the tree at the back-off margin in use, and at others.

    Returns:
        `tree` (whether the facet is one), `least` in use, `stopped` (items that stay on a parent), and where people have labelled:
        `n`, `set`, `with_back_off` and `without` (as `training.metrics.tree_metrics.measure`), `curve` ({"least", "coverage", "precision"} at the
        deepest level).

    Raises:
        InputError: there are no categories.
    """
    nodes = snapshot.categories.nodes()
    made = prompt_set if prompt_set is not None else snapshot.prompts.version()[1]
    found: dict[str, Any] = {"tree": any(c.parent_id is not None for c in nodes), "least": made.options.back_off}
    if not found["tree"] or not len(snapshot.ids):
        return found
    parents = snapshot.categories.parents()
    linear: Linear = (
        snapshot.prompts.down_the_tree(made, nodes) if prompt_set is not None else snapshot.classifiers.in_use().scorer
    )
    probabilities = (
        linear.probabilities(snapshot.vectors) if prompt_set is not None else snapshot.classifiers.probabilities()[1]
    )
    at = {category.id: k for k, category in enumerate(nodes)}

    def stop(rows: Any, least: float) -> Ints:
        return np.array(
            [at[n] for n in snapshot.categories.stop(linear.classes, probabilities[rows], least)[0].tolist()], np.int64
        )

    chosen = stop(slice(None), made.options.back_off)
    found["stopped"] = int((~np.isin(chosen, tree_classifier.leaves(parents))).sum())
    rows, truth, which = _labelled(snapshot, [c.id for c in nodes])
    if not len(rows):
        return found
    choices = [(least, stop(rows, least)) for least in MARGINS]
    deepest = max(c.depth for c in nodes)
    return found | {
        "n": len(rows),
        "set": which,
        "with_back_off": tree_metrics.measure(_cut(chosen[rows], truth, parents), truth, parents),
        "without": tree_metrics.measure(_cut(choices[0][1], truth, parents), truth, parents),
        "curve": tree_metrics.coverage_curve(choices, truth, parents, level=deepest),
    }


def compared(snapshot: Snapshot, models: Sequence[tuple[str, HeadRow | None]]) -> dict[str, Any] | None:
    """Each model at each level of the tree, on the same labels, none of which it learned from; None where there is no tree.

    Args:
        models: (name, head, or None for zero-shot).

    Returns:
        `n`, `set`, `least` (the back-off margin in use), `rows`: [{"model", "state", "levels", "precision", "recall", "f1"}] as
        `training.metrics.tree_metrics.measure`.
    """
    if not snapshot.categories.is_tree:
        return None
    nodes, parents = snapshot.categories.nodes(), snapshot.categories.parents()
    held = held_out_items(snapshot, tuple(category.id for category in nodes))
    if not len(held.rows):
        return None
    at = {category.id: k for k, category in enumerate(nodes)}
    least = snapshot.prompts.version()[1].options.back_off if snapshot.has_text else 0.0
    rows = []
    for name, row in models:
        linear = baseline(snapshot) if row is None else snapshot.classifiers.head_linear(row)
        said = None if row is None else honest_probabilities(snapshot, row, held.rows)
        if said is None:
            said = linear.probabilities(snapshot.vectors[held.rows])
        stopped = snapshot.categories.stop(linear.classes, said, least)[0].tolist()
        chosen = _cut(np.array([at[number] for number in stopped], np.int64), held.truth, parents)
        state = None if row is None else row.state
        rows.append({"model": name, "state": state, **tree_metrics.measure(chosen, held.truth, parents)})
    return {"n": len(held.rows), "set": held.name, "least": least, "rows": rows}


def _cut(chosen: Ints, truth: Ints, parents: list[int | None]) -> Ints:
    """What was chosen, but no deeper than a label that stands on a parent: below it nobody has said what is true."""
    inner = set(parents)
    made = chosen.copy()
    for k, (mine, own) in enumerate(zip(chosen.tolist(), truth.tolist(), strict=True)):
        chain = hierarchy.path(parents, mine)[::-1]
        depth = len(hierarchy.path(parents, own))
        if own in inner and len(chain) > depth:
            made[k] = chain[depth - 1]
    return made


def _labelled(snapshot: Snapshot, ids: list[int]) -> tuple[Ints, Ints, str]:
    """(rows, node index) of people's labels, on whatever level they stand."""
    board = snapshot.labels.board()
    truth = board.class_index(tuple(ids))
    rows, which = board.judges(truth, AUDIT_ENOUGH)
    return rows, truth[rows], which
