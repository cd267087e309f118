"""The clips that ship: those of the plan, short and small, with the sounds that they should have."""

import csv

import av
import pytest

import sample_data
from scenery.clips.__main__ import truth
from scenery.clips.plan import SIZE, read


def test_the_table_is_that_of_the_plan_and_every_file_is_there() -> None:
    with sample_data.clips_file().open(encoding="utf-8") as file:
        rows = [tuple(row.values()) for row in csv.DictReader(file)]
    assert rows == [truth(clip) for clip in read()]
    files = sorted(sample_data.clips_folder().iterdir())
    assert [path.name for path in files] == [row[0] for row in rows]
    assert sum(path.stat().st_size for path in files) < 4e6


def test_every_clip_plays_for_as_long_as_planned_with_the_sound_that_it_should_have() -> None:
    for clip in read():
        with av.open(str(sample_data.clips_folder() / f"{clip.name}.mp4")) as container:
            video = container.streams.video[0]
            assert (video.width, video.height) == SIZE
            assert float(video.duration * video.time_base) == pytest.approx(clip.seconds, abs=0.01)
            assert bool(container.streams.audio) == (clip.sound != ("none",)), clip.name
