"""Figures of an open facet on people's answers."""

from __future__ import annotations

import numpy as np

from labeling.snapshot.snapshot import Snapshot
from labeling.tags import answers
from store.ledger import labels
from store.ledger.events import Batch, Change
from store.team import actors
from training.tags import tag_evaluation


def test_nothing_is_measured_before_there_are_answers(tagged: Snapshot) -> None:
    assert tag_evaluation.report(tagged, answers.find(tagged))["zero_shot"] is None


def test_prompts_and_head_are_measured_on_what_they_have_not_seen(answered: Snapshot) -> None:
    facet = answers.find(answered)
    result = tag_evaluation.report(answered, facet)
    assert (result["n"], result["answers"]) == (160, 320)
    figures = {"map", "hit1", "hit2", "peak_f1", "micro_f1", "macro_f1", "micro_f1_fixed", "macro_f1_fixed"}
    assert set(result["head"]) == figures
    assert result["head"]["map"] > result["zero_shot"]["map"]
    assert result["head"]["micro_f1"] > 0.7
    drawn = answers.columns(answered, facet)[0].id
    shuffled = np.random.default_rng(0).permutation(160)
    with answered.workspace.engine.begin() as connection:  # answers that nothing can predict
        bob = actors.id_of(connection, "Bob")
        noise = [
            Change(int(answered.labels.board().ids[k]), drawn, "yes" if place % 3 == 0 else "no")
            for place, k in enumerate(shuffled)
        ]
        labels.write(connection, Batch(bob, "human"), noise)
    assert tag_evaluation.report(answered, facet)["head"]["map"] < result["head"]["map"]
