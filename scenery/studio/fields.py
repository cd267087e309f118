"""Smooth noise over the plane, for heights and colours of ground."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


def noise(x: Array, y: Array, seed: int, octaves: int = 5, gain: float = 0.5) -> Array:
    """Fractal gradient noise in about [-1, 1], of the shape of x and y (Perlin, An Image Synthesizer, 1985)."""
    total, size, weight = np.zeros(np.broadcast(x, y).shape), 1.0, 0.0
    for octave in range(octaves):
        part = gain**octave
        total += part * _single(x * size + 17.3 * octave, y * size - 9.1 * octave, seed + octave)
        weight, size = weight + part, size * 2.03
    return np.asarray(total / weight * 1.7)


def ridges(x: Array, y: Array, seed: int, octaves: int = 6) -> Array:
    """Ridged noise in [0, 1]: sharp crests, broad valleys (Musgrave, Texturing and Modeling)."""
    total, weight, size, above = np.zeros(np.broadcast(x, y).shape), 0.0, 1.0, np.ones(np.broadcast(x, y).shape)
    for octave in range(octaves):
        crest = (1 - np.abs(_single(x * size, y * size, seed + 31 * octave)) * 1.6).clip(0, 1) ** 2 * above
        total += crest * 0.55**octave
        weight, size, above = weight + 0.55**octave, size * 2.1, crest.clip(0.15, 1)
    return np.asarray(total / weight)


def _single(x: Array, y: Array, seed: int) -> Array:
    rng = np.random.default_rng(seed)
    angle = rng.uniform(0, 2 * np.pi, 256)
    table = rng.permutation(256)
    i, j = np.floor(x).astype(np.int64), np.floor(y).astype(np.int64)
    u, v = x - i, y - j

    def corner(a: int, b: int) -> Array:
        turned = angle[table[(table[(i + a) % 256] + j + b) % 256]]
        return np.asarray(np.cos(turned) * (u - a) + np.sin(turned) * (v - b))

    su, sv = u * u * u * (u * (u * 6 - 15) + 10), v * v * v * (v * (v * 6 - 15) + 10)
    low = corner(0, 0) * (1 - su) + corner(1, 0) * su
    high = corner(0, 1) * (1 - su) + corner(1, 1) * su
    return np.asarray(low * (1 - sv) + high * sv)
