"""Reports on heads and rounds for the Train page and the Overview."""

from __future__ import annotations

from typing import NotRequired

import numpy as np
import numpy.typing as npt
from typing_extensions import TypedDict

from labeling.cleaning.label_table import Board
from labeling.snapshot.snapshot import Snapshot
from store.ledger import event_reader
from store.project import taxonomy
from store.project.heads import HeadRow, every
from store.workspace import Workspace
from training.heads import head_changes, head_checks, head_details, judgement, tree_levels
from training.heads.comparison import HeldOut, Ints, answers_of, baseline, held_out_items
from training.heads.head_changes import Changes
from training.heads.head_checks import HeadChecks
from training.heads.head_details import ClassRow, Confidence, ModelScores, Sides, SourceRow
from training.heads.head_training import CandidateScores, TrainSettings
from training.heads.judgement import Fall, LeftOut, PopulationGain, RandomLabels
from training.heads.out_of_fold import honest_answers, honest_probabilities
from training.heads.tree_levels import LevelComparison
from training.metrics import accuracy


class CardScores(TypedDict, total=False):
    """Figures that the card of a head keeps, of either kind of head; a head from elsewhere may lack any."""

    n: int
    accuracy: float | None
    micro_f1: float


class HeadSummary(TypedDict):
    """One line of the list of heads.

    Attributes:
        facet: id. at: time of the training, ISO 8601. state: new, promoted or retired. reason: for the state, in words.
        certain: the gain is certain and no fall is.
    """

    id: int
    number: int
    facet: int
    at: str
    labels: int
    promoted: bool
    state: str
    reason: str
    certain: bool
    metrics: CardScores


class Round(TypedDict):
    """Accuracy of zero-shot or of a head on `n` held-out items, with its 95 % interval.

    Attributes:
        set: kind of the items, in words. is_fair: a random sample, or all images. head: id, none for zero-shot.
    """

    name: str
    accuracy: float
    low: float
    high: float
    promoted: bool
    n: int
    set: str
    is_fair: bool
    head: NotRequired[int]


class HeadState(TypedDict):
    """A head, its state (new, promoted or retired) and the time of its training, ISO 8601."""

    id: int
    number: int
    state: str
    at: str


class Confusion(TypedDict):
    """Confusion matrix: rows true, columns predicted, each as `categories`; `items` holds the ids of every cell."""

    categories: list[int]
    counts: list[list[int]]
    items: list[list[list[int]]]


class HeadReport(TypedDict):
    """A head on the Train page.

    Attributes:
        previous: name of the model that it is compared with. n, set, is_fair: the held-out items, as in `Round`.
        seconds, losses, candidates, why, options, leaks, images: as the card has them, empty where it lacks them.
        rows: zero-shot, the head before and this one.
    """

    head: HeadState
    previous: str
    reason: str
    labels: int
    seconds: float
    losses: list[float]
    candidates: list[CandidateScores]
    why: str
    options: TrainSettings
    leaks: int | None
    images: tuple[int, int] | None
    n: int
    set: str
    is_fair: bool
    gain: PopulationGain | None
    falls: list[Fall]
    left_out: list[LeftOut]
    random_labels: RandomLabels
    rows: list[ModelScores]
    per_class: list[ClassRow]
    per_source: list[SourceRow]
    confidence: Confidence | None
    sides: Sides
    checks: HeadChecks | None
    levels: LevelComparison | None
    confusion: Confusion
    changed: Changes


def heads(workspace: Workspace, facet_id: int | None = None) -> list[HeadSummary]:
    """All heads of a facet (the exclusive one unless another is named), newest first."""
    with workspace.read() as connection:
        rows = every(connection, facet_id=facet_id or taxonomy.main_facet(connection))
    return [
        {
            "id": row.id,
            "number": row.number,
            "facet": row.facet_id,
            "at": row.created_at.isoformat(),
            "labels": row.labels,
            "promoted": row.state == "promoted",
            "state": row.state,
            "reason": row.reason,
            "certain": judgement.is_certain(row.card.get("gain"), row.card.get("falls", ())),
            "metrics": row.card["metrics"]["new"],
        }
        for row in rows
    ]


def labels_since(workspace: Workspace, facet_id: int | None = None) -> int:
    """Number of items that a person has labelled since the newest head of a facet (the exclusive one unless another is named)."""
    with workspace.read() as connection:
        number = facet_id or taxonomy.main_facet(connection) or 0
        rows = every(connection, facet_id=number)
        return event_reader.human_labels_since(connection, number, rows[0].created_at if rows else None)


def rounds(snapshot: Snapshot) -> list[Round]:
    """Zero-shot and every head of this encoder on the same held-out items."""
    board = snapshot.labels.board()
    with snapshot.workspace.read() as connection:
        rows = every(connection, encoder_id=snapshot.encoder_row.id, facet_id=snapshot.categories.facet_id())[::-1]
    if not snapshot.has_text and not rows:
        return []
    return snapshot.cached("rounds", _key(snapshot, rows), lambda: _rounds(snapshot, board, rows))


def _rounds(snapshot: Snapshot, board: Board, rows: list[HeadRow]) -> list[Round]:
    classes = (
        snapshot.prompts.zero_shot().classes
        if snapshot.has_text
        else tuple(row["id"] for row in rows[-1].card["classes"])
    )
    held = held_out_items(snapshot, classes, board)
    classes = held.classes
    measured: list[Round] = []
    if snapshot.has_text and len(held.rows):
        right = held.raised(answers_of(snapshot, baseline(snapshot), classes, held.rows)) == held.truth
        measured.append(_round("Zero-shot", right, held, promoted=True))
    for row in rows:
        answers = honest_answers(
            snapshot,
            row,
            answers_of(snapshot, snapshot.classifiers.head_linear(row), classes, held.rows),
            held.rows,
            classes,
        )
        if len(held.rows):
            right = held.raised(answers) == held.truth
            measured.append({**_round(f"Round {row.number}", right, held, promoted=row.state != "new"), "head": row.id})
    return measured


def _round(name: str, right: npt.NDArray[np.bool_], held: HeldOut, *, promoted: bool) -> Round:
    low, high = accuracy.interval(right.astype(np.float64))
    return {
        "name": name,
        "accuracy": float(right.mean()),
        "low": low,
        "high": high,
        "promoted": promoted,
        "n": len(right),
        "set": held.name,
        "is_fair": held.is_fair,
    }


def report(snapshot: Snapshot, head_id: int | None = None) -> HeadReport | None:
    """Report on a head (the newest by default), or None before any training."""
    with snapshot.workspace.read() as connection:
        mine = every(connection, encoder_id=snapshot.encoder_row.id, facet_id=snapshot.categories.facet_id())
    chosen = next((row for row in mine if head_id is None or row.id == head_id), None)
    if chosen is None:
        return None
    key = (chosen.id, *_key(snapshot, mine), head_checks.kept_at(snapshot, chosen))
    return snapshot.cached("train report", key, lambda: _report(snapshot, chosen, mine))


def _key(snapshot: Snapshot, mine: list[HeadRow]) -> tuple[object, ...]:
    """Cache key: it differs whenever a figure of the page does."""
    tree = [(category.id, category.path) for category in snapshot.categories.nodes()]
    version = snapshot.prompts.version()[0] if snapshot.has_text else 0
    return (
        [(row.id, row.state, row.reason) for row in mine],
        snapshot.labels.board().last_event,
        len(snapshot.ids),
        version,
        tree,
    )


def _answers(snapshot: Snapshot, row: HeadRow | None, held: HeldOut) -> Ints:
    """Out-of-fold answers int64 [n] of a head, or of zero-shot, for all items, index into `held.classes`."""
    everything = np.arange(len(snapshot.ids))
    if row is None:
        return answers_of(snapshot, baseline(snapshot), held.classes, everything)
    answers = answers_of(snapshot, snapshot.classifiers.head_linear(row), held.classes, everything)
    return honest_answers(snapshot, row, answers, everything, held.classes)


def _report(snapshot: Snapshot, chosen: HeadRow, mine: list[HeadRow]) -> HeadReport:
    linear = snapshot.classifiers.head_linear(chosen)
    board = snapshot.labels.board()
    held = held_out_items(snapshot, linear.classes, board)
    names = snapshot.categories.path_names(held.classes)
    previous = next((row for row in mine if row.number < chosen.number and row.state != "new"), None)
    models = [("Zero-shot", None), *((f"Head {row.number}", row) for row in (previous, chosen) if row is not None)]
    everywhere = [_answers(snapshot, row, held) for _, row in models]
    lines: list[tuple[str, HeadRow | None, Ints]] = [
        (name, row, held.raised(predicted[held.rows]))
        for (name, row), predicted in zip(models, everywhere, strict=True)
    ]
    answers = lines[-1][2]
    scored = [accuracy.scores(held.truth, predicted, names) for _, _, predicted in lines]
    probabilities = honest_probabilities(snapshot, chosen, np.arange(len(board)))
    return {
        "head": {"id": chosen.id, "number": chosen.number, "state": chosen.state, "at": chosen.created_at.isoformat()},
        "previous": lines[-2][0],
        "reason": chosen.reason,
        "labels": chosen.labels,
        "seconds": chosen.card.get("seconds", 0.0),
        "losses": chosen.card.get("losses", []),
        "candidates": chosen.card.get("candidates", []),
        "why": chosen.card.get("why", ""),
        "options": chosen.card.get("options", {}),
        "leaks": chosen.card.get("leaks"),
        "images": chosen.card.get("images"),
        "n": len(held.rows),
        "set": held.name,
        "is_fair": held.is_fair,
        "gain": judgement.gain(snapshot, held, everywhere[-2], everywhere[-1], probabilities),
        "falls": judgement.falls(snapshot, held, everywhere[-2], everywhere[-1]),
        "left_out": judgement.left_out(snapshot, held, linear.classes),
        "random_labels": judgement.wanting(held),
        "rows": head_details.compared(lines, held, scored),
        "per_class": head_details.per_class(scored, names),
        "per_source": head_details.per_source(snapshot, lines, held),
        "confidence": head_details.confidence(snapshot, chosen, held),
        "sides": head_details.sides(snapshot, lines[-2][2], answers, held, held.classes),
        "checks": head_checks.kept(snapshot, chosen),
        "levels": tree_levels.compared(snapshot, [(name, row) for name, row, _ in lines]),
        "confusion": _confusion(snapshot, held, answers),
        "changed": head_changes.changed(snapshot, board, chosen, lines[-2][1], previous),
    }


def _confusion(snapshot: Snapshot, held: HeldOut, answers: Ints) -> Confusion:
    k = len(held.classes)
    return {
        "categories": list(held.classes),
        "counts": accuracy.confusion(held.truth, answers, k).tolist(),
        "items": [
            [snapshot.ids[held.rows[(held.truth == a) & (answers == b)]].tolist() for b in range(k)] for a in range(k)
        ],
    }
