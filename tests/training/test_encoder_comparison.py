from __future__ import annotations

import datetime as dt
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from other_model import shaken

import sample_data
from embedding.ingest import adding
from errors import InputError
from labeling import activity
from labeling.activity_words import plain
from labeling.review import decisions
from labeling.snapshot.snapshot import Snapshot
from maintenance import doctor
from settings import ROOT, child_environment
from store import workspace
from store.items import vectors
from store.ledger import encoder_switches, labels
from store.ledger.events import Batch, Change
from store.team import actors
from store.workspace import Workspace
from training import encoder_comparison

LABELLED = 12
KILLED = """
import os, signal, sys
from pathlib import Path
from embedding.ingest import encoder_change
from store.workspace import open_workspace
encoder_change.STEP = 4
def die(done, total, message="", losses=(), /):
    if done >= 8:
        os.kill(os.getpid(), signal.SIGKILL)
encoder_change.change_encoder(open_workspace(Path(sys.argv[1])), sys.argv[2], progress=die)
"""


@pytest.fixture(scope="module")
def other(tmp_path_factory: pytest.TempPathFactory) -> str:
    return str(shaken(tmp_path_factory.mktemp("models") / "shaken"))


@pytest.fixture
def thirty(root: Path, truth: dict[str, str]) -> Workspace:
    """Thirty demo images, twelve of them labelled by Ann."""
    opened = workspace.open_workspace(root / "demo")
    snapshot = Snapshot(opened)
    classes = {category.name: category.id for category in snapshot.categories.tree}
    board = snapshot.labels.board()
    answer = [Change(int(board.ids[k]), classes[truth[board.names[k].split("/")[-1]]]) for k in range(LABELLED)]
    with opened.engine.begin() as connection:
        labels.write(connection, Batch(actors.id_of(connection, "Ann"), "human"), answer)
    return opened


def in_use(opened: Workspace) -> str:
    with opened.read() as connection:
        return vectors.current_encoder(connection).name


def newest(opened: Workspace) -> encoder_switches.Switch | None:
    with opened.read() as connection:
        return encoder_switches.newest(connection)


def test_a_change_says_what_it_did_and_is_taken_back_at_once(thirty: Workspace, other: str) -> None:
    old = Snapshot(thirty)
    before = old.prompts.down_the_tree()
    notice = encoder_comparison.change_encoder(thirty, other, actor="Bob")
    new = Snapshot(thirty)
    assert (notice["before"], notice["encoder"], in_use(thirty)) == ("built-in", "shaken", "shaken")
    assert {name: scores["zero_shot"]["n"] for name, scores in notice["compared"].items() if scores["zero_shot"]} == {
        "built-in": LABELLED, "shaken": LABELLED,
    }  # fmt: skip
    change = notice["change"]
    assert change is not None
    assert (change["of"], change["moved"]) == (30, len(change["items"]))
    assert change["moved"] > 0
    rows = {int(number): k for k, number in enumerate(old.ids)}
    classes = np.array(before.classes)
    for item, was, now in change["items"]:
        assert classes[before.logits(old.vectors[[rows[item]]]).argmax()] == was != now
    [first, *_], _ = activity.recent(thirty, 5)
    assert plain(first.words) == "Bob changed the encoder from built-in to shaken"
    switch = newest(thirty)
    assert switch is not None
    assert (switch.actor, switch.before, switch.after, switch.missing) == ("Bob", "built-in", "shaken", 0)
    decisions.undo_batch(thirty, "Ann", switch.batch)
    assert in_use(thirty) == "built-in"
    assert newest(thirty) is None
    again = Snapshot(thirty)
    assert np.array_equal(again.vectors, old.vectors)
    assert len(again.labels.board()) == len(new.labels.board()) == 30
    [first, *_], _ = activity.recent(thirty, 5)
    assert plain(first.words) == "Ann took back what Bob did: changed the encoder from built-in to shaken"
    assert doctor.workspace(thirty)["problems"] == []


def test_a_key_of_review_does_not_take_it_back(thirty: Workspace, other: str) -> None:
    encoder_comparison.change_encoder(thirty, other, actor="Ann")
    assert decisions.undo_batch(thirty, "Ann", None).reverted == LABELLED
    assert in_use(thirty) == "shaken"


def test_what_came_since_is_embedded_before_the_way_back(thirty: Workspace, other: str) -> None:
    encoder_comparison.change_encoder(thirty, other, actor="Ann")
    pictures = sorted(sample_data.images_folder().iterdir())[30:33]
    adding.add(thirty, pictures)
    switch = newest(thirty)
    assert switch is not None
    assert switch.missing == 3
    with pytest.raises(InputError, match="3 images came since and have no vector of built-in"):
        decisions.undo_batch(thirty, "Ann", switch.batch)
    assert in_use(thirty) == "shaken"
    assert encoder_comparison.change_encoder(thirty, switch.spec, actor="Ann")["embedded"] == 3
    assert in_use(thirty) == "built-in"


def test_after_a_day_it_stays(thirty: Workspace, other: str, monkeypatch: pytest.MonkeyPatch) -> None:
    encoder_comparison.change_encoder(thirty, other, actor="Ann")
    switch = newest(thirty)
    assert switch is not None
    monkeypatch.setattr(encoder_switches, "BACK_FOR", dt.timedelta(0))
    assert newest(thirty) is None
    with pytest.raises(InputError, match="more than a day ago"):
        decisions.undo_batch(thirty, "Ann", switch.batch)


def test_a_change_that_is_killed_goes_on_where_it_was(thirty: Workspace, other: str) -> None:
    command = [sys.executable, "-c", KILLED, str(thirty.path), other]
    killed = subprocess.run(command, env=child_environment(), cwd=ROOT, check=False)
    assert killed.returncode == -signal.SIGKILL
    assert in_use(thirty) == "built-in"
    notice = encoder_comparison.change_encoder(thirty, other, actor="Ann")
    assert notice["embedded"] == 30 - 8
    assert in_use(thirty) == "shaken"
    report = doctor.workspace(thirty)
    assert (report["problems"], report["vectors"]) == ([], 30)
