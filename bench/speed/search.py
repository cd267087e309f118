"""The 50 nearest neighbours of one vector among clustered vectors of intrinsic dimension about 32 (seed 0).

Exact search in numpy runs beside it and gives the recall.
"""

from __future__ import annotations

import time

import numpy as np
import numpy.typing as npt
from threadpoolctl import threadpool_limits

from bench.harness import Figures, Options, median_seconds
from embedding.index import Index, Stamp

DIM, INTRINSIC, CLUSTERS, NEIGHBOURS, QUERIES = 512, 32, 1000, 50, 100
SIZES = {"100k": 100_000, "1m": 1_000_000}

Floats = npt.NDArray[np.float32]


def clustered(n: int, seed: int = 0, dim: int = DIM) -> Floats:
    """float32 [n, dim], unit rows: clusters in a random 32-dimensional subspace, and a little noise outside it."""
    rng = np.random.default_rng(seed)
    basis = np.linalg.qr(rng.standard_normal((dim, INTRINSIC)))[0].T.astype(np.float32)
    centres = rng.standard_normal((CLUSTERS, INTRINSIC), dtype=np.float32)
    vectors = np.empty((n, dim), dtype=np.float32)
    for start in range(0, n, 50_000):
        piece = vectors[start : start + 50_000]
        inner = centres[rng.integers(0, CLUSTERS, len(piece))]
        inner = inner + 0.6 * rng.standard_normal(inner.shape, dtype=np.float32)
        np.matmul(inner, basis, out=piece)
        piece += 0.01 * rng.standard_normal(piece.shape, dtype=np.float32)
        piece /= np.linalg.norm(piece, axis=1, keepdims=True)
    return vectors


def run(options: Options) -> Figures:
    """Time single queries at two sizes; `--quick` leaves the million out."""
    figures: Figures = {}
    with threadpool_limits(options.threads):
        for label, n in SIZES.items():
            if options.quick and n > 100_000:
                continue
            figures.update(_one_size(label, n, options.threads))
    return figures


def _one_size(label: str, n: int, threads: int) -> Figures:
    everything = clustered(n + QUERIES)
    vectors, queries = everything[:n], everything[n:]
    exact_ms = 1e3 * median_seconds(lambda: _exact(vectors, queries[:1]), repeats=3)
    truth = _exact(vectors, queries)
    start = time.perf_counter()
    index = Index.build(np.arange(n), vectors, Stamp("bench", 0), threads=threads)
    built_s = time.perf_counter() - start
    times = [median_seconds(lambda row=row: index.search(row[None], NEIGHBOURS), 1, 0) for row in queries]  # type: ignore[misc]
    neighbours, _ = index.search(queries, NEIGHBOURS)
    recall = np.mean([len(set(a) & set(b)) / NEIGHBOURS for a, b in zip(neighbours, truth, strict=True)])
    return {
        f"ms_{label}": 1e3 * float(np.median(times)),
        f"p95_ms_{label}": 1e3 * float(np.quantile(times, 0.95)),
        f"recall_{label}": float(recall),
        f"build_s_{label}": built_s,
        f"baseline_ms_{label}": exact_ms,
        f"ratio_{label}": exact_ms / (1e3 * float(np.median(times))),
    }


def _exact(vectors: Floats, queries: Floats) -> npt.NDArray[np.int64]:
    """int64 [q, 50], the nearest first, by one product and a partial sort."""
    rows = []
    for query in queries:
        scores = vectors @ query
        top = np.argpartition(-scores, NEIGHBOURS)[:NEIGHBOURS]
        rows.append(top[np.argsort(-scores[top])])
    return np.stack(rows)
