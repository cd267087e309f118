from __future__ import annotations

import json

import numpy as np
import pytest
from sound_model import model

from embedding.ingest import video_encoders
from embedding.sound import sound_encoder, sound_names
from errors import EncoderError
from store import workspace

NAMES = ["Speech", "Rain", "Canidae, dogs, wolves"]
CLASSES = np.random.default_rng(0).normal(0, 0.2, (64, 3)).astype(np.float32)


@pytest.mark.parametrize("softmax", [False, True])
def test_what_the_classifier_says_of_kept_vectors_is_what_the_model_says(tmp_path, softmax):
    path = model(tmp_path / "yamnet_a.onnx", classes=CLASSES, softmax=softmax, given={"classes": json.dumps(NAMES)})
    noise = np.random.default_rng(1).normal(0, 0.1, 32_000).astype(np.float32)
    rows = sound_encoder.load(str(path)).encode(noise).vectors
    known = sound_names.read(str(path))
    assert known.names == tuple(NAMES)
    raw = rows @ CLASSES
    share = np.exp(raw - raw.max(axis=1, keepdims=True))
    share = share / share.sum(axis=1, keepdims=True) if softmax else 1 / (1 + np.exp(-raw))
    known_share = 1 / (1 + np.exp(-known.logits(rows, [1, 2])))
    np.testing.assert_allclose(known_share, share[:, 1:], atol=1e-4)


@pytest.mark.parametrize(
    ("file", "text"),
    [
        (
            "yamnet_class_map.csv",
            'index,mid,display_name\n0,/m/a,Speech\n1,/m/b,Rain\n2,/m/c,"Canidae, dogs, wolves"\n',
        ),
        ("labels.txt", "\n".join(NAMES)),
        ("yamnet_a.txt", "\n".join(NAMES)),
    ],
)
def test_names_lie_beside_the_model(tmp_path, file, text):
    path = model(tmp_path / "yamnet_a.onnx", classes=CLASSES)
    (tmp_path / file).write_text(text)
    assert sound_names.read(f"yamnet:{path}").names == tuple(NAMES)


def test_why_nothing_is_named_is_said(tmp_path):
    with pytest.raises(EncoderError, match="cannot name a sound"):
        sound_names.read("log-mel")
    path = model(tmp_path / "yamnet_a.onnx", classes=CLASSES)
    with pytest.raises(EncoderError, match="what its 3 sounds are called"):
        sound_names.read(str(path))
    (tmp_path / "labels.txt").write_text("Speech\nRain\n")
    with pytest.raises(EncoderError, match=r"labels.txt names 2 sounds, and yamnet_a.onnx tells 3 apart"):
        sound_names.read(str(path))


def test_a_tag_stands_for_the_sounds_that_are_called_like_it():
    def names(*words):
        return [NAMES[k] for k in sound_names.matching(words, NAMES)]

    assert names("rain") == names("the rain") == names("Rains") == ["Rain"]
    assert names("a dog") == ["Canidae, dogs, wolves"]
    assert names("train", "rain drops", "") == []
    assert names("下雨", "speech") == ["Speech"]


def test_a_list_that_comes_later_is_seen(tmp_path):
    path = model(tmp_path / "yamnet_a.onnx", classes=CLASSES)
    opened = workspace.create(tmp_path / "ws")
    assert "Log-mel" in video_encoders.named_sounds(opened).reason
    video_encoders.use_sound(opened, str(path))
    assert video_encoders.named_sounds(opened).sounds is None
    (tmp_path / "labels.txt").write_text("\n".join(NAMES))
    named = video_encoders.named_sounds(opened)
    assert named.sounds is not None
    assert named.sounds.names == tuple(NAMES)
    opened.engine.dispose()
