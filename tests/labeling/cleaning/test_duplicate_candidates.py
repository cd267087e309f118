"""Pairs of near hashes: all of them, each once, and few where thousands are the same."""

from __future__ import annotations

import numpy as np

from labeling.cleaning.duplicate_candidates import by_hash, codes


def distances(some: np.ndarray) -> np.ndarray:
    return np.unpackbits(some[:, None] ^ some[None], axis=2).sum(axis=2)


def test_hashes_are_read_and_rows_without_one_left_out() -> None:
    rows, read = codes([None, "00000000000000ff", None, "8000000000000001"])
    assert rows.tolist() == [1, 3]
    assert read.tolist() == [[0, 0, 0, 0, 0, 0, 0, 255], [128, 0, 0, 0, 0, 0, 0, 1]]
    assert by_hash(codes([None])[1]).shape == (0, 2)


def test_every_pair_of_few_bits_is_given_once() -> None:
    random = np.random.default_rng(0)
    some = random.integers(0, 256, (400, 8)).astype(np.uint8)
    flips = np.zeros((200, 64), np.uint8)
    np.put_along_axis(flips, random.integers(0, 64, (200, 12)), 1, axis=1)
    some[200:] = some[:200] ^ np.packbits(flips, axis=1)
    wanted = np.argwhere(np.triu(distances(some) <= 10, 1))
    assert 10 < len(wanted) < 400
    assert by_hash(some, 10).tolist() == wanted.tolist()


def test_a_thousand_of_one_hash_are_connected_by_few_pairs() -> None:
    some = np.zeros((1000, 8), np.uint8)
    some[900:, 0] = 1
    pairs = by_hash(some, 10)
    assert len(pairs) < 3000
    assert {tuple(pair) for pair in ((0, 1), (0, 899), (1, 2), (0, 900))} <= {tuple(pair) for pair in pairs.tolist()}
