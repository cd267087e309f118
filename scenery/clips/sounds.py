"""Sounds made of numbers: weather, water, birds, engines, a music box, typing, a voice without words.

Each takes a source of chance and a number of samples, and gives float32 samples at `RATE` in -1..1. Speech is a source of pulses through
two resonances that wander, as in a vocoder; the music box is decaying partials of a scale of five tones.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

RATE = 16_000
Samples = npt.NDArray[np.float32]
Rng = np.random.Generator


def _noise(rng: Rng, n: int, low: float, high: float, slope: float = 0.0) -> npt.NDArray[np.float64]:
    """Noise between two frequencies in Hz, of deviation 1, falling by `slope` powers of frequency."""
    spectrum = np.fft.rfft(rng.normal(size=n))
    hertz = np.fft.rfftfreq(n, 1 / RATE)
    band = 1 / (1 + (low / np.maximum(hertz, 1)) ** 4) / (1 + (hertz / high) ** 4) * np.maximum(hertz, 20) ** -slope
    out = np.fft.irfft(spectrum * band, n)
    return np.asarray(out / max(float(out.std()), 1e-9), np.float64)


def _swell(rng: Rng, n: int, per_s: float, least: float) -> npt.NDArray[np.float64]:
    """A slow rise and fall between `least` and 1."""
    points = max(3, int(n / RATE * per_s) + 2)
    return np.interp(np.linspace(0, points - 1, n), np.arange(points), rng.uniform(least, 1, points))


def _put(out: npt.NDArray[np.float64], at: int, sound: npt.NDArray[np.float64]) -> None:
    if at < len(out):
        out[at : at + len(sound)] += sound[: len(out) - at]


def _seconds(count: int) -> npt.NDArray[np.float64]:
    return np.arange(count) / RATE


def waves(rng: Rng, n: int) -> Samples:
    """Surf: noise that swells every few seconds."""
    beat = 0.55 + 0.45 * np.sin(2 * np.pi * (_seconds(n) / rng.uniform(2.5, 3.5) + rng.random()))
    return np.asarray(0.16 * _noise(rng, n, 120, 2500, 0.4) * beat**2 + 0.02 * _noise(rng, n, 100, 900), np.float32)


def stream(rng: Rng, n: int) -> Samples:
    """Running water: even noise with drops in it."""
    out = 0.07 * _noise(rng, n, 400, 5000)
    for at in rng.integers(0, n, n * 14 // RATE):
        t = _seconds(1200)
        _put(out, int(at), 0.05 * np.sin(2 * np.pi * (rng.uniform(500, 1400) * t + 3000 * t * t)) * np.exp(-t * 60))
    return np.asarray(out, np.float32)


def wind(rng: Rng, n: int) -> Samples:
    """Low noise that comes and goes."""
    return np.asarray(0.16 * _noise(rng, n, 60, 420, 0.3) * _swell(rng, n, 1.2, 0.15), np.float32)


def rain(rng: Rng, n: int) -> Samples:
    """Even high noise and many drops."""
    out = 0.05 * _noise(rng, n, 1500, 7500)
    for at in rng.integers(0, n, n * 90 // RATE):
        t = _seconds(160)
        _put(out, int(at), rng.uniform(0.03, 0.14) * rng.normal(size=160) * np.exp(-t * 900))
    return np.asarray(out, np.float32)


def bubbles(rng: Rng, n: int) -> Samples:
    """Rising tones under water."""
    out = 0.05 * _noise(rng, n, 40, 250)
    for at in rng.integers(0, n, n * 9 // RATE):
        t = _seconds(int(RATE * rng.uniform(0.04, 0.1)))
        tone = np.sin(2 * np.pi * (rng.uniform(250, 700) * t + rng.uniform(2000, 5000) * t * t))
        _put(out, int(at), 0.16 * tone * np.hanning(len(t)))
    return np.asarray(out, np.float32)


def birds(rng: Rng, n: int) -> Samples:
    """Chirps in phrases."""
    out, at = np.zeros(n), int(rng.uniform(0, 0.4) * RATE)
    while at < n:
        base, fall = rng.uniform(2400, 5200), rng.uniform(-9000, 9000)
        for _ in range(int(rng.integers(2, 7))):
            t = _seconds(int(RATE * rng.uniform(0.04, 0.09)))
            _put(out, at, 0.2 * np.sin(2 * np.pi * (base * t + fall * t * t)) * np.hanning(len(t)))
            at += int(RATE * rng.uniform(0.07, 0.14))
        at += int(RATE * rng.uniform(0.15, 0.6))
    return np.asarray(out, np.float32)


def engine(rng: Rng, n: int) -> Samples:
    """A motor whose speed goes up and down."""
    phase = 2 * np.pi * np.cumsum(rng.uniform(45, 70) * (0.7 + 0.9 * _swell(rng, n, 1.0, 0.1))) / RATE
    tone = sum(np.sin(k * phase + rng.uniform(0, 6)) / k for k in range(1, 14))
    return np.asarray(0.13 * tone * (0.8 + 0.2 * np.sin(phase / 2)) + 0.02 * _noise(rng, n, 80, 1200), np.float32)


def music(rng: Rng, n: int) -> Samples:
    """A music box."""
    out, step = np.zeros(n), int(RATE * rng.choice((0.2, 0.25, 0.3)))
    scale = rng.choice((392.0, 440.0, 523.25)) * 2 ** (np.array([0, 2, 4, 7, 9, 12, 14, 16]) / 12)
    note = int(rng.integers(len(scale)))
    for number, at in enumerate(range(0, n, step)):
        note = int(np.clip(note + rng.integers(-2, 3), 0, len(scale) - 1))
        for pitch, loud in ((scale[note], 0.2), (scale[note % 3] / 2, 0.14 if number % 4 == 0 else 0.0)):
            t = _seconds(int(RATE * 0.9))
            partials = sum(np.sin(2 * np.pi * pitch * k * t) * np.exp(-t * (3 + 3 * k)) / k for k in (1, 2, 4))
            _put(out, at, loud * partials)
    return np.asarray(out, np.float32)


def typing(rng: Rng, n: int) -> Samples:
    """Keys of a keyboard."""
    out, at = np.zeros(n), 0
    while at < n:
        for late, loud in ((0, 0.5), (int(RATE * 0.045), 0.22)):
            t = _seconds(500)
            _put(out, at + late, loud * rng.uniform(0.6, 1) * _noise(rng, 500, 700, 5000) * 0.35 * np.exp(-t * 260))
        at += int(RATE * (rng.uniform(0.08, 0.2) if rng.random() < 0.9 else rng.uniform(0.3, 0.6)))
    return np.asarray(out, np.float32)


def clicks(rng: Rng, n: int) -> Samples:
    """A mouse, now and then."""
    out = np.zeros(n)
    for at in rng.integers(0, n, max(2, n * 2 // RATE)):
        t = _seconds(200)
        for late in (0, int(RATE * 0.09)):
            _put(out, int(at) + late, 0.4 * np.sin(2 * np.pi * 2300 * t) * np.exp(-t * 700))
    return np.asarray(out, np.float32)


def pages(rng: Rng, n: int) -> Samples:
    """Paper that is turned."""
    out = 0.004 * _noise(rng, n, 100, 3000)
    for at in range(int(RATE * 0.6), n, int(RATE * 1.8)):
        size = int(RATE * 0.45)
        _put(out, at, 0.12 * _noise(rng, size, 900, 6500) * np.hanning(size) * (0.5 + 0.5 * rng.random(size)))
    return np.asarray(out, np.float32)


def blips(rng: Rng, n: int) -> Samples:
    """A game of few tones: square waves."""
    out, at = np.zeros(n), 0
    while at < n:
        t = _seconds(int(RATE * rng.uniform(0.06, 0.14)))
        pitch = rng.choice((220.0, 330.0, 440.0, 660.0, 880.0, 1320.0))
        _put(out, at, 0.07 * np.sign(np.sin(2 * np.pi * (pitch * t + rng.choice((0, 900, -600)) * t * t))))
        at += int(RATE * rng.choice((0.12, 0.24, 0.36)))
    return np.asarray(out, np.float32)


def speech(rng: Rng, n: int) -> Samples:
    """A voice without words: syllables of pulses through two resonances, in sentences with pauses."""
    return _voice(rng, n)[0]


def loudness(rng: Rng, n: int) -> Samples:
    """How loud `speech` is by the same chance, 0..1: the mouth of a figure follows it."""
    return _voice(rng, n)[1]


def _voice(rng: Rng, n: int) -> tuple[Samples, Samples]:
    out, envelope, at, pitch = np.zeros(n), np.zeros(n), int(RATE * 0.1), rng.uniform(105, 210)
    while at < n:
        for _ in range(int(rng.integers(4, 9))):
            size = int(RATE * rng.uniform(0.11, 0.2))
            if at + size > n:
                break
            shape = np.hanning(size)
            phase = 2 * np.pi * np.cumsum(pitch * (1 + 0.15 * rng.normal() + 0.1 * np.linspace(0, -1, size))) / RATE
            first, second = rng.uniform(280, 800), rng.uniform(900, 2300)
            voiced = np.zeros(size)
            for k in range(1, 24):
                near = np.exp(-(((k * pitch - first) / 130) ** 2)) + 0.6 * np.exp(-(((k * pitch - second) / 200) ** 2))
                voiced += (near + 0.03) * np.sin(k * phase)
            hiss = int(RATE * 0.05)
            if rng.random() < 0.3:
                _put(out, at - min(at, hiss), 0.03 * _noise(rng, hiss, 3000, 7500) * np.hanning(hiss))
            _put(out, at, 0.2 * voiced * shape)
            _put(envelope, at, shape)
            at += int(size * rng.uniform(0.85, 1.1))
        at += int(RATE * rng.uniform(0.2, 0.5))
    return np.asarray(out, np.float32), np.asarray(np.clip(envelope, 0, 1), np.float32)


def jingle(rng: Rng, n: int) -> Samples:
    """The opening of a programme: four tones that belong to it."""
    out = np.zeros(n)
    for at, pitch in zip(
        range(0, n, n // 5), rng.choice((392.0, 440.0, 523.25, 587.33, 659.25, 783.99), 4), strict=False
    ):
        t = _seconds(n // 3)
        _put(out, at, 0.2 * (np.sin(2 * np.pi * pitch * t) + 0.4 * np.sin(4 * np.pi * pitch * t)) * np.exp(-t * 6))
    return np.asarray(out, np.float32)


SOUNDS: dict[str, Callable[[Rng, int], Samples]] = {
    "waves": waves, "stream": stream, "wind": wind, "rain": rain, "bubbles": bubbles, "birds": birds, "engine": engine, "music": music,
    "typing": typing, "clicks": clicks, "pages": pages, "blips": blips, "speech": speech,
}  # fmt: skip


def chance(*parts: str) -> Rng:
    """A source of chance by name, the same at every call and on every machine."""
    return np.random.default_rng(list(" ".join(parts).encode()))


def mixed(names: tuple[str, ...], seed: str, n: int) -> Samples:
    """Sounds at the same time, none louder than full scale; each has its own chance."""
    out = np.zeros(n, np.float32)
    for name in names:
        out += SOUNDS[name](chance(seed, name), n)
    most = float(np.abs(out).max(initial=0.0))
    return out if most <= 0.95 else np.asarray(out * (0.95 / most), np.float32)
