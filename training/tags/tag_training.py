"""One click for an open facet: fit a sigmoid head, compare it, save it, and promote it where the gain is certain."""

from __future__ import annotations

import time

import numpy as np
from typing_extensions import TypedDict

from errors import InputError
from labeling.cleaning.grouped_split import leaks
from labeling.scoring.multilabel import NO, UNKNOWN, YES
from labeling.snapshot.snapshot import Snapshot
from progress import Progress, silent
from store.project.taxonomy import Facet
from store.team import people
from training.fitting import multilabel_head
from training.fitting.multilabel_head import MultiHead, MultiOptions
from training.heads import new_head
from training.heads.new_head import CardHeldOut, CardStart, Claim, TrainedHead
from training.heads.out_of_fold import OutOfFold
from training.metrics import multilabel_metrics
from training.metrics.multilabel_metrics import MicroF1Gain, MultilabelScores
from training.tags.tag_comparison import (
    LEAST,
    Answers,
    Prediction,
    Sigmoid,
    answers_of,
    by_head,
    by_prompts,
    sigmoid_of,
    starting_point,
)

UNFAIR = (
    "this gain holds for {} chosen images; to measure it on the others, answer some in random order, then train again"
)


class TagCandidate(TypedDict):
    """A pull that was tried, with the log-likelihood of held-out answers; `share` is 1 for the best."""

    name: str
    log_likelihood: float
    share: float


class CardThresholds(TypedDict):
    """Thresholds by label, and the one that they are drawn to."""

    values: list[float]
    shared: float


class TagSettings(TypedDict, total=False):
    """Options that a person may set, as `MultiOptions`; the card keeps them."""

    balance: bool
    seed: int


class TagMetrics(TypedDict):
    """Figures of the new head, of the classifier in use before it, and of zero-shot on the same items."""

    new: MultilabelScores
    before: MultilabelScores | None
    zero_shot: MultilabelScores | None


class TagFit(TypedDict):
    """Part of a card that describes the fit.

    Attributes:
        label_revision: id of the last label event. labels: number of answers learned from. images: of items that have them.
        leaks: groups with items on both sides of the split into training and audit.
    """

    label_revision: int
    labels: int
    images: int
    winner: str
    candidates: list[TagCandidate]
    thresholds: CardThresholds
    held_out: CardHeldOut
    leaks: int
    seed: int
    options: TagSettings


class TagCard(CardStart, TagFit):
    """Card of a head of any number of labels; `before` names the classifier in use before it."""

    why: str
    metrics: TagMetrics
    before: str
    gain: MicroF1Gain | None
    seconds: float


class TagFigures(MultilabelScores):
    """Figures of a new head, with those of zero-shot; `held_out` names the items in words."""

    gain: MicroF1Gain | None
    held_out: str
    zero_shot: MultilabelScores | None


class TagTraining(TrainedHead):
    """Result of a training."""

    facet: str
    metrics: TagFigures


def train_tags(
    snapshot: Snapshot, facet: Facet, *, actor: str = people.MACHINE, promote: str = "auto", options: MultiOptions | None = None,
    progress: Progress = silent,
) -> TagTraining:  # fmt: skip
    """Fit a sigmoid head on people's answers, save it, and promote it where its gain in micro F1 is certain.

    Args:
        promote: `auto` (the 95 % interval of the gain over the classifier in use excludes zero), `always` or `never`.

    Raises:
        InputError: too few answers. CancelledError: `progress` stopped it; the head in use stays.
    """
    begin = time.perf_counter()
    options = options or MultiOptions()
    answers = answers_of(snapshot, facet)
    fitted = _fitted(snapshot, answers, options, progress)
    own = OutOfFold(snapshot.ids[answers.learned], scores=fitted.held_out, thresholds=fitted.row_thresholds)
    head = Sigmoid(fitted.linear, fitted.thresholds.values, own.items, fitted.held_out, fitted.row_thresholds)
    prompts, before = by_prompts(snapshot, answers), in_use(snapshot, answers)
    new = by_head(snapshot, answers, "new", head, prompts)
    gain = gain_of(before, new, answers)
    name = "no model" if before is None else before.name.lower()
    why = _why(fitted, answers)
    doubt = "" if answers.is_fair else UNFAIR.format(len(answers.held))
    promoted, reason = new_head.verdict(promote, _claim(gain), why=why, before=name, doubt=doubt)
    scores, zero_shot = new.measure(answers), None if prompts is None else prompts.measure(answers)
    card: TagCard = {
        **new_head.card(snapshot, facet, fitted.linear.classes),
        **_fit_of(snapshot, answers, fitted, options),
        "why": why,
        "metrics": {
            "new": scores,
            "before": None if before is None else before.measure(answers),
            "zero_shot": zero_shot,
        },
        "before": name,
        "gain": gain,
        "seconds": round(time.perf_counter() - begin, 3),
    }
    row = new_head.save(
        snapshot, fitted.linear, card, own, labels=card["labels"], reason=reason, promoted=promoted,
        measured={**scores, "gain": gain, "set": answers.name}, actor=actor,
    )  # fmt: skip
    figures: TagFigures = {**scores, "gain": gain, "held_out": answers.name, "zero_shot": zero_shot}
    return {"head": row.id, "facet": facet.name, "promoted": promoted, "reason": reason, "metrics": figures}


def gain_of(before: Prediction | None, new: Prediction, answers: Answers) -> MicroF1Gain | None:
    """Gain in micro F1, None without a model before; with `sure` where the answers are a fair sample of the images."""
    if before is None:
        return None
    gain = multilabel_metrics.gain(before.yes, new.yes, answers.judged, answers.group[answers.held])
    return {**gain, "sure": gain["low"]} if gain is not None and answers.is_fair else gain


def _claim(gain: MicroF1Gain | None) -> Claim | None:
    if gain is None:
        return None
    return Claim(gain["micro_f1"], gain["low"], gain["high"], gain.get("sure", gain["low"]), "points of micro F1")


def _fitted(snapshot: Snapshot, answers: Answers, options: MultiOptions, progress: Progress) -> MultiHead:
    facet, learned = answers.facet, answers.learned
    if not answers.learnable:
        raise InputError(
            f"A head of {facet.name} needs a label with {LEAST} yes and {LEAST} no answers, without audit items; {_counts(answers)}. "
            "Answer more in Review: its key goes from yes to no."
        )
    vectors, truth, group = snapshot.vectors[learned], answers.truth[learned], answers.group[learned]
    return multilabel_head.train(vectors, truth, group, starting_point(snapshot, facet), options, progress)


def in_use(snapshot: Snapshot, answers: Answers) -> Prediction | None:
    """Predictions of the classifier in use in the facet, None without one."""
    prompts = by_prompts(snapshot, answers)
    head = snapshot.classifiers.head(answers.facet.id)
    if head is None:
        return prompts
    row = head[0]
    return by_head(snapshot, answers, f"Head {row.number}", sigmoid_of(snapshot, row), prompts, row)


def _fit_of(snapshot: Snapshot, answers: Answers, fitted: MultiHead, options: MultiOptions) -> TagFit:
    """The part of the card that describes the fit."""
    board = snapshot.labels.board()
    train = np.zeros(len(board), np.bool_)
    train[answers.learned] = True
    return {
        "label_revision": board.last_event,
        "labels": int((answers.truth[answers.learned] != UNKNOWN).sum()),
        "images": len(answers.learned),
        "winner": f"pull {fitted.pull:g}",
        "candidates": [
            {"name": f"pull {pull:g}", "log_likelihood": value, "share": float(pull == fitted.pull)}
            for pull, value in fitted.likelihood.items()
        ],
        "thresholds": {
            "values": [round(float(value), 6) for value in fitted.thresholds.values],
            "shared": round(fitted.thresholds.shared, 6),
        },
        "held_out": {"name": answers.name, "n": len(answers.held)},
        "leaks": leaks(board.group, train, board.audit),
        "seed": options.seed,
        "options": {"balance": options.balance, "seed": options.seed},
    }


def _why(fitted: MultiHead, answers: Answers) -> str:
    best = f"log-likelihood {fitted.likelihood[fitted.pull]:.3f} on {len(answers.learned)} images"
    return (
        f"a pull of {fitted.pull:g} to the prompts predicted held-out answers best of {len(fitted.likelihood)} ({best})"
    )


def _counts(answers: Answers) -> str:
    truth = answers.truth[answers.learned]
    return f"{int((truth == YES).sum())} yes and {int((truth == NO).sum())} no are there"
