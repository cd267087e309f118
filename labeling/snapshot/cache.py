"""What is derived from a workspace and kept: values under a name until their key changes, and answers for the length of one request."""

from __future__ import annotations

import threading
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, TypeVar

T = TypeVar("T")
_answers: ContextVar[dict[Hashable, Any] | None] = ContextVar("answers", default=None)


class Kept:
    """One value a name. Reading takes no lock; making one holds its own name's, so that others go on.

    A value may be made from others, never in a circle.
    """

    def __init__(self) -> None:
        self._held: dict[str, tuple[Any, Any]] = {}
        self._locks: dict[str, threading.RLock] = {}

    def of(self, name: str, key: Any, make: Callable[[], Any]) -> Any:
        """What was made for this key before, or made now."""
        held = self._held.get(name)
        if held is not None and held[0] == key:
            return held[1]
        with self._locks.setdefault(name, threading.RLock()):
            held = self._held.get(name)
            if held is None or held[0] != key:
                held = self._held[name] = (key, make())
            return held[1]


@contextmanager
def once() -> Iterator[None]:
    """Within this block each question of `ask` is put to the store once: an answer to a page needs some of them ten times."""
    token = _answers.set({})
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
    found: T = known[key]
    return found
