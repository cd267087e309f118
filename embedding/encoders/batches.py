"""Ordered work in a few threads, without holding more than a few batches of results."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import islice
from typing import TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")
MOST_CORES = 8


def cores() -> int:
    """How many threads open pictures at once: one a core, up to eight."""
    return min(MOST_CORES, os.cpu_count() or 1)


def ordered(items: Iterable[Item], work: Callable[[Item], Result], workers: int, ahead: int = 32) -> Iterator[Result]:
    """Results of `work` in the order of the items; at most `ahead` of them wait in memory.

    `ThreadPoolExecutor.map` would start everything at once and keep every decoded image.
    """
    waiting: deque[Future[Result]] = deque()
    source = iter(items)
    with ThreadPoolExecutor(max_workers=max(1, workers)) as pool:
        try:
            waiting.extend(pool.submit(work, item) for item in islice(source, ahead))
            while waiting:
                result = waiting.popleft().result()
                waiting.extend(pool.submit(work, item) for item in islice(source, 1))
                yield result
        finally:
            for future in waiting:
                future.cancel()


def in_turns(items: Iterable[Item], work: Callable[[Item], Result], workers: int, size: int) -> Iterator[Result]:
    """Results of `work` in order, `size` at a time: the threads rest while the caller uses a group."""
    with ThreadPoolExecutor(max_workers=max(1, workers)) as pool:
        for group in grouped(items, size):
            yield from list(pool.map(work, group))


def grouped(items: Iterable[Item], size: int) -> Iterator[list[Item]]:
    """Consecutive lists of `size` items; the last may be shorter."""
    source = iter(items)
    while group := list(islice(source, size)):
        yield group
