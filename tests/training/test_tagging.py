"""Figures of an open facet on people's answers."""

from __future__ import annotations

import numpy as np

from labeling.pipeline import tags
from labeling.pipeline import taxonomy as changing
from store import labels, workspace
from store.ledger import Batch, Change
from training.pipeline import tagging


def test_prompts_and_head_are_measured_on_what_they_have_not_seen(demo_scene, truth) -> None:
    for name in ("drawn", "written"):
        changing.add(
            demo_scene.workspace, name, facet="tags", exclusive=False, prompts=[f"something {name}"], actor="Ann"
        )
    facet = tags.find(demo_scene)
    assert tagging.report(demo_scene, facet)["zero_shot"] is None
    drawn, written = (c.id for c in tags.columns(demo_scene, facet))
    board = demo_scene.board()
    said = []
    for number, name in list(zip(board.ids.tolist(), board.names, strict=True))[:160]:
        kind = truth[name.split("/")[-1]]
        said += [Change(number, drawn, "yes" if kind == "animation_game" else "no")]
        said += [Change(number, written, "yes" if kind == "document" else "no")]
    with demo_scene.workspace.engine.begin() as connection:
        labels.write(connection, Batch(workspace.actor_id(connection, "Ann"), "human"), said)
    found = tagging.report(demo_scene, facet)
    assert (found["n"], found["answers"]) == (160, 320)
    assert set(found["head"]) == {
        "map",
        "hit1",
        "hit2",
        "peak_f1",
        "micro_f1",
        "macro_f1",
        "micro_f1_fixed",
        "macro_f1_fixed",
    }
    assert found["head"]["map"] > found["zero_shot"]["map"]
    assert found["head"]["micro_f1"] > 0.7
    shuffled = np.random.default_rng(0).permutation(160)
    with demo_scene.workspace.engine.begin() as connection:  # answers that nothing can predict
        ann = workspace.actor_id(connection, "Bob")
        noise = [
            Change(int(board.ids[k]), drawn, "yes" if place % 3 == 0 else "no") for place, k in enumerate(shuffled)
        ]
        labels.write(connection, Batch(ann, "human"), noise)
    assert tagging.report(demo_scene, facet)["head"]["map"] < found["head"]["map"]
