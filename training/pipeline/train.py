"""One click: fit, compare, save, and promote where the gain is certain."""

from __future__ import annotations

import time
from typing import Any

import numpy as np

from labeling.board import Board
from labeling.pipeline.scene import Scene
from labeling.split import leaks
from labeling.zero_shot import Linear
from store import taxonomy
from store.workspace import MACHINE
from training import choose, metrics
from training.choose import Chosen, Progress, TrainOptions
from training.pipeline import saving
from training.pipeline.compare import (
    HeldOut,
    Ints,
    answers_of,
    baseline,
    classifier_in_use,
    held_out_items,
    honest_answers,
    material_of,
)

OPTIONS = ("soft", "given", "spread", "balance", "seed")  # those that a person may set; the card keeps them


def train(
    scene: Scene,
    *,
    actor: str = MACHINE,
    promote: str = "auto",
    options: TrainOptions | None = None,
    progress: Progress | None = None,
) -> dict[str, Any]:
    """Fit all candidates on the labels, keep the best, save it, and promote it where its gain is certain.

    Args:
        promote: `auto` (the 95 % interval of the gain over what is in use excludes zero), `always` or `never`.
        progress: told after each fit and each step of the last one -> whether to go on.

    Raises:
        InputError: labels of fewer than two classes.
        CancelledError: `progress` said stop; the head in use stays.
    """
    begin = time.perf_counter()
    options = options or TrainOptions()
    material, board = material_of(scene)
    chosen = choose.choose(material, options, progress)
    held = held_out_items(board, chosen.linear.classes)
    before_name, before = classifier_in_use(scene)
    compared = _compare(scene, chosen, held, before)
    gain = metrics.gain(compared["before"] == held.truth, compared["new"] == held.truth, seed=options.seed)
    why = choose.describe(chosen)
    promoted, reason = saving.verdict(promote, gain, key="accuracy", unit="points", why=why, before=before_name)
    card = _card(scene, chosen, board) | {
        "held_out": {"name": held.name, "n": len(held.rows)},
        "metrics": {
            key: metrics.scores(held.truth, said, scene.path_names(chosen.linear.classes))
            for key, said in compared.items()
        },
        "before": before_name,
        "gain": gain,
        "seed": options.seed,
        "options": {key: getattr(options, key) for key in OPTIONS},
        "seconds": round(time.perf_counter() - begin, 3),
    }
    held_out: dict[str, Any] = {
        "items": scene.ids[chosen.rows],
        "categories": np.array(chosen.linear.classes, np.int64)[chosen.predicted],
        "probabilities": chosen.probabilities,
    }
    scores = card["metrics"]["new"]
    row = saving.save(
        scene, chosen.linear, card, held_out, labels=len(chosen.rows), reason=reason, promoted=promoted,
        measured=scores | {"gain": gain, "set": held.name}, actor=actor,
    )  # fmt: skip
    told = {**scores, "gain": gain, "held_out": held.name, "zero_shot": card["metrics"]["zero_shot"]}
    return {"head": row.id, "promoted": promoted, "reason": reason, "metrics": told}


def _card(scene: Scene, chosen: Chosen, board: Board) -> dict[str, Any]:
    """What the card says of the fit itself."""
    with scene.workspace.read() as connection:
        facet = taxonomy.facet(connection, scene.facet_id())
    return {
        **saving.card(scene, facet, chosen.linear.classes),
        "label_revision": board.last_event,
        "labels": len(chosen.rows),
        "winner": chosen.name,
        "why": choose.describe(chosen),
        "candidates": [
            {"name": c.name, "accuracy": c.accuracy, "log_likelihood": c.log_likelihood, "share": c.share}
            for c in chosen.candidates
        ],
        "temperature": chosen.temperature,
        "calibration": metrics.calibration(chosen.probabilities, chosen.truth),
        "losses": [round(loss, 6) for loss in chosen.losses],
        "leaks": _leaks(board, chosen),
    }


def _compare(scene: Scene, chosen: Chosen, held: HeldOut, before: Linear) -> dict[str, Ints]:
    """Class indices on the held-out rows. A row that a head learned from is judged by its out-of-fold answer."""
    new = chosen.linear.logits(scene.vectors[held.rows]).argmax(axis=1)
    out_of_fold = dict(zip(chosen.rows.tolist(), chosen.predicted.tolist(), strict=True))
    new = np.array(
        [out_of_fold.get(int(row), int(answer)) for row, answer in zip(held.rows, new, strict=True)], np.int64
    )
    previous = answers_of(scene, before, chosen.linear.classes, held.rows)
    found = scene.head()
    if found is not None:
        previous = honest_answers(scene, found[0], previous, held.rows, chosen.linear.classes)
    return {
        "new": new,
        "before": previous,
        "zero_shot": answers_of(scene, baseline(scene), chosen.linear.classes, held.rows),
    }


def _leaks(board: Board, chosen: Chosen) -> int:
    train_rows = np.zeros(len(board), np.bool_)
    train_rows[chosen.rows] = True
    return leaks(board.group, train_rows, board.audit)
