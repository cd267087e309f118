"""The figures of `bench model` on vectors whose answer is known, and on the committed model's demo images."""

import numpy as np
import pytest

import sample_data
from bench.zero_shot import model_worlds
from bench.zero_shot.model import accuracy, centred, demo, head_accuracies
from embedding.encoders import encoder
from embedding.encoders.clip import ClipEncoder
from pretraining.card import unseen_scenes
from pretraining.vocabulary import HELD_OUT, held_out


def test_accuracy_and_centring_undo_a_common_offset() -> None:
    rng = np.random.default_rng(0)
    truth = np.repeat([0, 1, 2], 20)
    classes = np.eye(3, 8, dtype=np.float32)
    vectors = classes[truth] + 0.05 * rng.standard_normal((60, 8)).astype(np.float32)
    assert accuracy(vectors, classes, truth) == 1
    pushed = vectors + 2 * np.eye(3, 8, dtype=np.float32)[1]
    assert accuracy(pushed, classes, truth) < 0.5
    assert accuracy(centred(pushed), centred(classes), truth) == 1


def test_a_head_fails_on_a_source_whose_look_it_never_saw() -> None:
    rng = np.random.default_rng(0)
    truth = np.tile([0, 1], 60)
    sources = np.array([f"{kind}{part}" for kind, part in zip(truth, np.repeat([0, 1, 2], 40), strict=True)])
    look = {name: rng.standard_normal(16) for name in np.unique(sources)}
    vectors = np.stack([look[name] + 0.1 * rng.standard_normal(16) for name in sources]).astype(np.float32)
    half, heldout = head_accuracies(vectors, truth, sources)
    assert half == 1
    assert heldout < half


def test_unseen_scenes_are_held_out_ones_of_every_kind() -> None:
    scenes = unseen_scenes(model_worlds.FIRST_SEED, len(HELD_OUT))
    assert all(held_out(scene.facts) for scene in scenes)
    assert {scene.kind for scene in scenes} == set(HELD_OUT)


@pytest.mark.slow
def test_the_built_in_model_holds_its_prompt_tests() -> None:
    model = encoder.load(str(sample_data.model_folder()), threads=1)
    assert isinstance(model, ClipEncoder)
    result = {name: float(value or 0) for name, value in model_worlds.figures(model, 96).items()}
    assert result["world"] > 0.85
    assert result["unseen"] > 0.75
    assert result["nonsense"] < 0.5
    assert result["narrow_loss"] > 0.1
    assert result["plural_loss"] < 0.05
    assert result["chinese_agreement"] > 0.85
    assert 0.70 <= float(demo(model)["zero_shot_demo"] or 0) <= 0.93
