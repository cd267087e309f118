from __future__ import annotations

import os
import socket
from pathlib import Path

import numpy as np
import pytest
from sqlalchemy import select

from embedding.ingest import adding, current_encoder, encoder_change
from embedding.pictures import image_formats, images
from embedding.pictures.images import BadFile
from errors import InputError
from store.database import schema
from store.items import items
from store.workspace import Workspace

pytestmark = pytest.mark.timeout(60)


def _reasons(report: adding.AddReport) -> dict[str, str]:
    return {error.path.name: error.reason for error in report.quarantined}


def _strange(folder: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """Things named like images that are none, each with a word that must stand in its reason."""
    (folder / "loop.jpg").symlink_to("loop.jpg")
    (folder / "a.png").symlink_to("b.png")
    (folder / "b.png").symlink_to("a.png")
    os.mkfifo(folder / "pipe.jpg")
    (folder / "zero.jpg").symlink_to("/dev/zero")
    monkeypatch.chdir(folder)
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind("socket.jpg")
    return {
        "loop.jpg": "leads to itself", "a.png": "leads to itself", "b.png": "leads to itself",
        "pipe.jpg": "named pipe", "zero.jpg": "device", "socket.jpg": "socket",
    }  # fmt: skip


def test_only_regular_files_of_a_folder_are_added(
    ready: Workspace, photos: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = photos[0].parent
    strange = _strange(folder, monkeypatch)
    (folder / "folder.jpg").mkdir()
    report = adding.add(ready, [folder])
    assert report.added == 20
    reasons = _reasons(report)
    assert reasons.keys() == strange.keys()
    assert all(word in reasons[name] for name, word in strange.items())


def test_what_is_named_by_path_is_looked_at_as_closely(
    ready: Workspace, photos: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = photos[0].parent
    strange = _strange(folder, monkeypatch)
    asked = [
        photos[3],
        *(folder / name for name in strange),
        Path("/dev/zero"),
        Path("x" * 5000),
        Path("~nobody/a.jpg"),
    ]
    report = adding.add(ready, asked)
    assert report.added == 1
    reasons = _reasons(report)
    assert all(word in reasons[name] for name, word in strange.items())
    assert "device" in reasons["zero"]
    assert "does not exist" in reasons["a.jpg"]
    _, encoder = current_encoder.open_encoder(ready)
    for name in strange:
        with pytest.raises(InputError):
            encoder.encode_files([folder / name])


@pytest.mark.parametrize("raw", [b"caf\xe9.jpg", b"\xff\xfe.png", b"deep\xed\xa0\x80/in.jpg", b"clip\x80.mp4"])
def test_a_name_that_is_not_text_is_quarantined_and_the_rest_is_added(
    ready: Workspace, photos: list[Path], raw: bytes
) -> None:
    folder = photos[0].parent
    path = os.fsencode(folder) + b"/" + raw
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "wb") as file:
        file.write(photos[0].read_bytes())
    report = adding.add(ready, [folder])
    assert report.added == 20
    [bad] = report.quarantined
    assert "UTF-8" in bad.reason
    str(bad.path).encode()
    with ready.read() as connection:
        assert [row.path for row in items.quarantined(connection)] == [str(bad.path)]
    again = adding.add(ready, [Path(os.fsdecode(path)), photos[0]])
    assert (again.added, again.duplicates, len(again.quarantined)) == (0, 1, 1)
    with ready.read() as connection:
        assert connection.execute(select(schema.source.c.path).order_by(schema.source.c.id.desc())).scalar()


def test_a_decoder_that_fails_in_its_own_way_takes_no_other_file_with_it(
    ready: Workspace, photos: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    class Panic(BaseException):
        """As a decoder written in Rust raises it."""

    faults = {photos[2]: RuntimeError("decoder"), photos[5]: SystemError("bad call"), photos[7]: Panic("index"),
              photos[9]: MemoryError(), photos[11]: RecursionError("deep"), photos[13]: TypeError("None")}  # fmt: skip
    by_bytes = {path.read_bytes(): fault for path, fault in faults.items()}
    real = images.opened

    def failing(path: Path, data: bytes) -> object:
        if data in by_bytes:
            raise by_bytes[data]
        return real(path, data)

    monkeypatch.setattr(images, "opened", failing)
    report = adding.add(ready, [photos[0].parent])
    assert report.added == 14
    assert {error.path for error in report.quarantined} == set(faults)
    _, encoder = current_encoder.open_encoder(ready)
    for path in faults:
        with pytest.raises(BadFile):
            encoder.encode_files([path])
    bad: list[BadFile] = []
    good, _ = encoder.encode_files(photos, bad.append)
    assert (len(good), {error.path for error in bad}) == (14, set(faults))


def test_a_decoder_that_fails_in_a_change_of_the_encoder_costs_one_item(
    ready: Workspace, photos: list[Path], tiny: Path, monkeypatch: pytest.MonkeyPatch, make_model: object
) -> None:
    adding.add(ready, [photos[0].parent])
    broken = photos[4].read_bytes()
    real = images.opened

    def failing(path: Path, data: bytes) -> object:
        if data == broken:
            raise RuntimeError("decoder")
        return real(path, data)

    monkeypatch.setattr(images, "opened", failing)
    changed = encoder_change.change_encoder(ready, str(make_model(seed=3)))  # type: ignore[operator]
    assert changed.embedded == 19
    assert [error.path for error in changed.missing] == [photos[4]]


def test_a_video_whose_decoder_fails_is_quarantined_alone(ready: Workspace, photos: list[Path]) -> None:
    folder = photos[0].parent
    (folder / "a.mp4").write_bytes(b"a")
    (folder / "b.mp4").write_bytes(b"b")

    def frames(path: Path) -> object:
        if path.name == "a.mp4":
            raise RuntimeError("decoder")
        yield 0.0, np.full((90, 160, 3), 90, np.uint8)

    report = adding.add(ready, [folder], frames=frames)  # type: ignore[arg-type]
    assert report.added == 21
    assert "damaged" in _reasons(report)["a.mp4"]


def test_what_is_passed_over_is_counted_by_its_ending(ready: Workspace, photos: list[Path], tmp_path: Path) -> None:
    folder = photos[0].parent
    for name in ("a.TXT", "b.txt", "c.pdf", "README", ".hidden", "d.reallylongending", ".gitignore"):
        (folder / name).write_bytes(b"x")
    photos[0].rename(folder / "first.JPE")
    photos[1].rename(folder / "second.jfif")
    report = adding.add(ready, [folder])
    assert report.added == 20
    assert report.passed_over == {".txt": 2, ".pdf": 1, "without an ending": 2}
    assert report.as_json()["passed_over"] == report.passed_over
    only = tmp_path / "only"
    only.mkdir()
    (only / "x.heic2").write_bytes(b"x")
    assert "1 .heic2" in adding.add(ready, [only]).quarantined[0].reason


def test_without_the_extra_a_picture_of_a_telephone_says_what_reads_it(
    ready: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(image_formats, "EXTRAS", frozenset())
    monkeypatch.setattr(image_formats, "FORMATS", tuple(image_formats.ENDINGS))
    (tmp_path / "a.heic").write_bytes(b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + bytes(64))
    (tmp_path / "b.jxl").write_bytes(image_formats.JXL_BOXES + bytes(64))
    result = adding.add(ready, [tmp_path / "a.heic", tmp_path / "b.jxl"]).quarantined
    assert ["extra" in error.reason and "sceneloop[phone]" in error.way_out for error in result] == [True, True]
