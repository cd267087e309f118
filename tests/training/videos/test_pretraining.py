"""An aggregator that learns without labels: what it is for, what it must not do, and that it is kept and read back."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from composed import TAGS, material

from errors import CancelledError, InputError
from labeling.scoring.multilabel import Thresholds
from labeling.scoring.zero_shot import unit
from progress import silent
from training.videos import head_file, tag_calibration
from training.videos.head_file import TrainedHead
from training.videos.pretraining import aggregator, moco
from training.videos.pretraining.moco import MocoOptions
from training.videos.pretraining.pretrained_candidate import Pretrained
from training.videos.video_head import VideoMaterial
from training.videos.video_metrics import average_precisions
from training.videos.video_set import FRAMES, SOUND, TITLE, VideoSet, modality

SHORT = MocoOptions(steps=60, batch=64)


@pytest.fixture(scope="module")
def plain() -> VideoMaterial:
    return material(240)


@pytest.fixture(scope="module")
def learned(plain: VideoMaterial) -> aggregator.Aggregator:
    return moco.pretrain(plain.videos, plain.group, SHORT)


def videos_of(count: int, seed: int, rows: int) -> np.ndarray:
    """Rows float32 [count, rows, 32] of videos with a place of their own in eight numbers; the others are noise."""
    random = np.random.default_rng(seed)
    place = random.normal(size=(count, 1, 8)) + 0.8 * random.normal(size=(count, rows, 8))
    return np.concatenate([place, random.normal(size=(count, rows, 24))], axis=2).astype(np.float32)


def test_it_learns_what_two_views_of_a_video_share() -> None:
    seen = VideoSet({FRAMES: modality(list(videos_of(300, 0, 24)), dim=32)})
    rows = videos_of(200, 1, 8)
    first, second = (VideoSet({FRAMES: modality(list(part), dim=32)}) for part in (rows[:, :4], rows[:, 4:]))
    right = {}
    for steps in (0, 120):
        one = moco.pretrain(seen, np.arange(300), MocoOptions(steps=steps, batch=64, rate=3e-3))
        nearest = (unit(one.vectors(first)) @ unit(one.vectors(second)).T).argmax(axis=1)
        right[steps] = float((nearest == np.arange(200)).mean())
    assert right[120] > right[0] + 0.05, right


def test_it_is_the_same_again_and_draws_nothing_from_others(
    plain: VideoMaterial, learned: aggregator.Aggregator
) -> None:
    state = torch.random.get_rng_state()
    again = moco.pretrain(plain.videos, plain.group, SHORT)
    assert torch.equal(state, torch.random.get_rng_state())
    np.testing.assert_array_equal(again.vectors(plain.videos), learned.vectors(plain.videos))


def test_one_programme_is_not_held_against_itself(plain: VideoMaterial) -> None:
    one = np.zeros_like(plain.group)  # nothing but its own other view is left for a video
    raw, kept = (moco.pretrain(plain.videos, one, MocoOptions(steps=n, decay=0.0)) for n in (0, 3))
    np.testing.assert_allclose(kept.vectors(plain.videos), raw.vectors(plain.videos), atol=1e-6)


def test_a_candidate_of_it_learns_and_is_read_back(
    tmp_path, plain: VideoMaterial, learned: aggregator.Aggregator
) -> None:
    head = Pretrained(learned).fit(plain, silent)
    test = material(200, 1)
    precisions = dict(zip(TAGS, average_precisions(head.logits(test.videos), test.truth), strict=True))
    assert precisions["told"] > 0.8, "titles go straight to the classifier"
    assert precisions["seen"] > 0.6
    parts = head.contributions(test.videos)
    yes = test.truth[:, TAGS.index("told")] == 1
    by_name = {name: part[yes, TAGS.index("told")].mean() for name, part in parts.items()}
    assert max(by_name, key=lambda name: by_name[name]) == TITLE
    path = tmp_path / "head.safetensors"
    platt = tag_calibration.platt(head.logits(test.videos), test.truth)
    head_file.write(path, TrainedHead(head, platt, Thresholds(np.full(5, 0.5, np.float32), 0.5), {}))
    np.testing.assert_array_equal(head_file.read(path).head.logits(test.videos), head.logits(test.videos))


def test_an_aggregator_is_kept_with_its_card(tmp_path, plain: VideoMaterial, learned: aggregator.Aggregator) -> None:
    path = tmp_path / "pretrained.safetensors"
    aggregator.write(path, learned, {"videos": 240})
    back, card = aggregator.read(path)
    assert card == {"videos": 240}
    np.testing.assert_array_equal(back.vectors(plain.videos), learned.vectors(plain.videos))
    path.write_bytes(b"\x80\x04.")
    with pytest.raises(InputError, match="holds no pretrained aggregator"):
        aggregator.read(path)


def test_a_video_without_frames_and_sound_has_no_vector(plain: VideoMaterial, learned: aggregator.Aggregator) -> None:
    bare = plain.videos.without(FRAMES).without(SOUND)
    assert not learned.read(bare).modalities[aggregator.VECTOR].present.any()


def test_too_few_videos_and_a_stop_are_said(plain: VideoMaterial) -> None:
    few = plain.take(np.arange(20))
    with pytest.raises(InputError, match="needs 64 videos"):
        moco.pretrain(few.videos, few.group, SHORT)

    def stop(done: int, total: int, message: str) -> None:
        raise CancelledError("stop")

    with pytest.raises(CancelledError):
        moco.pretrain(plain.videos, plain.group, SHORT, progress=stop)
