from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from embedding.ingest import adding, current_encoder, vector_search
from errors import EncoderError, InputError
from store.workspace import Workspace


def test_text_image_and_item(ready: Workspace, photos: list[Path]) -> None:
    adding.add(ready, [photos[0].parent])
    ids, matrix = vector_search.matrix(ready)
    _, encoder = current_encoder.open_encoder(ready)
    hits = vector_search.search_text(ready, " the sea ", 5)
    expected = ids[np.argsort(-matrix @ encoder.encode_text(["the sea"])[0])[:5]]
    assert hits.ids.tolist() == expected.tolist()
    assert (np.diff(hits.similarities) <= 0).all()
    like = vector_search.search_image(ready, photos[7], 3)
    assert like.similarities[0] > 0.999
    mine = int(like.ids[0])
    near = vector_search.search_item(ready, mine, 19)
    assert mine not in near.ids
    assert len(near.ids) == 19
    with pytest.raises(InputError, match="no vector"):
        vector_search.search_item(ready, 10_000)
    with pytest.raises(InputError, match="nothing to search"):
        vector_search.search_text(ready, "  ")


def test_new_items_join_what_is_in_memory(
    ready: Workspace, photos: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    adding.add(ready, photos[:10])
    assert len(vector_search.index(ready)) == 10
    held = vector_search.matrix(ready)[1]
    assert vector_search.matrix(ready)[1] is held
    assert not held.flags.writeable
    adding.add(ready, photos[10:])
    monkeypatch.setattr(vector_search.Index, "build", lambda *_, **__: pytest.fail("built again"))
    assert len(vector_search.index(ready)) == len(vector_search.matrix(ready)[0]) == 20
    assert vector_search.search_image(ready, photos[15], 1).similarities[0] > 0.999


def test_the_index_on_disk_is_used_when_fresh_and_rebuilt_when_not(ready: Workspace, photos: list[Path]) -> None:
    adding.add(ready, photos[:10])
    first = vector_search.search_image(ready, photos[3], 3).ids.tolist()
    vector_search._held.clear()
    [path] = ready.folder("index").glob("*.faiss")
    stamp = path.stat().st_mtime_ns
    assert vector_search.search_image(ready, photos[3], 3).ids.tolist() == first
    assert path.stat().st_mtime_ns == stamp
    vector_search._held.clear()
    path.write_bytes(b"damaged")
    assert vector_search.search_image(ready, photos[3], 3).ids.tolist() == first
    vector_search._held.clear()
    adding.add(ready, photos[10:])
    assert len(vector_search.index(ready)) == 20


def test_an_empty_workspace(ready: Workspace) -> None:
    ids, matrix = vector_search.matrix(ready)
    assert ids.shape == (0,)
    assert matrix.shape == (0, 32)
    assert len(vector_search.search_text(ready, "the sea").ids) == 0


def test_without_an_encoder(empty: Workspace) -> None:
    with pytest.raises(EncoderError, match="no encoder yet"):
        vector_search.matrix(empty)
