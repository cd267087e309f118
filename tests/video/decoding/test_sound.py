from __future__ import annotations

import tracemalloc
from fractions import Fraction

import av
import numpy as np
import pytest
from sounding import Track, tone, write

from errors import CancelledError, InputError
from video.decoding import sound_reader
from video.decoding.sound_track import SoundState, SoundTrack


def heard(path, rate=16_000):
    """The reading, and its samples."""
    reading = sound_reader.read(path, rate)
    blocks = list(reading.blocks)
    return reading, blocks, np.concatenate([block.samples for block in blocks]) if blocks else np.empty(0, np.float32)


def test_samples_and_times(tmp_path):
    reading, blocks, samples = heard(write(tmp_path / "a.mkv", [Track(tone(1.5))]))
    assert reading.state is SoundState.AUDIBLE
    assert (reading.start_s, reading.end_s) == (0.0, pytest.approx(1.5))
    np.testing.assert_allclose(samples, tone(1.5)[0], atol=1e-4)
    ends = [block.start_s + len(block.samples) / 16_000 for block in blocks]
    np.testing.assert_allclose([block.start_s for block in blocks[1:]], ends[:-1], atol=1e-9)
    assert reading.notes == []


def test_a_film_without_sound(tmp_path):
    reading, blocks, _ = heard(write(tmp_path / "a.mp4", []))
    assert (reading.state, blocks) == (SoundState.ABSENT, [])


def test_silence_is_a_state_of_its_own(tmp_path):
    for codec, name in (("pcm_s16le", "a.mkv"), ("aac", "a.mp4")):
        reading, blocks, _ = heard(write(tmp_path / name, [Track(np.zeros((1, 16_000), np.float32), codec=codec)]))
        assert reading.state is SoundState.SILENT
        assert blocks


def test_sound_alone(tmp_path):
    reading, _, samples = heard(write(tmp_path / "a.mkv", [Track(tone(1))], picture_s=0))
    assert reading.state is SoundState.AUDIBLE
    assert len(samples) == 16_000


@pytest.mark.parametrize("ending", ["mkv", "mp4", "ts"])
def test_sound_that_begins_behind_the_picture_keeps_its_time(tmp_path, ending):
    codec = "pcm_s16le" if ending == "mkv" else "aac"
    reading, _, samples = heard(
        write(tmp_path / f"a.{ending}", [Track(tone(1, rate=48_000), 48_000, start_s=1.0, codec=codec)])
    )
    assert reading.start_s == pytest.approx(1.0, abs=0.05)
    assert len(samples) / 16_000 == pytest.approx(1.0, abs=0.06)


def test_sound_that_begins_before_the_picture_keeps_its_time(tmp_path):
    reading, _, _ = heard(write(tmp_path / "a.mkv", [Track(tone(2))], picture_start_s=1.0))
    assert (reading.start_s, reading.end_s) == (0.0, pytest.approx(2.0))


def test_of_several_tracks_the_default_one_is_taken_and_said(tmp_path):
    tracks = [Track(tone(1, level=0.1)), Track(tone(1, level=0.6), default=True)]
    reading, _, samples = heard(write(tmp_path / "a.mkv", tracks))
    assert np.abs(samples).max() == pytest.approx(0.6, abs=0.01)
    assert "2 sound tracks; number 2" in reading.notes[0]


@pytest.mark.parametrize(
    ("rate", "layout", "channels"), [(8_000, "mono", 1), (192_000, "7.1", 8), (44_100, "stereo", 2)]
)
def test_any_rate_and_layout_become_mono_at_one_rate(tmp_path, rate, layout, channels):
    samples = np.repeat(tone(1, rate=rate, level=0.3), channels, axis=0)
    reading, _, mono = heard(write(tmp_path / "a.mkv", [Track(samples, rate, layout)]))
    assert len(mono) == pytest.approx(16_000, abs=40)
    spectrum = np.abs(np.fft.rfft(mono[:16_000], 16_000))
    assert abs(int(spectrum.argmax()) - 440) <= 1
    assert reading.state is SoundState.AUDIBLE


def frame(samples, rate, start, layout="mono"):
    sound = av.AudioFrame.from_ndarray(np.ascontiguousarray(samples.T.reshape(1, -1)), format="flt", layout=layout)
    sound.sample_rate, sound.pts, sound.time_base = rate, start, Fraction(1, rate)
    return sound


def test_the_rate_may_change_inside_a_file():
    track = SoundTrack(0.0)
    blocks = track.take(frame(tone(1, rate=44_100), 44_100, 0))
    blocks += track.take(frame(np.repeat(tone(1, rate=22_050), 2, axis=0), 22_050, 22_050, "stereo"))
    blocks += track.finish()
    samples = np.concatenate([block.samples for block in blocks])
    assert len(samples) == pytest.approx(32_000, abs=60)
    assert blocks[0].start_s == 0.0
    assert blocks[-1].start_s + len(blocks[-1].samples) / 16_000 == pytest.approx(2.0, abs=0.01)


def test_a_gap_stays_a_gap_and_a_step_back_goes_on():
    track = SoundTrack(0.0)
    blocks = track.take(frame(tone(1), 16_000, 0)) + track.take(frame(tone(1), 16_000, 5 * 16_000))
    blocks += track.take(frame(tone(1), 16_000, 0)) + track.finish()
    starts = [block.start_s for block in blocks]
    assert 5.0 in starts
    assert max(starts) + len(blocks[-1].samples) / 16_000 == pytest.approx(7.0)
    assert track.steps == 1


def test_numbers_that_are_none_become_silence():
    track = SoundTrack(0.0)
    broken = tone(0.1)
    broken[0, 5] = np.nan
    blocks = track.take(frame(broken, 16_000, 0)) + track.finish()
    assert all(np.isfinite(block.samples).all() for block in blocks)


def test_memory_does_not_grow_with_the_length(tmp_path):
    path = write(tmp_path / "a.mkv", [Track(np.tile(tone(10), 30), 16_000)], picture_s=0)
    tracemalloc.start()
    count = sum(len(block.samples) for block in sound_reader.read(path).blocks)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert count == 300 * 16_000
    assert peak < 2_000_000, "300 s are 19 MB"


def test_bad_files_and_stopping(tmp_path):
    (tmp_path / "a.mp4").write_bytes(b"nothing of the kind")
    with pytest.raises(InputError, match="cannot be read"):
        list(sound_reader.read(tmp_path / "a.mp4").blocks)

    def stop(*_):
        raise CancelledError("stop")

    path = write(tmp_path / "b.mkv", [Track(tone(1))])
    with pytest.raises(CancelledError, match="Nothing of the sound"):
        list(sound_reader.read(path, progress=stop).blocks)


def test_a_file_that_was_cut_gives_what_there_is(tmp_path):
    path = write(tmp_path / "a.mkv", [Track(tone(3))])
    content = path.read_bytes()
    path.write_bytes(content[: len(content) * 2 // 3])
    reading, _, samples = heard(path)
    assert reading.state is SoundState.AUDIBLE
    assert 0 < len(samples) < 3 * 16_000
