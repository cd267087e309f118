"""Evaluation of an open facet on people's answers: the prompts, and a sigmoid head out of fold."""

from __future__ import annotations

from typing_extensions import TypedDict

from labeling.scoring.multilabel import UNKNOWN, YES
from labeling.snapshot.snapshot import Snapshot
from store.project.taxonomy import Facet
from training.fitting import multilabel_head
from training.metrics.multilabel_metrics import MultilabelScores
from training.tags.tag_comparison import Sigmoid, answers_of, by_head, by_prompts, starting_point

ENOUGH = 20  # items with an answer


class TagEvaluation(TypedDict):
    """Figures of an open facet on `n` items with an answer, None with too few answers."""

    n: int
    answers: int
    zero_shot: MultilabelScores | None
    head: MultilabelScores | None


def report(snapshot: Snapshot, facet: Facet) -> TagEvaluation:
    """Evaluate prompts and a new head; thresholds for an item are fitted on the other folds.

    Raises:
        EncoderError: the encoder has no text side.
    """
    answers = answers_of(snapshot, facet)
    known = answers.truth != UNKNOWN
    figures: TagEvaluation = {
        "n": int(known.any(axis=1).sum()), "answers": int(known.sum()), "zero_shot": None, "head": None,
    }  # fmt: skip
    prompts = by_prompts(snapshot, answers) if figures["n"] >= ENOUGH and (answers.judged == YES).any() else None
    if prompts is None:
        return figures
    figures["zero_shot"] = prompts.measure(answers)
    if answers.learnable:
        mine, ids = answers.learned, snapshot.ids[answers.learned]
        start = starting_point(snapshot, facet)
        fitted = multilabel_head.train(snapshot.vectors[mine], answers.truth[mine], answers.group[mine], start)
        head = Sigmoid(fitted.linear, fitted.thresholds.values, ids, fitted.held_out, fitted.row_thresholds)
        figures["head"] = by_head(snapshot, answers, "head", head, prompts).measure(answers)
    return figures
