"""The FAISS index of a workspace beside its vectors."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import sample_data
import settings
from embedding.ingest import adding, encoder_change
from embedding.milvus_index import MilvusSearcher
from errors import EncoderError
from labeling.snapshot.snapshot import Snapshot
from store import workspace
from store.workspace import Workspace


def nearest(snapshot: Snapshot, row: int, count: int) -> list[int]:
    """Ids of the items nearest to one of them, itself the first."""
    result: list[int] = snapshot.geometry.nearest(snapshot.vectors[row : row + 1].astype(np.float32), count)[0][
        0
    ].tolist()
    return result


def test_the_index_finds_what_comparing_all_vectors_finds(root: Path) -> None:
    snapshot = Snapshot(workspace.open_workspace(root / "demo"))
    rows = snapshot.vectors.astype(np.float32)
    for row in (0, 7, 29):
        assert nearest(snapshot, row, 5) == snapshot.ids[np.argsort(-rows @ rows[row], kind="stable")[:5]].tolist()
    snapshot.workspace.engine.dispose()


def test_the_file_is_used_while_fresh_and_rebuilt_otherwise(root: Path) -> None:
    opened = workspace.open_workspace(root / "demo")
    first = nearest(Snapshot(opened), 3, 4)
    [path] = opened.folder("index").glob("*.faiss")
    written = path.stat().st_mtime_ns
    assert nearest(Snapshot(opened), 3, 4) == first
    assert path.stat().st_mtime_ns == written
    path.write_bytes(b"damaged")
    assert nearest(Snapshot(opened), 3, 4) == first
    assert path.read_bytes() != b"damaged"
    adding.add(opened, sorted(sample_data.images_folder().iterdir())[30:33])
    assert Snapshot(opened).geometry.searcher.count() == len(Snapshot(opened).ids) == 33
    opened.engine.dispose()


def test_an_empty_workspace_has_an_empty_index(empty: Workspace) -> None:
    encoder_change.change_encoder(empty, "built-in")
    snapshot = Snapshot(empty)
    assert snapshot.ids.shape == (0,)
    assert snapshot.geometry.searcher.count() == 0


def test_a_workspace_without_an_encoder_says_so(empty: Workspace) -> None:
    with pytest.raises(EncoderError, match="no encoder yet"):
        Snapshot(empty)


def test_a_search_server_finds_what_this_machine_finds(
    root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened = workspace.open_workspace(root / "demo")
    by_faiss = nearest(Snapshot(opened), 3, 10)
    monkeypatch.setenv("SCENELOOP_SEARCH_URL", str(tmp_path / "lite.db"))
    settings.current.cache_clear()
    snapshot = Snapshot(opened)
    assert isinstance(snapshot.geometry.searcher, MilvusSearcher)
    assert snapshot.geometry.searcher.count() == len(snapshot.ids)
    assert nearest(snapshot, 3, 10) == by_faiss
    snapshot.geometry.searcher.close()
    opened.engine.dispose()
