"""Demo workspaces: with two labels of an open facet, answered by the truth, and with a promoted head."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import video_project
from conftest import once

import sample_data
from labeling.categories import tree_edits
from labeling.cleaning import error_bounds
from labeling.exchange import label_import
from labeling.snapshot.snapshot import Snapshot
from labeling.tags import answers
from store import workspace
from store.ledger import labels
from store.ledger.events import Batch, Change
from store.team import actors
from training.heads import head_training

ANSWERED = 160


@pytest.fixture
def tagged(demo_snapshot: Snapshot) -> Snapshot:
    """The demo workspace with the labels `drawn` and `written`, nobody asked yet."""
    return with_labels(demo_snapshot, {"drawn": "something drawn", "written": "something written"})


@pytest.fixture
def answered(tagged: Snapshot, truth: dict[str, str]) -> Snapshot:
    """The same, both labels answered yes or no on the first 160 images in random order."""
    return answer(tagged, truth)


@pytest.fixture
def misled(demo_snapshot: Snapshot, truth: dict[str, str]) -> Snapshot:
    """Answers by the truth to labels whose prompts speak of one another, so that any head gains for certain."""
    return answer(with_labels(demo_snapshot, {"drawn": "something written", "written": "something drawn"}), truth)


def with_labels(snapshot: Snapshot, prompts: dict[str, str]) -> Snapshot:
    """Add labels of an open facet, each with a prompt."""
    for name, prompt in prompts.items():
        tree_edits.add(snapshot.workspace, name, facet="tags", exclusive=False, prompts=[prompt], actor="Ann")
    return snapshot


def answer(snapshot: Snapshot, truth: dict[str, str]) -> Snapshot:
    """Answer both labels on the first images in random order."""
    drawn, written = (c.id for c in answers.columns(snapshot, answers.find(snapshot)))
    board = snapshot.labels.board()
    reply = []
    for row in np.argsort(error_bounds.ranks(board.ids))[:ANSWERED]:
        number, kind = int(board.ids[row]), truth[board.names[row].split("/")[-1]]
        reply += [Change(number, drawn, "yes" if kind == "animation_game" else "no")]
        reply += [Change(number, written, "yes" if kind == "document" else "no")]
    with snapshot.workspace.engine.begin() as connection:
        batch = Batch(actors.id_of(connection, "Ann"), "human", detail={"order": "random"})
        labels.write(connection, batch, reply)
    return snapshot


@pytest.fixture(scope="session")
def trained_videos(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Whole videos with a promoted head; never write to it, copy it."""
    return once(tmp_path_factory, "videos", video_project.build_trained) / "ws"


@pytest.fixture(scope="session")
def trained_path(built_demo: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo workspace with 60 labels from the truth and a promoted head; never write to it, copy it."""
    folder = tmp_path_factory.mktemp("trained")
    opened = workspace.open_workspace(Path(shutil.copytree(built_demo, folder / "demo")))
    lines = sample_data.truth_file().read_text(encoding="utf-8").splitlines()
    answers = folder / "answers.csv"
    answers.write_text(
        "file,class\n" + "\n".join(",".join(line.split(",")[:2]) for line in lines[1:61]), encoding="utf-8"
    )
    label_import.label_csv(opened, answers, actor="Ann")
    head_training.train(Snapshot(opened), promote="always")
    opened.engine.dispose()
    return folder / "demo"


@pytest.fixture
def trained(trained_path: Path, tmp_path: Path) -> Iterator[Snapshot]:
    """A copy of it, loaded."""
    opened = workspace.open_workspace(Path(shutil.copytree(trained_path, tmp_path / "demo")))
    yield Snapshot(opened)
    opened.engine.dispose()
