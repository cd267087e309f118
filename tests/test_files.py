"""A file or folder is whole or not there, whoever is killed and however full the disk is."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

import files

KILLED = """
import sys, time
from pathlib import Path
import files
with files.{how}(Path(sys.argv[1])) as part:
    target = part / "x" if part.is_dir() else part
    target.write_text("half")
    print("writing", flush=True)
    time.sleep(60)
"""


def killed_while_writing(how: str, path: Path) -> None:
    program = [sys.executable, "-c", KILLED.format(how=how), str(path)]
    with subprocess.Popen(program, stdout=subprocess.PIPE, cwd=Path(files.__file__).parent) as child:
        assert child.stdout is not None
        assert child.stdout.readline() == b"writing\n"
        child.send_signal(signal.SIGKILL)


@pytest.mark.parametrize("name", ["out.csv", ".hidden", "x" * 255, "no\nline", "é.txt", "-o"])
def test_a_file_is_replaced_and_nothing_stays_beside_it(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    files.write(path, "one")
    files.write(path, b"two")
    assert path.read_bytes() == b"two"
    assert os.listdir(tmp_path) == [name]


def fill(out: Path) -> None:
    (out / "x" if out.is_dir() else out).write_text("new")
    raise OSError(28, "the disk is full")


@pytest.mark.parametrize("how", [files.replacing, files.replacing_folder])
def test_a_failure_leaves_what_was_there(tmp_path: Path, how) -> None:
    path = tmp_path / "out"
    with how(path) as part:
        (part / "x" if part.is_dir() else part).write_text("old")
    with pytest.raises(OSError, match="disk"), how(path) as part:
        fill(part)
    assert (path / "x" if path.is_dir() else path).read_text() == "old"
    assert os.listdir(tmp_path) == ["out"]


def test_a_killed_writer_leaves_nothing_that_the_next_keeps(tmp_path: Path) -> None:
    path = tmp_path / "out.csv"
    killed_while_writing("replacing", path)
    assert not path.exists()
    assert len(os.listdir(tmp_path)) == 1
    files.write(path, "whole")
    assert (path.read_text(), os.listdir(tmp_path)) == ("whole", ["out.csv"])
    killed_while_writing("replacing_folder", tmp_path / "folder")
    with files.replacing_folder(tmp_path / "folder") as part:
        (part / "y").write_text("whole")
    assert sorted(str(p.relative_to(tmp_path)) for p in tmp_path.rglob("*")) == ["folder", "folder/y", "out.csv"]


def test_a_living_writer_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "out.csv"
    with files.replacing(path) as first:
        first.write_text("first")
        with files.replacing(path) as second:
            second.write_text("second")
        assert path.read_text() == "second"
        assert first.exists()
    assert path.read_text() == "first"


def test_a_folder_takes_the_place_of_another(tmp_path: Path) -> None:
    out = tmp_path / "out"
    for name in ("a", "b"):
        with files.replacing_folder(out) as part:
            (part / name).write_text(name)
    assert [entry.name for entry in out.iterdir()] == ["b"]
    assert os.listdir(tmp_path) == ["out"]


def test_links_modes_and_devices(tmp_path: Path) -> None:
    real = tmp_path / "real.csv"
    real.write_text("old")
    real.chmod(0o640)
    link = tmp_path / "link.csv"
    link.symlink_to(real)
    files.write(link, "new")
    assert link.is_symlink()
    assert real.read_text() == "new"
    assert real.stat().st_mode & 0o777 == 0o640
    files.write(Path("/dev/null"), "gone")
    assert not Path("/dev/null").is_file()
    with pytest.raises(OSError, match="folder"):
        files.write(tmp_path, "x")
    with pytest.raises(FileNotFoundError):
        files.write(tmp_path / "nowhere" / "x", "x")


def test_a_pipe_gets_the_content(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    with subprocess.Popen(["cat", str(pipe)], stdout=subprocess.PIPE) as reader:
        files.write(pipe, "through")
        assert reader.stdout is not None
        assert reader.stdout.read() == b"through"
