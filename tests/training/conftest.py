"""A demo workspace with two labels of an open facet, answered by the truth."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import video_project
from conftest import once

from labeling.categories import tree_edits
from labeling.cleaning import error_bounds
from labeling.snapshot.snapshot import Snapshot
from labeling.tags import answers
from store.ledger import labels
from store.ledger.events import Batch, Change
from store.team import actors

ANSWERED = 160


@pytest.fixture
def tagged(demo_snapshot: Snapshot) -> Snapshot:
    """The demo workspace with the labels `drawn` and `written`, nobody asked yet."""
    for name in ("drawn", "written"):
        prompts = [f"something {name}"]
        tree_edits.add(demo_snapshot.workspace, name, facet="tags", exclusive=False, prompts=prompts, actor="Ann")
    return demo_snapshot


@pytest.fixture
def answered(tagged: Snapshot, truth: dict[str, str]) -> Snapshot:
    """The same, both labels answered yes or no on the first 160 images in random order."""
    drawn, written = (c.id for c in answers.columns(tagged, answers.find(tagged)))
    board = tagged.labels.board()
    said = []
    for row in np.argsort(error_bounds.ranks(board.ids))[:ANSWERED]:
        number, kind = int(board.ids[row]), truth[board.names[row].split("/")[-1]]
        said += [Change(number, drawn, "yes" if kind == "animation_game" else "no")]
        said += [Change(number, written, "yes" if kind == "document" else "no")]
    with tagged.workspace.engine.begin() as connection:
        batch = Batch(actors.id_of(connection, "Ann"), "human", detail={"order": "random"})
        labels.write(connection, batch, said)
    return tagged


@pytest.fixture(scope="session")
def trained_videos(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Whole videos with a promoted head; never write to it, copy it."""
    return once(tmp_path_factory, "videos", video_project.build_trained) / "ws"
