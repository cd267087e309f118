import numpy as np

from video.analysis import analyse
from video.tags import TagOptions, extents, hysteresis


def test_hysteresis():
    scores = np.array([0.1, 0.4, 0.6, 0.4, 0.1, 0.4, 0.4, 0.9], np.float32)
    assert hysteresis(scores, 0.5, 0.35) == [(1, 4), (5, 8)]
    assert hysteresis(scores, 0.95, 0.35) == []


def test_labels_have_their_own_overlapping_extents(three_scenes, films):
    analysis = analyse(three_scenes, films.embed)
    frames = analysis.sample_frames
    curve = np.stack([np.full(len(frames), 0.9), np.where(frames >= 30, 0.8, 0.0), np.zeros(len(frames))], axis=1)
    found = extents(analysis, curve.astype(np.float32))
    assert [(e.label, e.span.start_frame, e.span.end_frame, e.shots) for e in found] == [
        (0, 0, 90, (0, 3)),
        (1, 30, 90, (1, 3)),
    ]


def test_what_shows_for_a_while_counts(three_scenes, films):
    analysis = analyse(three_scenes, films.embed)
    frames = analysis.sample_frames
    curve = np.where((frames > 36) & (frames < 46), 0.9, 0.0)[:, None].astype(np.float32)
    assert [e.shots for e in extents(analysis, curve)] == [(1, 2)]
    assert extents(analysis, curve, TagOptions(share=1.0, threshold=0.95)) == []
