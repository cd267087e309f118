"""One click: fit, compare, save, and promote where the gain is certain."""

from __future__ import annotations

import time
from dataclasses import dataclass

import numpy as np
from typing_extensions import TypedDict

from labeling.cleaning.grouped_split import leaks
from labeling.cleaning.label_table import Board
from labeling.scoring.calibration import Reliability
from labeling.scoring.zero_shot import Linear
from labeling.snapshot.snapshot import Snapshot
from progress import Progress, silent
from store.project import taxonomy
from store.team import people
from training.fitting import selection
from training.fitting.candidates import TrainOptions
from training.fitting.selection import Chosen
from training.heads import judgement, new_head
from training.heads.comparison import HeldOut, Ints, answers_of, baseline, held_out_items, material_of
from training.heads.judgement import Fall, LeftOut, PopulationGain, RandomLabels
from training.heads.new_head import CardHeldOut, CardStart, Claim, TrainedHead
from training.heads.out_of_fold import OutOfFold, honest_answers
from training.metrics import accuracy
from training.metrics.accuracy import Scores


class CandidateScores(TypedDict):
    """Results of a candidate on held-out labels, and its share of the blend."""

    name: str
    accuracy: float
    log_likelihood: float
    share: float


class TrainSettings(TypedDict, total=False):
    """Options that a person may set, as `TrainOptions`; the card keeps them."""

    soft: float
    given: float
    spread: float
    balance: bool
    seed: int


class HeadMetrics(TypedDict):
    """Figures of the new head, of the classifier in use before it, and of zero-shot on the same items."""

    new: Scores
    before: Scores
    zero_shot: Scores


class Judgement(TypedDict):
    """Judgement of a head against the classifier in use; `gain` is over all images, None where it is unknown."""

    gain: PopulationGain | None
    falls: list[Fall]
    left_out: list[LeftOut]
    random_labels: RandomLabels


class CardFit(CardStart):
    """Part of a card that describes the fit.

    Attributes:
        label_revision: id of the last label event. labels: number of labels learned from. losses: one for each step.
        images: number of images that the head learned from, labelled or not, of how many in the workspace.
        leaks: groups with items on both sides of the split into training and audit.
    """

    label_revision: int
    labels: int
    images: tuple[int, int]
    winner: str
    why: str
    candidates: list[CandidateScores]
    temperature: float
    calibration: Reliability
    losses: list[float]
    leaks: int


class HeadCard(CardFit, Judgement):
    """Card of a head that chooses one class; `before` names the classifier in use before it."""

    held_out: CardHeldOut
    metrics: HeadMetrics
    before: str
    seed: int
    options: TrainSettings
    seconds: float


class HeadFigures(Scores, Judgement):
    """Figures of a new head, with those of zero-shot; `held_out` names the items in words."""

    held_out: str
    zero_shot: Scores


class HeadTraining(TrainedHead):
    """Result of a training."""

    metrics: HeadFigures


@dataclass(frozen=True)
class _Compared:
    """Out-of-fold answers int64 [n] for all items, index into `HeldOut.classes`."""

    new: Ints
    before: Ints
    zero_shot: Ints


def train(
    snapshot: Snapshot,
    *,
    actor: str = people.MACHINE,
    promote: str = "auto",
    options: TrainOptions | None = None,
    progress: Progress = silent,
) -> HeadTraining:
    """Fit all candidates on the labels, keep the best, save it, and promote it where its gain over all images is certain.

    Args:
        promote: `auto` (the gain is certain at 95 % by labels drawn at random, and no level or class falls for certain),
            `always` or `never`.
        progress: called after each fit and each step of the last one.

    Raises:
        InputError: labels of fewer than two classes.
        CancelledError: `progress` stopped it; the head in use stays.
    """
    begin = time.perf_counter()
    options = options or TrainOptions()
    material, board = material_of(snapshot)
    chosen = selection.choose(material, options, progress)
    held = held_out_items(snapshot, chosen.linear.classes, board)
    used = snapshot.classifiers.in_use()
    compared = _compare(snapshot, chosen, held, used.scorer)
    judged = _judged(snapshot, chosen, held, compared)
    promoted, reason = new_head.verdict(
        promote, _claim(judged["gain"]), why=selection.describe(chosen), before=used.family,
        doubt=judgement.doubt(held, judged["gain"]), falls=judged["falls"],
    )  # fmt: skip
    card: HeadCard = {
        **_fit_of(snapshot, chosen, board, len(material.vectors)),
        "held_out": {"name": held.name, "n": len(held.rows)},
        "metrics": _metrics(snapshot, held, compared),
        "before": used.family,
        **judged,
        "seed": options.seed,
        "options": _settings(options),
        "seconds": round(time.perf_counter() - begin, 3),
    }
    scores, zero_shot = card["metrics"]["new"], card["metrics"]["zero_shot"]
    categories = np.array(chosen.linear.classes, np.int64)[chosen.predicted]
    row = new_head.save(
        snapshot, chosen.linear, card, OutOfFold(snapshot.ids[chosen.rows], categories, chosen.probabilities),
        labels=len(chosen.rows), reason=reason, promoted=promoted,
        measured={**scores, "gain": judged["gain"], "set": held.name}, actor=actor,
    )  # fmt: skip
    figures: HeadFigures = {**scores, **judged, "held_out": held.name, "zero_shot": zero_shot}
    return {"head": row.id, "promoted": promoted, "reason": reason, "metrics": figures}


def _claim(gain: PopulationGain | None) -> Claim | None:
    return None if gain is None else Claim(gain["accuracy"], gain["low"], gain["high"], gain["sure"], "points")


def _settings(options: TrainOptions) -> TrainSettings:
    return {
        "soft": options.soft,
        "given": options.given,
        "spread": options.spread,
        "balance": options.balance,
        "seed": options.seed,
    }


def _fit_of(snapshot: Snapshot, chosen: Chosen, board: Board, images: int) -> CardFit:
    """The part of the card that describes the fit."""
    with snapshot.workspace.read() as connection:
        facet = taxonomy.facet(connection, snapshot.categories.facet_id())
    return {
        **new_head.card(snapshot, facet, chosen.linear.classes),
        "label_revision": board.last_event,
        "labels": len(chosen.rows),
        "images": (images, len(board)),
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


def _compare(snapshot: Snapshot, chosen: Chosen, held: HeldOut, before: Linear) -> _Compared:
    rows = np.arange(len(snapshot.ids))
    new = answers_of(snapshot, chosen.linear, held.classes, rows)
    new[chosen.rows] = chosen.predicted
    previous = answers_of(snapshot, before, held.classes, rows)
    head = snapshot.classifiers.head()
    if head is not None:
        previous = honest_answers(snapshot, head[0], previous, rows, held.classes)
    return _Compared(new, previous, answers_of(snapshot, baseline(snapshot), held.classes, rows))


def _metrics(snapshot: Snapshot, held: HeldOut, compared: _Compared) -> HeadMetrics:
    names = snapshot.categories.path_names(held.classes)

    def scored(answers: Ints) -> Scores:
        return accuracy.scores(held.truth, held.raised(answers[held.rows]), names)

    return {
        "new": scored(compared.new),
        "before": scored(compared.before),
        "zero_shot": scored(compared.zero_shot),
    }


def _judged(snapshot: Snapshot, chosen: Chosen, held: HeldOut, compared: _Compared) -> Judgement:
    probabilities = chosen.linear.probabilities(snapshot.vectors)
    probabilities[chosen.rows] = chosen.probabilities
    return {
        "gain": judgement.gain(snapshot, held, compared.before, compared.new, probabilities),
        "falls": judgement.falls(snapshot, held, compared.before, compared.new),
        "left_out": judgement.left_out(snapshot, held, chosen.linear.classes),
        "random_labels": judgement.wanting(held),
    }


def _leaks(board: Board, chosen: Chosen) -> int:
    train_rows = np.zeros(len(board), np.bool_)
    train_rows[chosen.rows] = True
    return leaks(board.group, train_rows, board.audit)
