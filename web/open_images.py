"""Which images somebody is looking at: a round of proposals leaves those of an open page as they are."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Iterable
from itertools import islice

LOOKS_FOR_S = 600.0
MOST_PAGES = 256  # of those looked at last, so that invented names fill no memory
MOST_ITEMS = 500  # of a page
_lock = threading.Lock()
_shown: OrderedDict[tuple[str, str], tuple[float, frozenset[int]]] = OrderedDict()


def remember(workspace: str, actor: str, items: Iterable[int]) -> None:
    """A person has been shown these items; they take the place of the page before."""
    with _lock:
        _shown[workspace, actor] = (time.monotonic(), frozenset(islice(items, MOST_ITEMS)))
        _shown.move_to_end((workspace, actor))
        while len(_shown) > MOST_PAGES:
            _shown.popitem(last=False)


def held(workspace: str) -> list[int]:
    """Items on a page that somebody has opened in the last ten minutes."""
    since = time.monotonic() - LOOKS_FOR_S
    with _lock:
        for key in [key for key, (at, _) in _shown.items() if at < since]:
            del _shown[key]
        return sorted({number for (name, _), (_, items) in _shown.items() if name == workspace for number in items})


def beside(workspace: str, actor: str, items: Iterable[int]) -> list[str]:
    """Other people who have one of these items on a page that they opened in the last ten minutes, in alphabetical order."""
    since, mine = time.monotonic() - LOOKS_FOR_S, set(items)
    with _lock:
        return sorted(
            who for (name, who), (at, theirs) in _shown.items()
            if name == workspace and who != actor and at >= since and not mine.isdisjoint(theirs)
        )  # fmt: skip


def forget() -> None:
    """Forget every page."""
    with _lock:
        _shown.clear()
