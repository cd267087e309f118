"""What lies in a bucket is sent by the server itself, of the state that was added, with ranges for a player."""

from __future__ import annotations

from pathlib import Path

import pytest
from objects_served import ObjectStore
from starlette.testclient import TestClient

import sample_data
from embedding.ingest import adding
from store import workspace
from store.blobs import buckets
from store.blobs.blob import Blob
from store.items import items
from video.decoding import still
from video.runs import segmentation


@pytest.fixture
def film(root: Path, bucket: str) -> tuple[Blob, int]:
    """The demo's film in a bucket, and its item in the demo workspace."""
    blob = Blob(f"{bucket}/films/demo.mp4")
    blob.put(sample_data.video_file().read_bytes())
    opened = workspace.open_workspace(root / "demo")
    number = segmentation.register(opened, blob)
    opened.engine.dispose()
    return blob, number


def test_a_film_is_played_in_ranges(client: TestClient, film: tuple[Blob, int], object_store: ObjectStore) -> None:
    blob, number = film
    data, address = sample_data.video_file().read_bytes(), f"/clip/demo/{number}"
    whole = client.get(address)
    assert (whole.status_code, whole.headers["content-type"]) == (200, "video/mp4")
    assert whole.headers["accept-ranges"] == "bytes"
    assert whole.content == data
    object_store.sent = {}
    part = client.get(address, headers={"Range": "bytes=1000-1999"})
    assert part.status_code == 206
    assert part.headers["content-range"] == f"bytes 1000-1999/{len(data)}"
    assert part.content == data[1000:2000]
    assert object_store.read(blob) == 1000
    assert client.get(address, headers={"Range": "bytes=-10"}).content == data[-10:]
    assert client.get(address, headers={"Range": f"bytes={len(data) - 5}-"}).content == data[-5:]
    assert client.get(address, headers={"Range": f"bytes={len(data)}-"}).status_code == 416
    assert client.get(address, headers={"Range": "bytes=0-1,4-5"}).content == data


def test_a_still_of_it_is_shown(client: TestClient, film: tuple[Blob, int]) -> None:
    answer = client.get(f"/still/demo/{film[1]}/1000.jpg")
    assert answer.headers["content-type"] == "image/jpeg"
    assert answer.content == still.at(sample_data.video_file(), 1.0, 960)


def test_a_film_that_was_replaced_or_whose_store_is_away_is_not_sent(
    client: TestClient, film: tuple[Blob, int], object_store: ObjectStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    blob, number = film
    blob.put(b"another film")
    answer = client.get(f"/clip/demo/{number}")
    assert (answer.status_code, "was changed since" in answer.json()["error"]) == (400, True)
    monkeypatch.setattr(buckets, "IMPATIENT_S", 0.1)
    object_store.away = 503
    answer = client.get(f"/clip/demo/{number}")
    assert answer.status_code >= 400
    assert "does not answer" in answer.json()["error"]


def test_a_picture_is_sent_and_its_state_said(
    client: TestClient, root: Path, bucket: str, object_store: ObjectStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    picture = sorted(sample_data.images_folder().iterdir())[-1]
    blob = Blob(f"{bucket}/new/{picture.name}")
    blob.put(picture.read_bytes())
    opened = workspace.open_workspace(root / "demo")
    adding.add(opened, [blob])
    with opened.read() as connection:
        [row] = items.at_paths(connection, "image", [blob.uri])
    opened.engine.dispose()
    assert client.get(f"/image/demo/{row.id}").content == picture.read_bytes()
    about = f"/api/demo/item/{row.id}"
    assert client.get(about).json()["original"] == "intact"
    blob.put(b"something else")
    assert client.get(about).json()["original"] == "changed"
    monkeypatch.setattr(buckets, "IMPATIENT_S", 0.1)
    object_store.away = 503
    assert client.get(about).json()["original"] == "away"
