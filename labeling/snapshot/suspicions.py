"""What the others say of each label, kept while nothing changed; in a large workspace it is brought up to date in the background.

At 100,000 items it takes about a second to hear all neighbours again, and a person labels faster than that. One label moves
the opinion on its neighbours only, and never on itself, so an opinion of some seconds ago still ranks the rest. So does the one that an
earlier process left on disk: at a million items a server that has just started would work for half a minute before its first page.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Hashable
from contextlib import suppress
from pathlib import Path

import numpy as np
import numpy.typing as npt

from labeling.cleaning.label_table import Board
from labeling.snapshot import array_files

Floats = npt.NDArray[np.float32]
LARGE = 20_000  # items from which on nobody waits for it
FILE_BYTES = 2**28  # of an opinion that is kept on disk at most
FILE_EVERY_S = 600.0  # at least between two writings of the file under one key
REST = 4.0  # pauses between two rounds in the background are so many times as long as a round


class OpinionFile:
    """The newest opinion on disk, a cache.

    Args:
        path: the file. vectors: names the vectors that the opinion is of; one of others is not read.
    """

    def __init__(self, path: Path, vectors: str) -> None:
        self._path = path
        self._vectors = vectors
        self._written: tuple[str, float] | None = None

    def read(self, key: Hashable, newest: int) -> tuple[int, Floats] | None:
        """(event up to which it heard, the opinion) under a key, unless it heard events that are not there."""
        stored = array_files.read(self._path, "key", "heard", "opinion")
        if stored is None or str(stored[0]) != self._name(key) or int(stored[1]) > newest:
            return None
        return int(stored[1]), stored[2]

    def write(self, key: Hashable, heard: int, opinion: Floats) -> None:
        """Keep one under a key; a new one under the same key only once in a while."""
        name, now = self._name(key), time.monotonic()
        fresh = self._written is not None and self._written[0] == name and now - self._written[1] < FILE_EVERY_S
        if fresh or opinion.nbytes > FILE_BYTES:
            return
        with suppress(OSError):  # without its file it is only computed again next time
            array_files.write(self._path, key=np.array(name), heard=np.array(heard), opinion=opinion)
            self._written = name, now

    def _name(self, key: Hashable) -> str:
        return f"{self._vectors} {key!r}"


class Opinion:
    """Keeps one posterior float32 [n, k].

    Args:
        make: computes it for a board; called without any lock held.
        large: boards of at least this many rows are brought up to date in the background.
        file: where the opinion on a large board is kept for the next process.
    """

    def __init__(self, make: Callable[[Board], Floats], *, large: int = LARGE, file: OpinionFile | None = None) -> None:
        self._make = make
        self._large = large
        self._file = file
        self._first = threading.Lock()  # of two that wait for the same opinion one computes it
        self._lock = threading.Lock()
        self._held: tuple[Hashable, int, Floats] | None = None
        self._worker: threading.Thread | None = None
        self._ready_at = 0.0

    def of(self, board: Board, key: Hashable, count: int | None = None) -> tuple[int, Floats]:
        """(event up to which it heard, the opinion) for a board.

        A change of `key` (classifier, classes, size) is waited for, a newer event only in small ones.

        Args:
            count: rows of the opinion, where it is not of all rows of the board.
        """
        known = self._known(board, key)
        if known is None:
            with self._first:
                known = self._known(board, key) or self._stored(board, key, count) or self._renew(board, key)
        return known

    def _known(self, board: Board, key: Hashable) -> tuple[int, Floats] | None:
        held = self._held
        if held is None or held[0] != key:
            return None
        if held[1] != board.last_event:
            if len(board) < self._large:
                return None
            self._refresh(board, key)
        return held[1:]

    def _stored(self, board: Board, key: Hashable, count: int | None) -> tuple[int, Floats] | None:
        if self._file is None or len(board) < self._large:
            return None
        stored = self._file.read(key, board.last_event)
        if stored is None or len(stored[1]) != (len(board) if count is None else count):
            return None
        self._held = (key, *stored)
        return self._known(board, key)

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
        if self._file is not None and len(board) >= self._large:
            self._file.write(key, board.last_event, posterior)
        return board.last_event, posterior

    def _refresh(self, board: Board, key: Hashable) -> None:
        with self._lock:
            busy = self._worker is not None and self._worker.is_alive()
            if busy or time.monotonic() < self._ready_at:
                return
            self._worker = threading.Thread(target=self._renew, args=(board, key), daemon=True)
            self._worker.start()
