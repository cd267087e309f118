from __future__ import annotations

import pickle
from dataclasses import replace

import numpy as np
import pytest
from composed import TAGS, material

from errors import InputError
from labeling.scoring.multilabel import Thresholds
from progress import silent
from training.videos import candidate_comparison, head_file, tag_calibration
from training.videos.fusion.fitted_experts import FittedExperts
from training.videos.fusion.late_fusion import LateFusion, folds_of
from training.videos.head_file import TrainedHead
from training.videos.networks.network_candidates import TrainingOptions, networks, paddle_sized
from training.videos.open_words.text_scores import TextScores
from training.videos.pooled_candidates import Pooled
from training.videos.video_metrics import average_precisions
from training.videos.video_set import FRAMES, SOUND, TITLE

SHORT = TrainingOptions(steps=150, rounds=1)


@pytest.fixture(scope="module")
def train():
    return material(260)


@pytest.fixture(scope="module")
def test():
    return material(300, 1)


@pytest.fixture(scope="module")
def fused(train):
    return LateFusion(mil_from=100).fit(train, silent)


def precision(head, videos):
    return dict(zip(TAGS, average_precisions(head.logits(videos.videos), videos.truth), strict=True))


def test_late_fusion_keeps_what_one_modality_tells(train, test, fused):
    precisions = precision(fused, test)
    for tag, name in (("seen", FRAMES), ("heard", SOUND), ("told", TITLE)):
        alone = LateFusion(mil_from=100).fit(replace(train, videos=train.videos.only([name])), silent)
        single = average_precisions(alone.logits(test.videos.only([name])), test.truth)[TAGS.index(tag)]
        assert precisions[tag] > single - 0.02
        assert precisions[tag] > 0.8
    assert precisions["brief"] > 0.7
    assert precisions["joint"] > 0.6


def test_a_modality_that_is_missing_costs_its_own_tags_alone(test, fused):
    whole, bare = precision(fused, test), precision(fused, replace(test, videos=test.videos.without(TITLE)))
    assert bare["told"] < whole["told"] - 0.2
    assert abs(bare["seen"] - whole["seen"]) < 0.05
    nothing = test.videos
    for name in (FRAMES, SOUND, TITLE):
        nothing = nothing.without(name)
    assert np.isfinite(fused.logits(nothing)).all()


def test_contributions_say_which_modality_carries_a_tag(test, fused):
    parts = fused.contributions(test.videos)
    assert set(parts) == {FRAMES, SOUND, TITLE}
    for tag, name in (("seen", FRAMES), ("heard", SOUND), ("told", TITLE)):
        yes = test.truth[:, TAGS.index(tag)] == 1
        mean = {key: float(part[yes, TAGS.index(tag)].mean()) for key, part in parts.items()}
        assert max(mean, key=lambda key: mean[key]) == name


def test_moments_say_when_a_brief_tag_holds(test, fused):
    moments = fused.moments(test.videos)[FRAMES]
    brief = TAGS.index("brief")
    right = []
    for k in np.flatnonzero(test.truth[:, brief] == 1):
        rows = test.videos.modalities[FRAMES].rows[moments.starts[k] : moments.starts[k + 1]]
        strongest = int((rows**2).sum(axis=1).argmax())
        right.append(int(moments.logits[moments.starts[k] : moments.starts[k + 1], brief].argmax()) == strongest)
    assert np.mean(right) > 0.9
    assert len(moments.times) == len(moments.logits)
    assert LateFusion(mil_from=None).fit(material(60), silent).moments(test.videos) == {}


def test_texts_count_where_positives_are_few():
    few = material(120)
    truth = few.truth.copy()
    truth[:, 0] = 0
    truth[:4, 0] = 1
    zero_shot = np.random.default_rng(0).normal(size=truth.shape).astype(np.float32)
    zero_shot[:, 0] += 4 * truth[:, 0]
    head = LateFusion().fit(replace(few, truth=truth, zero_shot=TextScores({FRAMES: zero_shot})), silent)
    assert head.weights["text"][0] > 0
    assert not head.weights["text"][1:4].any()
    with pytest.raises(ValueError, match="texts"):
        head.logits(few.videos)
    assert np.isfinite(head.logits(few.videos, zero_shot)).all()


def test_held_out_answers_do_not_know_their_fold(train):
    shuffled = replace(train, truth=np.random.default_rng(0).permutation(train.truth), group=np.arange(260))
    held = LateFusion(mil_from=None).held_out(shuffled, folds_of(shuffled), silent)
    assert np.nanmean(average_precisions(held, shuffled.truth)) < 0.4, "chance is .3"


def test_unknown_answers_are_left_out(train):
    truth = train.truth.copy()
    truth[::3, 1] = -1
    truth[:, 4] = -1
    head = LateFusion(mil_from=None).fit(replace(train, truth=truth), silent)
    assert np.isfinite(head.logits(train.videos)).all()


@pytest.mark.parametrize("candidate", networks(), ids=lambda each: each.name)
def test_networks_learn(train, test, candidate):
    head = replace(candidate, training=SHORT).fit(train, silent)
    precisions = precision(head, test)
    assert np.mean([precisions["seen"], precisions["heard"], precisions["told"]]) > 0.6, "chance is .3"
    assert head.parameters > 1000
    assert candidate.source
    missing = test.videos.without(TITLE).without(SOUND).without(FRAMES)
    assert np.isfinite(head.logits(missing)).all()


@pytest.mark.parametrize("candidate", [*networks(), paddle_sized()], ids=lambda each: each.name)
def test_networks_are_the_same_again(train, test, candidate):
    few = replace(candidate, training=TrainingOptions(steps=3, rounds=0))
    logits = few.fit(train, silent).logits(test.videos)
    assert np.isfinite(logits).all()
    np.testing.assert_array_equal(logits, few.fit(train, silent).logits(test.videos))


@pytest.mark.parametrize(
    "candidate",
    [LateFusion(mil_from=100), Pooled(top=True), replace(networks()[2], training=SHORT)],
    ids=lambda e: e.name,
)
def test_a_head_is_kept_and_read_back(tmp_path, train, test, candidate):
    head = candidate.fit(train, silent)
    fold = folds_of(train)
    calibrated = tag_calibration.calibrate(head.logits(train.videos), train.truth, fold)
    trained = TrainedHead(head, calibrated.platt, calibrated.thresholds, {"classes": list(TAGS), "seed": 0})
    head_file.write(tmp_path / "head.safetensors", trained)
    again = head_file.read(tmp_path / "head.safetensors")
    np.testing.assert_allclose(again.probabilities(test.videos), trained.probabilities(test.videos), atol=1e-6)
    np.testing.assert_array_equal(again.thresholds.values, trained.thresholds.values)
    assert again.card == trained.card
    assert again.head.parameters == head.parameters
    assert set(again.head.contributions(test.videos)) == {FRAMES, SOUND, TITLE}


def test_a_pickle_is_refused(tmp_path):
    path = tmp_path / "head.safetensors"
    path.write_bytes(pickle.dumps(Thresholds(np.zeros(2, np.float32), 0.5)))
    with pytest.raises(InputError, match="a pickle is never read"):
        head_file.read(path)
    with pytest.raises(InputError, match="not a head of whole videos"):
        head_file.read(tmp_path / "none.safetensors")


class Chance:
    """A candidate that knows nothing, or everything."""

    source = "nowhere"

    def __init__(self, name, share):
        self.name, self.share = name, share

    def held_out(self, material, fold, progress):
        noise = np.random.default_rng(0).normal(size=material.truth.shape)
        return (self.share * 5 * material.truth + noise).astype(np.float32)

    def fit(self, material, progress):
        raise NotImplementedError


def test_the_default_stays_unless_it_is_clearly_beaten(train):
    default = Pooled(top=False)
    kept = candidate_comparison.select(train, [default, Chance("noise", 0.0)])
    assert kept.chosen.name == default.name
    assert not kept.candidates[1].wins
    beaten = candidate_comparison.select(train, [default, Chance("noise", 0.0), Chance("all", 1.0)])
    assert beaten.chosen.name == "all"
    assert beaten.candidates[2].lead > beaten.candidates[2].error > 0
    assert len(beaten.candidates[0].by_fold) == 10
    same = candidate_comparison.select(train, [default, Pooled(top=False)])
    assert same.chosen is same.candidates[0], "the same again is not a winner"


def test_experts_that_are_shared_are_fitted_once_and_give_the_same(monkeypatch):
    few = material(60)
    fold = folds_of(few)
    alone, sharing = LateFusion(mil_from=40), LateFusion(mil_from=40, fitted=FittedExperts())
    fits = []
    fit_one = LateFusion._fit_one
    monkeypatch.setattr(LateFusion, "_fit_one", lambda self, some, name: fits.append(name) or fit_one(self, some, name))
    for each in (alone, sharing):
        fits.clear()
        held = each.held_out(few, fold, silent)
        head = each.fit(few, silent)
        less = replace(few, videos=few.videos.only([FRAMES, TITLE]))
        poor = each.held_out(less, fold, silent)
        answers = (held, head.logits(few.videos), poor, each.held_out_without(few, fold, TITLE))
        if each is alone:
            wanted, apart = answers, len(fits)
    for one, other in zip(answers, wanted, strict=True):
        np.testing.assert_array_equal(one, other)
    experts = 6  # frames, sound, title, together, moments of frames and of sound
    assert len(fits) == 6 * experts + 5, (
        "five folds and all videos; with fewer modalities only the one on all of them is another"
    )
    assert apart > 3 * len(fits)


def test_what_is_missing_in_the_test_alone_costs_its_own_tags(train):
    default = LateFusion(mil_from=None, fitted=FittedExperts())
    fold = folds_of(train)
    whole = dict(zip(TAGS, average_precisions(default.held_out(train, fold, silent), train.truth), strict=True))
    bare = dict(zip(TAGS, average_precisions(default.held_out_without(train, fold, TITLE), train.truth), strict=True))
    assert bare["told"] < whole["told"] - 0.2
    assert abs(bare["seen"] - whole["seen"]) < 0.05


def test_more_labels_are_learned_from_and_the_same_videos_are_judged(train):
    default = LateFusion(mil_from=None, fitted=FittedExperts())
    fold = folds_of(train)
    steps = [default.held_out_by_share(train, fold, share) for share in (0.1, 0.5, 1.0)]
    assert [len(held) for held, _, _ in steps] == [len(train.truth)] * 3
    assert steps[0][1] < steps[1][1] < steps[2][1] == pytest.approx(0.8 * len(train.truth), abs=1)
    assert steps[0][2] < steps[1][2] < steps[2][2]
    precisions = [float(np.nanmean(average_precisions(held, train.truth))) for held, _, _ in steps]
    assert precisions[0] < precisions[2]
    np.testing.assert_allclose(steps[2][0], default.held_out(train, fold, silent), atol=1e-5)
