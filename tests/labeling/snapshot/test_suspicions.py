"""What the others say: always fresh in a small workspace, fresh soon and without waiting in a large one."""

from __future__ import annotations

import threading
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from labeling.snapshot import suspicions
from labeling.snapshot.suspicions import Opinion


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
