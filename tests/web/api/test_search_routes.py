"""Search over the routes: by words, by name, by a picture that comes with the request."""

from __future__ import annotations

import base64
import io

import pytest
from PIL import Image
from starlette.testclient import TestClient

import sample_data
from web.api import label_routes

BASE = "/api/demo"


def encoded(data: bytes) -> str:
    return base64.b64encode(data).decode()


def test_tiles_and_ids_obey_words_and_names(client: TestClient) -> None:
    page = client.get(f"{BASE}/tiles", params={"named": "00", "order": "likeness", "text": "a page of text"}).json()
    assert page["total"] == 10
    assert all("00" in tile["name"] for tile in page["tiles"])
    values = [tile["value"] for tile in page["tiles"]]
    assert values == sorted(values, reverse=True)
    assert client.get(f"{BASE}/ids", params={"named": "00"}).json()["total"] == 10
    assert client.get(f"{BASE}/tiles", params={"named": "nowhere"}).json()["total"] == 0
    dealt = client.post(f"{BASE}/next", params={"order": "next", "named": "00"}, json={}).json()
    assert {tile["name"] for tile in dealt["tiles"]} <= {tile["name"] for tile in page["tiles"]}
    lost = client.get(f"{BASE}/tiles", params={"order": "likeness"})
    assert lost.status_code == 400
    assert "Type some words" in lost.json()["error"]


def test_a_picture_of_ones_own_finds_what_looks_like_it(client: TestClient) -> None:
    path = sorted(sample_data.images_folder().iterdir())[4]
    answer = client.post(f"{BASE}/neighbours", json={"image": encoded(path.read_bytes()), "name": "my.jpg", "limit": 3})
    assert answer.status_code == 200
    assert [len(answer.json()["tiles"]), answer.json()["tiles"][0]["name"]] == [3, path.name]


def bomb() -> bytes:
    out = io.BytesIO()
    Image.new("1", (40_000, 40_000)).save(out, "PNG")
    return out.getvalue()


@pytest.mark.parametrize(
    ("image", "words"),
    [("", "the file is empty"), ("no base64!", "did not arrive whole"), ("\u00e9", "did not arrive whole"),
     (encoded(b"plain words"), "odd.jpg: "), (encoded(b"\xff\xd8\xff\xe0 cut"), "odd.jpg: "), (encoded(bomb()), "pixels")],
)  # fmt: skip
def test_a_bad_picture_is_refused_by_name_and_fault(client: TestClient, image: str, words: str) -> None:
    answer = client.post(f"{BASE}/neighbours", json={"image": image, "name": "odd.jpg"})
    assert answer.status_code == 400
    assert words in answer.json()["error"]
    assert "odd.jpg" in answer.json()["error"]


def test_a_picture_that_is_too_large_is_refused(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(label_routes, "PICTURE_BYTES", 2**20)
    answer = client.post(f"{BASE}/neighbours", json={"image": encoded(bytes(2**20 + 3)), "name": "odd.jpg"})
    assert answer.status_code == 413
    assert answer.json()["error"].startswith("odd.jpg: an image to search with has at most 1 MB")


def test_the_middle_of_some_images(client: TestClient) -> None:
    ids = [tile["id"] for tile in client.get(f"{BASE}/tiles").json()["tiles"][:3]]
    query = {"ids": ",".join(map(str, ids)), "limit": 4}
    result = client.get(f"{BASE}/neighbours", params=query).json()["tiles"]
    assert len(result) == 7
    assert set(ids) <= {tile["id"] for tile in result}
    assert client.get(f"{BASE}/neighbours", params={"ids": "999999"}).status_code == 400
    assert client.get(f"{BASE}/map").json()["names"][0].endswith(".jpg")
