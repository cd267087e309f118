"""Which images somebody is looking at: a round of proposals leaves those of an open page as they are."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterable

LOOKS_FOR_S = 600.0
_lock = threading.Lock()
_shown: dict[tuple[str, str], tuple[float, frozenset[int]]] = {}


def remember(workspace: str, actor: str, items: Iterable[int]) -> None:
    """A person has been shown these items; they take the place of the page before."""
    with _lock:
        _shown[workspace, actor] = (time.monotonic(), frozenset(items))


def held(workspace: str) -> list[int]:
    """Items on a page that somebody has opened in the last ten minutes."""
    since = time.monotonic() - LOOKS_FOR_S
    with _lock:
        for key in [key for key, (at, _) in _shown.items() if at < since]:
            del _shown[key]
        return sorted({number for (name, _), (_, items) in _shown.items() if name == workspace for number in items})
