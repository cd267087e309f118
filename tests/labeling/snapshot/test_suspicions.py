"""What the others say: always fresh in a small workspace, fresh soon and without waiting in a large one."""

from __future__ import annotations

import threading
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from labeling.snapshot import suspicions
from labeling.snapshot.suspicions import Opinion, OpinionFile


def made_of(board: Any) -> Any:
    return np.full((len(board), 2), board.last_event, np.float32)


def test_a_small_workspace_always_hears_the_newest(demo_snapshot: Any) -> None:
    board, heard = demo_snapshot.labels.board(), Opinion(made_of)
    assert heard.of(board, "a")[1][0, 0] == board.last_event
    later = replace(board, last_event=board.last_event + 1)
    assert heard.of(later, "a")[1][0, 0] == later.last_event


def test_a_large_one_does_not_wait_but_hears_it_soon(demo_snapshot: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(suspicions, "REST", 0.0)
    board, let_go, makers = demo_snapshot.labels.board(), threading.Event(), []

    def make(wanted: Any) -> Any:
        makers.append(threading.current_thread())
        if len(makers) == 2:
            let_go.wait(10)
        return made_of(wanted)

    heard = Opinion(make, large=1)
    first = heard.of(board, "a")[1]
    later = replace(board, last_event=board.last_event + 1)
    assert heard.of(later, "a")[1] is first
    assert heard.of(later, "a")[1] is first
    let_go.set()
    heard.join()
    assert len(makers) == 2
    assert makers[1] is not threading.current_thread()
    assert heard.of(later, "a")[1][0, 0] == later.last_event
    assert heard.of(later, "another head")[1][0, 0] == later.last_event
    assert makers[2] is threading.current_thread()


def test_the_next_process_begins_with_what_the_last_one_heard(demo_snapshot: Any, tmp_path: Path) -> None:
    board, path, makers = demo_snapshot.labels.board(), tmp_path / "opinion.npz", []

    def make(wanted: Any) -> Any:
        makers.append(wanted.last_event)
        return made_of(wanted)

    def begun(vectors: str = "1", large: int = 1) -> Opinion:
        return Opinion(make, large=large, file=OpinionFile(path, vectors))

    board = replace(board, last_event=5)
    begun().of(board, ("head", 1.5))
    later, earlier = replace(board, last_event=6), replace(board, last_event=4)
    heard = begun()
    assert heard.of(later, ("head", 1.5))[0] == 5
    heard.join()
    assert heard.of(later, ("head", 1.5))[0] == 6
    assert makers == [5, 6]
    begun().of(later, ("head", 2.5))  # another classifier
    begun("2").of(later, ("head", 2.5))  # other vectors
    begun("2").of(earlier, ("head", 2.5))  # a restored past: what was heard is not there
    assert makers == [5, 6, 6, 6, 4]
    path.write_bytes(path.read_bytes()[:100])  # damaged
    assert begun("2").of(earlier, ("head", 2.5))[0] == 4
    assert makers == [5, 6, 6, 6, 4, 4]


def test_a_small_workspace_leaves_no_file(demo_snapshot: Any, tmp_path: Path) -> None:
    board, path = demo_snapshot.labels.board(), tmp_path / "opinion.npz"
    Opinion(made_of, file=OpinionFile(path, "1")).of(board, "a")
    assert not path.exists()


def test_two_that_wait_for_the_first_opinion_share_it(demo_snapshot: Any) -> None:
    board, makers, both = demo_snapshot.labels.board(), [], threading.Barrier(2)

    def make(wanted: Any) -> Any:
        makers.append(threading.current_thread())
        time.sleep(0.05)  # long enough for the other to ask
        return made_of(wanted)

    heard = Opinion(make)

    def ask() -> None:
        both.wait()
        heard.of(board, "a")

    askers = [threading.Thread(target=ask) for _ in range(2)]
    for asker in askers:
        asker.start()
    for asker in askers:
        asker.join()
    assert len(makers) == 1
