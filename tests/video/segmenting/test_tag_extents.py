import numpy as np
import pytest

from video.segmenting.analysis import analyse
from video.segmenting.tag_extents import PLAIN, TagOptions, extents, hysteresis


def spans(result):
    return [(e.label, e.span.start_frame, e.span.end_frame) for e in result]


@pytest.fixture
def filmed(three_scenes, films):
    """90 frames at 25 fps with cuts at 30 and 55, a sample every eighth or ninth."""
    return analyse(three_scenes, films.embed)


def test_hysteresis():
    scores = np.array([0.1, 0.4, 0.6, 0.4, 0.1, 0.4, 0.4, 0.9], np.float32)
    assert hysteresis(scores, 0.5, 0.35) == [(1, 4), (5, 8)]
    assert hysteresis(scores, 0.95, 0.35) == []
    assert hysteresis(scores[:0], 0.5, 0.35) == []


def test_labels_have_their_own_overlapping_extents(filmed):
    frames = filmed.sample_frames
    curve = np.stack([np.full(len(frames), 0.9), np.where(frames >= 30, 0.8, 0.0), np.zeros(len(frames))], axis=1)
    result = extents(filmed, curve.astype(np.float32), [0.5, 0.5, 0.5])
    assert spans(result) == [(0, 0, 90), (1, 30, 90)]
    assert [e.score for e in result] == pytest.approx([0.9, 0.8])
    assert result[1].span.start_s == pytest.approx(30 / 25, abs=1e-3)
    assert result[1].span.end_s == pytest.approx(90 / 25, abs=1e-3)


def test_each_label_has_its_own_threshold(filmed):
    curve = np.full((len(filmed.sample_frames), 2), 0.6, np.float32)
    assert spans(extents(filmed, curve, [0.55, 0.65])) == [(0, 0, 90)]


def test_an_extent_may_begin_and_end_within_a_shot(filmed):
    frames = filmed.sample_frames
    curve = np.where((frames >= 60) & (frames < 80), 0.9, 0.0)[:, None].astype(np.float32)
    ((_, start, end),) = spans(extents(filmed, curve, [0.5], PLAIN))
    first, last = frames[curve[:, 0] > 0][[0, -1]]
    assert frames[frames < first][-1] < start <= first
    assert last < end <= frames[frames > last][0]


def test_a_score_is_not_smoothed_across_a_cut(filmed):
    frames = filmed.sample_frames
    curve = np.where((frames >= 30) & (frames < 55), 0.9, 0.0)[:, None].astype(np.float32)
    assert spans(extents(filmed, curve, [0.5], TagOptions(smooth_s=5.0, gap_s=0.0))) == [(0, 30, 55)]


def test_a_single_stray_sample_is_smoothed_away_and_a_short_pause_bridged(filmed):
    frames = filmed.sample_frames
    one = np.zeros((len(frames), 1), np.float32)
    one[np.searchsorted(frames, 70)] = 0.9
    assert len(extents(filmed, one, [0.5], PLAIN)) == 1
    assert extents(filmed, one, [0.5]) == []
    assert spans(extents(filmed, 0.9 - one, [0.5])) == [(0, 0, 90)]
    assert len(extents(filmed, 0.9 - one, [0.5], PLAIN)) == 2


def test_what_is_shorter_than_the_minimum_is_dropped(filmed):
    frames = filmed.sample_frames
    curve = np.where((frames >= 30) & (frames < 55), 0.9, 0.0)[:, None].astype(np.float32)
    assert spans(extents(filmed, curve, [0.5], TagOptions(min_s=0.9))) == [(0, 30, 55)]
    assert extents(filmed, curve, [0.5], TagOptions(min_s=1.1)) == []
