"""Noise, gradients and shading: what procedural pictures are made of.

All fields are float32 [h, w] in 0..1, all colours are float32 [3] in 0..1, all pictures float32 [h, w, 3].
Fields are cut from a small pool of tiles that is made once a process, so that a field costs less than a millisecond.
"""

from __future__ import annotations

import colorsys
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

Field = NDArray[Any]
TILE = 512
ROUGHNESS = (0.7, 1.2, 1.6, 2.0, 2.6, 3.2)  # exponents of the amplitude spectrum: photographs lie around 1 to 1.5
TILES_EACH = 3


@cache
def _pool() -> dict[float, list[Field]]:
    rng = np.random.default_rng(1)
    frequency = np.hypot(np.fft.fftfreq(TILE)[:, None], np.fft.rfftfreq(TILE)[None, :])
    frequency[0, 0] = 1.0
    tiles: dict[float, list[Field]] = {}
    for power in ROUGHNESS:
        tiles[power] = []
        for _ in range(TILES_EACH):
            spectrum = np.fft.rfft2(rng.standard_normal((TILE, TILE))) / frequency**power
            spectrum[0, 0] = 0
            field = np.fft.irfft2(spectrum, s=(TILE, TILE))
            low, high = np.percentile(field, [1, 99])
            tiles[power].append(np.clip((field - low) / (high - low), 0, 1).astype(np.float32))
    return tiles


def resized(field: Field, h: int, w: int) -> Field:
    """A field at another size, bilinear."""
    return np.asarray(Image.fromarray(field).resize((w, h), Image.Resampling.BILINEAR))


def noise(
    rng: np.random.Generator, h: int, w: int, power: float = 2.0, scale: float = 1.0, stretch: float = 1.0
) -> Field:
    """Fractal noise with an amplitude spectrum of 1 / frequency^power.

    Args:
        power: roughness; the nearest of the pool is taken.
        scale: size of the features; 2 makes them twice as large.
        stretch: how much wider than high the features are.
    """
    tiles = _pool()[min(ROUGHNESS, key=lambda known: abs(known - power))]
    tile = tiles[rng.integers(len(tiles))]
    if rng.random() < 0.5:
        tile = tile.T
    rows = int(np.clip(h / scale, 8, TILE))
    columns = int(np.clip(w / scale / stretch, 8, TILE))
    top, left = rng.integers(TILE - rows + 1), rng.integers(TILE - columns + 1)
    cut = tile[top : top + rows, left : left + columns][:: rng.choice([1, -1]), :: rng.choice([1, -1])]
    field = resized(np.ascontiguousarray(cut), h, w)
    low, high = float(field.min()), float(field.max())
    return (field - low) / max(high - low, 1e-6)


def relief(field: Field, angle: float, strength: float = 6.0) -> Field:
    """Light falling on a height field from one side: directional derivative, 0.5 where it is flat."""
    dy, dx = np.gradient(field)
    slope = dx * np.cos(angle) + dy * np.sin(angle)
    lit: Field = np.clip(0.5 + strength * slope, 0, 1).astype(np.float32)
    return lit


def ridge(rng: np.random.Generator, w: int, roughness: float = 2.0, scale: float = 1.0) -> Field:
    """A skyline: float32 [w] in 0..1."""
    line: Field = noise(rng, 16, w, roughness, scale * 1.5)[8]
    return line


def colour(
    rng: np.random.Generator, hue: tuple[float, float], sat: tuple[float, float], val: tuple[float, float]
) -> Field:
    """A colour drawn from ranges of hue, saturation and value (hue may leave 0..1, it wraps)."""
    picked = colorsys.hsv_to_rgb(rng.uniform(*hue) % 1.0, rng.uniform(*sat), rng.uniform(*val))
    return np.array(picked, np.float32)


def any_colour(rng: np.random.Generator, sat: tuple[float, float] = (0, 1), val: tuple[float, float] = (0, 1)) -> Field:
    """A colour of any hue."""
    return colour(rng, (0, 1), sat, val)


def rgb(picked: Field) -> tuple[int, int, int]:
    """The same colour for Pillow."""
    r, g, b = (int(np.clip(part, 0, 1) * 255) for part in picked)
    return r, g, b


def mix(a: Field, b: Field, amount: Field | float) -> Field:
    """Colours or pictures blended; a field [h, w] gets a channel axis."""
    if isinstance(amount, np.ndarray) and amount.ndim == 2:
        amount = amount[..., None]
    return (a + (b - a) * amount).astype(np.float32)


def ramp(h: int, w: int, top: Field, bottom: Field, bend: float = 1.0) -> Field:
    """A vertical gradient picture."""
    t = np.linspace(0, 1, h, dtype=np.float32)[:, None, None] ** bend
    return np.broadcast_to(top * (1 - t) + bottom * t, (h, w, 3)).astype(np.float32)


def to_image(picture: Field) -> Image.Image:
    """A Pillow image of a float picture."""
    return Image.fromarray((np.clip(picture, 0, 1) * 255).astype(np.uint8))


def to_picture(image: Image.Image) -> Field:
    """A float picture of a Pillow image."""
    return np.asarray(image.convert("RGB"), np.float32) / 255
