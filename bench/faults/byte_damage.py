"""Ways to damage bytes, drawn from a seeded generator: bit flips, cuts, splices, edited headers, holes, repeats."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

HEADER = 96
EXTREMES = (b"\x00", b"\xff", b"\x7f\xff\xff\xff", b"\x80\x00\x00\x00", b"\xff\xff\xff\xff", b"\x00\x00\x00\x01")

Damage = Callable[[bytes, Sequence[bytes], np.random.Generator], bytes]


def flip(data: bytes, others: Sequence[bytes], rng: np.random.Generator) -> bytes:  # noqa: ARG001
    """One to 64 bits turned over, anywhere."""
    buffer = bytearray(data)
    for place in rng.integers(0, len(buffer), int(2 ** rng.integers(0, 7))):
        buffer[place] ^= 1 << int(rng.integers(0, 8))
    return bytes(buffer)


def cut(data: bytes, others: Sequence[bytes], rng: np.random.Generator) -> bytes:  # noqa: ARG001
    """The end is missing, as of a download that broke off."""
    return data[: int(rng.integers(0, len(data)))]


def splice(data: bytes, others: Sequence[bytes], rng: np.random.Generator) -> bytes:
    """The beginning of one file and the end of another, of any format."""
    other = others[int(rng.integers(0, len(others)))]
    return data[: int(rng.integers(1, len(data)))] + other[int(rng.integers(0, len(other))) :]


def head(data: bytes, others: Sequence[bytes], rng: np.random.Generator) -> bytes:  # noqa: ARG001
    """Numbers among the first bytes become the largest, the smallest, or any."""
    buffer = bytearray(data)
    for _ in range(int(rng.integers(1, 5))):
        value = EXTREMES[int(rng.integers(0, len(EXTREMES)))] if rng.random() < 0.7 else rng.bytes(4)
        place = int(rng.integers(4, min(HEADER, max(5, len(buffer)))))
        buffer[place : place + len(value)] = value
    return bytes(buffer)


def hole(data: bytes, others: Sequence[bytes], rng: np.random.Generator) -> bytes:  # noqa: ARG001
    """A run of zeros, as of a disk that lost a block."""
    start = int(rng.integers(0, len(data)))
    length = int(rng.integers(1, max(2, len(data) // 4)))
    return data[:start] + bytes(len(data[start : start + length])) + data[start + length :]


def repeat(data: bytes, others: Sequence[bytes], rng: np.random.Generator) -> bytes:  # noqa: ARG001
    """A piece comes twice, or is left out."""
    start, stop = sorted(int(place) for place in rng.integers(0, len(data) + 1, 2))
    return data[:stop] + data[start:] if rng.random() < 0.5 else data[:start] + data[stop:]


WAYS: tuple[Damage, ...] = (flip, cut, splice, head, hole, repeat)


def damaged(data: bytes, others: Sequence[bytes], rng: np.random.Generator) -> bytes:
    """A damaged copy, by one of the ways or by two one after the other."""
    for _ in range(1 if rng.random() < 0.8 else 2):
        data = WAYS[int(rng.integers(0, len(WAYS)))](data, others, rng) or b"\0"
    return data
