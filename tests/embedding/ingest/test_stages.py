"""Stages that overlap: order, errors, how far they run ahead, and which one is named."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing

import pytest

from embedding.ingest.stages import AHEAD, TOLD_S, Stage, overlapped, pace


def test_lots_come_in_order_through_every_stage() -> None:
    seen: list[tuple[str, int]] = []
    stages = [Stage(name, lambda lot, name=name: seen.append((name, lot)) or 1) for name in ("a", "b")]
    assert list(overlapped(range(20), stages)) == list(range(20))
    for name in ("a", "b"):
        assert [lot for stage, lot in seen if stage == name] == list(range(20))
    assert [stage.pictures for stage in stages] == [20, 20]


def test_one_stage_works_while_the_next_is_held_up_and_no_further_than_allowed() -> None:
    held, begun = threading.Event(), threading.Semaphore(0)
    first = Stage("a", lambda _lot: begun.release() or 1)
    second = Stage("b", lambda _lot: held.wait(60) and 1)
    with ThreadPoolExecutor(1) as pool, closing(overlapped(range(100), [first, second])) as ready:
        taken = pool.submit(next, ready)
        for _ in range(AHEAD):
            assert begun.acquire(timeout=60), "the first stage waits for the second"
        held.set()
        assert taken.result() == 0
    assert first.pictures <= 2 * AHEAD + 2


def test_an_error_is_raised_at_its_lot_and_what_is_behind_it_is_dropped() -> None:
    def work(lot: int) -> int:
        if lot == 3:
            raise ValueError("lot 3")
        return 1

    last = Stage("b", lambda _lot: 1)
    taken = []
    with pytest.raises(ValueError, match="lot 3"):
        taken.extend(overlapped(range(100), [Stage("a", work), last]))
    assert last.pictures <= 3


def test_stages_of_one_turn_never_work_at_once() -> None:
    turn, inside = threading.Lock(), threading.Semaphore(1)

    def work(_lot: int) -> int:
        assert inside.acquire(blocking=False), "two at once"
        inside.release()
        return 1

    assert len(list(overlapped(range(50), [Stage("a", work, turn), Stage("b", work, turn)]))) == 50


def test_the_slowest_stage_is_named_once_there_is_enough_to_tell() -> None:
    quick, slow = Stage("reading", lambda _: 1), Stage("decoding", lambda _: 1)
    quick.busy_s, quick.pictures = 0.5, 400
    slow.busy_s, slow.pictures = TOLD_S / 2, 400
    assert pace([quick, slow]) == ""
    slow.busy_s = TOLD_S * 2
    assert pace([quick, slow]) == "decoding limits: 100/s"
    slow.pictures = 10
    assert pace([quick, slow]) == "decoding limits: 2.5/s"
