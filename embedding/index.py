"""A FAISS index over a workspace's vectors: a cache that is rebuilt when it does not fit, never data.

Up to half a million rows: all of them as fp16, exact for practice (recall .9998 against float32). Beyond:
inverted lists with 8-bit residuals, some 30 times faster. How many lists are searched is measured when they are built
(`embedding.searcher.probes`), and read from its file such an index is mapped into memory.
"""

from __future__ import annotations

import json
import math
import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import faiss
import numpy as np
import numpy.typing as npt

import files
from embedding.half_precision import widen
from errors import StoreError

FLAT_LIMIT = 500_000
TRAINING_ROWS_PER_LIST = 64
ROWS_A_THREAD = 20_000  # fewer are not worth another thread
SEED = 0

Ids = npt.NDArray[np.int64]
Vectors = npt.NDArray[np.float32]
Probes = Callable[[int, Callable[[Vectors, int, int], Ids]], tuple[int, float]]
"""(lists, search in some lists) -> (lists to search, recall); see `embedding.searcher.probes`."""


@dataclass(frozen=True)
class Stamp:
    """What an index was built from; another stamp makes it stale.

    Attributes:
        fingerprint: the encoder's.
        revision: the store's counter of changes to the vectors.
    """

    fingerprint: str
    revision: int


class Index:
    """Inner-product search over unit vectors, by item id.

    Attributes:
        stamp: what it was built from. recall: of the nearest 50, as it was measured; None where all rows are compared, or nobody has measured.
    """

    def __init__(self, index: faiss.Index, stamp: Stamp, threads: int = 0, recall: float | None = None) -> None:
        self._index = index
        self._threads = threads
        self.stamp = stamp
        self.recall = recall

    @classmethod
    def build(
        cls,
        ids: Ids,
        vectors: npt.NDArray[np.floating],
        stamp: Stamp,
        *,
        flat_limit: int = FLAT_LIMIT,
        threads: int = 0,
        probes: Probes | None = None,
    ) -> Index:
        """Index all rows.

        Args:
            ids: int64 [n], unique.
            vectors: float16 or float32 [n, d], rows of unit length.
            stamp: where they come from.
            flat_limit: number of rows above which inverted lists are used.
            threads: FAISS threads; 0 leaves its own choice.
            probes: says how many of the inverted lists are searched, and the recall that this gives; else it is one in 32.
        """
        _use(threads)
        n, dim = vectors.shape
        inner: Any = _flat(dim) if n <= flat_limit else _lists(vectors)
        # Inverted lists keep ids themselves; a flat quantiser needs the map around it.
        index = faiss.IndexIDMap2(inner) if n <= flat_limit else inner
        instance = cls(index, stamp, threads)
        instance.add(ids, vectors)
        if probes is not None and n > flat_limit:
            number, instance.recall = probes(int(inner.nlist), instance._probing)
            inner.nprobe = number
        return instance

    def _probing(self, queries: Vectors, k: int, number: int) -> Ids:
        """Ids of the nearest k as far as they lie in the `number` nearest lists."""
        lists: Any = self._index
        lists.nprobe = number
        return self.search(queries, k)[0]

    @property
    def probes(self) -> int | None:
        """How many inverted lists are searched; None where all rows are compared."""
        return int(self._index.nprobe) if isinstance(self._index, faiss.IndexIVF) else None

    def __len__(self) -> int:
        return int(self._index.ntotal)

    @property
    def dim(self) -> int:
        """Length of a vector."""
        return int(self._index.d)

    def add(self, ids: Ids, vectors: npt.NDArray[np.floating], rows_at_once: int = 65_536) -> None:
        """Add rows; in pieces, so that an fp16 matrix is never held as float32 whole."""
        _use(self._threads)
        for start in range(0, len(ids), rows_at_once):
            piece = slice(start, start + rows_at_once)
            rows = widen(vectors[piece])
            self._index.add_with_ids(rows, np.ascontiguousarray(ids[piece], dtype=np.int64))

    def remove(self, ids: Ids) -> int:
        """Remove rows by id; returns how many were there."""
        chosen: Any = np.ascontiguousarray(ids, dtype=np.int64)
        return int(self._index.remove_ids(chosen))

    def search(self, queries: Vectors, k: int, among: Ids | None = None) -> tuple[Ids, Vectors]:
        """The k nearest rows of each query, nearest first.

        Args:
            queries: float32 [q, d], rows of unit length.
            k: how many; fewer come back when the index is smaller.
            among: only these ids.

        Returns:
            ids int64 [q, k'] and cosines float32 [q, k']; an id of -1 marks a missing neighbour.
        """
        _use(self._threads)
        k = min(k, len(self))
        if k == 0:
            return np.empty((len(queries), 0), np.int64), np.empty((len(queries), 0), np.float32)
        queries = np.ascontiguousarray(queries, dtype=np.float32)
        if among is not None:
            similarities, ids = self._index.search(queries, k, params=self._only(among))
            return ids, similarities
        parts = min(self._threads or os.cpu_count() or 1, len(self) // ROWS_A_THREAD)
        if len(queries) == 1 and parts > 1 and isinstance(self._index, faiss.IndexIDMap):
            return self._search_parts(queries, k, parts)
        similarities, ids = self._index.search(queries, k)
        return ids, similarities

    def _only(self, among: Ids) -> Any:
        """Parameters of a search that passes over all other ids. Where few are let through, as many more lists are searched."""
        selector: Any = faiss.IDSelectorBatch
        chosen = selector(np.ascontiguousarray(among, np.int64))
        if not isinstance(self._index, faiss.IndexIVF):
            flat: Any = faiss.SearchParameters
            return flat(sel=chosen)
        share = max(len(among), 1) / max(len(self), 1)
        lists: Any = faiss.SearchParametersIVF
        return lists(sel=chosen, nprobe=min(int(self._index.nlist), math.ceil(self._index.nprobe / share)))

    def _search_parts(self, query: Vectors, k: int, parts: int) -> tuple[Ids, Vectors]:
        """One query over flat rows. FAISS shares out queries, not rows: so each thread searches a part of the rows."""
        around: Any = self._index
        flat, names = faiss.downcast_index(around.index), faiss.vector_to_array(around.id_map)
        edges = [len(self) * part // parts for part in range(parts + 1)]

        def search(start: int, end: int) -> tuple[Vectors, Ids]:
            chosen: Any = faiss.SearchParameters
            hits: tuple[Vectors, Ids] = flat.search(query, k, params=chosen(sel=faiss.IDSelectorRange(start, end)))
            return hits

        with ThreadPoolExecutor(parts) as pool:
            hits = list(pool.map(search, edges[:-1], edges[1:]))
        similarities, rows = (np.concatenate(side, axis=1) for side in zip(*hits, strict=True))
        order = np.argsort(-similarities, axis=1, kind="stable")[:, :k]
        rows = np.take_along_axis(rows, order, axis=1)
        ids = np.where(rows < 0, -1, names[np.maximum(rows, 0)])
        return ids, np.take_along_axis(similarities, order, axis=1)

    def save(self, path: Path) -> None:
        """Write the index and its stamp; the stamp last, so that a half-written index is never believed.

        Raises:
            StoreError: the disk refuses; the index in memory is as good as before.
        """
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            _stamp_path(path).unlink(missing_ok=True)
            with files.replacing(path, durable=False) as part:
                faiss.write_index(self._index, str(part))
            stamp = json.dumps({**asdict(self.stamp), "rows": len(self), "recall": self.recall})
            files.write(_stamp_path(path), stamp, durable=False)
        except (OSError, RuntimeError) as error:  # FAISS tells a full disk by a RuntimeError
            raise StoreError(f"The search index cannot be kept in {path.parent}. Free the disk.") from error


def load(path: Path, stamp: Stamp, threads: int = 0) -> Index | None:
    """The saved index, or None when there is none, it is stale or it is damaged: then build it again."""
    try:
        saved = json.loads(_stamp_path(path).read_text(encoding="utf-8"))
        rows, recall = saved.pop("rows"), saved.pop("recall", None)
        if Stamp(**saved) != stamp:
            return None
        # Of lists only what is searched is read; rows that are compared one and all would be read anyway.
        index = faiss.read_index(str(path), faiss.IO_FLAG_MMAP if recall is not None else 0)
    except (OSError, ValueError, KeyError, TypeError, RuntimeError):
        # FAISS reports an unreadable file as RuntimeError. A cache that cannot be read is rebuilt.
        return None
    return Index(index, stamp, threads, recall) if index.ntotal == rows else None


def _flat(dim: int) -> faiss.Index:
    return faiss.IndexScalarQuantizer(dim, faiss.ScalarQuantizer.QT_fp16, faiss.METRIC_INNER_PRODUCT)


def _lists(vectors: npt.NDArray[np.floating]) -> Any:
    """Trained inverted lists: sqrt(n) of them, of which one in 32 is searched."""
    n, dim = vectors.shape
    lists = max(1, min(int(math.sqrt(n)), n // 39))
    index: Any = faiss.index_factory(dim, f"IVF{lists},SQ8", faiss.METRIC_INNER_PRODUCT)
    index.cp.seed = SEED
    index.cp.niter = 6
    index.nprobe = max(8, lists // 32)
    wanted = min(n, TRAINING_ROWS_PER_LIST * lists)
    chosen = np.sort(np.random.default_rng(SEED).choice(n, wanted, replace=False))
    index.train(widen(vectors[chosen]))
    return index


def _use(threads: int) -> None:
    if threads:
        faiss.omp_set_num_threads(threads)


def _stamp_path(path: Path) -> Path:
    return path.with_suffix(".json")
