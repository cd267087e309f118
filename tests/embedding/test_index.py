from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from embedding import index
from embedding.index import Index, Stamp

Array = np.ndarray[Any, Any]
STAMP = Stamp("f" * 64, 7)


def _clustered(n: int, dim: int = 32, seed: int = 0) -> Array:
    rng = np.random.default_rng(seed)
    centres = rng.standard_normal((50, dim))
    vectors = centres[rng.integers(0, 50, n)] + 0.5 * rng.standard_normal((n, dim))
    return (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)


def _recall(result: Array, queries: Array, vectors: Array, ids: Array, k: int) -> float:
    exact = ids[np.argsort(-queries @ vectors.T, axis=1)[:, :k]]
    return float(np.mean([len(set(a) & set(b)) / k for a, b in zip(result, exact, strict=True)]))


@pytest.mark.parametrize(("flat_limit", "least"), [(10_000, 0.99), (100, 0.9)])
def test_recall_against_exact_search(flat_limit: int, least: float) -> None:
    vectors, ids = _clustered(6000), np.arange(6000) * 3 + 1
    built = Index.build(ids, vectors.astype(np.float16), STAMP, flat_limit=flat_limit, threads=1)
    result, similarities = built.search(vectors[:50], 10)
    assert _recall(result, vectors[:50], vectors, ids, 10) > least
    assert (result[:, 0] == ids[:50]).all()
    np.testing.assert_allclose(similarities[:, 0], 1, atol=0.02)
    assert (np.diff(similarities, axis=1) <= 0).all()


@pytest.mark.parametrize("flat_limit", [10_000, 100])
def test_add_and_remove(flat_limit: int) -> None:
    vectors = _clustered(3000)
    ids = np.arange(3000)
    built = Index.build(ids[:2000], vectors[:2000], STAMP, flat_limit=flat_limit, threads=1)
    built.add(ids[2000:], vectors[2000:])
    assert len(built) == 3000
    assert built.search(vectors[2500:2501], 1)[0][0, 0] == 2500
    assert built.remove(np.array([2500, 2501, 99_999])) == 2
    assert len(built) == 2998
    assert built.search(vectors[2500:2501], 1)[0][0, 0] != 2500


def test_fewer_rows_than_wanted() -> None:
    vectors = _clustered(3)
    built = Index.build(np.arange(3), vectors, STAMP)
    assert built.search(vectors, 50)[0].shape == (3, 3)
    empty = Index.build(np.arange(0), vectors[:0], STAMP)
    assert empty.search(vectors, 5)[0].shape == (3, 0)


def test_saved_index_is_used_only_when_it_fits(tmp_path: Path) -> None:
    vectors = _clustered(500)
    path = tmp_path / "cache" / "index.faiss"
    assert index.load(path, STAMP) is None
    Index.build(np.arange(500), vectors, STAMP).save(path)
    again = index.load(path, STAMP)
    assert again is not None
    assert (again.search(vectors[:5], 1)[0][:, 0] == np.arange(5)).all()
    again.add(np.array([500]), vectors[:1])
    assert index.load(path, Stamp(STAMP.fingerprint, 8)) is None
    assert index.load(path, Stamp("0" * 64, 7)) is None
    path.write_bytes(path.read_bytes()[:200])
    assert index.load(path, STAMP) is None


def test_one_query_on_several_threads_finds_what_a_batch_finds() -> None:
    vectors, ids = _clustered(2 * index.ROWS_A_THREAD + 1), np.arange(2 * index.ROWS_A_THREAD + 1) + 7
    built = Index.build(ids, vectors, STAMP, threads=2)
    built.remove(ids[:1])
    built.add(ids[:1], vectors[:1])  # now the last row: a row's place is not its id
    together, similarities = built.search(vectors[:5], 30)
    for row in range(5):
        alone, similarity = built.search(vectors[row : row + 1], 30)
        np.testing.assert_allclose(similarity[0], similarities[row], atol=1e-6)
        assert set(alone[0]) == set(together[row])
        assert alone[0, 0] == ids[row]
