"""Geometry of the vectors: index, neighbour graph and mean. It changes only with the vectors."""

from __future__ import annotations

import hashlib
from contextlib import suppress

import numpy as np
import numpy.typing as npt

from embedding import all_neighbours, searcher
from embedding.half_precision import widen
from embedding.index import Index, Stamp
from embedding.searcher import FaissSearcher, Searcher
from labeling.cleaning import graph
from labeling.cleaning.graph import Graph
from labeling.snapshot import array_files
from labeling.snapshot.loaded_vectors import LoadedVectors
from settings import current
from store import workspace_identity

ROWS_AT_ONCE = 65_536
EXACT_GRAPH = 20_000  # rows up to which the graph's neighbours are searched exactly


class Geometry:
    """Structures over all vectors of a workspace, each read from its file where that is fresh."""

    def __init__(self, loaded: LoadedVectors) -> None:
        self._loaded = loaded

    @property
    def searcher(self) -> Searcher:
        """The engine that searches, holding all vectors: FAISS, or the Milvus server that the settings name.

        Raises:
            StoreError: the server does not answer. EncoderError: its package is not installed.
        """
        return self._loaded.cached("searcher", None, self._open_searcher)

    def _open_searcher(self) -> Searcher:
        loaded, folder, settings = self._loaded, self._loaded.workspace.folder("index"), current()
        stamp = Stamp(loaded.encoder_row.fingerprint, loaded.vectors_revision)
        opened: Searcher = FaissSearcher(folder / f"{loaded.encoder_row.id}.faiss", stamp, threads=settings.threads)
        if settings.search_url:
            from embedding.milvus_index import MilvusSearcher  # only who has such a server has its package

            with loaded.workspace.read() as connection:
                identity = workspace_identity.of(connection)
            # A copy of a workspace has its mark too, and vectors of its own soon.
            place = hashlib.sha256(str(loaded.workspace.path.resolve()).encode()).hexdigest()[:8]
            name = f"sceneloop_{identity}_{place}_{loaded.encoder_row.id}_{stamp.fingerprint[:8]}"
            noted = folder / f"{loaded.encoder_row.id}.milvus.json"
            opened = MilvusSearcher(settings.search_url, name, noted, stamp, token=settings.search_token or "")
        opened.sync(loaded.ids, loaded.vectors)
        return opened

    def nearest(
        self, queries: npt.NDArray[np.float32], k: int
    ) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.float32]]:
        """Ids int64 [q, k'] and cosines float32 [q, k'] of the k nearest items of each unit row; -1 where there is none.

        Raises:
            StoreError: the search server does not answer. EncoderError: its package is not installed.
        """
        return searcher.nearest(self.searcher, self._loaded.ids, self._loaded.vectors, queries, k)

    @property
    def graph(self) -> Graph:
        """The kNN graph over all rows, from a file beside the index where that is fresh."""
        return self._loaded.cached("graph", None, self._build_graph)

    def _build_graph(self) -> Graph:
        loaded = self._loaded
        k = _wanted(len(loaded.ids))
        name = f"{loaded.encoder_row.id}-{loaded.vectors_revision}-{len(loaded.ids)}-{k}.npz"
        path = loaded.workspace.folder("index") / name
        stored = array_files.read(path, "neighbours", "cosines")
        if stored is None:
            rows, cosines = self._nearest(k)
            # In half precision at once: read back later, the graph is the same to the bit, and so is a head fitted with it.
            stored = rows, cosines.astype(np.float16)
            with suppress(OSError):  # a cache: without its file it is only computed again next time
                array_files.write(path, neighbours=stored[0], cosines=stored[1])
                for old in path.parent.glob(f"{loaded.encoder_row.id}-*.npz"):  # those of earlier vectors
                    if old != path:
                        old.unlink(missing_ok=True)
        return graph.build(stored[0].astype(np.int64), stored[1].astype(np.float32))

    def graph_of(self, rows: npt.NDArray[np.int64]) -> Graph:
        """The kNN graph over some rows int64 [m], computed anew."""
        k = _wanted(len(rows))
        near, cosines = all_neighbours.nearest(self._loaded.vectors[rows], k, threads=current().threads)
        return graph.build(near.astype(np.int64), cosines)

    def _nearest(self, k: int) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.float32]]:
        """The k nearest rows of each row and their cosines: exactly up to some thousands, beyond by lists, far faster for so many."""
        loaded = self._loaded
        if len(loaded.ids) > EXACT_GRAPH:
            return all_neighbours.nearest(loaded.vectors, k, threads=current().threads)
        rows = np.asarray(loaded.vectors, np.float32)
        index = Index.build(loaded.ids, rows, Stamp(loaded.encoder_row.fingerprint, 0), threads=current().threads)
        ids, cosines = index.search(rows, k)
        return np.where(ids >= 0, np.searchsorted(loaded.ids, ids), -1).astype(np.int32), cosines

    def mean(self) -> npt.NDArray[np.float32]:
        """Mean of all vectors, float32 [d]."""
        loaded = self._loaded
        return loaded.cached("mean", len(loaded.ids), lambda: _mean(loaded.vectors))


def _mean(vectors: npt.NDArray[np.float16]) -> npt.NDArray[np.float32]:
    """Summed in pieces: all rows in single precision may be more than the memory holds."""
    pieces = range(0, len(vectors), ROWS_AT_ONCE)
    total = sum(widen(vectors[start : start + ROWS_AT_ONCE]).sum(axis=0, dtype=np.float64) for start in pieces)
    return np.asarray(total / len(vectors), np.float32)


def _wanted(rows: int) -> int:
    """Nearest rows of each row that a graph over so many rows takes, the row itself among them."""
    return min(graph.GraphOptions().neighbours + 1, max(rows, 1))
