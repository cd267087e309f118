"""The text adapter: zero-shot before the first step, better on what it learned, no worse on what nobody labelled."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch

from labeling.scoring.multilabel import Thresholds
from labeling.scoring.zero_shot import unit
from progress import silent
from training.videos import head_file, tag_calibration
from training.videos.head_file import TrainedHead
from training.videos.open_words import adapter_training
from training.videos.open_words.adapter_candidate import Adapter
from training.videos.open_words.adapter_head import AdapterHead
from training.videos.open_words.adapter_network import AdapterNetwork, AdapterOptions
from training.videos.open_words.adapter_training import LearningOptions
from training.videos.open_words.tag_texts import TagTexts, zero_shot_logits
from training.videos.tag_logistic import scaling
from training.videos.video_head import VideoMaterial
from training.videos.video_metrics import mean_average_precision
from training.videos.video_set import FRAMES, SOUND, TITLE, VideoSet, modality

TAGS, DIM = 12, 24
SHORT = Adapter(learning=LearningOptions(steps=80, batch=48))


def world(count: int, seed: int) -> VideoMaterial:
    """Videos of which each shows one or two of the tags, in a space in which their texts lie near them; the first tag is heard as well."""
    fixed, random = np.random.default_rng(5), np.random.default_rng(seed)
    places = unit(fixed.normal(size=(TAGS, DIM)) + 2)
    texts = [unit(place + fixed.normal(0, 0.15, (3, DIM))).astype(np.float32) for place in places]
    others = unit(fixed.normal(size=(40, DIM)) + 2).astype(np.float32)
    truth = np.zeros((count, TAGS), np.int8)
    frames, sounds, titles = [], [], []
    for k in range(count):
        shown = random.permutation(TAGS)[: random.integers(1, 3)]
        truth[k, shown] = 1
        frames.append(unit(places[random.choice(shown, 6)] + random.normal(0, 0.25, (6, DIM))).astype(np.float32))
        sounds.append(random.normal(0, 1, (4, 8)).astype(np.float32) + 2 * truth[k, 0])
        titles.append(random.normal(0, 1, (1, 8)).astype(np.float32)[: random.integers(0, 2)])
    videos = VideoSet(
        {FRAMES: modality(frames, dim=DIM), SOUND: modality(sounds, dim=8), TITLE: modality(titles, dim=8)}
    )
    space = TagTexts(tuple(texts), unit(others.mean(axis=0)).astype(np.float32), others, 20.0)
    return VideoMaterial(videos, truth, np.arange(count, dtype=np.int64), seed=seed, texts=space)


@pytest.fixture(scope="module")
def train() -> VideoMaterial:
    return world(120, 0)


@pytest.fixture(scope="module")
def test() -> VideoMaterial:
    return world(200, 1)


@pytest.fixture(scope="module")
def head(train: VideoMaterial) -> AdapterHead:
    return SHORT.fit(train, silent)


def test_it_begins_as_zero_shot_to_the_last_digit(test: VideoMaterial) -> None:
    scales = {FRAMES: scaling(test.videos.modalities[FRAMES].pooled())}
    width = adapter_training.inputs(test.videos, scales).videos.shape[1]
    plain = AdapterHead(
        AdapterOptions(),
        scales,
        test.texts,
        np.zeros(TAGS, np.float32),
        1.0,
        AdapterNetwork(width, DIM, AdapterOptions()),
    )
    wanted = zero_shot_logits(test.texts, test.videos)
    np.testing.assert_allclose(plain.logits(test.videos), wanted, atol=1e-4)
    np.testing.assert_allclose(plain.unseen(test.videos, test.texts.tags[:3]), wanted[:, :3], atol=1e-4)


def test_what_it_learned_is_better_than_zero_shot_and_what_nobody_labelled_no_worse(
    train: VideoMaterial, test: VideoMaterial
) -> None:
    out, rest = np.arange(0, TAGS, 3), np.setdiff1d(np.arange(TAGS), np.arange(0, TAGS, 3))
    some = replace(train, truth=train.truth[:, rest], texts=train.texts.take(rest))
    head = SHORT.fit(some, silent)
    before = zero_shot_logits(test.texts, test.videos)
    learned = mean_average_precision(head.logits(test.videos), test.truth[:, rest])
    unseen = mean_average_precision(head.unseen(test.videos, [test.texts.tags[k] for k in out]), test.truth[:, out])
    assert learned > mean_average_precision(before[:, rest], test.truth[:, rest]) + 0.03
    assert unseen > mean_average_precision(before[:, out], test.truth[:, out]) - 0.01


def test_it_says_what_it_is_worth_on_tags_that_were_left_out(head: AdapterHead, train: VideoMaterial) -> None:
    assert head.measured is not None
    assert head.measured["tags"] == TAGS
    assert head.measured["adapter"] >= head.measured["zero_shot"] - 0.02
    few = replace(train, truth=train.truth[:, :4], texts=train.texts.take(range(4)))
    assert SHORT.left_out(few) == (0.0, None), "four tags are too few to leave some out"


def test_sound_reaches_a_tag_and_a_missing_modality_is_no_error(head: AdapterHead, test: VideoMaterial) -> None:
    parts = head.contributions(test.videos)
    yes = test.truth[:, 0] == 1
    assert parts[SOUND][yes, 0].mean() > parts[SOUND][~yes, 0].mean() + 0.1
    nothing = test.videos
    for name in (FRAMES, SOUND, TITLE):
        nothing = nothing.without(name)
    assert np.isfinite(head.logits(nothing)).all()
    assert head.logits(test.videos.take(np.empty(0, np.int64))).shape == (0, TAGS)


def test_the_same_seed_gives_the_same_and_the_file_gives_it_back(
    tmp_path, head: AdapterHead, train: VideoMaterial, test: VideoMaterial
) -> None:
    state = torch.random.get_rng_state()
    again = SHORT.fit(train, silent)
    assert torch.equal(state, torch.random.get_rng_state()), "what others draw does not change"
    np.testing.assert_array_equal(again.logits(test.videos), head.logits(test.videos))
    logits = head.logits(test.videos)
    platt = tag_calibration.platt(logits, test.truth)
    path = tmp_path / "head.safetensors"
    head_file.write(path, TrainedHead(head, platt, Thresholds(np.full(TAGS, 0.5, np.float32), 0.5), {}))
    back = head_file.read(path).head
    assert isinstance(back, AdapterHead)
    np.testing.assert_array_equal(back.logits(test.videos), logits)
    np.testing.assert_array_equal(back.unseen(test.videos, test.texts.tags), head.unseen(test.videos, test.texts.tags))
