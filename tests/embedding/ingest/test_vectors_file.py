from __future__ import annotations

import io
import os
import re
import tracemalloc
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sqlalchemy import event

from embedding.ingest import adding, encoder_change, vectors_archive, vectors_file
from errors import EncoderError, InputError
from labeling.snapshot.snapshot import Snapshot
from store.items import items, vectors
from store.items.file_names import Names
from store.workspace import Workspace


def _file(out: Path, names: list[str], seed: int = 0, dim: int = 24, **changes: Any) -> Path:
    rows = np.random.default_rng(seed).standard_normal((len(names), dim)).astype(np.float32)
    np.savez(out, **{"path": np.array(names), "vector": rows, "encoder": np.array("clip-l"), **changes})
    return out


@pytest.mark.parametrize("made_before", [False, True])
def test_items_with_and_without_files(empty: Workspace, photos: list[Path], tmp_path: Path, made_before: bool) -> None:
    if made_before:
        encoder_change.change_encoder(empty, "vectors:clip-l")
    names = [f"photos/{photos[0].name}", str(photos[1]), "far/away.jpg", f"./photos/{photos[0].name}"]
    file = _file(tmp_path / "v.npz", names)
    report = vectors_file.add_vectors(empty, file)
    assert (report.added, report.duplicates, report.quarantined) == (3, 1, [])
    snapshot = Snapshot(empty)
    ids = snapshot.ids
    rows = np.load(file)["vector"]
    expected = rows[:3] / np.linalg.norm(rows[:3], axis=1, keepdims=True)
    np.testing.assert_allclose(snapshot.vectors, expected, atol=1e-3)
    with empty.read() as connection:
        result = items.get_many(connection, ids.tolist())
        assert vectors.current_encoder(connection).dim == 24
        assert Names(connection).find("far/away.jpg") == ids[2]
    assert [bool(result[number].sha256) for number in ids.tolist()] == [True, True, False]
    assert empty.thumb(int(ids[0])).is_file()
    again = vectors_file.add_vectors(empty, file)
    assert (again.added, again.duplicates) == (0, 4)
    near, _ = snapshot.geometry.nearest(snapshot.vectors[:1].astype(np.float32), 3)
    assert set(near[0].tolist()) == set(ids.tolist())


def test_bad_rows_are_quarantined(empty: Workspace, photos: list[Path], tmp_path: Path) -> None:
    photos[1].write_bytes(b"<html>")
    file = _file(tmp_path / "v.npz", [str(photos[0]), str(photos[1]), "zero.jpg", "nan.jpg", "good.jpg"])
    rows = np.load(file)["vector"]
    rows[2], rows[3] = 0, np.nan
    _file(file, [str(photos[0]), str(photos[1]), "zero.jpg", "nan.jpg", "good.jpg"], vector=rows)
    report = vectors_file.add_vectors(empty, file)
    assert report.added == 2
    assert [error.path.name for error in report.quarantined] == [photos[1].name, "zero.jpg", "nan.jpg"]


@pytest.mark.parametrize(
    "changes",
    [
        {"vector": np.zeros((3, 4), np.float32)},
        {"vector": np.zeros(2, np.float32)},
        {"path": np.array([1, 2])},
        {"encoder": np.array(["a", "b"])},
        {"path": np.array(["a", None], dtype=object)},
    ],
)
def test_a_file_of_another_form_is_refused(empty: Workspace, tmp_path: Path, changes: dict[str, Any]) -> None:
    with pytest.raises(InputError, match="It needs the arrays"):
        vectors_file.add_vectors(empty, _file(tmp_path / "v.npz", ["a", "b"], **changes))


def test_not_an_npz(empty: Workspace, tmp_path: Path) -> None:
    (tmp_path / "v.npz").write_bytes(b"PK nonsense")
    for path in (tmp_path / "v.npz", tmp_path / "gone.npz"):
        with pytest.raises(InputError, match="cannot be read as vectors"):
            vectors_file.add_vectors(empty, path)
    np.savez(tmp_path / "w.npz", path=np.array(["a"]))
    with pytest.raises(InputError, match="cannot be read as vectors"):
        vectors_file.add_vectors(empty, tmp_path / "w.npz")


def test_another_encoder_is_refused(ready: Workspace, tmp_path: Path) -> None:
    with pytest.raises(EncoderError, match="cannot be compared"):
        vectors_file.add_vectors(ready, _file(tmp_path / "v.npz", ["a"]))


def test_other_length_and_no_model(empty: Workspace, tmp_path: Path, photos: list[Path]) -> None:
    vectors_file.add_vectors(empty, _file(tmp_path / "v.npz", ["a"]))
    with pytest.raises(EncoderError, match="24 numbers"):
        vectors_file.add_vectors(empty, _file(tmp_path / "w.npz", ["b"], dim=32))
    with pytest.raises(EncoderError, match="--vectors"):
        adding.add(empty, photos)
    with pytest.raises(EncoderError, match="no model"):
        Snapshot(empty).encoder.encode_text(["the sea"])


def _rows(workspace: Workspace) -> list[Any]:
    with workspace.read() as connection:
        return items.labelable(connection)


def test_whole_paths_are_compared(empty: Workspace, tmp_path: Path) -> None:
    for camera in ("cams_a", "cams_b"):
        names = [f"{camera}/{k:03}.jpg" for k in range(50)]
        report = vectors_file.add_vectors(empty, _file(tmp_path / f"{camera}.npz", names, seed=ord(camera[-1])))
        assert (report.added, report.duplicates) == (50, 0)
    with empty.read() as connection:
        names = Names(connection)
        assert len(names.match("007.jpg")) == 2
        assert names.find("cams_b/007.jpg") == names.find(r".\cams_b\007.jpg") != names.find("cams_a/007.jpg")


def test_a_path_in_another_form_is_the_same_item(empty: Workspace, tmp_path: Path) -> None:
    forms = [
        "a/caf\u00e9.jpg",
        "./a/cafe\u0301.jpg",
        "a\\caf\u00e9.jpg",
        "a//caf\u00e9.jpg",
        "C:\\b\\c.jpg",
        "C:/b/./c.jpg",
    ]
    report = vectors_file.add_vectors(empty, _file(tmp_path / "v.npz", forms))
    assert (report.added, report.duplicates) == (2, 4)
    assert vectors_file.add_vectors(empty, _file(tmp_path / "w.npz", forms[::-1], seed=4)).added == 0
    others = [" a/caf\u00e9.jpg", "a/Caf\u00e9.jpg", "b/a/caf\u00e9.jpg", "caf\u00e9.jpg"]
    assert vectors_file.add_vectors(empty, _file(tmp_path / "x.npz", others)).added == 4


def test_the_same_picture_in_two_places_has_both_names(empty: Workspace, photos: list[Path], tmp_path: Path) -> None:
    copy = photos[0].with_name("copy.jpg")
    copy.write_bytes(photos[0].read_bytes())
    report = vectors_file.add_vectors(
        empty, _file(tmp_path / "v.npz", ["photos/00.jpg", "photos/copy.jpg", "photos/01.jpg"])
    )
    assert (report.added, report.duplicates) == (2, 1)
    with empty.read() as connection:
        names = Names(connection)
        assert names.find("photos/copy.jpg") == names.find("photos/00.jpg") is not None
    photos[0].write_bytes(photos[5].read_bytes())
    again = vectors_file.add_vectors(empty, _file(tmp_path / "w.npz", ["photos/00.jpg"], seed=2))
    assert (again.added, again.changed) == (1, [str(photos[0])])


def test_a_picture_that_comes_later_belongs_to_its_vector(empty: Workspace, photos: list[Path], tmp_path: Path) -> None:
    away = photos[0].rename(tmp_path / "away.jpg")
    file = _file(tmp_path / "v.npz", ["photos/00.jpg", "photos/01.jpg"])
    assert vectors_file.add_vectors(empty, file).added == 2
    [before] = [row for row in _rows(empty) if row.name == "photos/00.jpg"]
    away.rename(photos[0])
    report = vectors_file.add_vectors(empty, file)
    assert (report.added, report.duplicates, report.changed) == (0, 2, [])
    [after] = [row for row in _rows(empty) if row.name == "photos/00.jpg"]
    assert (after.id, after.path) == (before.id, str(photos[0]))
    assert before.sha256 is None is not after.sha256
    assert empty.thumb(after.id).is_file()


def _archive(out: Path, members: dict[str, bytes], *, claims: dict[str, int] | None = None) -> Path:
    """A packed archive of raw members; `claims` are sizes that its directory gives instead of the true ones."""
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    for name, size in (claims or {}).items():
        content = bytearray(out.read_bytes())
        at = content.rfind(b"PK\x01\x02", 0, content.rfind(name.encode()))
        content[at + 24 : at + 28] = size.to_bytes(4, "little")
        out.write_bytes(content)
    return out


def _npy(shape: tuple[int, ...], dtype: str, data: bytes) -> bytes:
    file = io.BytesIO()
    np.lib.format.write_array_header_1_0(file, {"descr": dtype, "fortran_order": False, "shape": shape})
    return file.getvalue() + data


ENCODER = _npy((), "<U6", "clip-l".encode("utf-32-le"))


@pytest.mark.parametrize(
    ("vector", "path", "claims"),
    [
        (_npy((8_000_000_000, 1), "<f4", b"\0" * 64), _npy((8_000_000_000,), "<U1", b"\0" * 64), {}),
        (_npy((2, 4_000_000_000), "<f4", b"\0" * 64), _npy((2,), "<U1", b"a\0\0\0b\0\0\0"), {}),
        (_npy((2, 2**40), "<f8", b""), _npy((2,), "<U1", b"a\0\0\0b\0\0\0"), {}),
        (_npy((2, 2), "<f4", b"\0" * 16), _npy((2,), "<U500000000", b"\0" * 64), {}),
        (_npy((2, 2), "<f4", b"\0" * 16)[:-4], _npy((2,), "<U1", b"a\0\0\0b\0\0\0"), {"vector.npy": 144}),
        (_npy((2, 2), "<f4", b"\0" * 300_000_000), _npy((2,), "<U1", b"a\0\0\0b\0\0\0"), {}),
        (_npy((37_500_000, 2), "<f4", b"\0" * 300_000_000), _npy((37_500_000,), "<U1", b"a\0\0\0" * 37_500_000), {}),
        (b"\x93NUMPY\x02\x00\xff\xff\xff\x7f" + b"\0" * 300_000_000, _npy((2,), "<U1", b"a\0\0\0b\0\0\0"), {}),
        (_npy((2, 2), "|O", b"\0" * 16), _npy((2,), "<U1", b"a\0\0\0b\0\0\0"), {}),
    ],
    ids=["32 GB", "wide", "8 TB", "long paths", "sizes that lie", "more than its shape", "packed", "header", "objects"],
)
def test_what_an_archive_claims_costs_no_memory(
    empty: Workspace, tmp_path: Path, vector: bytes, path: bytes, claims: dict[str, int]
) -> None:
    file = _archive(tmp_path / "v.npz", {"vector.npy": vector, "path.npy": path, "encoder.npy": ENCODER}, claims=claims)
    del vector, path
    tracemalloc.start()
    try:
        with pytest.raises(InputError, match=r"v\.npz"):
            vectors_file.add_vectors(empty, file)
        assert tracemalloc.get_traced_memory()[1] < 20 * 2**20
    finally:
        tracemalloc.stop()


def test_memory_does_not_grow_with_the_file(empty: Workspace, tmp_path: Path) -> None:
    rows = np.random.default_rng(0).standard_normal((12_000, 1500)).astype(np.float32)  # 72 MB
    file = _file(tmp_path / "v.npz", [f"{k}.jpg" for k in range(12_000)], vector=rows)
    del rows
    tracemalloc.start()
    try:
        for names, part in vectors_archive.read(file).steps(2048):
            assert len(names) == len(part) <= 2048
        assert tracemalloc.get_traced_memory()[1] < 60 * 2**20
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize(("kind", "order"), [("<f2", "C"), (">f4", "C"), ("<f8", "F"), ("<f4", "F")])
def test_other_layouts_are_read_alike(empty: Workspace, tmp_path: Path, kind: str, order: str) -> None:
    rows = np.random.default_rng(3).standard_normal((5000, 6))
    file = _file(tmp_path / "v.npz", [f"{k}.jpg" for k in range(5000)], vector=np.array(rows, kind, order=order))
    assert vectors_file.add_vectors(empty, file).added == 5000
    np.testing.assert_allclose(Snapshot(empty).vectors, rows / np.linalg.norm(rows, axis=1, keepdims=True), atol=2e-3)


def test_a_damaged_end_keeps_what_was_added_before(empty: Workspace, tmp_path: Path) -> None:
    file = _file(tmp_path / "v.npz", [f"{k}.jpg" for k in range(6000)])
    content = bytearray(file.read_bytes())
    at = content.find(b"vector.npy") + 200 + 5000 * 24 * 4
    content[at] ^= 255
    file.write_bytes(content)
    with pytest.raises(InputError, match="cannot be read as vectors"):
        vectors_file.add_vectors(empty, file)
    assert len(_rows(empty)) == 4096


def test_a_step_costs_the_same_however_much_is_here(empty: Workspace, tmp_path: Path) -> None:
    asked: list[str] = []

    def note(connection: object, cursor: object, statement: str, *_: object) -> None:
        if re.match(r"(?s)SELECT.*FROM (item|alias)\b", statement):
            asked.append(statement)

    vectors_file.add_vectors(empty, _file(tmp_path / "v.npz", [f"{k}.jpg" for k in range(100)]))
    event.listen(empty.engine, "before_cursor_execute", note)
    vectors_file.add_vectors(empty, _file(tmp_path / "w.npz", [f"{k}.png" for k in range(5000)]))
    assert asked
    dear = [statement for statement in asked if "json_each" not in statement and "max(item.id)" not in statement]
    assert dear == [], "each asks for a list of its own, or for the end of the key"


def test_a_path_never_leads_out_of_the_folder_that_was_given(
    empty: Workspace, photos: list[Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither by itself, nor by dots, nor by a link, nor through the folder that the program runs in."""
    folder = tmp_path / "given"
    folder.mkdir()
    (folder / "in.jpg").write_bytes(photos[0].read_bytes())
    (folder / "link.jpg").symlink_to(photos[1])
    (folder / "way").symlink_to(photos[0].parent)
    (folder / "loop.jpg").symlink_to("loop.jpg")
    os.mkfifo(folder / "pipe.jpg")
    monkeypatch.chdir(photos[0].parent)
    out = {str(photos[2]), "../photos/03.jpg", "link.jpg", "way/04.jpg", "/etc/passwd"}
    names = ["in.jpg", *sorted(out), "05.jpg", "loop.jpg", "pipe.jpg", "way/../in.jpg"]
    report = vectors_file.add_vectors(empty, _file(folder / "v.npz", names))
    reasons = {str(error.path): error.reason for error in report.quarantined}
    assert {name for name, reason in reasons.items() if "outside" in reason} >= out
    assert "leads to itself" in reasons["loop.jpg"]
    assert "named pipe" in reasons["pipe.jpg"]
    with empty.read() as connection:
        rows = items.labelable(connection)
    assert {row.name: Path(row.path).is_absolute() for row in rows if row.name in ("in.jpg", "05.jpg")} == {
        "in.jpg": True, "05.jpg": False,
    }  # fmt: skip
    assert all(row.sha256 is None or Path(row.path).parent == folder for row in rows)


def test_the_folder_of_the_pictures_can_be_named(empty: Workspace, photos: list[Path], tmp_path: Path) -> None:
    folder = tmp_path / "vectors"
    folder.mkdir()
    file = _file(folder / "v.npz", [photos[0].name, str(photos[1])])
    report = vectors_file.add_vectors(empty, file, folder=photos[0].parent)
    assert (report.added, report.quarantined) == (2, [])
    with empty.read() as connection:
        assert all(row.sha256 for row in items.labelable(connection))
