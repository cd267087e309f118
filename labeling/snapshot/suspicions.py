"""What the others say of each label, kept while nothing changed; in a large workspace it is brought up to date in the background.

At 100,000 items it takes about a second to hear all neighbours again, and a person labels faster than that. One label moves
the opinion on its neighbours only, and never on itself, so an opinion of some seconds ago still ranks the rest.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Hashable

import numpy as np
import numpy.typing as npt

from labeling.cleaning.label_table import Board

Floats = npt.NDArray[np.float32]
LARGE = 20_000  # items from which on nobody waits for it
REST = 4.0  # pauses between two rounds in the background are so many times as long as a round


class Opinion:
    """Keeps one posterior float32 [n, k].

    Args:
        make: computes it for a board; called without any lock held.
        large: boards of at least this many rows are brought up to date in the background.
    """

    def __init__(self, make: Callable[[Board], Floats], *, large: int = LARGE) -> None:
        self._make = make
        self._large = large
        self._lock = threading.Lock()
        self._held: tuple[Hashable, int, Floats] | None = None
        self._worker: threading.Thread | None = None
        self._ready_at = 0.0

    def of(self, board: Board, key: Hashable) -> tuple[int, Floats]:
        """(event up to which it heard, the opinion) for a board.

        A change of `key` (classifier, classes, size) is waited for, a newer event only in small ones.
        """
        held = self._held
        if held is not None and held[0] == key:
            if held[1] == board.last_event:
                return held[1:]
            if len(board) >= self._large:
                self._refresh(board, key)
                return held[1:]
        return self._renew(board, key)

    def join(self) -> None:
        """Wait for a round in the background."""
        worker = self._worker
        if worker is not None:
            worker.join()

    def _renew(self, board: Board, key: Hashable) -> tuple[int, Floats]:
        started = time.monotonic()
        posterior = self._make(board)
        now = time.monotonic()
        self._held = (key, board.last_event, posterior)
        self._ready_at = now + REST * (now - started)
        return board.last_event, posterior

    def _refresh(self, board: Board, key: Hashable) -> None:
        with self._lock:
            busy = self._worker is not None and self._worker.is_alive()
            if busy or time.monotonic() < self._ready_at:
                return
            self._worker = threading.Thread(target=self._renew, args=(board, key), daemon=True)
            self._worker.start()
