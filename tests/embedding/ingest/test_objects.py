"""Pictures out of a bucket become items: each byte is asked for once, what changes there is noticed, and a store that is away costs nothing."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pyarrow as arrow
import pyarrow.parquet as parquet
import pytest
from objects_served import ObjectStore
from PIL import Image

import settings
from embedding.ingest import adding, encoder_change
from embedding.ingest.adding import AddOptions
from embedding.pictures import served_image
from errors import InputError, StoreError
from labeling.snapshot.snapshot import Snapshot
from maintenance import doctor, intake
from store.blobs import buckets
from store.blobs.blob import Blob
from store.items import item_rows, items, media, originals
from store.items.item_rows import ItemRow
from store.items.originals import State
from store.workspace import Workspace


@pytest.fixture
def shelf(bucket: str, photos: list[Path]) -> Blob:
    """Eight photos below `june/` of a bucket, with a text among them."""
    for path in photos[:8]:
        Blob(f"{bucket}/june/day {int(path.stem) % 2}/{path.name}").put(path.read_bytes())
    Blob(f"{bucket}/june/notes.txt").put(b"nothing to see")
    return Blob(f"{bucket}/june")


def rows_of(workspace: Workspace) -> dict[str, ItemRow]:
    with workspace.read() as connection:
        return {row.name: row for row in item_rows.files(connection)}


def test_a_prefix_is_added_and_each_byte_is_read_once(
    ready: Workspace, shelf: Blob, photos: list[Path], object_store: ObjectStore
) -> None:
    object_store.asked = []
    done = adding.add(ready, [shelf])
    assert (done.added, done.quarantined, done.passed_over) == (8, [], {".txt": 1})
    rows = rows_of(ready)
    assert set(rows) == {f"day {k % 2}/{k:02}.jpg" for k in range(8)}
    row = rows["day 1/03.jpg"]
    assert row.path == f"{shelf.uri}/day 1/03.jpg"
    assert row.bytes == photos[3].stat().st_size
    assert row.etag == Blob(row.path).head().etag
    assert {object_store.read(Blob(row.path)) for row in rows.values()} == {row.bytes for row in rows.values()}
    assert [asked for asked in object_store.asked if asked.startswith("HEAD")] == [f"HEAD {shelf.uri[4:]}/day 1/03.jpg"]
    assert not list(ready.folder("thumbs").glob(".new-*"))


def test_vectors_are_those_of_the_same_files_on_disk(
    ready: Workspace, shelf: Blob, photos: list[Path], tmp_path: Path
) -> None:
    adding.add(ready, [shelf])
    snapshot = Snapshot(ready)
    rows = rows_of(ready)
    _, vectors = snapshot.encoder.encode_files(photos[:8])
    for k in range(8):
        position = int(np.searchsorted(snapshot.ids, rows[f"day {k % 2}/{k:02}.jpg"].id))
        assert snapshot.vectors[position] @ vectors[k] > 0.999


def test_adding_again_reads_no_object_and_goes_on_after_an_outage(
    ready: Workspace, shelf: Blob, photos: list[Path], object_store: ObjectStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(buckets, "RETRY_S", 0.2)
    for path in photos[8:]:
        Blob(f"{shelf.uri}/later/{path.name}").put(path.read_bytes())

    def fall_away(done: int, total: int, name: str = "") -> None:
        object_store.away = 503

    with pytest.raises(StoreError, match="does not answer"):
        adding.add(ready, [shelf], options=AddOptions(step=1), progress=fall_away)
    kept = len(rows_of(ready))
    assert 0 < kept < 20
    assert not list(ready.folder("thumbs").glob(".new-*"))
    object_store.away, object_store.sent = None, {}
    done = adding.add(ready, [shelf])
    assert (done.added, done.duplicates, done.changed, done.quarantined) == (20 - kept, kept, [], [])
    assert sum(object_store.read(Blob(row.path)) > 0 for row in rows_of(ready).values()) == 20 - kept
    assert not list(ready.folder("thumbs").glob(".new-*"))


def test_a_stumble_and_a_cut_do_not_show(ready: Workspace, shelf: Blob, object_store: ObjectStore) -> None:
    object_store.refusals, object_store.cuts = [503, 503], [5_000, 100]
    done = adding.add(ready, [shelf])
    assert (done.added, done.quarantined) == (8, [])


def test_a_poisoned_object_is_quarantined_and_the_rest_goes_on(ready: Workspace, shelf: Blob) -> None:
    Blob(f"{shelf.uri}/broken.jpg").put(b"\xff\xd8\xff\xe0 no picture")
    Blob(f"{shelf.uri}/empty.png").put(b"")
    done = adding.add(ready, [shelf])
    assert done.added == 8
    assert {str(fault.path): fault.way_out for fault in done.quarantined}.keys() == {
        f"{shelf.uri}/broken.jpg", f"{shelf.uri}/empty.png",
    }  # fmt: skip
    with ready.read() as connection:
        assert {row.path for row in items.quarantined(connection)} == {
            f"{shelf.uri}/broken.jpg", f"{shelf.uri}/empty.png",
        }  # fmt: skip


def test_an_object_that_is_replaced_is_noticed_and_becomes_an_item_of_its_own(
    ready: Workspace, shelf: Blob, photos: list[Path]
) -> None:
    adding.add(ready, [shelf])
    old = rows_of(ready)["day 0/02.jpg"]
    assert served_image.picture(media.original(ready, old.id).path).content == photos[2].read_bytes()
    Blob(old.path).put(photos[12].read_bytes())
    with pytest.raises(InputError, match="was changed since"):
        media.original(ready, old.id)
    assert any("1 files were changed since they were added" in text for text in doctor.workspace(ready)["problems"])
    done = adding.add(ready, [shelf])
    assert (done.added, done.duplicates, done.changed) == (1, 7, [old.path])
    with ready.read() as connection:
        assert items.get(connection, old.id).replaced_at is not None
    assert doctor.workspace(ready)["problems"] == []


def test_the_same_bytes_written_again_are_the_same_item(ready: Workspace, shelf: Blob, photos: list[Path]) -> None:
    adding.add(ready, [shelf])
    row = rows_of(ready)["day 0/02.jpg"]
    Blob(row.path).put(photos[2].read_bytes())
    assert originals.of_row(row._replace(etag='"another"')) is State.INTACT
    assert adding.add(ready, [shelf]).added == 0


def test_an_object_that_is_gone_is_told(ready: Workspace, shelf: Blob, object_store: ObjectStore) -> None:
    import obstore

    adding.add(ready, [shelf])
    row = rows_of(ready)["day 0/02.jpg"]
    where = buckets.check(row.path)
    obstore.delete(buckets.client(where), where.key)
    with pytest.raises(InputError, match="no longer at s3://"):
        media.original(ready, row.id)
    notes = doctor.workspace(ready)["notes"]
    assert any(f"1 files are no longer where they were: {row.path}" in note for note in notes)


def test_an_object_that_moved_is_followed(ready: Workspace, shelf: Blob, bucket: str, photos: list[Path]) -> None:
    import obstore

    adding.add(ready, [shelf])
    row = rows_of(ready)["day 0/02.jpg"]
    where = buckets.check(row.path)
    obstore.rename(buckets.client(where), where.key, "july/moved.jpg")
    assert adding.add(ready, [Blob(f"{bucket}/july")]).added == 0
    with ready.read() as connection:
        assert items.get(connection, row.id).path == f"{bucket}/july/moved.jpg"


def test_a_store_that_is_away_is_a_state_of_its_own(
    ready: Workspace, shelf: Blob, object_store: ObjectStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    adding.add(ready, [shelf])
    row = rows_of(ready)["day 0/02.jpg"]
    monkeypatch.setattr(buckets, "IMPATIENT_S", 0.1)
    object_store.away = 503
    with ready.read() as connection:
        assert originals.seen(connection, row) is State.AWAY
    with pytest.raises(StoreError, match="does not answer"):
        media.original(ready, row.id)
    assert any("does not answer" in text for text in doctor.workspace(ready)["problems"])


def test_items_of_a_bucket_that_is_no_longer_named_are_not_read(
    ready: Workspace, shelf: Blob, object_store: ObjectStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    adding.add(ready, [shelf])
    row = rows_of(ready)["day 0/02.jpg"]
    monkeypatch.setenv("SCENELOOP_OBJECT_BUCKETS", "")
    settings.current.cache_clear()
    object_store.asked = []
    with pytest.raises(InputError, match="SCENELOOP_OBJECT_BUCKETS"):
        media.original(ready, row.id)
    with pytest.raises(InputError, match="SCENELOOP_OBJECT_BUCKETS"):
        adding.add(ready, [shelf])
    assert object_store.asked == []


def test_one_object_and_an_address_of_nothing(ready: Workspace, shelf: Blob) -> None:
    done = adding.add(ready, [Blob(f"{shelf.uri}/day 1/03.jpg"), Blob(f"{shelf.uri}/nothing")])
    assert done.added == 1
    assert [(str(fault.path), fault.reason) for fault in done.quarantined] == [
        (f"{shelf.uri}/nothing", "cannot be read (there is no such object)")
    ]


@pytest.mark.parametrize("form", ["txt", "parquet"])
def test_a_list_names_objects_and_files(
    form: str, ready: Workspace, shelf: Blob, photos: list[Path], tmp_path: Path
) -> None:
    shutil.copy(photos[9], tmp_path / "beside.jpg")
    entries = [f"{shelf.uri}/day 1/03.jpg", "beside.jpg", photos[8].as_uri(), f"{shelf.uri}/gone.jpg"]
    file = tmp_path / f"list.{form}"
    if form == "txt":
        file.write_text("# what to add\n" + "\n".join(entries) + "\n\n")
    else:
        parquet.write_table(arrow.table({"size": [1] * 4, "uri": entries}), file)
    done = intake.take_in(ready, [], intake.Tables(listed=file), actor="Ann")
    assert done.files.added == 3
    assert [str(fault.path) for fault in done.files.quarantined] == [f"{shelf.uri}/gone.jpg"]
    assert set(rows_of(ready)) == {"june/day 1/03.jpg", "beside.jpg", photos[8].name}


def test_a_list_that_is_none_is_refused(ready: Workspace, tmp_path: Path) -> None:
    parquet.write_table(arrow.table({"size": [1]}), tmp_path / "no.parquet")
    (tmp_path / "no.pq").write_bytes(b"PAR1")
    (tmp_path / "no.txt").write_bytes(b"\xff\xfe")
    for name, words in {
        "no.parquet": "no column uri",
        "no.pq": "not a Parquet",
        "no.txt": "UTF-8",
        "gone": "cannot be",
    }.items():
        with pytest.raises(InputError, match=words):
            intake.take_in(ready, [], intake.Tables(listed=tmp_path / name), actor="Ann")
    assert rows_of(ready) == {}


def test_another_encoder_reads_the_objects_again(ready: Workspace, shelf: Blob, make_model: object) -> None:
    adding.add(ready, [shelf])
    rows = rows_of(ready)
    Blob(rows["day 0/02.jpg"].path).put(b"something else")
    report = encoder_change.change_encoder(ready, str(make_model(seed=1, name="other")))  # type: ignore[operator]
    assert report is not None
    snapshot = Snapshot(ready)
    assert len(snapshot.ids) == 7


def test_a_picture_can_be_copied_out(ready: Workspace, shelf: Blob, photos: list[Path], tmp_path: Path) -> None:
    from reading import copy

    copy(shelf.__class__(f"{shelf.uri}/day 1/03.jpg"), tmp_path / "out.jpg")
    assert (tmp_path / "out.jpg").read_bytes() == photos[3].read_bytes()
    with Image.open(tmp_path / "out.jpg") as image:
        image.load()
