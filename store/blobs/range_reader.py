"""A file that is read in ranges, as Python's own: what comes next is fetched ahead, and memory stays bounded."""

from __future__ import annotations

import io
from collections.abc import Callable

from typing_extensions import override

FIRST, MOST = 64 * 1024, 2 * 2**20  # bytes of the first range at a new place, and of later ones that go on from it
WHOLE = 128 * 1024  # a file that is no larger comes at once
WINDOWS = 4  # a film's pictures, its sound and its index lie in different places


class RangeReader(io.RawIOBase):
    """Reads a file of a known size through `fetch(start, end) -> bytes`, both in bytes, the end not included.

    Where reading goes on from a range, the next one is twice as long. The ranges read last are kept, `WINDOWS` of them, so that a
    reader who goes to and fro between some places does not fetch them again. At most some `WINDOWS * MOST` bytes are held.
    """

    def __init__(self, fetch: Callable[[int, int], bytes], size: int, name: str) -> None:
        super().__init__()
        self.name = name
        self._fetch, self._size = fetch, size
        self._at = 0
        self._windows: list[tuple[int, bytes]] = []  # (start, bytes), the one read last at the end

    @override
    def readable(self) -> bool:
        return True

    @override
    def seekable(self) -> bool:
        return True

    @override
    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._size}[whence]
        self._at = max(0, base + offset)
        return self._at

    @override
    def tell(self) -> int:
        return self._at

    @override
    def readinto(self, buffer: memoryview, /) -> int:  # type: ignore[override]
        if self._at >= self._size or not len(buffer):
            return 0
        start, data = self._window()
        piece = data[self._at - start : self._at - start + len(buffer)]
        buffer[: len(piece)] = piece
        self._at += len(piece)
        return len(piece)

    def _window(self) -> tuple[int, bytes]:
        """The range that the next byte lies in."""
        for number, (start, data) in enumerate(self._windows):
            if start <= self._at < start + len(data):
                self._windows.append(self._windows.pop(number))
                return self._windows[-1]
        before = next((k for k, (start, data) in enumerate(self._windows) if start + len(data) == self._at), None)
        length = FIRST
        if before is not None:  # it goes on: what was read before is not kept
            length = min(MOST, 2 * len(self._windows.pop(before)[1]))
        elif self._size <= WHOLE:
            length = self._size
        end = min([self._at + length, self._size, *(start for start, _ in self._windows if start > self._at)])
        self._windows = [*self._windows[-WINDOWS + 1 :], (self._at, self._fetch(self._at, end))]
        return self._windows[-1]
