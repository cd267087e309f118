"""What a reader fetches: everything once when it reads on, little when it jumps, and only so much at a time."""

from __future__ import annotations

import io
import random

from store.blobs.range_reader import FIRST, MOST, WHOLE, WINDOWS, RangeReader


class Fetched:
    """A file, and the ranges that were asked for."""

    def __init__(self, size: int) -> None:
        self.data = random.Random(0).randbytes(size)
        self.ranges: list[tuple[int, int]] = []

    def fetch(self, start: int, end: int) -> bytes:
        self.ranges.append((start, end))
        return self.data[start:end]

    @property
    def total(self) -> int:
        return sum(end - start for start, end in self.ranges)


def test_reading_on_fetches_each_byte_once_in_growing_ranges() -> None:
    source = Fetched(20 * 2**20 + 5)
    file = io.BufferedReader(RangeReader(source.fetch, len(source.data), "film"))
    assert file.read() == source.data
    assert source.total == len(source.data)
    assert max(end - start for start, end in source.ranges) == MOST
    assert source.ranges[0] == (0, FIRST)


def test_a_small_file_comes_at_once() -> None:
    source = Fetched(WHOLE)
    file = RangeReader(source.fetch, len(source.data), "small")
    file.seek(1)
    assert file.read(1) == source.data[1:2]
    file.seek(0)
    assert file.read() == source.data


def test_going_to_and_fro_between_places_fetches_little_twice() -> None:
    source = Fetched(16 * 2**20)
    file = RangeReader(source.fetch, len(source.data), "film")
    half, step = len(source.data) // 2, 50_000
    for k in range(0, half, step):
        for place in (k, half + k):
            file.seek(place)
            wanted = source.data[place : place + step]
            read = b""
            while len(read) < len(wanted):
                read += file.read(len(wanted) - len(read))
            assert read == wanted
    assert source.total <= 1.15 * len(source.data)


def test_what_is_held_is_bounded() -> None:
    source = Fetched(64 * 2**20)
    file = RangeReader(source.fetch, len(source.data), "film")
    held = []
    for place in [*range(0, 64 * 2**20, 2**20), *range(0, 64 * 2**20, 7 * 2**20)]:
        file.seek(place)
        file.read(2**20)
        held.append(sum(len(data) for _, data in file._windows))
    assert max(held) <= WINDOWS * MOST


def test_the_end_is_the_end() -> None:
    file = RangeReader(Fetched(10).fetch, 10, "small")
    assert file.seek(0, io.SEEK_END) == 10
    assert file.read(5) == b""
    assert file.seek(100) == 100
    assert file.read() == b""
    assert file.seek(-4, io.SEEK_CUR) == 96
