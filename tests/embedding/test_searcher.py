"""One contract for every engine: what is near is found, filtered, removed and found again, whichever engine looks."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest

from embedding import searcher
from embedding.index import Ids, Index, Stamp, Vectors
from embedding.milvus_index import MilvusSearcher
from embedding.searcher import FaissSearcher, Searcher
from errors import StoreError

N, DIM, K, HELD_OUT = 4_000, 32, 50, 60
STAMP = Stamp("f" * 64, 7)
ENGINES = ["faiss", "faiss lists", "milvus"]
Opener = Callable[[Stamp], Searcher]


def unit(rows: np.ndarray) -> Vectors:
    return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True), np.float32)


@pytest.fixture(scope="module")
def drawn() -> Vectors:
    """Clusters that run into each other, where a fixed share of the lists is not enough; the last rows are in no engine."""
    rng = np.random.default_rng(0)
    centres = rng.standard_normal((40, DIM))
    rows = centres[rng.integers(0, 40, N + HELD_OUT)] + 0.8 * rng.standard_normal((N + HELD_OUT, DIM))
    return unit(rows).astype(np.float16)


@pytest.fixture(scope="module")
def vectors(drawn: Vectors) -> Vectors:
    return drawn[:N]


@pytest.fixture(scope="module")
def queries(drawn: Vectors) -> Vectors:
    return np.asarray(drawn[N:], np.float32)


@pytest.fixture(scope="module")
def ids() -> Ids:
    return np.arange(N) * 3 + 11


@contextmanager
def opening(name: str, folder: Path) -> Iterator[Opener]:
    """What opens an engine, again and again on the same place."""
    opened: list[MilvusSearcher] = []

    def open_one(stamp: Stamp) -> Searcher:
        if name == "milvus":
            opened.append(MilvusSearcher(str(folder / "lite.db"), "rows", folder / "rows.json", stamp))
            return opened[-1]
        limit = 1_000 if name == "faiss lists" else 10**6
        return FaissSearcher(folder / "rows.faiss", stamp, threads=1, flat_limit=limit)

    yield open_one
    for one in opened:
        one.close()


@pytest.fixture(params=ENGINES)
def opener(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Opener]:
    with opening(request.param, tmp_path) as one:
        yield one


@pytest.fixture(params=ENGINES, scope="module")
def filled(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, ids: Ids, vectors: Vectors
) -> Iterator[Searcher]:
    """An engine that holds all rows."""
    with opening(request.param, tmp_path_factory.mktemp("filled")) as one:
        engine = one(STAMP)
        engine.sync(ids, vectors)
        yield engine


def recall_of(near: Ids, truth: Ids) -> float:
    return float(np.mean([len(set(a) & set(b)) / len(b) for a, b in zip(near.tolist(), truth.tolist(), strict=True)]))


def test_the_nearest_fifty_are_found_and_scored_from_the_vectors(
    filled: Searcher, ids: Ids, vectors: Vectors, queries: Vectors
) -> None:
    assert filled.count() == N
    near, cosines = searcher.nearest(filled, ids, vectors, queries, K)
    truth, exact = searcher.exact(ids, vectors, queries, K)
    assert recall_of(near, truth) >= 0.97
    assert (np.diff(cosines, axis=1) <= 0).all()
    expected = np.einsum("qkd,qd->qk", np.asarray(vectors, np.float32)[np.searchsorted(ids, near)], queries)
    np.testing.assert_allclose(cosines, expected, atol=1e-6)
    np.testing.assert_allclose(cosines[:, 0], exact[:, 0], atol=1e-3)


@pytest.mark.parametrize("exact_among", [10_000, 0])
def test_only_some_ids_are_let_through(
    exact_among: int, filled: Searcher, ids: Ids, vectors: Vectors, queries: Vectors, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(searcher, "EXACT_AMONG", exact_among)  # by comparing them all, and by the engine
    among = ids[::5]
    near, _ = searcher.nearest(filled, ids, vectors, queries, K, among)
    assert np.isin(near, among).all()
    assert recall_of(near, searcher.exact(among, vectors[::5], queries, K)[0]) >= 0.97
    if exact_among:  # so few are never left to an engine
        few, _ = searcher.nearest(filled, ids, vectors, queries, K, np.array([ids[3], ids[4], 5]))
        assert sorted(few[0].tolist()) == [ids[3], ids[4]]
    assert searcher.nearest(filled, ids, vectors, queries, K, ids[:0])[0].shape == (HELD_OUT, 0)


def test_rows_are_removed_and_added_and_what_is_there_is_not_built_again(
    opener: Opener, ids: Ids, vectors: Vectors, monkeypatch: pytest.MonkeyPatch
) -> None:
    few, rows = ids[:1500], vectors[:1500]
    query = np.asarray(rows[-1:], np.float32)
    engine = opener(STAMP)
    engine.sync(few[:-200], rows[:-200])
    assert searcher.nearest(engine, few[:-200], rows[:-200], query, 1)[0][0, 0] != few[-1]
    later = opener(Stamp(STAMP.fingerprint, STAMP.revision + 1))
    later.sync(few[100:], rows[100:])
    assert later.count() == 1400
    assert searcher.nearest(later, few[100:], rows[100:], query, 1)[0][0, 0] == few[-1]
    assert not np.isin(later.search(np.asarray(rows[:20], np.float32), K)[0], few[:100]).any()
    with monkeypatch.context() as built_before:
        built_before.setattr(Index, "build", lambda *args, **kwargs: pytest.fail("built again"))
        built_before.setattr(MilvusSearcher, "_add", lambda *args: pytest.fail("added again"))
        again = opener(Stamp(STAMP.fingerprint, STAMP.revision + 1))
        again.sync(few[100:], rows[100:])
    assert again.count() == 1400
    assert again.search(query, 1)[0][0, 0] == few[-1]
    other = unit(np.random.default_rng(9).standard_normal((300, 16))).astype(np.float16)
    fresh = opener(Stamp("e" * 64, 1))
    fresh.sync(ids[:300], other)
    assert fresh.count() == 300
    assert searcher.nearest(fresh, ids[:300], other, np.asarray(other[7:8], np.float32), 1)[0][0, 0] == ids[7]


def test_few_rows_and_none(opener: Opener, ids: Ids, vectors: Vectors) -> None:
    engine = opener(STAMP)
    engine.sync(ids[:3], vectors[:3])
    near, _ = searcher.nearest(engine, ids[:3], vectors[:3], np.asarray(vectors[:2], np.float32), K)
    assert near.shape == (2, 3)
    empty = opener(Stamp("e" * 64, 0))
    empty.sync(ids[:0], vectors[:0])
    assert searcher.nearest(empty, ids[:0], vectors[:0], np.asarray(vectors[:2], np.float32), K)[0].shape == (2, 0)


def test_the_number_of_lists_is_measured_and_kept(tmp_path: Path) -> None:
    def sync(rows: Vectors) -> Index:
        engine = FaissSearcher(tmp_path / f"{float(rows[0, 0])}.faiss", STAMP, threads=1, flat_limit=1_000)
        engine.sync(np.arange(len(rows)), rows)
        assert engine.index is not None
        return engine.index

    apart = np.repeat(np.eye(DIM, dtype=np.float32), N // DIM, axis=0)
    apart = unit(apart + 0.01 * np.random.default_rng(1).standard_normal(apart.shape)).astype(np.float16)
    apart_from_nothing = unit(np.random.default_rng(2).standard_normal((N, DIM))).astype(np.float16)
    easy, hard = sync(apart), sync(apart_from_nothing)
    assert easy.probes is not None
    assert hard.probes is not None
    assert easy.probes < hard.probes
    assert hard.recall is not None
    assert hard.recall >= searcher.LEAST_RECALL
    again = sync(apart_from_nothing)
    assert (again.probes, again.recall) == (hard.probes, hard.recall)


def test_an_engine_that_knows_rows_that_are_gone_does_not_show_them(ids: Ids, vectors: Vectors) -> None:
    candidates = np.array([[ids[4], 5, ids[2], -1]])
    near, cosines = searcher.rescored(candidates, ids, vectors, np.asarray(vectors[2:3], np.float32), 4)
    assert near.tolist() == [[ids[2], ids[4], -1, -1]]
    assert cosines[0, 0] == pytest.approx(1, abs=0.01)


def test_a_search_server_that_is_away_is_told(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match=r"search server at http://127.0.0.1:9 does not answer"):
        MilvusSearcher("http://127.0.0.1:9", "rows", tmp_path / "rows.json", STAMP)
