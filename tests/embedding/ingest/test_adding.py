from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from sqlalchemy import func, select
from watching import Watcher

from embedding.encoders.clip import ClipEncoder
from embedding.ingest import adding, current_encoder, encoder_change
from embedding.ingest.adding import AddOptions
from embedding.pictures import images
from errors import CancelledError, EncoderError, InputError, StoreError
from labeling.snapshot.snapshot import Snapshot
from settings import ROOT
from store.database import schema
from store.items import items, vectors
from store.items.file_names import Names
from store.workspace import Workspace, create

SMALL_STEPS = AddOptions(step=6)


def _photo(path: Path, seed: int) -> Path:
    cells = np.random.default_rng(seed).integers(0, 255, (9, 16, 3), dtype=np.uint8)
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(cells).resize((320, 180), Image.Resampling.BICUBIC).save(path)
    return path


def _rows(workspace: Workspace) -> dict[str, Any]:
    with workspace.read() as connection:
        return {row.name: row for row in connection.execute(select(schema.item))}


def _whole(workspace: Workspace) -> int:
    """Items, vectors, shard rows and thumbnails belong to each other one to one; returns how many."""
    with workspace.read() as connection:
        encoder = vectors.current_encoder(connection)
        n = vectors.count(connection, encoder.id)
        shard_rows = connection.execute(select(func.coalesce(func.sum(schema.shard.c.rows), 0))).scalar_one()
        labelable = [row.id for row in items.labelable(connection)]
    ids, matrix = vectors.load(workspace, encoder.id)
    assert sorted(ids.tolist()) == labelable
    assert n == shard_rows == len(matrix) == len(labelable)
    assert all(workspace.thumb(item_id).is_file() for item_id in labelable)
    return n


def test_a_folder_is_added_with_names_vectors_and_thumbnails(ready: Workspace, photos: list[Path]) -> None:
    _photo(photos[0].parent / "deep" / "海.png", 77)
    watcher = Watcher()
    report = adding.add(ready, [photos[0].parent], options=SMALL_STEPS, progress=watcher)
    expected = {"added": 21, "duplicates": 0, "changed": [], "quarantined": [], "passed_over": {}}
    assert report.as_json() == expected
    assert watcher.reports[-1][:2] == (21, 21)
    assert len(watcher.reports) == 4
    rows = _rows(ready)
    assert {"00.jpg", "deep/海.png"} <= set(rows)
    row = rows["deep/海.png"]
    assert (row.kind, row.width, row.height) == ("image", 320, 180)
    assert row.sha256 == images.sha256(Path(row.path))
    assert len(row.phash) == 16
    assert _whole(ready) == 21
    assert not list(ready.folder("thumbs").glob(".new-*"))


def test_stored_vectors_belong_to_their_items(ready: Workspace, photos: list[Path]) -> None:
    adding.add(ready, [photos[0].parent], options=SMALL_STEPS)
    _, encoder = current_encoder.open_encoder(ready)
    snapshot = Snapshot(ready)
    by_id = {row.id: Path(row.path) for row in _rows(ready).values()}
    expected = encoder.encode_files([by_id[number] for number in snapshot.ids.tolist()])[1]
    assert (snapshot.vectors * expected).sum(axis=1).min() > 0.999


def test_adding_again_finds_duplicates_and_their_new_names(ready: Workspace, photos: list[Path]) -> None:
    folder = photos[0].parent
    adding.add(ready, [folder])
    again = adding.add(ready, [folder])
    assert (again.added, again.duplicates, again.changed, again.quarantined) == (0, 20, [], [])
    shutil.copy(photos[0], folder / "copy.jpg")
    shutil.copy(_photo(folder / "new.jpg", 99), folder / "new_copy.jpg")
    report = adding.add(ready, [folder, photos[1]])
    assert (report.added, report.duplicates) == (1, 23)
    with ready.read() as connection:
        names = Names(connection)
        assert names.find("copy.jpg") == names.find("00.jpg")
        assert names.find("new_copy.jpg") == names.find("new.jpg")
    assert _whole(ready) == 21


def test_a_moved_folder_is_found_again(ready: Workspace, photos: list[Path]) -> None:
    adding.add(ready, [photos[0].parent])
    moved = photos[0].parent.rename(photos[0].parent.with_name("moved"))
    assert adding.add(ready, [moved]).duplicates == 20
    assert {Path(row.path).parent for row in _rows(ready).values()} == {moved}


def test_bad_input_is_quarantined_and_the_rest_goes_on(ready: Workspace, photos: list[Path], tmp_path: Path) -> None:
    folder = photos[0].parent
    whole = photos[0].read_bytes()
    bad = {
        "cut.jpg": whole[: len(whole) // 2],
        "page.jpg": b"<!DOCTYPE html><html></html>",
        "empty.png": b"",
        "copy of the page.jpg": b"<!DOCTYPE html><html></html>",
    }
    for name, data in bad.items():
        (folder / name).write_bytes(data)
    Image.new("1", (12_800, 12_800)).save(folder / "bomb.png")
    assert (folder / "bomb.png").stat().st_size < 30_000
    outside = _photo(tmp_path / "elsewhere" / "secret.png", 5)
    (folder / "link.png").symlink_to(outside)
    (folder / "way_out").symlink_to(outside.parent)
    (folder / "inside.jpg").symlink_to(photos[2])
    (folder / "loop").symlink_to(folder)
    (folder / "dangling.jpg").symlink_to(folder / "nothing.jpg")
    (folder / "notes.txt").write_text("passed over")
    (folder / ".hidden.jpg").write_bytes(whole)
    nothing = tmp_path / "nothing"
    nothing.mkdir()
    report = adding.add(ready, [folder, nothing, tmp_path / "gone"], options=SMALL_STEPS)
    reasons = {error.path.name: error.reason for error in report.quarantined}
    assert {name: reason for name, reason in reasons.items() if "symbolic link out" in reason}.keys() == {
        "link.png",
        "way_out",
    }
    assert "cut short" in reasons["cut.jpg"]
    assert "web page" in reasons["page.jpg"]
    assert "web page" in reasons["copy of the page.jpg"]
    assert "empty" in reasons["empty.png"]
    assert "limit" in reasons["bomb.png"]
    assert "no images" in reasons["nothing"]
    assert "does not exist" in reasons["gone"]
    assert "link to nothing" in reasons["dangling.jpg"]
    assert len(reasons) == 10
    assert (report.added, report.duplicates) == (20, 1)
    assert _whole(ready) == 20
    with ready.read() as connection:
        kept = {Path(row.path).name: row.way_out for row in items.quarantined(connection)}
        assert kept.keys() == reasons.keys()
        assert all(kept.values())
    (folder / "cut.jpg").write_bytes(_photo(tmp_path / "whole.jpg", 55).read_bytes())
    assert adding.add(ready, [folder / "cut.jpg"]).added == 1
    with ready.read() as connection:
        assert "cut.jpg" not in {Path(row.path).name for row in items.quarantined(connection)}


def test_nothing_that_exists(ready: Workspace, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="does not exist"):
        adding.add(ready, [tmp_path / "gone"])


def test_a_workspace_inside_the_folder_is_not_entered(ready: Workspace, photos: list[Path]) -> None:
    inner = create(photos[0].parent / "my workspace")
    _photo(inner.thumb(1), 3)
    assert adding.add(ready, [photos[0].parent]).added == 20
    inner.engine.dispose()


def test_cancel_keeps_what_was_committed(ready: Workspace, photos: list[Path]) -> None:
    with pytest.raises(CancelledError, match="12 of 20"):
        adding.add(ready, [photos[0].parent], options=SMALL_STEPS, progress=Watcher(stop_at=2))
    assert _whole(ready) == 12
    report = adding.add(ready, [photos[0].parent], options=SMALL_STEPS)
    assert (report.added, report.duplicates) == (8, 12)


KILLED = """
import os, signal, sys
from pathlib import Path
from embedding.encoders.clip import ClipEncoder
from embedding.ingest import adding, new_items
from embedding.ingest.adding import AddOptions
from store import workspace
from store.items import vectors

where, folder, step = sys.argv[1:]
calls = 0

def after(owner, name, wanted):
    real = getattr(owner, name)
    def counted(*arguments, **named):
        global calls
        result = real(*arguments, **named)
        calls += 1
        if calls == wanted:
            os.kill(os.getpid(), signal.SIGKILL)
        return result
    setattr(owner, name, counted)

progress = lambda *_: None
if step == "hashing":
    after(new_items, "at_hand", 9)
elif step == "decoding":
    after(new_items.images, "thumbnail", 9)
elif step == "encoding":
    after(ClipEncoder, "encode_fitted", 2)
elif step == "shard":
    after(vectors, "write_shard", 2)
elif step == "in the transaction":
    after(vectors, "record", 2)
elif step == "thumbnails":
    after(Path, "replace", 3 + 9)  # two shards and a file of the workspace are renamed too
else:
    after(sys.modules[__name__], "progress", 2)
adding.add(
    workspace.open_workspace(Path(where)), [Path(folder)], options=AddOptions(step=6), progress=lambda *told: progress(*told)
)
"""


@pytest.mark.slow
@pytest.mark.parametrize(
    ("step", "kept"),
    [
        ("hashing", {0, 6}),
        ("decoding", {0, 6}),
        ("encoding", {0, 6}),
        ("shard", {6}),
        ("in the transaction", {6}),
        ("thumbnails", {6}),
        ("after a step", {12}),
    ],
)
def test_kill_9_loses_nothing_and_recomputes_nothing(
    ready: Workspace, photos: list[Path], step: str, kept: set[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = photos[0].parent
    arguments = [sys.executable, "-c", textwrap.dedent(KILLED), str(ready.path), str(folder), step]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    killed = subprocess.run(arguments, env=environment, capture_output=True, text=True, timeout=120, check=False)
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    there = _whole(ready)
    assert there in kept
    with ready.read() as connection:
        orphans = len(vectors.orphans(ready, connection))
    assert orphans <= 1
    assert orphans == 1 or step not in ("shard", "in the transaction", "thumbnails")
    encoded: list[int] = []
    real = ClipEncoder.encode_fitted
    monkeypatch.setattr(
        ClipEncoder, "encode_fitted", lambda self, fitted: (encoded.append(len(fitted)), real(self, fitted))[1]
    )
    report = adding.add(ready, [folder], options=SMALL_STEPS)
    assert (report.added, report.duplicates) == (20 - there, there)
    assert sum(encoded) == 20 - there
    assert _whole(ready) == 20


def test_the_same_bytes_in_steps_that_overlap_are_embedded_once(
    ready: Workspace, photos: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second step is hashed before the first is committed, so the workspace does not know the bytes yet."""
    folder = photos[0].parent
    for name in ("a", "b", "c"):
        (folder / name).mkdir()
        for photo in photos[:6]:
            shutil.copy(photo, folder / name / photo.name)
        (folder / name / "zz.jpg").write_bytes(photos[0].read_bytes()[:2000])
    seven = [*sorted((folder / "a").iterdir()), *sorted((folder / "b").iterdir()), *sorted((folder / "c").iterdir())]
    encoded: list[int] = []
    real = ClipEncoder.encode_fitted
    monkeypatch.setattr(
        ClipEncoder, "encode_fitted", lambda self, fitted: (encoded.append(len(fitted)), real(self, fitted))[1]
    )
    report = adding.add(ready, seven, options=AddOptions(step=7))
    assert (report.added, report.duplicates, sum(encoded)) == (6, 12, 6)
    assert [error.path.parent.name for error in report.quarantined] == ["a", "b", "c"]
    assert {error.reason for error in report.quarantined} == {"the image is cut short"}


def test_a_second_process_that_was_faster_is_noticed(
    ready: Workspace, photos: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    real = ClipEncoder.encode_fitted
    first = True

    def meanwhile(self: ClipEncoder, fitted: Any) -> Any:
        nonlocal first
        if first:
            first = False
            adding.add(ready, photos[:3])
        return real(self, fitted)

    monkeypatch.setattr(ClipEncoder, "encode_fitted", meanwhile)
    report = adding.add(ready, [photos[0].parent])
    assert (report.added, report.duplicates) == (17, 3)
    assert _whole(ready) == 20


def test_a_full_disk_is_said_and_nothing_is_half_written(
    ready: Workspace, photos: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    adding.add(ready, photos[:4])

    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(np, "save", full)
    with pytest.raises(StoreError, match="No space left"):
        adding.add(ready, photos)
    monkeypatch.undo()
    monkeypatch.setattr("embedding.pictures.images.thumbnail", full)
    with pytest.raises(StoreError, match="No space left"):
        adding.add(ready, photos)
    monkeypatch.undo()
    assert _whole(ready) == 4
    assert adding.add(ready, photos).added == 16


def test_another_model_at_the_same_place_is_refused(
    empty: Workspace, tiny: Path, make_model: Any, photos: list[Path], tmp_path: Path
) -> None:
    place = tmp_path / "model"
    shutil.copytree(tiny, place)
    encoder_change.change_encoder(empty, str(place))
    adding.add(empty, photos[:2])
    shutil.copy(make_model(seed=9) / "open_clip_model.safetensors", place / "open_clip_model.safetensors")
    current_encoder._loaded.clear()
    with pytest.raises(EncoderError, match="embed again"):
        adding.add(empty, photos[2:])
    assert _whole(empty) == 2


def _stills(path: Path) -> Iterator[tuple[float, Any]]:
    """A stand-in for the video stage, which stands above this one: five pictures, two of them alike."""
    if b"broken" in path.read_bytes():
        raise InputError(f"{path.name} has no video stream, only sound. Give a file with pictures.")
    for number, seed in enumerate((1, 2, 2, 3, 4)):
        cells = np.random.default_rng(seed).integers(0, 255, (9, 16, 3), dtype=np.uint8)
        yield 2.0 * number, np.asarray(Image.fromarray(cells).resize((320, 180), Image.Resampling.BICUBIC))


def test_videos_give_stills_of_one_group(ready: Workspace, tmp_path: Path) -> None:
    folder = tmp_path / "clips"
    folder.mkdir()
    (folder / "a.mp4").write_bytes(b"a film")
    (folder / "b.mp4").write_bytes(b"broken")
    report = adding.add(ready, [folder], frames=_stills)
    assert report.added == 4
    assert [(error.path.name, error.reason) for error in report.quarantined] == [
        ("b.mp4", "has no video stream, only sound")
    ]
    rows = _rows(ready)
    assert [rows[f"a.mp4#t={time:.3f}"].time_s for time in (0, 2, 6, 8)] == [0, 2, 6, 8]
    frames = [row for row in rows.values() if row.kind == "frame"]
    assert {row.parent_id for row in frames} == {rows["a.mp4"].id}
    assert len({row.group_key for row in frames}) == 1
    assert _whole(ready) == 4
    again = adding.add(ready, [folder / "a.mp4"], frames=_stills)
    assert (again.added, again.duplicates) == (0, 1)
    assert adding.add(ready, [folder / "b.mp4"]).quarantined[0].reason == "videos are not taken here"
