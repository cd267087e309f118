"""What is kept: made once a key, without holding others up; asked once within a request."""

from __future__ import annotations

import threading
from typing import Any

from labeling.review import grid
from labeling.snapshot import cache
from labeling.snapshot.cache import Cache
from store.workspace import Workspace


def test_a_value_is_made_once_a_key() -> None:
    held, computed = Cache(), []

    def make() -> int:
        computed.append(len(computed))
        return computed[-1]

    assert [held.get("a", key, make) for key in (1, 1, 2, 2)] == [0, 0, 1, 1]
    assert held.get("b", 1, make) == 2


def test_making_one_value_does_not_hold_up_another_and_is_waited_for() -> None:
    held, started, let_go = Cache(), threading.Event(), threading.Event()
    computed: list[str] = []

    def slow() -> str:
        started.set()
        assert let_go.wait(10)
        computed.append("slow")
        return "slow"

    result: list[str] = []
    threads = [threading.Thread(target=lambda: result.append(held.get("slow", 1, slow))) for _ in range(2)]
    for thread in threads:
        thread.start()
    assert started.wait(10)
    assert held.get("quick", 1, lambda: "quick") == "quick"
    let_go.set()
    for thread in threads:
        thread.join(10)
    assert (result, computed) == (["slow", "slow"], ["slow"])


def test_within_a_request_a_question_is_put_once() -> None:
    asked = []
    with cache.once():
        assert [cache.ask("tree", lambda: asked.append(1) or len(asked)) for _ in range(3)] == [1, 1, 1]
    assert cache.ask("tree", lambda: asked.append(1) or len(asked)) == 2


def test_a_page_of_tiles_reads_the_store_a_few_times(demo_snapshot: Any, monkeypatch: Any) -> None:
    demo_snapshot.labels.board()  # read once for all
    read, reads = Workspace.read, []
    monkeypatch.setattr(Workspace, "read", lambda self: reads.append(self) or read(self))
    with cache.once():
        grid.tiles(demo_snapshot, grid.TileQuery(order="suspicion"))
    assert len(reads) <= 10, "every reading takes a lock in the file, which a decision waits for"
