"""One click: fit, compare, save, and promote where the gain is certain."""

from __future__ import annotations

import time
from typing import Any

import numpy as np

from labeling.cleaning.grouped_split import leaks
from labeling.cleaning.label_table import Board
from labeling.scoring.zero_shot import Linear
from labeling.snapshot.snapshot import Snapshot
from store.project import taxonomy
from store.workspace import MACHINE
from training.fitting import selection
from training.fitting.selection import Chosen, Progress, TrainOptions
from training.heads import judgement, new_head
from training.heads.comparison import (
    HeldOut,
    Ints,
    answers_of,
    baseline,
    held_out_items,
    honest_answers,
    material_of,
)
from training.metrics import accuracy

OPTIONS = ("soft", "given", "spread", "balance", "seed")  # those that a person may set; the card keeps them


def train(
    snapshot: Snapshot,
    *,
    actor: str = MACHINE,
    promote: str = "auto",
    options: TrainOptions | None = None,
    progress: Progress | None = None,
) -> dict[str, Any]:
    """Fit all candidates on the labels, keep the best, save it, and promote it where its gain over all images is certain.

    Args:
        promote: `auto` (labels drawn at random say with 95 % certainty that it gains, and no level or class falls for certain),
            `always` or `never`.
        progress: told after each fit and each step of the last one -> whether to go on.

    Raises:
        InputError: labels of fewer than two classes.
        CancelledError: `progress` said stop; the head in use stays.
    """
    begin = time.perf_counter()
    options = options or TrainOptions()
    material, board = material_of(snapshot)
    chosen = selection.choose(material, options, progress)
    held = held_out_items(snapshot, chosen.linear.classes, board)
    used = snapshot.classifiers.in_use()
    before_name, before = used.family, used.scorer
    compared = _compare(snapshot, chosen, held, before)
    judged = _judged(snapshot, chosen, held, compared)
    why = selection.describe(chosen)
    promoted, reason = new_head.verdict(
        promote, judged["gain"], key="accuracy", unit="points", why=why, before=before_name,
        doubt=judgement.doubt(held, judged["gain"]), falls=judged["falls"],
    )  # fmt: skip
    card = _card(snapshot, chosen, board) | {
        "held_out": {"name": held.name, "n": len(held.rows)},
        "metrics": {
            key: accuracy.scores(held.truth, held.raised(said[held.rows]), snapshot.categories.path_names(held.classes))
            for key, said in compared.items()
        },
        "before": before_name,
        **judged,
        "seed": options.seed,
        "options": {key: getattr(options, key) for key in OPTIONS},
        "seconds": round(time.perf_counter() - begin, 3),
    }
    held_out: dict[str, Any] = {
        "items": snapshot.ids[chosen.rows],
        "categories": np.array(chosen.linear.classes, np.int64)[chosen.predicted],
        "probabilities": chosen.probabilities,
    }
    scores = card["metrics"]["new"]
    row = new_head.save(
        snapshot, chosen.linear, card, held_out, labels=len(chosen.rows), reason=reason, promoted=promoted,
        measured=scores | {"gain": judged["gain"], "set": held.name}, actor=actor,
    )  # fmt: skip
    told = {**scores, **judged, "held_out": held.name, "zero_shot": card["metrics"]["zero_shot"]}
    return {"head": row.id, "promoted": promoted, "reason": reason, "metrics": told}


def _card(snapshot: Snapshot, chosen: Chosen, board: Board) -> dict[str, Any]:
    """What the card says of the fit itself."""
    with snapshot.workspace.read() as connection:
        facet = taxonomy.facet(connection, snapshot.categories.facet_id())
    return {
        **new_head.card(snapshot, facet, chosen.linear.classes),
        "label_revision": board.last_event,
        "labels": len(chosen.rows),
        "winner": chosen.name,
        "why": selection.describe(chosen),
        "candidates": [
            {"name": c.name, "accuracy": c.accuracy, "log_likelihood": c.log_likelihood, "share": c.share}
            for c in chosen.candidates
        ],
        "temperature": chosen.temperature,
        "calibration": accuracy.calibration(chosen.probabilities, chosen.truth),
        "losses": [round(loss, 6) for loss in chosen.losses],
        "leaks": _leaks(board, chosen),
    }


def _compare(snapshot: Snapshot, chosen: Chosen, held: HeldOut, before: Linear) -> dict[str, Ints]:
    """Answers int64 [n] for all items, index into `held.classes`. A row that a head learned from has its out-of-fold answer."""
    rows = np.arange(len(snapshot.ids))
    new = answers_of(snapshot, chosen.linear, held.classes, rows)
    new[chosen.rows] = chosen.predicted
    previous = answers_of(snapshot, before, held.classes, rows)
    found = snapshot.classifiers.head()
    if found is not None:
        previous = honest_answers(snapshot, found[0], previous, rows, held.classes)
    return {"new": new, "before": previous, "zero_shot": answers_of(snapshot, baseline(snapshot), held.classes, rows)}


def _judged(snapshot: Snapshot, chosen: Chosen, held: HeldOut, compared: dict[str, Ints]) -> dict[str, Any]:
    """`gain` over all images, `falls`, `left_out` and `random_labels` of the card."""
    probabilities = chosen.linear.probabilities(snapshot.vectors)
    probabilities[chosen.rows] = chosen.probabilities
    return {
        "gain": judgement.gain(snapshot, held, compared["before"], compared["new"], probabilities),
        "falls": judgement.falls(snapshot, held, compared["before"], compared["new"]),
        "left_out": judgement.left_out(snapshot, held, chosen.linear.classes),
        "random_labels": judgement.wanting(held),
    }


def _leaks(board: Board, chosen: Chosen) -> int:
    train_rows = np.zeros(len(board), np.bool_)
    train_rows[chosen.rows] = True
    return leaks(board.group, train_rows, board.audit)
