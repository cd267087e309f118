from __future__ import annotations

import numpy as np
import pytest

from training.videos.row_batches import padded, thinned
from training.videos.video_set import VideoSet, joined, modality


def ragged():
    rows = [np.arange(8, dtype=np.float32).reshape(4, 2), np.empty((0, 2), np.float32), np.array([[9, 1]], np.float32)]
    return modality(rows, [np.arange(4.0), np.empty(0), np.array([7.0])], dim=2)


def test_means_and_highest_quarters():
    pooled = ragged().pooled()
    np.testing.assert_allclose(pooled[0], [3, 4, 6, 7])
    np.testing.assert_allclose(pooled[1], 0)
    np.testing.assert_allclose(pooled[2], [9, 1, 9, 1])
    np.testing.assert_allclose(ragged().means(), pooled[:, :2])


def test_taking_and_emptying_keep_rows_and_times_together():
    some = ragged().take(np.array([2, 0, 1]))
    assert some.present.tolist() == [True, True, False]
    assert some.times.tolist() == [7, 0, 1, 2, 3]
    np.testing.assert_allclose(some.rows[0], [9, 1])
    gone = ragged().without(np.array([True, False, False]))
    assert gone.present.tolist() == [False, False, True]
    assert gone.times.tolist() == [7]


def test_sets():
    videos = VideoSet({"frames": ragged(), "title": ragged().without(np.array([True, True, False]))})
    assert len(videos) == 3
    assert videos.present.tolist() == [[True, False], [False, False], [True, True]]
    assert not videos.without("title").modalities["title"].present.any()
    assert list(videos.only(["title", "sound"]).modalities) == ["title"]
    both = joined(videos, videos.take(np.array([2])))
    assert len(both) == 4
    np.testing.assert_allclose(both.modalities["frames"].means()[3], [9, 1])


def test_bad_rows_are_refused():
    with pytest.raises(ValueError, match="not finite"):
        modality([np.array([[np.nan]], np.float32)], dim=1)
    with pytest.raises(ValueError, match="differ in number"):
        modality([np.zeros((3, 1), np.float32)], [np.zeros(2)], dim=1)
    assert modality([], dim=3).rows.shape == (0, 3)


def test_batches_are_thinned_and_padded():
    thin = thinned(ragged(), 2)
    assert thin.times.tolist() == [0, 3, 7]
    rows, mask = padded(thin)
    assert rows.shape == (3, 2, 2)
    assert mask.tolist() == [[True, True], [False, False], [True, False]]
    assert not rows[~mask].any()
