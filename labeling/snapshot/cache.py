"""Cache of what is derived from a workspace: values under a name until their key changes, answers for one request."""

from __future__ import annotations

import threading
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, TypeVar

T = TypeVar("T")
_answers: ContextVar[dict[Hashable, Any] | None] = ContextVar("answers", default=None)


class Cache:
    """One value a name. Reading takes no lock; computing one holds its own name's, so that others go on.

    A value may be computed from others, never in a circle.
    """

    def __init__(self) -> None:
        self._held: dict[str, tuple[Hashable, Any]] = {}
        self._locks: dict[str, threading.RLock] = {}

    def get(self, name: str, key: Hashable, compute: Callable[[], T]) -> T:
        """The value computed for this key before, or now."""
        held = self._held.get(name)
        if held is None or held[0] != key:
            with self._locks.setdefault(name, threading.RLock()):
                held = self._held.get(name)
                if held is None or held[0] != key:
                    held = self._held[name] = (key, compute())
        value: T = held[1]
        return value


@contextmanager
def once() -> Iterator[None]:
    """Within this block each question of `ask` is put to the store once: an answer to a page needs some of them ten times.

    A block inside another shares its answers.
    """
    token = _answers.set({} if (known := _answers.get()) is None else known)
    try:
        yield
    finally:
        _answers.reset(token)


def ask(key: Hashable, question: Callable[[], T]) -> T:
    """The answer to a question; the one given before, where `once` says so."""
    known = _answers.get()
    if known is None:
        return question()
    if key not in known:
        known[key] = question()
    answer: T = known[key]
    return answer
