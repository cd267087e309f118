"""A small film is a playable MP4 on the clock of the segments."""

from __future__ import annotations

import io

import av
import pytest

from errors import InputError
from video.results import small_film


def frames_of(content: bytes) -> list[tuple[float, int, int]]:
    with av.open(io.BytesIO(content)) as container:
        (stream,) = container.streams
        assert stream.codec_context.name == "h264"
        return [(float(f.time), f.width, f.height) for f in container.decode(stream)]


def test_it_has_the_length_of_the_video_and_is_small(segmented) -> None:
    content = small_film.small_film(segmented.path)
    frames = frames_of(content)
    assert frames[0][0] == pytest.approx(0, abs=0.05)
    assert frames[-1][0] == pytest.approx(segmented.analysis.duration_s, abs=2 / small_film.PICTURES_PER_S)
    expected = segmented.analysis.duration_s * small_film.PICTURES_PER_S
    assert 0.9 * expected < len(frames) < 1.3 * expected, "the nearest whole number of frames apart"
    assert all(min(w, h) <= small_film.SIDE and w % 2 == h % 2 == 0 for _, w, h in frames)


def test_a_long_video_has_none(segmented, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(small_film, "MAX_S", 1.0)
    with pytest.raises(InputError, match="longer than"):
        small_film.small_film(segmented.path)


def test_what_is_no_video_is_refused(tmp_path) -> None:
    path = tmp_path / "no.mp4"
    path.write_bytes(b"nothing of the kind")
    with pytest.raises(InputError):
        small_film.small_film(path)
