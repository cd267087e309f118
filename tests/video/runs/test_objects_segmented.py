"""A film in a bucket is segmented as one on disk is, and each of its bytes is asked for once."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import av
import numpy as np
import pytest
from objects_served import ObjectStore

from errors import InputError, StoreError
from labeling.snapshot.snapshot import Snapshot
from store.blobs import buckets, range_reader
from store.blobs.blob import Blob
from store.items import items
from video.decoding import frames, still
from video.runs import run_view, segmentation
from video.whole import video_adding


@pytest.fixture(scope="session")
def noise(tmp_path_factory: pytest.TempPathFactory, films: SimpleNamespace) -> Path:
    """A film that no encoder makes small: some megabytes in four seconds."""
    random = np.random.default_rng(0)
    pictures = [random.integers(0, 255, (180, 320, 3), dtype=np.uint8) for _ in range(100)]

    def rich(stream: av.VideoStream) -> None:
        stream.bit_rate = 20_000_000

    return Path(films.write(tmp_path_factory.mktemp("noise") / "noise.mp4", pictures, prepare=rich))


@pytest.fixture
def film(noise: Path, bucket: str) -> Blob:
    blob = Blob(f"{bucket}/films/noise.mp4")
    blob.put(noise.read_bytes())
    return blob


def test_segments_are_those_of_the_file_and_each_byte_is_read_once(
    demo_snapshot: Snapshot, film: Blob, noise: Path, object_store: ObjectStore
) -> None:
    object_store.sent = {}
    run_id = segmentation.run(demo_snapshot, film)
    assert object_store.read(film) == noise.stat().st_size
    object_store.sent = {}
    assert segmentation.run_of(demo_snapshot, film) == run_id
    assert object_store.read(film) == 0
    assert not list(demo_snapshot.workspace.folder("thumbs").glob(".new-*"))
    shown = run_view.look(demo_snapshot, run_id)
    by_file = run_view.look(demo_snapshot, segmentation.run(demo_snapshot, noise))
    assert [s["end_frame"] for s in shown["segments"]] == [s["end_frame"] for s in by_file["segments"]]


def test_a_film_is_decoded_from_its_ranges(film: Blob, noise: Path, object_store: ObjectStore) -> None:
    size = noise.stat().st_size
    assert size > 3 * range_reader.MOST
    object_store.sent = {}
    assert sum(1 for _ in frames.decode(film).frames) == 100
    assert object_store.read(film) <= 1.2 * size


def test_a_picture_of_a_film_is_read_without_the_rest_of_it(film: Blob, noise: Path, object_store: ObjectStore) -> None:
    object_store.sent = {}
    assert still.at(film, 3.0) == still.at(noise, 3.0)
    assert object_store.read(film) < 0.5 * noise.stat().st_size


def test_what_goes_wrong_is_told_and_nothing_is_kept(
    demo_snapshot: Snapshot, film: Blob, object_store: ObjectStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(InputError, match="there is no such object"):
        segmentation.run(demo_snapshot, Blob(film.uri + ".gone"))
    with pytest.raises(InputError, match="SCENELOOP_OBJECT_BUCKETS"):
        segmentation.run_of(demo_snapshot, Blob("s3://elsewhere/film.mp4"))
    monkeypatch.setattr(buckets, "RETRY_S", 0.2)
    object_store.away = 503
    with pytest.raises(StoreError, match="does not answer"):
        segmentation.run(demo_snapshot, film)
    object_store.away = None
    with demo_snapshot.workspace.read() as connection:
        assert items.at_paths(connection, "video", [film.uri]) == []
    assert not list(demo_snapshot.workspace.folder("thumbs").glob(".new-*"))


def test_a_film_that_breaks_off_while_it_is_decoded_ends_the_decoding(
    film: Blob, object_store: ObjectStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(buckets, "RETRY_S", 0.2)
    coming = frames.decode(film).frames
    next(coming)
    object_store.away = 503
    with pytest.raises(StoreError, match="does not answer"):
        for _ in coming:
            pass


def test_whole_videos_are_added_from_a_bucket(
    demo_snapshot: Snapshot, film: Blob, bucket: str, object_store: ObjectStore
) -> None:
    Blob(f"{bucket}/films/broken.mp4").put(b"no film at all")
    object_store.sent = {}
    done = video_adding.add(demo_snapshot.workspace, [Blob(f"{bucket}/films")], actor="Ann")
    assert (done.added, [fault.path.name for fault in done.quarantined]) == (1, ["broken.mp4"])
    assert object_store.read(film) == film.head().size
    object_store.sent = {}
    again = video_adding.add(demo_snapshot.workspace, [Blob(f"{bucket}/films")], actor="Ann")
    assert (again.added, again.duplicates) == (0, 1)
    assert object_store.read(film) == 0
