"""Options that are measured, not believed: mean-centring, a class prior and the temperature, on the project's own labels."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import NotRequired

import numpy as np
import numpy.typing as npt
from typing_extensions import TypedDict

from errors import InputError
from labeling.cleaning.grouped_split import folds
from labeling.prompts import draft_effect
from labeling.scoring import random_words, zero_shot
from labeling.scoring.calibration import calibration_error
from labeling.scoring.zero_shot import Floats, Linear, softmax
from labeling.snapshot.snapshot import Snapshot
from store.project import prompts
from store.project.prompt_set import Options, OptionsJson, PromptSet, options_json, read_options
from store.team import actors

ENOUGH = 30
AUDIT_ENOUGH = 60
FOLDS = 5
NAMES = {(False, False): "plain", (True, False): "mean-centred", (False, True): "class prior", (True, True): "both"}
Ints = npt.NDArray[np.int64]


class Judged(TypedDict):
    """How a combination does on labels of people; `calibration_error_fitted` with a temperature fitted on the other folds."""

    accuracy: float
    macro_f1: float
    calibration_error: float
    calibration_error_fitted: float


class MeasuredOptions(Judged):
    """A combination of mean-centring and class prior, and its gain in accuracy over what is in use, with its interval."""

    name: str
    centred: bool
    prior: bool
    gain: float
    low: float
    high: float
    in_use: bool


class OptionsReport(TypedDict):
    """Every combination on `n` labels of people, the winner, and the options that it means.

    `set` says on which labels: audit items where there are enough, else all, which were not drawn at random. `version` is there
    where the options were published.
    """

    n: int
    set: str
    rows: list[MeasuredOptions]
    winner: str
    options: OptionsJson
    why: str
    version: NotRequired[int]


@dataclass(frozen=True)
class _Combination:
    """A combination as it was judged; right: bool [n], of the labels of people."""

    name: str
    centred: bool
    prior: bool
    right: npt.NDArray[np.bool_]
    judged: Judged


def report_options(snapshot: Snapshot, prompt_set: PromptSet | None = None) -> OptionsReport:
    """Every combination on labels of people, prior and temperature fitted on the other folds.

    Raises:
        InputError: too few labels of people, or all of them in one group.
    """
    active_prompts = prompt_set if prompt_set is not None else snapshot.prompts.version()[1]
    rows, truth, which = _labelled(snapshot)
    if len(rows) < ENOUGH or len(np.unique(truth)) < 2:
        raise InputError(
            f"Options need {ENOUGH} labels by people in at least two classes; there are {len(rows)}. Label a few more."
        )
    fold = folds(snapshot.labels.board().group[rows], truth, count=FOLDS)
    plain = replace(active_prompts, options=replace(active_prompts.options, prior={}, temperature=1.0))
    every: list[_Combination] = []
    for (centred, prior), name in NAMES.items():
        linear = snapshot.prompts.zero_shot(
            replace(plain, options=replace(plain.options, centred=centred)), snapshot.categories.classes()
        )
        logits = linear.logits(np.asarray(snapshot.vectors)[rows])
        every.append(_Combination(name, centred, prior, *_judged(logits, truth, fold, prior)))
    used = next(
        each
        for each in every
        if (each.centred, each.prior) == (active_prompts.options.centred, bool(active_prompts.options.prior))
    )
    measured = [_measured(each, used) for each in every]
    better = [row for row in measured if row["low"] > 0]
    winner = max(better, key=lambda row: row["accuracy"]) if better else _measured(used, used)
    options = _options(snapshot, active_prompts, winner, rows, truth)
    return {
        "n": len(rows), "set": which, "rows": measured, "winner": winner["name"], "options": options_json(options),
        "why": "its gain over the current options is certain" if better else "no other has a certain gain over the current options",
    }  # fmt: skip


def _measured(each: _Combination, used: _Combination) -> MeasuredOptions:
    gain, low, high = random_words.paired(used.right, each.right)
    return {
        "name": each.name,
        "centred": each.centred,
        "prior": each.prior,
        **each.judged,
        "gain": gain,
        "low": low,
        "high": high,
        "in_use": each is used,
    }


def keep(snapshot: Snapshot, actor: str) -> OptionsReport:
    """Publish the options that won as a version; returns the report with its number.

    Raises:
        InputError: too few labels of people.
    """
    measured = report_options(snapshot)
    with snapshot.workspace.engine.begin() as connection:
        newest = prompts.published(connection).prompts
        prompt_set = replace(newest, options=read_options(measured["options"]))
        actor_id = actors.id_of(connection, actor)
        number = prompts.publish(
            connection, prompt_set, note=f"options measured: {measured['winner']}", actor_id=actor_id
        )
    return {**measured, "version": number}


def _labelled(snapshot: Snapshot) -> tuple[Ints, Ints, str]:
    board = snapshot.labels.board()
    truth = board.class_index(tuple(c.id for c in snapshot.categories.classes()))
    rows, which = board.judges(truth, AUDIT_ENOUGH)
    return rows, truth[rows], which


def _judged(logits: Floats, truth: Ints, fold: Ints, prior: bool) -> tuple[npt.NDArray[np.bool_], Judged]:
    """(bool [n] of the labels that are right, the figures)."""
    adjusted_logits, fitted = logits.copy(), np.zeros_like(logits)
    for number in np.unique(fold):
        inside, outside = fold != number, fold == number
        offset = _prior(truth[inside], logits.shape[1]) if prior else np.zeros(logits.shape[1], np.float32)
        adjusted_logits[outside] = logits[outside] + offset
        temperature = zero_shot.fit_temperature(logits[inside] + offset, truth[inside]) if inside.any() else 1.0
        fitted[outside] = softmax(adjusted_logits[outside] / temperature)
    right = adjusted_logits.argmax(axis=1) == truth
    judged: Judged = {
        "accuracy": float(right.mean()),
        "macro_f1": draft_effect.macro_f1(truth, adjusted_logits.argmax(axis=1)),
        "calibration_error": calibration_error(softmax(adjusted_logits).max(axis=1), right),
        "calibration_error_fitted": calibration_error(fitted.max(axis=1), right),
    }
    return right, judged


def _prior(truth: Ints, classes: int) -> Floats:
    """Logarithm of the smoothed share of each class, less its mean: float32 [k]."""
    share = np.log((np.bincount(truth, minlength=classes) + 1) / (len(truth) + classes))
    return np.asarray(share - share.mean(), np.float32)


def _options(snapshot: Snapshot, prompt_set: PromptSet, winner: MeasuredOptions, rows: Ints, truth: Ints) -> Options:
    """The winner's options, with prior and temperature fitted on all the labels."""
    classes = snapshot.categories.classes()
    offset = _prior(truth, len(classes)) if winner["prior"] else np.zeros(len(classes), np.float32)
    plain = replace(
        prompt_set, options=replace(prompt_set.options, centred=winner["centred"], prior={}, temperature=1.0)
    )
    linear: Linear = snapshot.prompts.zero_shot(plain, classes)
    temperature = zero_shot.fit_temperature(linear.logits(np.asarray(snapshot.vectors)[rows]) + offset, truth)
    prior = {c.id: round(float(b), 4) for c, b in zip(classes, offset / temperature, strict=True) if winner["prior"]}
    return replace(prompt_set.options, centred=winner["centred"], temperature=round(temperature, 4), prior=prior)
