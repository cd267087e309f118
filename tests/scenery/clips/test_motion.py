"""The frames and the sound that a clip is put together from."""

from pathlib import Path

import av
import numpy as np
import numpy.typing as npt
import pytest

from scenery.clips import motion
from scenery.clips.__main__ import draw, join, sheet
from scenery.clips.plan import FPS, OPENING_S, SIZE, Clip, Programme, take

SHOW = Programme("The show", "节目", "#204060", "#ffffff", "TS")


def clip(name: str, *takes: str, sound: str = "speech", shown: Programme | None = None, look: str = "") -> Clip:
    return Clip(name, "a/b", "", (), tuple(map(take, takes)), tuple(sound.split("+")), shown, look)


CLIPS = (
    clip("one", "maze:3 1.0 pan", "dungeon:4 1.0 type", "rpg:5 1.0 turn", "puzzle:2 1.0 zoom fade", look="letterbox"),
    clip("two", "platformer:6 1.5 play", sound="blips+music", shown=SHOW, look="logo"),
    clip("three", "clip:one 0.0 1.0", "arcade:8 0.5 dolly 1 0 0", sound="none"),
    clip("four", "maze:9 1.0 still", sound="silent"),
)
"""Kinds that need no Blender."""
Frames = list[npt.NDArray[np.float32]]


@pytest.fixture(scope="module")
def drawn(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("pictures")
    assert draw(folder, CLIPS, 1) == 4 + 1 + 3 + 1
    assert draw(folder, CLIPS, 1) == 0
    return folder


def frames(drawn: Path, which: int) -> Frames:
    by_name = {each.name: each for each in CLIPS}
    return [np.asarray(picture, np.float32) for picture in motion.frames(drawn, CLIPS[which], by_name)]


def test_a_clip_pans_is_written_turns_and_dissolves(drawn: Path) -> None:
    shown = frames(drawn, 0)
    assert len(shown) == 4 * FPS
    assert {frame.shape for frame in shown} == {(SIZE[1], SIZE[0], 3)}
    inner = slice(24, 120)
    assert all(frame[:18].max() == 0 and frame[-18:].max() == 0 for frame in shown), "bars of the cinema"
    assert not np.array_equal(shown[0], shown[FPS - 1])
    written = [float(frame[inner].std(axis=1).sum()) for frame in shown[FPS : 2 * FPS]]
    assert written[0] < written[5] < written[-1]
    turning = shown[2 * FPS + 2]
    assert np.array_equal(turning[inner, :40], shown[2 * FPS - 1][inner, :40]), "the page before is still there"
    assert np.array_equal(shown[3 * FPS - 1], shown[3 * FPS - 2]), "the page lies"
    assert (
        np.abs(shown[3 * FPS] - shown[3 * FPS - 1])[inner].mean() < np.abs(shown[-1] - shown[3 * FPS - 1])[inner].mean()
    )


def test_a_clip_of_a_programme_opens_with_it_and_carries_its_mark(drawn: Path) -> None:
    shown, opening = frames(drawn, 1), round(OPENING_S * FPS)
    assert len(shown) == opening + 18
    assert tuple(shown[opening - 1][2, 2]) == (0x20, 0x40, 0x60)
    assert tuple(shown[-1][SIZE[1] - 16, SIZE[0] - 26]) == (0x20, 0x40, 0x60)
    assert not np.array_equal(shown[opening], shown[opening + 6]), "the game is being played"


def test_an_excerpt_is_the_clip_that_it_comes_from(drawn: Path) -> None:
    whole = frames(drawn, 0)
    excerpt = frames(drawn, 2)
    assert len(excerpt) == FPS + 6
    assert np.array_equal(excerpt[5][24:120], whole[5][24:120])


def test_sound_is_as_long_as_the_picture_and_opens_with_the_jingle() -> None:
    heard = motion.soundtrack(CLIPS[1], 24)
    assert heard is not None
    assert len(heard) == 2 * 16_000
    assert np.abs(heard).max() <= 1
    assert motion.soundtrack(CLIPS[2], 24) is None
    silent = motion.soundtrack(CLIPS[3], 12)
    assert silent is not None
    assert not silent.any()


def test_a_mouth_opens_and_closes() -> None:
    talking = clip("t", "character:1 2.0 talk")
    shown = motion.mouths(talking, talking.takes[0])
    assert len(shown) == 2 * FPS
    assert set(shown) == {0, 1, 2}


def test_files_with_their_table_and_their_sheet(drawn: Path, tmp_path: Path) -> None:
    join(drawn, tmp_path, CLIPS)
    with av.open(str(tmp_path / "clips" / "two.mp4")) as container:
        assert (container.streams.video[0].width, container.streams.video[0].height) == SIZE
        assert container.streams.audio[0].rate == 16_000
        assert sum(1 for _ in container.decode(video=0)) == round(OPENING_S * FPS) + 18
    with av.open(str(tmp_path / "clips" / "three.mp4")) as container:
        assert not container.streams.audio
    rows = (tmp_path / "clips.csv").read_text(encoding="utf-8").splitlines()
    assert rows[0] == "file,title,programme,genre,tags"
    assert rows[2] == "two.mp4,,The show,a/b,"
    shown = sheet(tmp_path, CLIPS)
    assert shown.size == (3 * 3 * 176 + 24, 2 * (99 + 4))


def test_a_picture_that_was_not_drawn_is_missed(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        join(tmp_path, tmp_path / "out", CLIPS)
