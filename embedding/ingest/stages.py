"""Stages of long work that overlap: while one lot is committed, the next is encoded and the one after it decoded."""

from __future__ import annotations

import time
from collections.abc import Callable, Generator, Iterable, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from embedding.encoders.batches import ordered

AHEAD = 2  # lots that wait before a stage; more would only take memory
TOLD_S = 2.0  # of work in the slowest stage, before its pace says something

Lot = TypeVar("Lot")


@dataclass
class Stage(Generic[Lot]):
    """One stage.

    Attributes:
        limits: what to say where it is the slowest, as in "decoding limits".
        work: what is done to a lot; returns the number of pictures that it was done for.
        turn: held during the work; stages that compute on the same cores take turns.
        busy_s: seconds at work so far, without waiting. pictures: how many it has seen.
    """

    limits: str
    work: Callable[[Lot], int]
    turn: AbstractContextManager[object] = field(default_factory=nullcontext)
    busy_s: float = 0.0
    pictures: int = 0

    def __call__(self, lot: Lot) -> Lot:
        """Do the work and return the lot."""
        with self.turn:
            begin = time.perf_counter()
            self.pictures += self.work(lot)
            self.busy_s += time.perf_counter() - begin
        return lot


def overlapped(lots: Iterable[Lot], stages: Sequence[Stage[Lot]]) -> Generator[Lot]:
    """Lots that went through all stages, in their order.

    Each stage has one thread and takes one lot at a time; it may use more threads itself. A stage's error is raised here, at the
    lot that it is about; what is behind that lot is dropped.
    """
    for stage in stages:
        lots = ordered(lots, stage, workers=1, ahead=AHEAD)
    yield from lots


def pace(stages: Sequence[Stage[Lot]]) -> str:
    """The slowest stage in words, as in "decoding limits: 830/s"; empty until it can be told."""
    slowest = max(stages, key=lambda stage: stage.busy_s)
    if slowest.busy_s < TOLD_S or not slowest.pictures:
        return ""
    rate = slowest.pictures / slowest.busy_s
    return f"{slowest.limits} limits: {rate:.0f}/s" if rate >= 10 else f"{slowest.limits} limits: {rate:.1f}/s"
