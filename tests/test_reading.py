from __future__ import annotations

import os
import socket
from pathlib import Path

import pytest

import reading


def _strange(folder: Path, kind: str) -> Path:
    path = folder / "strange.jpg"
    if kind == "loop":
        path.symlink_to(path)
    elif kind == "pipe":
        os.mkfifo(path)
    elif kind == "folder":
        path.mkdir()
    elif kind == "device":
        path.symlink_to("/dev/zero")
    else:
        with socket.socket(socket.AF_UNIX) as listener:
            listener.bind(os.path.relpath(path))
    return path


@pytest.mark.timeout(20)
@pytest.mark.parametrize("kind", ["loop", "pipe", "folder", "device", "socket"])
def test_only_regular_files_are_opened(tmp_path: Path, kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    path = _strange(tmp_path, kind)
    for call in (lambda: reading.opened(path), lambda: reading.size(path), lambda: reading.content(path, 10)):
        with pytest.raises(OSError) as caught:  # noqa: PT011 - the word is checked below
            call()
        assert caught.value.strerror


def test_names_that_no_file_can_have() -> None:
    for name in ("a\0b", "lone \ud800 surrogate", "x" * 5000):
        with pytest.raises(OSError):  # noqa: PT011
            reading.opened(Path(name))


def test_a_file_is_read_up_to_a_limit(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_bytes(b"12345")
    assert reading.content(path, 5) == b"12345"
    with pytest.raises(OSError, match="limit"):
        reading.content(path, 4)


def test_names_become_text_that_can_be_stored() -> None:
    name = os.fsdecode(b"caf\xe9.jpg")
    assert not reading.is_text(name)
    assert reading.readable(name) == "caf\\xe9.jpg"
    assert reading.readable("café\ud800") == "café\\ud800"
    assert reading.readable("海.jpg") == "海.jpg"


def test_an_upload_keeps_a_name_that_any_file_system_takes() -> None:
    kept = {
        "a.jpg": "a.jpg", "../../etc/passwd": "passwd", "C:\\x\\b.png": "b.png", "..": "upload", "": "upload", "/": "upload",
        "a\0b.jpg": "ab.jpg", "x\ud800.jpg": "x\\ud800.jpg",
    }  # fmt: skip
    assert {name: reading.uploaded_name(name, "upload") for name in kept} == kept
    long = reading.uploaded_name("海" * 300 + ".jpeg", "upload")
    assert long.endswith("海.jpeg")
    assert len(long.encode()) <= 200


def test_a_link_that_leads_to_itself_is_resolved_to_something(tmp_path: Path) -> None:
    (tmp_path / "loop").symlink_to("loop")
    assert reading.resolved(tmp_path / "loop").is_absolute()
    assert reading.resolved(Path("a\0b")) == Path("a\0b")
