"""Whole videos in a workspace: decoded once, resumed, set aside where they are broken; four states; titles from a file."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import av
import numpy as np
import pytest
from whole_films import film, tone

import sample_data
from embedding.ingest import encoder_change, video_encoders
from errors import CancelledError, InputError
from labeling.exchange import video_labels, video_titles
from labeling.snapshot.snapshot import Snapshot
from store import workspace
from store.items import items, video_features
from store.items.video_features import FRAMES, SOUND
from store.project import video_runs
from store.project.video_runs import RunSummary
from store.team import actors
from store.workspace import Workspace
from video.runs import segmentation
from video.runs.segmentation import METHOD
from video.segmenting.analysis import analyse
from video.whole import feature_extraction, listed_videos, video_adding
from video.whole.video_adding import VideosAdded

SUMMARY: RunSummary = {
    "name": "", "model": "", "duration_s": 0.0, "frames": 0, "segments": 0, "shots": 0, "seconds": 0.0, "notes": [],
}  # fmt: skip
PICTURES = sorted(sample_data.images_folder().glob("*.jpg"))


@pytest.fixture(scope="session")
def films(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Five files: with a sound, with a late one, silent, without a sound stream, broken."""
    folder = tmp_path_factory.mktemp("films")
    film(folder / "loud.mkv", PICTURES[0], 4, tone(4))
    film(folder / "late.mkv", PICTURES[1], 4, tone(1), start_s=2)
    film(folder / "silent.mkv", PICTURES[2], 3, np.zeros(48_000, np.float32))
    film(folder / "mute.mkv", PICTURES[3], 3)
    (folder / "broken.mp4").write_bytes(b"no video at all" * 100)
    (folder / "notes.txt").write_text("not a video")
    return folder


@pytest.fixture
def target(tmp_path: Path) -> Iterator[Workspace]:
    """An empty workspace with the built-in model."""
    opened = workspace.create(tmp_path / "ws")
    encoder_change.change_encoder(opened, "built-in")
    yield opened
    opened.engine.dispose()


def add(target: Workspace, *paths: Path, titles: Path | None = None) -> VideosAdded:
    return video_adding.add(target, paths, titles=titles, actor="ann")


def ids(target: Workspace) -> dict[str, int]:
    with target.read() as connection:
        return {row.name: row.id for row in items.videos(connection)}


def test_states_are_told_apart_and_counted(target: Workspace, films: Path) -> None:
    done = add(target, films).as_json()
    assert {name: done[name] for name in ("added", "duplicates", "untitled", "silent", "without_sound")} == {
        "added": 4, "duplicates": 0, "untitled": 4, "silent": 1, "without_sound": 1,
    }  # fmt: skip
    [bad] = done["quarantined"]
    assert Path(bad["path"]).name == "broken.mp4"
    assert "cannot be read as a video" in bad["reason"]
    assert done["report"] == {"not_a_video": 1}
    frames, sound = video_encoders.open_frames(target), video_encoders.open_sound(target)
    number = ids(target)
    with target.read() as connection:
        states = video_features.states(connection, SOUND, sound.fingerprint, list(number.values()))
        assert [row.path for row in items.quarantined(connection)] == [str(films / "broken.mp4")]
    assert {name: states[number[name]].value for name in number} == {
        "loud.mkv": "present", "late.mkv": "present", "silent.mkv": "silent", "mute.mkv": "no sound",
    }  # fmt: skip
    seen = video_features.load(target, FRAMES, frames.fingerprint, list(number.values()))[number["loud.mkv"]]
    assert seen.times.tolist() == [0.0, 1.0, 2.0, 3.0]
    np.testing.assert_allclose(np.linalg.norm(seen.rows.astype(np.float32), axis=1), 1, atol=1e-3)


def test_sound_keeps_its_own_times(target: Workspace, films: Path) -> None:
    add(target, films / "late.mkv")
    sound = video_encoders.open_sound(target)
    [heard] = video_features.load(target, SOUND, sound.fingerprint, list(ids(target).values())).values()
    assert heard.times.min() > 2
    assert heard.times.max() < 3


def test_a_second_run_computes_nothing(target: Workspace, films: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    good = [films / f"{name}.mkv" for name in ("loud", "late", "silent", "mute")]
    add(target, *good)
    before = sorted(target.folder("features").iterdir())
    monkeypatch.setattr(feature_extraction, "see", lambda *_: pytest.fail("decoded again"))
    monkeypatch.setattr(feature_extraction, "hear", lambda *_: pytest.fail("decoded again"))
    done = add(target, *good)
    assert (done.added, done.duplicates, done.silent, done.without_sound) == (0, 4, 1, 1)
    assert sorted(target.folder("features").iterdir()) == before


def test_a_stop_keeps_what_was_added_and_goes_on(target: Workspace, films: Path) -> None:
    def stop(done: float, total: float, message: str = "", losses: object = ()) -> None:
        if done == 2:
            raise CancelledError("stop")

    with pytest.raises(CancelledError, match="are kept"):
        video_adding.add(target, [films], actor="ann", progress=stop)
    first = len(ids(target))
    assert 1 <= first <= 2
    done = add(target, films)
    assert (done.added, done.duplicates) == (4 - first, first)


def test_a_damaged_file_of_features_is_computed_again(target: Workspace, films: Path) -> None:
    add(target, films / "loud.mkv")
    for path in target.folder("features").iterdir():
        path.write_bytes(b"")
    done = add(target, films / "loud.mkv")
    assert done.report == {"damaged_features": 4}
    frames = video_encoders.open_frames(target)
    assert video_features.load(target, FRAMES, frames.fingerprint, list(ids(target).values()))


def test_the_same_bytes_are_one_video_and_what_lies_elsewhere_moves(
    target: Workspace, films: Path, tmp_path: Path
) -> None:
    add(target, films / "loud.mkv")
    shutil.copy(films / "loud.mkv", tmp_path / "copy.mkv")
    done = add(target, tmp_path / "copy.mkv")
    assert (done.added, done.duplicates, len(ids(target))) == (0, 1, 1)


def test_a_video_that_was_segmented_is_not_encoded_again(
    target: Workspace, films: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    frames = video_encoders.open_frames(target)
    number = segmentation.register(target, films / "loud.mkv")
    analyse(films / "loud.mkv", frames.embed).save(target.folder("runs") / "one.npz")
    with target.engine.begin() as connection:
        video_runs.add(
            connection, item_id=number, encoder_id=frames.encoder_id, head_id=None, file="one.npz", options={"method": METHOD},
            summary=SUMMARY, actor_id=actors.id_of(connection, "ann"),
        )  # fmt: skip
    straight = feature_extraction.see(films / "loud.mkv", frames)
    monkeypatch.setattr(feature_extraction, "see", lambda *_: pytest.fail("encoded again"))
    done = add(target, films / "loud.mkv")
    assert (done.added, done.duplicates) == (1, 0)
    [kept] = video_features.load(target, FRAMES, frames.fingerprint, [number]).values()
    assert kept.times.tolist() == pytest.approx(straight.frames.times.tolist(), abs=0.21)
    assert (kept.rows.astype(np.float32) * straight.frames.rows.astype(np.float32)).sum(axis=1).min() > 0.99


def test_titles_come_from_a_file_and_each_misfit_is_counted(target: Workspace, films: Path, tmp_path: Path) -> None:
    table = tmp_path / "titles.csv"
    table.write_text(
        "file,title,programme,labels\n"
        'loud.mkv,"A 🎉 <b>dog</b>\tbarks",evening,"dog, park"\n'
        "late.mkv,NA,,\n"
        "silent.mkv,   ,,\n"
        "late.mkv,again,,\n"
        "gone.mkv,nothing,,\n",
        encoding="utf-8",
    )
    done = add(target, films, titles=table)
    assert done.untitled == 2
    assert done.report == {
        "not_a_video": 1, "second_line": 1, "unmatched": 1,
        "label_without_facet": 2,
    }  # fmt: skip
    with target.read() as connection:
        titles = {
            row.name: (video_titles.title_of(row), video_titles.programme_of(row)) for row in items.videos(connection)
        }
    assert titles["loud.mkv"] == ("A 🎉 <b>dog</b> barks", "evening")
    assert titles["late.mkv"] == ("NA", "")
    assert titles["mute.mkv"] == ("", "")


def test_a_bad_file_of_titles_is_said_before_anything_is_decoded(
    target: Workspace, films: Path, tmp_path: Path
) -> None:
    (tmp_path / "titles.csv").write_text("name,what\n")
    with pytest.raises(InputError, match="no column"):
        add(target, films, titles=tmp_path / "titles.csv")
    assert ids(target) == {}


def test_a_file_with_sound_alone_is_quarantined_with_its_reason(target: Workspace, tmp_path: Path) -> None:
    with av.open(str(tmp_path / "song.mkv"), "w") as output:
        stream = output.add_stream("pcm_s16le", rate=16_000)
        stream.layout = "mono"
        frame = av.AudioFrame.from_ndarray(np.zeros((1, 16_000), np.int16), format="s16", layout="mono")
        frame.sample_rate, frame.pts = 16_000, 0
        output.mux(stream.encode(frame))
        output.mux(stream.encode(None))
    [bad] = add(target, tmp_path / "song.mkv").quarantined
    assert "only sound" in bad.reason


def test_videos_are_no_pictures(target: Workspace, films: Path) -> None:
    add(target, films)
    snapshot = Snapshot(target)
    assert len(snapshot.ids) == 0
    with target.read() as connection:
        assert items.labelable(connection) == []
        assert items.count(connection) == {"video": 4}


def test_a_list_of_paddlevideo_gives_titles_and_labels(target: Workspace, films: Path, tmp_path: Path) -> None:
    listed = tmp_path / "list.txt"
    listed.write_text(
        "loud.mkv\tA dog barks\tdog,and/or\nlate.mkv\tNA\tcat\nloud.mkv\tagain\tdog\ngone.mkv\tno\tdog\nmute.mkv\t\t\n"
    )
    (tmp_path / "class.txt").write_text("dog\t0\nand//or\t1\n")
    video_labels.add_classes(target, tmp_path / "class.txt")
    done = add(target, films, titles=listed)
    assert done.untitled == 2
    assert done.report["second_line"] == done.report["unmatched"] == 1
    assert done.report["unknown_label"] == 1
    rows, misfits = listed_videos.labels(listed)
    again = video_labels.write(target, rows, actor="ann", note="list.txt")
    assert (again.labelled, len(again.unmatched), len(again.unknown_classes)) == (2, 1, 1)
    assert again.batch is None  # they stand already
    assert misfits["second_line"] == 1
    assert not listed_videos.is_paddle(tabbed(tmp_path))


def tabbed(folder: Path) -> Path:
    path = folder / "tabs.csv"
    path.write_text("file\ttitle\nloud.mkv\thello\n")
    return path
