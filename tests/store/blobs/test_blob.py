"""Objects by the program's own reader, from a store that speaks S3 and has faults."""

from __future__ import annotations

import urllib.request
from pathlib import Path

import pytest
from objects_served import ObjectStore

import reading
import settings
from errors import InputError, StoreError
from store.blobs import blob, buckets
from store.blobs.blob import Blob


def test_an_object_is_written_read_listed_and_signed(bucket: str) -> None:
    one = Blob(f"{bucket}/in june/é 1%.bin")
    one.put(b"0123456789")
    assert one.name == "é 1%.bin"
    assert one.read(2, 5) == b"234"
    assert reading.size(one) == 10
    assert reading.content(one, 10) == b"0123456789"
    with reading.opened(one) as file:
        file.seek(-3, 2)
        assert file.read() == b"789"
    Blob(f"{bucket}/in july/2.bin").put(b"")
    assert list(Blob(f"{bucket}/in june").below()) == [one]
    assert [each.stamp().size for each in Blob(bucket).below()] == [0, 10]
    with urllib.request.urlopen(one.sign(60)) as answer:
        assert answer.read() == b"0123456789"


def test_an_object_is_created_once(bucket: str) -> None:
    one = Blob(f"{bucket}/once")
    assert one.create(b"first")
    assert not one.create(b"second")
    assert one.content(10) == b"first"


def test_an_object_that_is_too_large_is_not_read(bucket: str, object_store: ObjectStore) -> None:
    one = Blob(f"{bucket}/large")
    one.put(bytes(100))
    with pytest.raises(OSError, match="over the limit"):
        reading.content(one, 99)
    assert object_store.read(one) == 0


def test_what_is_gone_or_denied_is_that_object_s_own_fault(bucket: str, object_store: ObjectStore) -> None:
    gone = Blob(f"{bucket}/gone")
    with pytest.raises(FileNotFoundError, match="no such object"):
        reading.size(gone)
    gone.put(b"there")
    object_store.refusals = [403]
    with pytest.raises(PermissionError, match="denies it"):
        gone.read(0, 5)
    assert gone.read(0, 5) == b"there"


def test_an_object_is_read_in_the_state_in_which_it_was_seen(bucket: str) -> None:
    one = Blob(f"{bucket}/one")
    one.put(b"before")
    seen = one.seen()
    one.put(b"behind")
    with pytest.raises(OSError, match="replaced while it was read"):
        seen.read(0, 6)
    assert one.seen().stamp().etag != seen.stamp().etag


def test_a_store_that_stumbles_is_asked_again(bucket: str, object_store: ObjectStore) -> None:
    one = Blob(f"{bucket}/one")
    one.put(b"0123456789")
    object_store.refusals = [503, 500, 503]
    assert one.read(0, 10) == b"0123456789"
    assert not object_store.refusals


def test_an_answer_that_breaks_off_is_asked_for_again(bucket: str, object_store: ObjectStore) -> None:
    one = Blob(f"{bucket}/one")
    one.put(bytes(range(256)) * 1000)
    object_store.cuts = [100_000, 7]
    assert reading.content(one, 10**6) == bytes(range(256)) * 1000
    assert not object_store.cuts


def test_a_store_that_is_away_ends_the_work(
    bucket: str, object_store: ObjectStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(buckets, "RETRY_S", 0.3)
    buckets._client.cache_clear()
    object_store.away = 503
    with pytest.raises(StoreError, match=r"bucket-\d+ does not answer .*Run it again when"):
        Blob(f"{bucket}/one").read(0, 1)
    with pytest.raises(StoreError, match="does not answer"):
        list(Blob(bucket).below())
    buckets._client.cache_clear()


def test_a_bucket_that_is_not_there_is_named(bucket: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SCENELOOP_OBJECT_BUCKETS", "s3://nowhere")
    settings.current.cache_clear()
    with pytest.raises(StoreError, match="There is no bucket s3://nowhere"):
        list(Blob("s3://nowhere/a").below())


@pytest.mark.parametrize("uri", ["s3://other/key", "gs://{name}/key", "s3://{name}x/key", "s3://{name}"])
def test_only_buckets_that_the_settings_name_are_asked(uri: str, bucket: str, object_store: ObjectStore) -> None:
    object_store.asked = []
    name = bucket.removeprefix("s3://")
    one = Blob(uri.format(name=name if "gs" in uri or "x" in uri else name[:-1]))
    for ask in (one.head, one.seen, lambda: one.put(b""), lambda: one.sign(1), lambda: list(one.below())):
        with pytest.raises(InputError, match="SCENELOOP_OBJECT_BUCKETS"):
            ask()
    assert object_store.asked == []


def test_a_prefix_can_be_all_that_may_be_read(bucket: str, monkeypatch: pytest.MonkeyPatch) -> None:
    Blob(f"{bucket}/june/1").put(b"1")
    Blob(f"{bucket}/june2/1").put(b"1")
    monkeypatch.setenv("SCENELOOP_OBJECT_BUCKETS", f"s3://other, {bucket}/june/")
    settings.current.cache_clear()
    assert Blob(f"{bucket}/june/1").content(1) == b"1"
    with pytest.raises(InputError, match="does not lie"):
        Blob(f"{bucket}/june2/1").content(1)


@pytest.mark.parametrize("text", ["s3://", "s3:///key", "s3://bucket/line\nbreak", "http://bucket/key"])
def test_what_is_no_address_is_refused(text: str) -> None:
    with pytest.raises(InputError, match="not the address of an object"):
        buckets.check(text)


def test_what_a_text_names() -> None:
    assert blob.named("gs://photos/a b.jpg") == Blob("gs://photos/a b.jpg")
    assert blob.named("file:///srv/a%20b.jpg") == Path("/srv/a b.jpg")
    assert blob.named("s3/a.jpg") == Path("s3/a.jpg")


@pytest.mark.parametrize("scheme", ["gs", "az"])
def test_other_clouds_have_clients(scheme: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """No server for them can be had here: that the settings fit the library is all that is shown."""
    for name, value in {"OBJECT_BUCKETS": f"{scheme}://photos", "AZ_ACCOUNT": "me", "AZ_KEY": "a2V5"}.items():
        monkeypatch.setenv(f"SCENELOOP_{name}", value)
    settings.current.cache_clear()
    assert buckets.client(buckets.check(f"{scheme}://photos/1")) is buckets.client(
        buckets.check(f"{scheme}://photos/2")
    )
    monkeypatch.undo()
    settings.current.cache_clear()
