from __future__ import annotations

import numpy as np
import pytest
from sound_model import model

from embedding.ingest import video_encoders
from embedding.sound import front_ends, onnx_sound, sound_encoder
from embedding.sound.mel import MelOptions, log_mel, mel_bank
from embedding.sound.mel_statistics import LogMelStatistics
from embedding.sound.sound_encoder import SoundBlock, encode_blocks
from errors import EncoderError
from store import workspace


def noise(seconds, seed=0, rate=16_000):
    return np.random.default_rng(seed).normal(0, 0.1, round(seconds * rate)).astype(np.float32)


def tone(seconds, hertz, rate=16_000):
    return np.sin(2 * np.pi * hertz * np.arange(round(seconds * rate)) / rate).astype(np.float32)


def test_a_tone_lies_in_the_band_of_its_pitch():
    options = MelOptions()
    bank = mel_bank(options)
    for hertz in (300, 1000, 5000):
        loudest = log_mel(tone(1, hertz), options).mean(axis=0).argmax()
        assert abs(int(loudest) - int(bank[round(hertz / 16_000 * 512)].argmax())) <= 1
    assert bank.shape == (257, 64)
    assert (bank >= 0).all()
    assert (bank <= 1).all()


def test_silence_is_the_logarithm_of_the_offset():
    np.testing.assert_allclose(log_mel(np.zeros(1000, np.float32), MelOptions()), np.log(1e-3), rtol=1e-6)


def test_statistics_of_a_window_and_their_times():
    encoder = LogMelStatistics()
    heard = encoder.encode(noise(5))
    assert heard.vectors.shape == (10, 192)
    np.testing.assert_allclose(heard.times[:2], [0.4875, 0.9675])
    spectrum = log_mel(noise(5), encoder.options)[48:144]
    np.testing.assert_allclose(heard.vectors[1, :64], spectrum.mean(axis=0), rtol=1e-5)
    np.testing.assert_allclose(heard.vectors[1, 64:128], spectrum.std(axis=0), rtol=1e-5)


@pytest.mark.parametrize("seconds", [1 / 16_000, 0.02, 0.5, 0.9])
def test_sound_shorter_than_a_window_has_one(seconds):
    heard = LogMelStatistics().encode(noise(seconds))
    assert heard.vectors.shape[0] == 1
    assert np.isfinite(heard.vectors).all()
    assert 0 < heard.times[0] <= seconds
    assert front_ends.YAMNET.patches(noise(seconds)).shape == (1, 96, 64)


def test_silent_windows_have_no_row():
    encoder = LogMelStatistics()
    samples = np.concatenate([noise(2), np.zeros(64_000, np.float32), noise(2, 1)])
    heard = encoder.encode(samples)
    assert np.diff(heard.times).max() > 3
    assert np.isfinite(heard.vectors).all()
    assert encoder.encode(np.zeros(40_000, np.float32)).vectors.shape == (0, 192)
    streamed = encode_blocks(encoder, [SoundBlock(0, np.tile(samples, 8))])
    np.testing.assert_allclose(streamed.times, encoder.encode(np.tile(samples, 8)).times, atol=1e-6)


def test_nothing_gives_nothing():
    assert LogMelStatistics().encode(np.empty(0, np.float32)).vectors.shape == (0, 192)
    assert encode_blocks(LogMelStatistics(), []).vectors.shape == (0, 192)
    assert front_ends.VGGISH.patches(np.empty(0, np.float32)).shape == (0, 96, 64)


@pytest.mark.parametrize("seconds", [0.3, 5.0, 31.0, 31.2, 31.44, 62.4, 75.0])
def test_pieces_give_what_the_whole_gives(seconds):
    encoder, samples = LogMelStatistics(), noise(seconds)
    whole = encoder.encode(samples)
    pieces = [SoundBlock(3 + k / 16_000, samples[k : k + 1000]) for k in range(0, len(samples), 1000)]
    streamed = encode_blocks(encoder, pieces)
    np.testing.assert_allclose(streamed.times, whole.times + 3, atol=1e-6)
    np.testing.assert_allclose(streamed.vectors, whole.vectors, atol=1e-4)


def test_a_gap_begins_a_stretch_of_its_own():
    encoder = LogMelStatistics()
    heard = encode_blocks(encoder, [SoundBlock(0, noise(2)), SoundBlock(10, noise(2, 1))])
    apart = [encoder.encode(noise(2)), encoder.encode(noise(2, 1))]
    np.testing.assert_allclose(heard.vectors, np.concatenate([part.vectors for part in apart]), atol=1e-5)
    assert heard.times[len(apart[0].times)] > 10


def test_fingerprints_tell_front_ends_apart():
    assert LogMelStatistics().fingerprint == LogMelStatistics().fingerprint
    assert LogMelStatistics().fingerprint != LogMelStatistics(MelOptions(offset=1e-3)).fingerprint
    assert LogMelStatistics().card["offset"] == 1e-2


@pytest.mark.parametrize("shape", [("n", 96, 64), (1, 96, 64), ("n", 1, 96, 64), (4, 96, 64, 1)])
def test_an_onnx_model_gives_the_layer_before_its_classifier(tmp_path, shape):
    encoder = sound_encoder.load(str(model(tmp_path / "yamnet_small.onnx", shape)))
    assert encoder.dim == 64
    assert encoder.card["front_end"] == "yamnet"
    assert encoder.card["layer"] == "embedding"
    heard = encoder.encode(noise(3))
    np.testing.assert_allclose(heard.vectors, front_ends.YAMNET.patches(noise(3)).mean(axis=1), atol=1e-4)
    np.testing.assert_allclose(heard.times, LogMelStatistics().encode(noise(3)).times)


def test_quantised_input(tmp_path):
    encoder = onnx_sound.load(model(tmp_path / "a.onnx", (1, 96, 64), quantised=True), front_ends.YAMNET)
    np.testing.assert_allclose(
        encoder.encode(noise(2)).vectors, front_ends.YAMNET.patches(noise(2)).mean(axis=1), atol=0.05
    )


def test_the_front_end_is_named_and_counts(tmp_path):
    path = model(tmp_path / "a.onnx")
    first, second = (sound_encoder.load(f"{name}:{path}") for name in ("yamnet", "vggish"))
    assert first.fingerprint != second.fingerprint
    assert (first.hop_s, second.hop_s) == (pytest.approx(0.48), pytest.approx(0.96))
    with pytest.raises(EncoderError, match=r"Write yamnet:.* or vggish:"):
        sound_encoder.load(str(path))


def test_bad_models(tmp_path):
    with pytest.raises(EncoderError, match="cannot be read"):
        sound_encoder.load(f"yamnet:{tmp_path / 'none.onnx'}")
    (tmp_path / "empty.onnx").touch()
    with pytest.raises(EncoderError, match="0 bytes"):
        sound_encoder.load(f"yamnet:{tmp_path / 'empty.onnx'}")
    (tmp_path / "text.onnx").write_text("nothing of the kind")
    with pytest.raises(EncoderError, match="cannot be read as an ONNX model"):
        sound_encoder.load(f"yamnet:{tmp_path / 'text.onnx'}")
    with pytest.raises(EncoderError, match="gives patches of"):
        sound_encoder.load(f"yamnet:{model(tmp_path / 'b.onnx', ('n', 10, 64))}")


def test_a_workspace_keeps_the_fingerprint_of_its_encoder_and_loads_no_model_for_it(tmp_path, monkeypatch):
    path = model(tmp_path / "yamnet_small.onnx")
    wanted = sound_encoder.load(str(path)).fingerprint
    opened = workspace.create(tmp_path / "ws")
    assert video_encoders.sound_fingerprint(opened) == LogMelStatistics().fingerprint
    video_encoders.use_sound(opened, str(path))
    loaded = []
    load = sound_encoder.load
    monkeypatch.setattr(sound_encoder, "load", lambda spec: loaded.append(spec) or load(spec))
    video_encoders._fingerprint.cache_clear()  # as in another process
    assert video_encoders.sound_fingerprint(opened) == wanted
    assert not loaded
    other = model(tmp_path / "other.onnx", ("n", 1, 96, 64))
    other.replace(path)
    assert video_encoders.sound_fingerprint(opened) == load(str(path)).fingerprint
    assert len(loaded) == 1, "a file that was touched is looked at again"
    path.unlink()
    assert video_encoders.sound_fingerprint(opened) == wanted, "what was computed by it is still read"
    opened.engine.dispose()
