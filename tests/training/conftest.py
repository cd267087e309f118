"""A demo workspace with two labels of an open facet, answered by the truth."""

from __future__ import annotations

import numpy as np
import pytest

from labeling import audit
from labeling.pipeline import tags
from labeling.pipeline import taxonomy as changing
from labeling.pipeline.scene import Scene
from store import labels, workspace
from store.ledger import Batch, Change

ANSWERED = 160


@pytest.fixture
def tagged(demo_scene: Scene) -> Scene:
    """The demo workspace with the labels `drawn` and `written`, nobody asked yet."""
    for name in ("drawn", "written"):
        prompts = [f"something {name}"]
        changing.add(demo_scene.workspace, name, facet="tags", exclusive=False, prompts=prompts, actor="Ann")
    return demo_scene


@pytest.fixture
def answered(tagged: Scene, truth: dict[str, str]) -> Scene:
    """The same, both labels answered yes or no on the first 160 images in random order."""
    drawn, written = (c.id for c in tags.columns(tagged, tags.find(tagged)))
    board = tagged.board()
    said = []
    for row in np.argsort(audit.ranks(board.ids))[:ANSWERED]:
        number, kind = int(board.ids[row]), truth[board.names[row].split("/")[-1]]
        said += [Change(number, drawn, "yes" if kind == "animation_game" else "no")]
        said += [Change(number, written, "yes" if kind == "document" else "no")]
    with tagged.workspace.engine.begin() as connection:
        batch = Batch(workspace.actor_id(connection, "Ann"), "human", detail={"order": "random"})
        labels.write(connection, batch, said)
    return tagged
