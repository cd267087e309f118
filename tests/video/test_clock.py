"""One clock: which picture the product means by a time. Each picture of these videos carries its number."""

from __future__ import annotations

import numbered
import numpy as np
import pytest
from numbered import even

from video.decoding import still
from video.decoding.frames import DecodeOptions, decode
from video.segmenting.analysis import analyse


def read(path):
    """(times, numbers) of all pictures as the product decodes them, and the decode itself."""
    decoding = decode(path, DecodeOptions(small_side=numbered.WIDTH))
    frames = [(frame.time_s, numbered.number_of(frame.small)) for frame in decoding.frames]
    return np.array([time for time, _ in frames]), [number for _, number in frames], decoding


def assert_stills_follow(path, times, numbers, every=9):
    """The full picture at a frame's time is that frame; between two frames it is the earlier one."""
    for time, number in list(zip(times, numbers, strict=True))[::every]:
        assert numbered.number_in(still.at(path, round(float(time), 4))) == number
        assert numbered.number_in(still.at(path, float(time) + 0.02)) == number


@pytest.mark.parametrize(
    ("name", "codec", "start_s", "sound", "options"),
    [
        ("late.mp4", "libx264", 2.0, (0, 6), {}),
        ("late.mkv", "libx264", 2.0, (0, 6), {}),
        ("late.webm", "libvpx-vp9", 2.0, (0, 6), {}),
        ("alone.mp4", "libx264", 2.0, None, {}),
        ("begins_at_ten.mkv", "libx264", 10.0, (10, 14), {}),
        ("begins_at_ten.webm", "libvpx-vp9", 10.0, (10, 14), {}),
        ("reordered.mp4", "libx264", 0.0, (0, 4), {"max_b_frames": 3}),
        ("reordered.mkv", "libx264", 0.0, None, {"max_b_frames": 3}),
        ("sound_later.mov", "libx264", 0.0, (1, 4), {}),
        ("phone.3gp", "libx264", 0.0, None, {}),
        ("old.avi", "mpeg4", 0.0, None, {}),
    ],
)
def test_times_are_the_containers(tmp_path, name, codec, start_s, sound, options):
    path = numbered.write(tmp_path / name, even(start_s, 60), codec, sound, **options)
    times, numbers, decoding = read(path)
    assert numbers == list(range(60))
    np.testing.assert_allclose(times, even(start_s, 60), atol=2e-3)
    assert decoding.info.duration_s == pytest.approx(max(start_s + 2.4, sound[1] if sound else 0), abs=4)
    assert decoding.notes == []
    assert_stills_follow(path, times, numbers)


def test_the_picture_before_the_first_and_after_the_last(tmp_path):
    path = numbered.write(tmp_path / "late.mp4", even(2, 30), sound=(0, 4))
    assert [numbered.number_in(still.at(path, time)) for time in (0, 1.9, 3.16, 99)] == [0, 0, 29, 29]


@pytest.mark.parametrize("name", ["a.ts", "b.mpg", "c.flv"])
def test_a_format_that_counts_from_anywhere_starts_with_its_first_picture_or_sound(tmp_path, name):
    codec = "mpeg2video" if name == "b.mpg" else "libx264"
    path = numbered.write(tmp_path / name, even(500, 40), codec)
    times, numbers, _ = read(path)
    np.testing.assert_allclose(times, even(0, 40), atol=0.05)
    assert numbers == list(range(40))
    assert_stills_follow(path, times, numbers)


def test_joined_recordings_whose_stamps_go_back(tmp_path):
    parts = [
        numbered.write(tmp_path / f"{k}.ts", even(0, 50), first=50 * k, max_b_frames=2 * (k % 2)) for k in range(3)
    ]
    path = numbered.joined(tmp_path / "joined.ts", *parts)
    times, numbers, decoding = read(path)
    assert numbers == list(range(150))
    np.testing.assert_allclose(np.diff(times), 0.04, atol=0.045)
    assert times[-1] == pytest.approx(5.96, abs=0.15)
    assert [result.frame for result in decoding.breaks] == [50, 100]
    assert all("jump back" in note for note in decoding.notes)
    assert len(decoding.notes) == 2
    assert_stills_follow(path, times, numbers, every=7)


def test_joined_recordings_in_a_file_that_cannot_be_read_from_the_middle(tmp_path):
    """A Matroska file whose last clusters claim to begin at 0 again."""
    path = numbered.write(tmp_path / "joined.mkv", even(0, 100), container={"cluster_time_limit": "1000"})
    data = bytearray(path.read_bytes())
    clusters = [at for at in range(len(data)) if data.startswith(b"\x1f\x43\xb6\x75", at)]
    assert len(clusters) >= 3
    moved = 0
    for at in clusters[2:]:
        place = data.index(0xE7, at + 4)
        size = data[place + 1] & 0x7F
        begins = int.from_bytes(data[place + 2 : place + 2 + size], "big")
        moved = moved or begins
        data[place + 2 : place + 2 + size] = (begins - moved).to_bytes(size, "big")
    path.write_bytes(data)
    times, numbers, decoding = read(path)
    assert numbers == list(range(100))
    assert [result.frame for result in decoding.breaks] == [moved // 40]
    np.testing.assert_allclose(np.diff(times), 0.04, atol=0.045)
    assert_stills_follow(path, times, numbers)


@pytest.mark.parametrize(
    ("name", "codec", "gap_s"),
    [("a.ts", "libx264", 42), ("b.ts", "libx264", 3), ("c.mkv", "libx264", 42), ("d.webm", "libvpx-vp9", 90),
     ("e.mp4", "libx264", 42), ("f.mkv", "libx264", 7200)],
)  # fmt: skip
def test_a_hole_is_kept_said_and_cut(tmp_path, films, name, codec, gap_s):
    path = numbered.write(tmp_path / name, [*even(0, 50), *even(2 + gap_s, 50)], codec)
    times, numbers, decoding = read(path)
    assert numbers == list(range(100))
    assert times[50] - times[49] == pytest.approx(gap_s + 0.04, abs=0.01)
    assert len(decoding.notes) == 1
    assert "no new picture comes" in decoding.notes[0]
    assert_stills_follow(path, times, numbers)
    analysis = analyse(path, films.embed)
    assert 50 in [shot.start_frame for shot in analysis.shots]
    assert analysis.fps == pytest.approx(25, rel=0.05)
    assert analysis.notes == decoding.notes


def test_a_senseless_step_ahead_is_closed_and_said(tmp_path):
    parts = [
        numbered.write(tmp_path / "0.ts", even(0, 40)),
        numbered.write(tmp_path / "1.ts", even(7200, 40), first=40),
    ]
    path = numbered.joined(tmp_path / "joined.ts", *parts)
    times, numbers, decoding = read(path)
    np.testing.assert_allclose(np.diff(times), 0.04, atol=0.045)
    assert "jump ahead by 7" in decoding.notes[0]
    assert_stills_follow(path, times, numbers)


def test_slides_that_stand_for_long_are_no_holes(tmp_path):
    path = numbered.write(tmp_path / "slides.mp4", even(0, 8, fps=0.1))
    times, _, decoding = read(path)
    assert times.tolist() == pytest.approx(even(0, 8, fps=0.1), abs=1e-3)
    assert decoding.breaks == []
    assert decoding.notes == []


def test_a_kept_analysis_says_the_same(tmp_path, films):
    parts = [numbered.write(tmp_path / f"{k}.ts", even(0, 30), first=30 * k) for k in range(2)]
    analysis = analyse(numbered.joined(tmp_path / "joined.ts", *parts), films.embed)
    analysis.save(tmp_path / "kept.npz")
    again = type(analysis).load(tmp_path / "kept.npz")
    assert again.breaks == analysis.breaks
    assert [result.frame for result in again.breaks] == [30]
    assert [shot.start_frame for shot in again.shots] == [shot.start_frame for shot in analysis.shots] == [0, 30]
    assert (again.start_s, again.notes) == (analysis.start_s, analysis.notes)


def test_keyframes_carry_the_time_at_which_their_picture_is_shown(tmp_path, films):
    path = numbered.write(tmp_path / "late.mp4", even(2, 90), sound=(0, 6), shades=(40, 200, 110))
    analysis = analyse(path, films.embed)
    assert analysis.shots[0].start_s == pytest.approx(2.0)
    assert analysis.duration_s == pytest.approx(5.6, abs=0.01)
    for keyframe in analysis.keyframes:
        assert numbered.number_in(still.at(path, keyframe.time_s)) == keyframe.frame
        assert keyframe.time_s == pytest.approx(2 + keyframe.frame / 25, abs=2e-3)
