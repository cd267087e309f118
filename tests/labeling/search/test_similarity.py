"""Images by what they look like: words, pictures and the middle of some images."""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image

import sample_data
from embedding.pictures.images import BadImage
from errors import InputError
from labeling.neighbours import nearest
from labeling.review import grid
from labeling.review.grid import TileQuery
from labeling.search import similarity
from labeling.snapshot.snapshot import Snapshot


def test_words_order_the_grid_by_similarity(demo_snapshot) -> None:
    page = grid.tiles(demo_snapshot, TileQuery(order="likeness", text=" a page of text ", limit=300))
    values = [tile["value"] for tile in page["tiles"]]
    assert page["total"] == len(values) == 300
    assert values == sorted(values, reverse=True)
    best = nearest.neighbours(demo_snapshot, text="a page of text", limit=5)["tiles"]
    assert [tile["id"] for tile in page["tiles"][:5]] == [tile["id"] for tile in best]
    assert values[:5] == pytest.approx([tile["similarity"] for tile in best], abs=1e-3)
    few = grid.tiles(demo_snapshot, TileQuery(order="likeness", text="a page of text", named="00", low=values[100]))
    assert {tile["id"] for tile in few["tiles"]} <= {tile["id"] for tile in page["tiles"][:101]}
    with pytest.raises(InputError, match="Type some words"):
        grid.tiles(demo_snapshot, TileQuery(order="likeness"))


def test_a_file_finds_its_own_item_and_nothing_is_kept(demo_snapshot) -> None:
    path = sorted(sample_data.images_folder().iterdir())[7]
    nearest.like_picture(demo_snapshot, path.read_bytes(), "mine.jpg", 5)  # the index is a cache, written once
    before = sorted(file for file in demo_snapshot.workspace.path.rglob("*") if file.is_file())
    result = nearest.like_picture(demo_snapshot, path.read_bytes(), "mine.jpg", 5)["tiles"]
    assert result[0]["name"] == path.name
    assert result[0]["similarity"] > 0.98
    turned = io.BytesIO()
    Image.open(path).convert("RGB").save(turned, "PNG")
    assert nearest.like_picture(demo_snapshot, turned.getvalue(), "mine.png", 1)["tiles"][0]["name"] == path.name
    assert nearest.neighbours(demo_snapshot, path=path, limit=1)["tiles"][0]["name"] == path.name
    assert sorted(file for file in demo_snapshot.workspace.path.rglob("*") if file.is_file()) == before
    with pytest.raises(BadImage, match=r"notes.txt: .*image"):
        nearest.like_picture(demo_snapshot, b"just some words", "folder/notes.txt")


def test_the_middle_of_some_images_comes_with_all_of_them(demo_snapshot) -> None:
    ids = demo_snapshot.ids[[3, 50, 200]].tolist()
    result = nearest.around(demo_snapshot, ids, 4)["tiles"]
    assert set(ids) <= {tile["id"] for tile in result}
    assert len(result) == 7
    similarities = [tile["similarity"] for tile in result]
    assert similarities == sorted(similarities, reverse=True)
    vectors = np.asarray(demo_snapshot.vectors, np.float32)
    middle = vectors[[3, 50, 200]].mean(axis=0)
    expected = vectors @ (middle / np.linalg.norm(middle))
    rows = np.searchsorted(demo_snapshot.ids, [tile["id"] for tile in result])
    np.testing.assert_allclose(similarities, expected[rows], atol=2e-3)
    assert [tile["id"] for tile in nearest.around(demo_snapshot, ids[:1], 0)["tiles"]] == ids[:1]
    with pytest.raises(InputError, match="None of these images"):
        nearest.around(demo_snapshot, [10**9])


def test_where_there_is_no_model_a_sentence_says_so(demo_snapshot: Snapshot, monkeypatch) -> None:
    monkeypatch.setattr(Snapshot, "has_text", property(lambda _: False))
    with pytest.raises(InputError, match=r"computed elsewhere, so words .* Search by name"):
        similarity.of_words(demo_snapshot, "a forest")
    with pytest.raises(InputError, match="a picture cannot be compared"):
        nearest.like_picture(demo_snapshot, b"", "a.jpg")
