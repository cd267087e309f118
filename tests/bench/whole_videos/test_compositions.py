"""Composed videos: what is in them, and that no piece lies on both sides."""

from __future__ import annotations

import numpy as np

from bench.whole_videos.compositions import SCENES, Pools, compose
from bench.whole_videos.material import Pool
from training.videos.video_set import FRAMES, SOUND, TITLE


def pool(names, sides, each=20):
    """Pieces whose one row is their number."""
    label = np.repeat(np.arange(len(names)), each)
    side = np.array(sides)[np.arange(len(label)) % len(sides)]
    rows = [np.full((1, 2), k, np.float32) for k in range(len(label))]
    return Pool(list(names), label, side, rows, [np.zeros(1)] * len(label))


def pools():
    sources = [name for names in SCENES.values() for name in names]
    sounds = ["baby_cry", "chainsaw", "dog_bark", "rain"]
    return Pools(pool(sources, (0, 1), 40), pool(sounds, (1, 2, 3)), pool(["finance", "sports"], (0, 1)))


def test_no_piece_lies_on_both_sides():
    train, test = compose(pools(), 200, 0, test=False), compose(pools(), 200, 0, test=True)
    for name in (FRAMES, SOUND, TITLE):
        first, second = (set(each.videos.modalities[name].rows[:, 0].tolist()) for each in (train, test))
        assert first
        assert second
        assert not first & second


def test_shares_and_tags_are_those_of_the_recipe():
    material = compose(pools(), 1000, 1, test=False)
    tags = pools().tags
    assert len(tags) == 15 + 4 + 2 + 8
    present = material.videos.present.mean(axis=0)
    np.testing.assert_allclose(present, [1, 0.85, 0.8], atol=0.04)
    seen = [k for k, tag in enumerate(tags) if tag.startswith("seen")]
    assert abs(material.truth[:, seen].sum(axis=1).mean() - 1.6) < 0.06
    joint = tags.index("joint game and light title")
    sports = tags.index("told sports")
    assert material.truth[:, joint].any()
    assert (material.truth[material.truth[:, joint] == 1, sports] == 1).all()
    again = compose(pools(), 1000, 1, test=False)
    np.testing.assert_array_equal(again.truth, material.truth)
