import numpy as np

from video.segmenting.keyframes import KeyframeOptions, choose, inside, medoid
from video.segmenting.span import Span


def test_medoid_is_the_most_central():
    angles = np.array([0.0, 0.1, 0.2, 1.4])
    vectors = np.stack([np.cos(angles), np.sin(angles)], axis=1).astype(np.float32)
    assert medoid(vectors) == 2


def test_samples_near_the_cuts_are_left_out():
    frames = np.arange(0, 200, 10)
    assert frames[inside(Span(0, 4, 0, 100), frames)].tolist() == [10, 20, 30, 40, 50, 60, 70, 80]


def test_a_shot_between_two_samples_takes_the_nearest():
    assert inside(Span(0.4, 0.6, 12, 17), np.arange(0, 100, 10)).tolist() == [1]


def test_one_keyframe_a_stretch():
    frames = np.arange(0, 3000, 10)
    vectors = np.tile(np.array([[1.0, 0.0]], np.float32), (300, 1))
    chosen = choose(Span(0, 120, 0, 3000), frames, vectors, KeyframeOptions(every_s=20))
    assert len(chosen) == 6
    assert chosen == sorted(chosen)
