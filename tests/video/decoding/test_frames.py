from fractions import Fraction

import av
import numpy as np
import pytest
from watching import Watcher

from errors import CancelledError, InputError
from video.decoding.frames import DecodeOptions, decode


def frames_of(path, **options):
    decoding = decode(path, DecodeOptions(**options))
    return list(decoding.frames), decoding


def test_every_frame_once_with_its_time(three_scenes):
    frames, decoding = frames_of(three_scenes)
    assert [f.index for f in frames] == list(range(90))
    np.testing.assert_allclose([f.time_s for f in frames], np.arange(90) / 25, atol=1e-3)
    assert frames[0].small.shape == (180, 320, 3)
    assert decoding.notes == []


def test_samples_a_second(three_scenes):
    frames, _ = frames_of(three_scenes, samples_per_s=5.0)
    taken = [f.index for f in frames if f.sample is not None]
    assert taken[0] == 0
    assert np.diff(taken).tolist() == [5] * 17


def test_long_videos_are_sampled_more_thinly(three_scenes):
    frames, _ = frames_of(three_scenes, max_samples=6)
    assert 5 <= sum(f.sample is not None for f in frames) <= 6


def test_variable_frame_rate_keeps_presentation_times(tmp_path, films):
    gaps = [20, 20, 100, 40, 500, 20, 40, 60, 20, 20] * 4
    stamps = np.cumsum([0, *gaps])[:40].tolist()
    path = films.write(tmp_path / "vfr.mkv", films.moving(films.scene(1), 40), stamps=stamps)
    frames, _ = frames_of(path)
    np.testing.assert_allclose([f.time_s for f in frames], np.array(stamps) / 1000, atol=1e-3)


@pytest.mark.parametrize("degrees", [90, 180, 270])
def test_rotation_is_undone_for_the_encoder(tmp_path, films, degrees):
    picture = films.scene(1)
    picture[:40] = (250, 10, 10)  # a red top
    stored = np.ascontiguousarray(np.rot90(picture, k=degrees // 90))
    plain = films.write(tmp_path / "plain.mp4", [stored] * 3)
    turned = tmp_path / "turned.mp4"
    with av.open(str(plain)) as source, av.open(str(turned), "w") as output:
        stream = output.add_stream_from_template(source.streams.video[0])
        stream.set_display_rotation(-degrees) if hasattr(stream, "set_display_rotation") else pytest.skip("old PyAV")
        for packet in source.demux(video=0):
            if packet.dts is not None:
                packet.stream = stream
                output.mux(packet)
    sample = frames_of(turned)[0][0].sample
    assert sample.shape[1] > sample.shape[0]
    assert sample[:30, :, 0].mean() > 200
    assert sample[:30, :, 1].mean() < 60


def test_pixels_that_are_not_square(tmp_path, films):
    def anamorphic(stream):
        stream.codec_context.sample_aspect_ratio = Fraction(4, 3)

    path = films.write(tmp_path / "wide.mkv", [films.scene(1, 240, 240)] * 3, prepare=anamorphic)
    frames, _ = frames_of(path)
    height, width = frames[0].small.shape[:2]
    assert width / height == pytest.approx(4 / 3, rel=0.02)


@pytest.mark.parametrize(
    ("codec", "name", "pixel_format"),
    [
        ("libx264", "a.mp4", "yuv420p"),
        ("libx264", "b.mp4", "yuv420p10le"),
        ("libvpx-vp9", "c.webm", "yuv420p"),
        ("libx265", "d.mov", "yuv420p"),
        ("mpeg2video", "e.ts", "yuv420p"),
        ("mjpeg", "f.avi", "yuvj420p"),
    ],
)
def test_formats(tmp_path, films, codec, name, pixel_format):
    if codec not in av.codecs_available:
        pytest.skip(f"{codec} is not in this FFmpeg")
    path = films.write(
        tmp_path / name, films.moving(films.scene(1, 96, 128), 12), codec=codec, pixel_format=pixel_format
    )
    frames, _ = frames_of(path)
    assert len(frames) == 12
    assert frames[0].sample.std() > 20


def test_animated_gif(tmp_path, films):
    path = films.write(
        tmp_path / "g.gif", [films.scene(i, 64, 96) for i in range(4)], fps=10, codec="gif", pixel_format="rgb8"
    )
    frames, _ = frames_of(path)
    assert len(frames) == 4


def test_odd_dimensions(tmp_path, films):
    path = films.write(tmp_path / "odd.mkv", [films.scene(1, 91, 143)] * 5, codec="ffv1", pixel_format="yuv444p")
    assert len(frames_of(path)[0]) == 5


def test_one_frame(tmp_path, films):
    frames, _ = frames_of(films.write(tmp_path / "one.mp4", [films.scene(1)]))
    assert len(frames) == 1
    assert frames[0].sample is not None
    assert frames[0].duration_s > 0


def test_a_file_cut_short_is_used_as_far_as_it_goes(tmp_path, films):
    def fast(stream):
        stream.options = {"preset": "ultrafast"}

    whole = films.write(
        tmp_path / "whole.mp4",
        films.moving(films.scene(1), 150, speed=5),
        codec="libx264",
        prepare=fast,
        container={"movflags": "faststart"},
    )
    cut = tmp_path / "cut.mp4"
    cut.write_bytes(whole.read_bytes()[: int(whole.stat().st_size * 0.6)])
    frames, decoding = frames_of(cut)
    assert 40 < len(frames) < 130
    assert any("cut short" in note for note in decoding.notes)


def test_cancel(three_scenes):
    watcher = Watcher(stop_at=11)
    with pytest.raises(CancelledError):
        list(decode(three_scenes, progress=watcher).frames)
    assert len(watcher.reports) == 11


def test_stamps_that_start_below_zero_start_at_zero(tmp_path, films):
    path = films.write(
        tmp_path / "early.mkv", films.moving(films.scene(1), 12), stamps=[40 * i - 200 for i in range(12)]
    )
    frames, decoding = frames_of(path)
    np.testing.assert_allclose([f.time_s for f in frames], np.arange(12) / 25, atol=2e-3)
    assert decoding.notes == []


def test_interlaced(tmp_path, films):
    def fields(stream):
        stream.codec_context.flags |= av.codec.context.Flags.interlaced_dct

    path = films.write(tmp_path / "tv.ts", films.moving(films.scene(1), 12), codec="mpeg2video", prepare=fields)
    assert len(frames_of(path)[0]) == 12


def test_a_size_that_changes_midway(tmp_path, films):
    parts = [
        films.write(tmp_path / f"{k}.ts", films.moving(films.scene(k, *size), 12), codec="mpeg2video")
        for k, size in enumerate([(180, 320), (96, 128)])
    ]
    path = tmp_path / "both.ts"
    path.write_bytes(b"".join(part.read_bytes() for part in parts))
    frames, _ = frames_of(path)
    assert len(frames) >= 20
    assert {f.small.shape for f in frames} == {(180, 320, 3)}


def test_a_header_that_lies_about_the_duration(tmp_path, films):
    stamps = [40 * i for i in range(200)] + [90_000_000]
    path = films.write(tmp_path / "long.mkv", films.moving(films.scene(1, 36, 64), 201), codec="ffv1", stamps=stamps)
    frames, _ = frames_of(path, max_samples=10)
    assert sum(f.sample is not None for f in frames) >= 2


@pytest.mark.parametrize("name", ["a.mp4", "b.ts", "c.avi"])
def test_random_damage_never_escapes_as_a_bug(tmp_path, films, name):
    codec = {"a.mp4": "libx264", "b.ts": "mpeg2video", "c.avi": "mjpeg"}[name]
    pixels = "yuvj420p" if codec == "mjpeg" else "yuv420p"
    whole = films.write(tmp_path / name, films.moving(films.scene(1, 96, 128), 40), codec=codec, pixel_format=pixels)
    rng = np.random.default_rng(0)
    for _ in range(12):
        damaged = np.frombuffer(whole.read_bytes(), np.uint8).copy()
        places = rng.integers(0, len(damaged), int(rng.choice([5, 100])))
        damaged[places] = rng.integers(0, 256, len(places))
        path = tmp_path / f"damaged_{name}"
        path.write_bytes(damaged.tobytes()[: int(rng.integers(len(damaged) // 2, len(damaged)))])
        try:
            times = [frame.time_s for frame in decode(path).frames]
        except InputError:
            continue
        assert (np.diff(times) > 0).all()
