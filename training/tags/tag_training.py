"""One click for an open facet: fit a sigmoid head, compare it, save it, and promote it where the gain is certain."""

from __future__ import annotations

import time
from typing import Any

import numpy as np

from errors import InputError
from labeling.cleaning.grouped_split import leaks
from labeling.scoring.multilabel import NO, UNKNOWN, YES
from labeling.snapshot.snapshot import Snapshot
from store.project.taxonomy import Facet
from store.workspace import MACHINE
from training.fitting import multilabel_head
from training.fitting.multilabel_head import MultiHead, MultiOptions
from training.fitting.selection import Progress
from training.heads import new_head
from training.metrics import multilabel_metrics
from training.tags.tag_comparison import (
    LEAST,
    Answers,
    Said,
    Sigmoid,
    answers_of,
    by_head,
    by_prompts,
    sigmoid_of,
    starting_point,
)

UNFAIR = (
    "that is on {} chosen images; answer some in random order, then train again, to know what it gains on the others"
)


def train_tags(
    snapshot: Snapshot, facet: Facet, *, actor: str = MACHINE, promote: str = "auto", options: MultiOptions | None = None,
    progress: Progress | None = None,
) -> dict[str, Any]:  # fmt: skip
    """Fit a sigmoid head on people's answers, save it, and promote it where its gain in micro F1 is certain.

    Args:
        promote: `auto` (the 95 % interval of the gain over what is in use excludes zero), `always` or `never`.

    Returns:
        As `train`: `head`, `promoted`, `reason`, `metrics` (of the head, with `gain`, `held_out` and `zero_shot`), and `facet`.

    Raises:
        InputError: too few answers. CancelledError: `progress` said stop; the head in use stays.
    """
    begin = time.perf_counter()
    options = options or MultiOptions()
    answers = answers_of(snapshot, facet)
    made = _fitted(snapshot, answers, options, progress)
    head = Sigmoid(
        made.linear, made.thresholds.values, snapshot.ids[answers.learned], made.held_out, made.row_thresholds
    )
    prompts, before = by_prompts(snapshot, answers), in_use(snapshot, answers)
    new = by_head(snapshot, answers, "new", head, prompts)
    gain = (
        None
        if before is None
        else multilabel_metrics.gain(before.yes, new.yes, answers.judged, answers.group[answers.held])
    )
    gain = as_claim(gain, answers)
    name = "no model" if before is None else before.name.lower()
    why = _why(made, answers)
    doubt = "" if answers.is_fair else UNFAIR.format(len(answers.held))
    promoted, reason = new_head.verdict(
        promote, gain, key="micro_f1", unit="points of micro F1", why=why, before=name, doubt=doubt
    )
    card = {
        **new_head.card(snapshot, facet, made.linear.classes),
        **_learned(snapshot, answers, made, options),
        "why": why,
        "metrics": {
            key: None if said is None else said.measure(answers)
            for key, said in (("new", new), ("before", before), ("zero_shot", prompts))
        },
        "before": name,
        "gain": gain,
        "seconds": round(time.perf_counter() - begin, 3),
    }
    held_out: dict[str, Any] = {"items": head.items, "scores": head.scores, "thresholds": head.row_thresholds}
    scores = card["metrics"]["new"]
    row = new_head.save(
        snapshot, made.linear, card, held_out, labels=card["labels"], reason=reason, promoted=promoted,
        measured={**scores, "gain": gain, "set": answers.name}, actor=actor,
    )  # fmt: skip
    told = {**scores, "gain": gain, "held_out": answers.name, "zero_shot": card["metrics"]["zero_shot"]}
    return {"head": row.id, "facet": facet.name, "promoted": promoted, "reason": reason, "metrics": told}


def as_claim(gain: dict[str, float] | None, answers: Answers) -> dict[str, float] | None:
    """A gain with `sure`, its certain part, where the answers are a fair sample of the images; without it nothing is claimed."""
    return {**gain, "sure": gain["low"]} if gain is not None and answers.is_fair else gain


def _fitted(snapshot: Snapshot, answers: Answers, options: MultiOptions, progress: Progress | None) -> MultiHead:
    facet, learned = answers.facet, answers.learned
    if not answers.learnable:
        raise InputError(
            f"A head of {facet.name} needs a label that is on {LEAST} images and, said as no, not on {LEAST} others, audit items "
            f"aside; {_told(answers)}. Answer more in Review: its key goes from yes to no."
        )
    vectors, truth, group = snapshot.vectors[learned], answers.truth[learned], answers.group[learned]
    return multilabel_head.train(vectors, truth, group, starting_point(snapshot, facet), options, progress)


def in_use(snapshot: Snapshot, answers: Answers) -> Said | None:
    """What proposes in the facet now, on the held-out rows; None where nothing does."""
    prompts = by_prompts(snapshot, answers)
    found = snapshot.classifiers.head(answers.facet.id)
    if found is None:
        return prompts
    row = found[0]
    return by_head(snapshot, answers, f"Head {row.number}", sigmoid_of(snapshot, row), prompts, row)


def _learned(snapshot: Snapshot, answers: Answers, made: MultiHead, options: MultiOptions) -> dict[str, Any]:
    """What the card says of the fit."""
    board = snapshot.labels.board()
    train = np.zeros(len(board), np.bool_)
    train[answers.learned] = True
    return {
        "label_revision": board.last_event,
        "labels": int((answers.truth[answers.learned] != UNKNOWN).sum()),
        "images": len(answers.learned),
        "winner": f"pull {made.pull:g}",
        "candidates": [
            {"name": f"pull {pull:g}", "log_likelihood": value, "share": float(pull == made.pull)}
            for pull, value in made.likelihood.items()
        ],
        "thresholds": {
            "values": [round(float(value), 6) for value in made.thresholds.values],
            "shared": round(made.thresholds.shared, 6),
        },
        "held_out": {"name": answers.name, "n": len(answers.held)},
        "leaks": leaks(board.group, train, board.audit),
        "seed": options.seed,
        "options": {"balance": options.balance, "seed": options.seed},
    }


def _why(made: MultiHead, answers: Answers) -> str:
    best = f"log-likelihood {made.likelihood[made.pull]:.3f} on {len(answers.learned)} images"
    return f"a pull of {made.pull:g} to the prompts foretold held-out answers best of {len(made.likelihood)} ({best})"


def _told(answers: Answers) -> str:
    said = answers.truth[answers.learned]
    return f"{int((said == YES).sum())} yes and {int((said == NO).sum())} no are there"
