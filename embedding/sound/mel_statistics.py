"""The default sound encoder: mean, deviation and mean absolute change of a log-mel spectrogram, window by window. No model."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict

import numpy as np

from embedding.sound.mel import MelOptions, log_mel
from embedding.sound.sound_encoder import LOG_MEL, Samples, SoundFeatures, audible

FRAMES, STEP = 96, 48  # of a window, and from one to the next: YAMNet's patches


class LogMelStatistics:
    """Log-mel statistics behind the `SoundEncoder` interface: 64 means, 64 deviations, 64 mean absolute changes."""

    def __init__(self, options: MelOptions | None = None) -> None:
        self.options = options or MelOptions(offset=1e-2)  # coding noise stays below it
        self.name = self.spec = LOG_MEL
        self.rate = self.options.rate
        self.dim = 3 * self.options.bands
        self.hop_s = STEP * self.options.step / self.rate
        self.window_s = self.options.samples(FRAMES) / self.rate
        self.card: Mapping[str, str | int | float] = {
            "front_end": "log-mel statistics 1", "frames": FRAMES, "hop_frames": STEP, **asdict(self.options),
        }  # fmt: skip
        self.fingerprint = hashlib.sha256(json.dumps(self.card, sort_keys=True).encode()).hexdigest()

    def encode(self, samples: Samples) -> SoundFeatures:
        """Mono sound float32 [n] -> vectors float32 [t, 192] and times float64 [t]; a padded window counts its sound alone."""
        window, hop = self.options.samples(FRAMES), STEP * self.options.step
        heard = np.flatnonzero(audible(samples, window, hop))
        vectors = np.empty((len(heard), self.dim), np.float32)
        if len(heard):
            spectrum = log_mel(samples, self.options)
            for row, k in enumerate(heard):
                part = spectrum[k * STEP : k * STEP + FRAMES]
                change = np.abs(np.diff(part, axis=0)).mean(axis=0) if len(part) > 1 else np.zeros(part.shape[1])
                vectors[row] = np.concatenate([part.mean(axis=0), part.std(axis=0), change])
        times = heard * self.hop_s + min(self.window_s, len(samples) / self.rate) / 2
        return SoundFeatures(vectors, np.asarray(times, np.float64))
