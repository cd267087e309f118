"""Engines that find vectors near a vector, behind one interface. What they find is scored again, so that they differ in recall alone."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Protocol

import numpy as np
import numpy.typing as npt

from embedding.half_precision import widen
from embedding.index import FLAT_LIMIT, Ids, Index, Stamp, Vectors, load
from errors import StoreError

EXACT_AMONG = 50_000  # ids up to which all are compared: an engine would pass by most of what it looks at
LEAST_RECALL, JUDGED = 0.98, 50  # of the nearest so many; the contract is .97, and a sample of queries errs
QUERIES, FIRST_PROBES = 100, 4
WIDER = 2  # candidates for each that is wanted: 8 bits rank the last ones otherwise than 16
ROWS_AT_ONCE = 16_384
SEED = 1

Rows = npt.NDArray[np.floating]
Search = Callable[[Vectors, int], tuple[Ids, Vectors]]


class Searcher(Protocol):
    """Finds rows by their vectors. Ids are int64 and unique, vectors have unit length."""

    def sync(self, ids: Ids, vectors: Rows) -> None:
        """Hold exactly these rows: int64 [n], float16 or float32 [n, d]. A row keeps its vector as long as it keeps its id.

        Raises:
            StoreError: the engine does not answer.
        """

    def search(self, queries: Vectors, k: int, among: Ids | None = None) -> tuple[Ids, Vectors]:
        """Ids int64 [q, k'] and similarities float32 [q, k'] of about the nearest of each query, float32 [q, d]; -1 where there is none.

        Args:
            among: only these ids, ascending.

        Raises:
            StoreError: the engine does not answer.
        """

    def count(self) -> int:
        """How many rows it holds. StoreError: it does not answer."""


class FaissSearcher:
    """FAISS on this machine, from its file where that is fresh: all rows as fp16, or from half a million on lists that are mapped into memory.

    Attributes:
        index: what `sync` has made.
    """

    def __init__(self, path: Path, stamp: Stamp, *, threads: int = 0, flat_limit: int = FLAT_LIMIT) -> None:
        self._path, self._stamp, self._threads, self._flat_limit = path, stamp, threads, flat_limit
        self.index: Index | None = None
        self._ids: Ids = np.empty(0, np.int64)

    def sync(self, ids: Ids, vectors: Rows) -> None:
        """As `Searcher`; with other ids than the last time it is built anew."""
        if self.index is None:
            self.index = load(self._path, self._stamp, self._threads)
            self._ids = ids
        if self.index is None or len(self.index) != len(ids) or not np.array_equal(self._ids, ids):
            self.index, self._ids = self._built(ids, vectors), ids

    def _built(self, ids: Ids, vectors: Rows) -> Index:
        index = Index.build(
            ids, vectors, self._stamp, flat_limit=self._flat_limit, threads=self._threads,
            probes=lambda lists, search: probes(search, lists, ids, vectors),
        )  # fmt: skip
        with suppress(StoreError):  # a cache: without its file it is only built again next time
            index.save(self._path)
            return load(self._path, self._stamp, self._threads) or index
        return index

    def search(self, queries: Vectors, k: int, among: Ids | None = None) -> tuple[Ids, Vectors]:
        """As `Searcher`."""
        assert self.index is not None, "synced first"
        return self.index.search(queries, k, among)

    def count(self) -> int:
        """As `Searcher`."""
        return 0 if self.index is None else len(self.index)


def nearest(
    searcher: Searcher, ids: Ids, vectors: Rows, queries: Vectors, k: int, among: Ids | None = None
) -> tuple[Ids, Vectors]:
    """The k nearest rows of each query, nearest first, scored from the vectors themselves.

    Args:
        searcher: synced with them. ids: int64 [n], ascending. vectors: float16 or float32 [n, d], unit rows.
        queries: float32 [q, d], unit rows, a few hundred at most.
        among: only these ids.

    Returns:
        ids int64 [q, k'] and cosines float32 [q, k'], k' at most k; an id of -1 marks a missing neighbour.

    Raises:
        StoreError: the engine does not answer.
    """
    chosen = None if among is None else np.intersect1d(ids, among)
    most = len(ids) if chosen is None else len(chosen)
    k = min(k, most)
    if k == 0:
        return np.empty((len(queries), 0), np.int64), np.empty((len(queries), 0), np.float32)
    if chosen is not None and most <= EXACT_AMONG:
        return exact(chosen, vectors[np.searchsorted(ids, chosen)], queries, k)
    candidates, _ = searcher.search(queries, min(most, WIDER * k), chosen)
    return rescored(candidates, ids, vectors, queries, k)


def rescored(candidates: Ids, ids: Ids, vectors: Rows, queries: Vectors, k: int) -> tuple[Ids, Vectors]:
    """The k best of each query's candidates, int64 [q, c], by the vectors themselves; what is not among `ids` is left out."""
    rows = np.minimum(np.searchsorted(ids, candidates), len(ids) - 1)
    known = ids[rows] == candidates
    cosines = np.stack([
        np.asarray(vectors[mine], np.float32) @ query for mine, query in zip(rows, queries, strict=True)
    ])  # fmt: skip
    cosines[~known] = -np.inf
    order = np.argsort(-cosines, axis=1, kind="stable")[:, :k]
    best = np.take_along_axis(cosines, order, axis=1).astype(np.float32)
    return np.where(np.isfinite(best), np.take_along_axis(candidates, order, axis=1), -1), best


def exact(ids: Ids, vectors: Rows, queries: Vectors, k: int) -> tuple[Ids, Vectors]:
    """The k nearest of each query by comparing all rows; in pieces, so that fp16 rows are never held as float32 whole."""
    best_ids = np.empty((len(queries), 0), np.int64)
    best = np.empty((len(queries), 0), np.float32)
    for start in range(0, len(ids), ROWS_AT_ONCE):
        piece = widen(vectors[start : start + ROWS_AT_ONCE])
        cosines = np.concatenate([best, queries @ piece.T], axis=1)
        numbers = np.broadcast_to(ids[start : start + ROWS_AT_ONCE], (len(queries), len(piece)))
        numbers = np.concatenate([best_ids, numbers], axis=1)
        wanted = min(k, cosines.shape[1])
        top = np.argpartition(-cosines, wanted - 1, axis=1)[:, :wanted]
        best, best_ids = np.take_along_axis(cosines, top, axis=1), np.take_along_axis(numbers, top, axis=1)
    order = np.argsort(-best, axis=1, kind="stable")
    return np.take_along_axis(best_ids, order, axis=1), np.take_along_axis(best, order, axis=1)


def probes(search: Callable[[Vectors, int, int], Ids], lists: int, ids: Ids, vectors: Rows) -> tuple[int, float]:
    """How many of an engine's lists are to be searched, and the recall of the nearest 50 that this gives, measured.

    A fixed share of the lists is no promise: the same share gave .99 where clusters lie apart and .35 where they do not. So rows are
    drawn as queries, and what lies between two of them, as words and other pictures do; their true neighbours are computed, and the number is
    doubled until enough of both are among the candidates.

    Args:
        search: (queries float32 [q, d], k, lists to search) -> ids int64 [q, k'].
        lists: how many there are.
    """
    drawn = np.sort(np.random.default_rng(SEED).choice(len(ids), min(QUERIES, len(ids)), replace=False))
    rows = np.asarray(vectors[drawn], np.float32)
    between = rows[::2][: len(rows) // 2] + rows[1::2]
    between /= np.maximum(np.linalg.norm(between, axis=1, keepdims=True), 1e-9)
    k = min(JUDGED + 1, len(ids))
    # A row is its own nearest, which proves nothing; what lies between two rows belongs to no list.
    sides = [(rows, ids[drawn], exact(ids, vectors, rows, k)[0]), (between, None, exact(ids, vectors, between, k)[0])]
    number = min(FIRST_PROBES, lists)
    while True:
        recalls = []
        for queries, own, truth in sides:
            candidates = search(queries, min(len(ids), WIDER * k), number) if len(queries) else truth
            near = rescored(candidates, ids, vectors, queries, k)[0] if len(queries) else truth
            recalls.append(_recall(near, truth, own))
        if min(recalls) >= LEAST_RECALL or number >= lists:
            return number, min(recalls)
        number = min(2 * number, lists)


def _recall(near: Ids, truth: Ids, own: Ids | None) -> float:
    """Share of the true neighbours that are among the near ones, without the queries themselves."""
    without = [set() if own is None else {number} for number in (range(len(near)) if own is None else own.tolist())]
    pairs = [(set(a.tolist()) - me, set(b.tolist()) - me) for a, b, me in zip(near, truth, without, strict=True)]
    wanted = sum(len(b) for _, b in pairs)
    return sum(len(a & b) for a, b in pairs) / wanted if wanted else 1.0
