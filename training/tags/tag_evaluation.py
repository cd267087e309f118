"""How well several labels at once are told on people's answers: by the prompts, and by a sigmoid head fitted on the other folds."""

from __future__ import annotations

from typing import Any

from labeling.scoring.multilabel import UNKNOWN, YES
from labeling.snapshot.snapshot import Snapshot
from store.project.taxonomy import Facet
from training.fitting import multilabel_head
from training.tags.tag_comparison import Sigmoid, answers_of, by_head, by_prompts, starting_point

ENOUGH = 20  # items with an answer


def report(snapshot: Snapshot, facet: Facet) -> dict[str, Any]:
    """Figures of an open facet; thresholds are fitted on folds that do not hold the item that they judge.

    Returns:
        `n` items with an answer, `answers`, and `zero_shot` and `head` (None where answers are too few): each `map`, `micro_f1`,
        `macro_f1`, the same with `_fixed` at 0.5, `peak_f1`, `hit1`, `hit2`.

    Raises:
        EncoderError: the encoder has no text side.
    """
    answers = answers_of(snapshot, facet)
    known = answers.truth != UNKNOWN
    found: dict[str, Any] = {
        "n": int(known.any(axis=1).sum()), "answers": int(known.sum()), "zero_shot": None, "head": None,
    }  # fmt: skip
    prompts = by_prompts(snapshot, answers) if found["n"] >= ENOUGH and (answers.judged == YES).any() else None
    if prompts is None:
        return found
    found["zero_shot"] = prompts.measure(answers)
    if answers.learnable:
        mine, ids = answers.learned, snapshot.ids[answers.learned]
        start = starting_point(snapshot, facet)
        made = multilabel_head.train(snapshot.vectors[mine], answers.truth[mine], answers.group[mine], start)
        head = Sigmoid(made.linear, made.thresholds.values, ids, made.held_out, made.row_thresholds)
        found["head"] = by_head(snapshot, answers, "head", head, prompts).measure(answers)
    return found
