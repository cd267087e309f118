from dataclasses import replace

import numpy as np
import pytest

from errors import InputError
from video.decoding.clock import Break
from video.segmenting.analysis import Analysis, analyse
from video.segmenting.segments import SegmentOptions, label

NAMES = ["warm", "cold"]


@pytest.fixture
def film(tmp_path, films):
    warm, cold = films.scene(1), films.scene(2)
    warm[..., 2] //= 4
    cold[..., 0] //= 4
    other = np.ascontiguousarray(warm[::-1])
    pictures = films.moving(warm, 40) + films.moving(other, 30) + films.moving(cold, 50)
    return films.write(tmp_path / "film.mp4", pictures)


def by_colour(vectors):
    """Class scores from the mean of the red and the blue part of a histogram vector."""
    cells = vectors.reshape(len(vectors), -1, 3).mean(axis=1)
    odds = np.exp(60 * (cells[:, 0] - cells[:, 2]))
    return np.stack([odds / (1 + odds), 1 / (1 + odds)], axis=1).astype(np.float32)


def test_shots_of_one_class_become_one_segment(film, films):
    analysis = analyse(film, films.embed)
    result = label(analysis, by_colour, NAMES)
    assert [(s.span.start_frame, s.span.end_frame, NAMES[s.label]) for s in result.segments] == [
        (0, 70, "warm"),
        (70, 120, "cold"),
    ]
    assert [s.span.start_frame for s in result.shots] == [0, 40, 70]
    assert result.segments[0].shots == (0, 2)
    assert result.segments[1].span.start_s == pytest.approx(70 / 25, abs=1e-3)
    assert result.segments[1].span.end_s == pytest.approx(120 / 25, abs=1e-3)
    assert result.curve.shape == (len(analysis.sample_frames), 2)
    assert result.segments[0].score > 0.9


def test_keyframes_lie_in_their_shots_and_are_pictures(film, films):
    analysis = analyse(film, films.embed)
    assert [k.shot for k in analysis.keyframes] == [0, 1, 2]
    for keyframe in analysis.keyframes:
        span = analysis.shots[keyframe.shot]
        assert span.start_frame <= keyframe.frame < span.end_frame
        assert keyframe.jpeg[:2] == b"\xff\xd8"
    assert [s.keyframes for s in label(analysis, by_colour, NAMES).segments] == [[0, 1], [2]]


def test_saved_and_loaded_is_the_same(film, films, tmp_path):
    analysis = analyse(film, films.embed)
    analysis.save(tmp_path / "film.npz")
    again = Analysis.load(tmp_path / "film.npz")
    assert (again.fps, again.shots, again.keyframes, again.notes) == (
        analysis.fps,
        analysis.shots,
        analysis.keyframes,
        analysis.notes,
    )
    for name in ("times", "sample_frames", "vectors"):
        np.testing.assert_array_equal(getattr(again, name), getattr(analysis, name))
    np.testing.assert_array_equal(again.change.across, analysis.change.across)
    one, two = (label(a, by_colour, NAMES, SegmentOptions(aggregator="mean")) for a in (analysis, again))
    assert [s.span for s in one.segments] == [s.span for s in two.segments]


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 nonsense", None])
def test_a_damaged_analysis_says_so(tmp_path, content):
    path = tmp_path / "broken.npz"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(InputError, match="Run the video again"):
        Analysis.load(path)


def test_a_pickle_is_never_loaded(tmp_path):
    path = tmp_path / "evil.npz"
    np.savez(path, header=np.array([{"format": 1}], dtype=object))
    with pytest.raises(InputError):
        Analysis.load(path)


def test_progress_and_partial_results(film, films):
    from video.segmenting.analysis import AnalysisOptions

    message, parts = [], []
    analysis = analyse(
        film,
        films.embed,
        AnalysisOptions(partial_first_s=0, partial_every_s=0),
        lambda done, total: message.append((done, total)),
        partial=parts.append,
    )
    assert message[-1][0] == pytest.approx(analysis.duration_s, abs=0.1), "every frame is reported"
    assert {round(total, 1) for _, total in message} == {4.8}
    assert parts[0].frames < parts[-1].frames <= analysis.frames
    assert label(parts[0], by_colour, NAMES).segments[0].span.start_s == 0


def test_one_frame(tmp_path, films):
    analysis = analyse(films.write(tmp_path / "one.mp4", [films.scene(1)]), films.embed)
    result = label(analysis, by_colour, NAMES)
    assert len(result.segments) == len(result.shots) == len(analysis.keyframes) == 1
    assert result.segments[0].span.frames == 1
    assert (analysis.width, analysis.height) == (320, 180)


@pytest.mark.parametrize(("closed", "borders"), [(False, [0, 40, 70]), (True, [0, 70])])
def test_a_segment_ends_where_the_video_has_a_hole(film, films, closed, borders):
    """A break that the clock closes joins two parts of a file; a hole has no picture for so long."""
    analysis = analyse(film, films.embed)
    analysis = replace(analysis, breaks=[Break(40, 1.6, 42.0, closed)])
    flat = label(analysis, by_colour, NAMES)
    assert [s.span.start_frame for s in flat.segments] == borders
    assert flat.segments[0].shots == (0, 2 if closed else 1)
