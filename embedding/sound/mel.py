"""Log-mel spectrograms in numpy, as the front ends of YAMNet and VGGish compute them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]
AT_ONCE = 4096  # frames transformed at once: 33 MB


@dataclass(frozen=True)
class MelOptions:
    """A log-mel spectrogram.

    Attributes:
        rate: samples a second. frame, step, fft: lengths in samples. bands: number of mel bands.
        low_hz, high_hz: lower edge of the first and upper edge of the last band. offset: added before the logarithm.
    """

    rate: int = 16_000
    frame: int = 400
    step: int = 160
    fft: int = 512
    bands: int = 64
    low_hz: float = 125.0
    high_hz: float = 7500.0
    offset: float = 1e-3

    def frames(self, samples: int) -> int:
        """Number of whole frames in so many samples."""
        return max(0, (samples - self.frame) // self.step + 1)

    def samples(self, frames: int) -> int:
        """Number of samples that so many frames span."""
        return (frames - 1) * self.step + self.frame


def log_mel(samples: Floats, options: MelOptions) -> Floats:
    """Logarithm of the mel magnitudes, float32 [frames, bands], of mono sound float32 [n]; padded to one frame where shorter."""
    if len(samples) < options.frame:
        samples = np.pad(samples, (0, options.frame - len(samples)))
    rows = np.lib.stride_tricks.sliding_window_view(samples, options.frame)[:: options.step]
    window = _hann(options.frame)
    bank = mel_bank(options)
    out = np.empty((len(rows), options.bands), np.float32)
    for start in range(0, len(rows), AT_ONCE):
        part = rows[start : start + AT_ONCE] * window
        out[start : start + AT_ONCE] = np.abs(np.fft.rfft(part, options.fft)).astype(np.float32) @ bank
    return np.asarray(np.log(out + np.float32(options.offset)), np.float32)


@cache
def _hann(length: int) -> Floats:
    """The periodic Hann window, float32 [length]."""
    return (0.5 - 0.5 * np.cos(2 * np.pi * np.arange(length) / length)).astype(np.float32)


@cache
def mel_bank(options: MelOptions) -> Floats:
    """Weights float32 [fft / 2 + 1, bands] of triangles that are equally wide on the HTK mel scale; the constant part counts nothing."""
    frequency = np.linspace(0, options.rate / 2, options.fft // 2 + 1)
    edges = np.linspace(_mel(options.low_hz), _mel(options.high_hz), options.bands + 2)
    mel = _mel(frequency)[:, None]
    rising = (mel - edges[:-2]) / (edges[1:-1] - edges[:-2])
    falling = (edges[2:] - mel) / (edges[2:] - edges[1:-1])
    bank = np.maximum(0.0, np.minimum(rising, falling))
    bank[0] = 0.0
    return np.asarray(bank, np.float32)


def _mel(hertz: npt.ArrayLike) -> npt.NDArray[np.float64]:
    return np.asarray(1127.0 * np.log1p(np.asarray(hertz, np.float64) / 700.0), np.float64)
