"""Sounds made of numbers."""

import numpy as np
import pytest

from scenery.clips import sounds
from scenery.clips.sounds import RATE, SOUNDS, chance, mixed


@pytest.mark.parametrize("name", sorted(SOUNDS))
def test_a_sound_is_heard_and_never_clips(name: str) -> None:
    heard = mixed((name,), "a", 3 * RATE)
    assert heard.shape == (3 * RATE,)
    assert heard.dtype == np.float32
    assert 0.004 < float(np.sqrt((heard**2).mean())) < 0.5
    assert float(np.abs(heard).max()) <= 0.951


def test_the_same_name_gives_the_same_sound_and_another_another() -> None:
    first = mixed(("rain", "birds"), "a", RATE)
    assert np.array_equal(first, mixed(("rain", "birds"), "a", RATE))
    assert not np.array_equal(first, mixed(("rain", "birds"), "b", RATE))


def test_birds_are_high_engines_low_and_rain_is_even() -> None:
    def middle(name: str) -> float:
        power = np.abs(np.fft.rfft(mixed((name,), "c", 4 * RATE))) ** 2
        return float((np.fft.rfftfreq(4 * RATE, 1 / RATE) * power).sum() / power.sum())

    assert middle("engine") < 700 < 2000 < middle("birds")
    rain = mixed(("rain",), "c", 4 * RATE).reshape(16, -1)
    assert float((rain**2).mean(axis=1).std() / (rain**2).mean()) < 0.25


def test_a_mouth_follows_the_voice() -> None:
    n = 4 * RATE
    voice, loud = sounds.speech(chance("v", "speech"), n), sounds.loudness(chance("v", "speech"), n)
    assert float(np.abs(voice[loud > 0.5]).mean()) > 4 * float(np.abs(voice[loud < 0.02]).mean())


def test_a_programme_has_its_own_jingle() -> None:
    assert not np.allclose(sounds.jingle(chance("One"), RATE), sounds.jingle(chance("Two"), RATE))
