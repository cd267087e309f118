import numpy as np
import pytest

from bench.likeness.programme import pooled_match
from video.segmenting.programme import MatchOptions, References


@pytest.fixture
def library():
    """Four reference videos of 60 samples each, 3 a second, whose vectors drift slowly from scene to scene."""
    rng = np.random.default_rng(0)
    scenes = rng.normal(size=(4, 6, 64))
    vectors = np.repeat(scenes, 10, axis=1).reshape(240, 64) + 0.5 * rng.normal(size=(240, 64)) + 3.0
    vectors = (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)
    return np.repeat(np.arange(4), 60), np.tile(np.arange(60) / 3, 4), vectors


def noisy(vectors, seed=1, size=0.02):
    changed = vectors + size * np.random.default_rng(seed).normal(size=vectors.shape)
    return (changed / np.linalg.norm(changed, axis=1, keepdims=True)).astype(np.float32)


@pytest.mark.parametrize(("video", "first"), [(0, 0), (2, 17), (3, 45)])
def test_a_clip_is_found_with_its_time(library, video, first):
    vectors = library[2]
    rows = slice(60 * video + first, 60 * video + first + 15)
    # The clip was sampled a sixth of a second later than the reference.
    result = References(*library).match(np.arange(15) / 3 + 1 / 6, noisy(vectors[rows]))
    assert result is not None
    assert result.video == video
    assert result.offset_s == pytest.approx(first / 3, abs=0.5)
    assert result.score > 0.86


def test_something_else_has_no_match(library):
    strange = np.random.default_rng(9).normal(size=(15, 64)) + 3.0
    strange = (strange / np.linalg.norm(strange, axis=1, keepdims=True)).astype(np.float32)
    assert References(*library).match(np.arange(15) / 3, strange) is None
    assert References(*library).match(np.arange(15) / 3, strange, MatchOptions(least=-1)) is not None


def test_scenes_in_another_order_match_worse_than_in_theirs(library):
    vectors = library[2]
    references = References(*library)
    clip = vectors[60:105]
    turned = np.concatenate([clip[30:], clip[15:30], clip[:15]])
    stamps = np.arange(45) / 3
    assert references.best(stamps, clip).score > references.best(stamps, turned).score + 0.3


def test_pooled(library):
    videos, _, vectors = library
    assert pooled_match(videos, vectors, vectors[videos == 2])[0] == 2
