"""A disk that refuses while a video is read or written out: one sentence, and nothing torn."""

from __future__ import annotations

import tempfile

import numbered
import numpy as np
import pytest
from numbered import even

from errors import StoreError
from labeling.snapshot.snapshot import Snapshot
from store import workspace
from store.project import video_runs
from video.runs import segmentation
from video.segmenting.analysis import analyse
from video.segmenting.analysis_file import Analysis


def full(*_given, **_named):
    raise OSError(28, "No space left on device")


@pytest.fixture
def film(tmp_path):
    return numbered.write(tmp_path / "film.mp4", even(0, 30), shades=(40, 200))


def test_an_analysis_is_whole_or_not_there(film, films, tmp_path, monkeypatch):
    analysis = analyse(film, films.embed)
    kept = tmp_path / "runs" / "kept.npz"
    kept.parent.mkdir()
    analysis.save(kept)
    before = kept.read_bytes()
    monkeypatch.setattr(np, "savez_compressed", full)
    with pytest.raises(StoreError, match=r"No space left.*Nothing of this video was kept"):
        analysis.save(kept)
    assert kept.read_bytes() == before
    assert list(kept.parent.iterdir()) == [kept]
    assert Analysis.load(kept).frames == 30


def test_a_full_temporary_folder(film, films, monkeypatch):
    monkeypatch.setattr(tempfile, "TemporaryFile", lambda: open("/dev/full", "w+b", buffering=0))  # noqa: SIM115
    with pytest.raises(StoreError, match="No space left"):
        analyse(film, films.embed)


@pytest.mark.parametrize("refuses", ["file", "database"])
def test_a_run_leaves_nothing_behind(demo_path, film, monkeypatch, refuses):
    opened = workspace.open_workspace(demo_path)
    snapshot = Snapshot(opened)
    before = set(opened.folder("runs").iterdir())
    monkeypatch.setattr(*((np, "savez_compressed", full) if refuses == "file" else (video_runs, "add", full)))
    with pytest.raises((StoreError, OSError), match="No space left"):
        segmentation.run(snapshot, film)
    assert set(opened.folder("runs").iterdir()) == before
    with opened.read() as connection:
        assert video_runs.every(connection) == []
    opened.engine.dispose()


def test_segments_that_cannot_be_written_are_kept_in_the_workspace(demo_path, film, tmp_path, capsys):
    import cli

    out = tmp_path / "out.json"
    assert cli.main(["segment", str(demo_path), str(film), "--out", "/dev/full", "--format", "json"]) == 1
    answer = capsys.readouterr().err
    assert "/dev/full cannot be written (No space left on device)" in answer
    assert "kept in the workspace" in answer
    assert "Traceback" not in answer
    assert cli.main(["segment", str(demo_path), str(film), "--out", str(out)]) == 0
    assert out.stat().st_size > 100


def test_a_place_that_cannot_be_written_is_said_before_the_video_is_read(
    demo_path, film, tmp_path, capsys, monkeypatch
):
    import cli

    monkeypatch.setattr(segmentation, "run", lambda *a, **k: pytest.fail("read"))
    assert cli.main(["segment", str(demo_path), str(film), "--out", str(tmp_path / "no" / "out.json")]) == 1
    assert "not a folder that can be written" in capsys.readouterr().err


def test_an_upload_that_does_not_fit_leaves_nothing(demo_path, monkeypatch):
    from pathlib import Path
    from types import SimpleNamespace

    from web.parts.videos import uploads

    opened = workspace.open_workspace(demo_path)
    given = SimpleNamespace(name="big.mp4", file_id="f1", getbuffer=lambda: b"x")
    real = Path.open
    monkeypatch.setattr(Path, "open", lambda self, *a, **k: full() if self.name == "big.mp4" else real(self, *a, **k))
    with pytest.raises(StoreError, match=r"big\.mp4 cannot be kept"):
        uploads.kept(opened, given)
    assert not list(opened.folder("uploads").glob("*"))
    opened.engine.dispose()
