"""The folder of an export on its way: what arrives is whole, and nothing but plain files below the folder."""

from __future__ import annotations

import io
import os
import tarfile
from pathlib import Path

import pytest

from errors import StoreError
from labeling.exchange import export_archive
from labeling.exchange.formats.picture_files import LIST


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Files of odd names and sizes, and the list of an export, which does not travel."""
    one = tmp_path / "one"
    for name, content in (
        ("a b/é ö.jpg", os.urandom(2**20 + 7)),
        ("empty", b""),
        ("x" * 150 + "/block", bytes(512)),
        (LIST, b"{}"),
    ):
        (one / name).parent.mkdir(parents=True, exist_ok=True)
        (one / name).write_bytes(content)
    return one


def files_of(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.mark.parametrize("size", [1 << 22, 700, 512])
def test_what_is_unpacked_is_what_was_packed(folder: Path, tmp_path: Path, size: int) -> None:
    whole = b"".join(export_archive.pieces(folder, {"labels": 3, "missing": ["\udcff"]}))
    parts = (whole[start : start + size] for start in range(0, len(whole), size))
    assert export_archive.unpack(parts, tmp_path / "two") == {"labels": 3, "missing": ["\udcff"]}
    expected = files_of(folder)
    del expected[LIST]
    assert files_of(tmp_path / "two") == expected
    with tarfile.open(fileobj=io.BytesIO(whole)) as tar:  # any other program reads it too
        assert tar.getnames()[-1] == export_archive.ANSWER


def test_one_that_was_cut_anywhere_is_refused(folder: Path, tmp_path: Path) -> None:
    whole = b"".join(export_archive.pieces(folder, {"labels": 3}))
    last = whole.rindex(b"labels") - 10
    for number, end in enumerate((0, 100, 512, 1024, 5000, 2**19, last - 600, last)):
        with pytest.raises(StoreError, match="incomplete"):
            export_archive.unpack([whole[:end]], tmp_path / f"cut {number}")


@pytest.mark.parametrize("kind", ["../out", "/etc/out", "a/../../out", "link", "hard link", "device", "pipe", "folder"])
def test_what_no_export_has_is_refused(tmp_path: Path, kind: str) -> None:
    types = {
        "link": tarfile.SYMTYPE,
        "hard link": tarfile.LNKTYPE,
        "device": tarfile.CHRTYPE,
        "pipe": tarfile.FIFOTYPE,
        "folder": tarfile.DIRTYPE,
    }
    entry = tarfile.TarInfo("name" if kind in types else kind)
    entry.type = types.get(kind, tarfile.REGTYPE)
    entry.linkname = "/etc/passwd"
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w") as tar:
        tar.addfile(entry, io.BytesIO(b""))
    folder = tmp_path / "in" / "folder"
    folder.mkdir(parents=True)
    with pytest.raises(StoreError, match="something else"):
        export_archive.unpack([packed.getvalue()], folder)
    assert list(folder.rglob("*")) == []
    assert [path.name for path in tmp_path.rglob("*")] == ["in", "folder"]


def test_a_file_that_grows_shorter_meanwhile_ends_it(folder: Path) -> None:
    taken = export_archive.pieces(folder, {})
    next(taken)
    large = next(path for path in folder.rglob("*.jpg"))
    os.truncate(large, 5)
    with pytest.raises(OSError, match="shorter"):
        list(taken)
