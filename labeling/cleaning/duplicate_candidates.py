"""Which pictures may be near-duplicates: all pairs whose perceptual hashes differ in few bits."""

from __future__ import annotations

from collections.abc import Sequence

import faiss
import numpy as np
import numpy.typing as npt

Codes = npt.NDArray[np.uint8]
Ints = npt.NDArray[np.int64]
BITS = 12
BYTES = 8
QUERIES = 4096  # codes that are searched for at once


def codes(hashes: Sequence[str | None]) -> tuple[Ints, Codes]:
    """Rows (int64 [m]) that have a hash of 16 hex digits, and these hashes as uint8 [m, 8]."""
    rows = np.array([row for row, text in enumerate(hashes) if text is not None], np.int64)
    known = "".join(text for text in hashes if text is not None)
    return rows, np.frombuffer(bytes.fromhex(known), np.uint8).reshape(len(rows), BYTES)


def by_hash(codes: Codes, bits: int = BITS, threads: int = 0) -> Ints:
    """Pairs of rows whose codes differ in at most `bits` bits, so many that what they connect is connected.

    Rows of one code (blank pictures, say, by the thousand) are paired with the first and with the next of them alone: all pairs of
    ten thousand would be fifty million.

    Args:
        codes: uint8 [n, 8].
        threads: of FAISS; 0 leaves its own choice.

    Returns:
        int64 [m, 2], the smaller row first, each pair once.
    """
    if not len(codes):
        return np.empty((0, 2), np.int64)
    distinct, first, which = np.unique(codes, axis=0, return_index=True, return_inverse=True)
    which = which.ravel()
    pairs = [_same(which, first)]
    if threads:
        faiss.omp_set_num_threads(threads)
    index = faiss.IndexBinaryFlat(8 * BYTES)
    index.add(distinct)
    for start in range(0, len(distinct), QUERIES):
        borders, _, near = index.range_search(distinct[start : start + QUERIES], bits + 1)
        counts: Ints = borders[1:].astype(np.int64) - borders[:-1].astype(np.int64)
        asked = start + np.repeat(np.arange(len(counts)), counts)
        later = near > asked
        pairs.append(np.stack([first[asked[later]], first[near[later]]], axis=1))
    return np.unique(np.sort(np.concatenate(pairs), axis=1), axis=0)


def _same(which: Ints, first: Ints) -> Ints:
    """Pairs int64 [m, 2] of rows with one code: each with the first of it, and with the next."""
    order = np.argsort(which, kind="stable")
    together = which[order][1:] == which[order][:-1]
    after = order[1:][together]
    return np.concatenate(
        [np.stack([first[which[after]], after], axis=1), np.stack([order[:-1][together], after], axis=1)]
    )
