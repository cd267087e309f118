"""Labels, zero-shot and head against a truth; two encoders on the same labels."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from embedding.ingest import encoder_change
from embedding.ingest.current_encoder import never, silent
from errors import InputError
from labeling.exchange import label_import
from labeling.scoring.zero_shot import Linear
from labeling.snapshot.snapshot import Snapshot
from store.items.file_names import Names
from store.project import heads, taxonomy
from store.workspace import Workspace
from training.fitting import selection
from training.heads.comparison import Ints, material_of
from training.metrics import accuracy


def evaluate(snapshot: Snapshot, truth_file: Path) -> dict[str, Any]:
    """Labels, zero-shot and the newest head of the exclusive facet against a truth, over the rows of its file.

    A row whose item is unlabelled, or that matches no item or several, counts as wrong. Children are rolled up to the truth's level.

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
    wanted = [taxonomy.by_name(tree, row["class"]).id for _, row in rows]
    levels = sorted(set(wanted))
    by_id = {category.id: category for category in tree}
    roll = {number: next((k for k in taxonomy.ancestors(by_id, number) if k in levels), number) for number in by_id}
    said = label_import.Described(unmatched=blank)
    places = [label_import.item_of(names, line, row["file"], said) for line, row in rows]
    board = snapshot.labels.board()
    where = {int(number): k for k, number in enumerate(board.ids)}
    at = np.array([where.get(place, -1) if place is not None else -1 for place in places], np.int64)
    truth = np.array([levels.index(number) for number in wanted], np.int64)

    def answers(categories: npt.NDArray[np.int64]) -> Ints:
        rolled = [roll.get(int(number), 0) for number in categories]
        return np.array([levels.index(number) if number in levels else -1 for number in rolled], np.int64)

    standing = (
        np.where((at >= 0) & (board.value[at] == 1), board.category[at], 0)
        if len(board)
        else np.zeros(len(at), np.int64)
    )
    path = [by_id[number].path for number in levels]
    labelled = answers(standing)
    found: dict[str, Any] = {
        "labels": accuracy.scores(truth, labelled, path),
        "zero_shot": None,
        "head": None,
        "gain": None,
    }
    zero = _predictions(snapshot, snapshot.prompts.down_the_tree(), at, answers) if snapshot.has_text else None
    if zero is not None:
        found["zero_shot"] = accuracy.scores(truth, zero, path)
    if newest:
        headed = _predictions(snapshot, snapshot.classifiers.head_linear(newest[0]), at, answers)
        found["head"] = {
            **accuracy.scores(truth, headed, path),
            "promoted": newest[0].state == "promoted",
            "id": newest[0].id,
        }
        if zero is not None:
            found["gain"] = accuracy.gain(zero == truth, headed == truth)
    return {**found, "unmatched": said.unmatched, "ambiguous": said.ambiguous}


def _predictions(
    snapshot: Snapshot, linear: Linear, at: Ints, answers: Callable[[npt.NDArray[np.int64]], Ints]
) -> Ints:
    chosen = np.zeros(len(at), np.int64)
    here = np.flatnonzero(at >= 0)
    if len(here):
        chosen[here] = np.array(linear.classes, np.int64)[linear.logits(snapshot.vectors[at[here]]).argmax(axis=1)]
    return answers(chosen)


def change_encoder(
    workspace: Workspace,
    spec: str,
    *,
    frames: Any = None,
    progress: Any = None,
    cancelled: Callable[[], bool] | None = None,
) -> dict[str, Any]:
    """Embed all items with another encoder, then compare both on people's labels; every label stays.

    Returns:
        `encoder`, `before`, `embedded`, `missing`, and `compared`: {encoder name: {"zero_shot": M, "head": M or None}}.

    Raises:
        EncoderError: the model cannot be loaded; nothing was written.
    """
    old = Snapshot(workspace)
    compared = {old.encoder_row.name: _on_labels(old)}
    done = encoder_change.change_encoder(
        workspace, spec, frames=frames, progress=progress or silent, cancelled=cancelled or never
    )
    new = Snapshot(workspace)
    compared[new.encoder_row.name] = _on_labels(new)
    return {
        "encoder": done.encoder.name, "before": old.encoder_row.name, "embedded": done.embedded,
        "missing": [str(bad.path) for bad in done.missing], "compared": compared,
    }  # fmt: skip


def _on_labels(snapshot: Snapshot) -> dict[str, Any]:
    """Zero-shot, and the head that the labels give (out of fold), on what people have labelled."""
    if not snapshot.categories.tree or not len(snapshot.ids) or not snapshot.has_text:
        return {"zero_shot": None, "head": None}
    material, board = material_of(snapshot)
    labels = board.class_index(material.zero_shot.classes)
    rows = np.flatnonzero(board.person & (labels >= 0))
    names = snapshot.categories.path_names(material.zero_shot.classes)
    zero = accuracy.scores(labels[rows], material.zero_shot.logits(snapshot.vectors[rows]).argmax(axis=1), names)
    try:
        chosen = selection.choose(material)
    except InputError:
        return {"zero_shot": zero, "head": None}
    mine = chosen.rows
    return {
        "zero_shot": zero,
        "head": accuracy.scores(np.maximum(material.human, material.given)[mine], chosen.predicted, names),
    }
