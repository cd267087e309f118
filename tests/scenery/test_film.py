"""The demo's film: what is true of it by plan, and the frames that are put together."""

import json
from pathlib import Path

import av
import numpy as np
import pytest
from PIL import Image

from scenery import film, takes
from scenery.takes import FADE, HELD, SIZE, Segment, Shot, page

SHORT = (
    Segment("animation_game", (Shot("platformer", 1, 12),)),
    Segment("document", (Shot("puzzle", 2, 9, (0.5, 0.0, 1.0)), Shot("maze", 3, 6, still=True)), faded=True),
    Segment("nature", (Shot("arcade", 4, 20),), faded=True),
)
"""Kinds that need no Blender, under labels that are not theirs."""


@pytest.fixture
def drawn(tmp_path: Path) -> Path:
    assert film.draw(tmp_path / "pictures", 1, SHORT) == 1 + -(-9 // HELD) + 1 + 1
    return tmp_path / "pictures"


def test_plans_are_of_the_class_that_the_truth_names() -> None:
    for segment in takes.FILM:
        assert {shot.plan.category for shot in segment.shots} == {segment.label}
        assert all(shot.plan.manner == "flat" and not shot.plan.twist for shot in segment.shots)


def test_only_what_is_missing_is_drawn(drawn: Path, capsys: pytest.CaptureFixture[str]) -> None:
    takes.picture_path(drawn, 1, 1).unlink()
    capsys.readouterr()
    assert film.draw(drawn, 1, SHORT) == 1
    assert capsys.readouterr().out.startswith("puzzle 2/3")


def test_frames_pan_stand_still_and_dissolve(drawn: Path) -> None:
    frames = [np.asarray(image, np.float32) for image in film.frames(drawn, SHORT)]
    assert len(frames) == 47
    assert {frame.shape for frame in frames} == {(SIZE[1], SIZE[0], 3)}
    assert not np.array_equal(frames[0], frames[11]), "a still is panned over"
    assert np.array_equal(frames[21], frames[26]), "a page stands still"
    dissolved = frames[11] + (np.asarray(Image.open(takes.picture_path(drawn, 1, 0)), np.float32) - frames[11]) / (
        FADE + 1
    )
    assert np.abs(frames[12] - dissolved).max() <= 1
    assert takes.truth(SHORT)["cuts"] == [21]
    assert takes.truth(SHORT)["fades"] == [{"start_frame": 12, "end_frame": 27}, {"start_frame": 27, "end_frame": 42}]


def test_a_camera_travels_from_where_the_painter_put_it_to_the_end_of_its_way() -> None:
    shot = Shot("sea", 4, 120, (1.2, 0.4, 1.5))
    assert shot.travel(0) == (0, 0, 0)
    assert shot.travel(shot.drawn - 1) == pytest.approx((1.2, 0.4, 1.5))
    assert page("text", 3, 70).drawn == 1


def test_a_film_is_written_with_its_truth(drawn: Path, tmp_path: Path) -> None:
    film.join(drawn, tmp_path, SHORT)
    with av.open(str(tmp_path / "demo_mix.mp4")) as container:
        stream = container.streams.video[0]
        assert (stream.width, stream.height) == SIZE
        assert sum(1 for _ in container.decode(stream)) == 47
    truth = json.loads((tmp_path / "demo_mix.json").read_text(encoding="utf-8"))
    assert (truth["frames"], truth["fps"]) == (47, takes.FPS)


def test_a_picture_that_was_not_drawn_is_missed(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        film.join(tmp_path, tmp_path, SHORT)
