from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from embedding import pipeline
from embedding.pipeline import search
from errors import EncoderError, InputError
from store.workspace import Workspace


def test_text_image_and_item(ready: Workspace, photos: list[Path]) -> None:
    pipeline.add(ready, [photos[0].parent])
    ids, matrix = pipeline.matrix(ready)
    _, encoder = pipeline.open_encoder(ready)
    hits = pipeline.search_text(ready, " the sea ", 5)
    expected = ids[np.argsort(-matrix @ encoder.encode_text(["the sea"])[0])[:5]]
    assert hits.ids.tolist() == expected.tolist()
    assert (np.diff(hits.similarities) <= 0).all()
    like = pipeline.search_image(ready, photos[7], 3)
    assert like.similarities[0] > 0.999
    mine = int(like.ids[0])
    near = pipeline.search_item(ready, mine, 19)
    assert mine not in near.ids
    assert len(near.ids) == 19
    with pytest.raises(InputError, match="no vector"):
        pipeline.search_item(ready, 10_000)
    with pytest.raises(InputError, match="nothing to search"):
        pipeline.search_text(ready, "  ")


def test_new_items_join_what_is_in_memory(
    ready: Workspace, photos: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    pipeline.add(ready, photos[:10])
    assert len(pipeline.index(ready)) == 10
    held = pipeline.matrix(ready)[1]
    assert pipeline.matrix(ready)[1] is held
    assert not held.flags.writeable
    pipeline.add(ready, photos[10:])
    monkeypatch.setattr(search.Index, "build", lambda *_, **__: pytest.fail("built again"))
    assert len(pipeline.index(ready)) == len(pipeline.matrix(ready)[0]) == 20
    assert pipeline.search_image(ready, photos[15], 1).similarities[0] > 0.999


def test_the_index_on_disk_is_used_when_fresh_and_rebuilt_when_not(ready: Workspace, photos: list[Path]) -> None:
    pipeline.add(ready, photos[:10])
    first = pipeline.search_image(ready, photos[3], 3).ids.tolist()
    search._held.clear()
    [path] = ready.folder("index").glob("*.faiss")
    stamp = path.stat().st_mtime_ns
    assert pipeline.search_image(ready, photos[3], 3).ids.tolist() == first
    assert path.stat().st_mtime_ns == stamp
    search._held.clear()
    path.write_bytes(b"damaged")
    assert pipeline.search_image(ready, photos[3], 3).ids.tolist() == first
    search._held.clear()
    pipeline.add(ready, photos[10:])
    assert len(pipeline.index(ready)) == 20


def test_an_empty_workspace(ready: Workspace) -> None:
    ids, matrix = pipeline.matrix(ready)
    assert ids.shape == (0,)
    assert matrix.shape == (0, 32)
    assert len(pipeline.search_text(ready, "the sea").ids) == 0


def test_without_an_encoder(empty: Workspace) -> None:
    with pytest.raises(EncoderError, match="no encoder yet"):
        pipeline.matrix(empty)
