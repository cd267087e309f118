"""Light, sky, ground, foliage and water: what natural places are put together from."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from pretraining.materials.textures import Field, colour, mix, noise, ramp, relief, to_image


@dataclass(frozen=True)
class Light:
    """When and in what weather a scene is seen.

    Attributes:
        time: `day`, `sunset` or `night`.
        weather: `clear`, `cloudy` or `foggy`.
        angle: direction of the sun in radians.
    """

    time: str
    weather: str
    angle: float


def any_light(rng: np.random.Generator) -> Light:
    """Mostly day."""
    time = str(rng.choice(["day", "sunset", "night"], p=[0.74, 0.16, 0.1]))
    weather = str(rng.choice(["clear", "cloudy", "foggy"], p=[0.45, 0.4, 0.15]))
    return Light(time, weather, float(rng.uniform(0, 2 * np.pi)))


def sky(rng: np.random.Generator, h: int, w: int, light: Light) -> Field:
    """Gradient, clouds, sun or stars."""
    if light.time == "night":
        top, low = (
            colour(rng, (0.58, 0.72), (0.3, 0.9), (0.01, 0.12)),
            colour(rng, (0.55, 0.75), (0.2, 0.8), (0.05, 0.3)),
        )
    elif light.time == "sunset":
        top, low = colour(rng, (0.55, 0.85), (0.2, 0.7), (0.25, 0.7)), colour(rng, (-0.03, 0.13), (0.4, 0.95), (0.7, 1))
    else:
        top, low = (
            colour(rng, (0.54, 0.63), (0.25, 0.9), (0.5, 0.95)),
            colour(rng, (0.5, 0.62), (0.03, 0.35), (0.75, 1)),
        )
    if light.weather != "clear" and light.time == "day" and rng.random() < 0.6:
        grey = colour(rng, (0.5, 0.65), (0, 0.12), (0.5, 0.9))
        top, low = mix(top, grey, 0.85), mix(low, grey, 0.9)
    picture = ramp(h, w, top, low, float(rng.uniform(0.6, 1.6)))
    if light.weather != "clear" or rng.random() < 0.4:
        cover = rng.uniform(0.25, 0.7)
        shape = noise(rng, h, w, rng.choice([1.6, 2.0, 2.6]), rng.uniform(0.8, 2.0), rng.uniform(1, 4))
        amount = np.clip((shape - cover) / rng.uniform(0.1, 0.5), 0, 1) * rng.uniform(0.4, 1)
        lit = {"night": (0.1, 0.3), "sunset": (0.6, 1), "day": (0.75, 1)}[light.time]
        body = colour(
            rng,
            (0, 0.12) if light.time == "sunset" else (0.55, 0.65),
            (0, 0.5 if light.time == "sunset" else 0.08),
            lit,
        )
        shade = relief(shape, light.angle, rng.uniform(4, 14))
        picture = mix(picture, body * (0.65 + 0.5 * shade[..., None]), amount)
    if light.time == "night" and light.weather == "clear":
        stars = rng.random((h, w)) > rng.uniform(0.99, 0.9985)
        picture = np.maximum(picture, (stars * rng.uniform(0.4, 1, (h, w)))[..., None].astype(np.float32))
    if light.weather != "foggy" and rng.random() < (0.75 if light.time == "sunset" else 0.15):
        y, x = np.mgrid[0:h, 0:w].astype(np.float32)
        far = np.hypot(x - rng.uniform(0, w), y - rng.uniform(0.2, 1.0) * h)
        glow = np.exp(-far / (h * rng.uniform(0.05, 0.3))) + 0.9 * (far < h * rng.uniform(0.015, 0.05))
        warm = colour(rng, (0.08, 0.15), (0.05, 0.5), (0.9, 1))
        picture = mix(picture, np.broadcast_to(warm, picture.shape), np.clip(glow, 0, 1).astype(np.float32))
    return picture


def in_light(picture: Field, light: Light, rng: np.random.Generator) -> Field:
    """Ground under that light."""
    if light.time == "night":
        return picture * colour(rng, (0.55, 0.7), (0.1, 0.6), (0.12, 0.4))
    if light.time == "sunset":
        return picture * colour(rng, (0.02, 0.12), (0.1, 0.5), (0.35, 0.9))
    return picture * np.float32(rng.uniform(0.7, 1.15))


def hazed(picture: Field, light: Light, rng: np.random.Generator, top: float, bottom: float) -> Field:
    """Fog that thins towards the viewer (rows between `top` and `bottom`, as shares of the height)."""
    if light.weather != "foggy" and rng.random() < 0.75:
        return picture
    h, w, _ = picture.shape
    depth = np.clip((np.linspace(0, 1, h) - top) / max(bottom - top, 1e-3), 0, 1)
    amount = (rng.uniform(0.3, 0.95) * (1 - depth))[:, None] * np.ones((1, w))
    white = colour(rng, (0.5, 0.65), (0, 0.12), (0.25, 0.4) if light.time == "night" else (0.7, 0.95))
    return mix(picture, np.broadcast_to(white, picture.shape), amount.astype(np.float32))


def ground(
    rng: np.random.Generator, h: int, w: int, base: Field, second: Field, power: float = 1.2, depth: bool = True
) -> Field:
    """Soil, grass or sand: two colours mixed by noise, finer towards the horizon."""
    coarse = noise(rng, h, w, 2.0, rng.uniform(0.7, 2), rng.uniform(1, 4))
    fine = noise(rng, h, w, power, rng.uniform(0.6, 1.6), rng.uniform(1, 3))
    picture = mix(np.broadcast_to(base, (h, w, 3)), np.broadcast_to(second, (h, w, 3)), coarse)
    contrast = np.linspace(0.35, 1.0, h, dtype=np.float32)[:, None] if depth else 1.0
    return picture * (1 + (fine - 0.5) * contrast * rng.uniform(0.4, 1.3))[..., None]


def foliage(rng: np.random.Generator, h: int, w: int, light: Light, hue: tuple[float, float] = (0.18, 0.4)) -> Field:
    """Leaves: lit and shaded clumps over dark gaps."""
    clumps = noise(rng, h, w, rng.choice([1.2, 1.6]), rng.uniform(0.5, 1.5))
    leaves = noise(rng, h, w, 0.7, rng.uniform(0.5, 1.6))
    lit = relief(clumps, light.angle, rng.uniform(2, 6)) * 0.6 + leaves * 0.6
    dark, bright = colour(rng, hue, (0.3, 0.9), (0.02, 0.25)), colour(rng, hue, (0.25, 0.9), (0.35, 0.85))
    return mix(
        np.broadcast_to(dark, (h, w, 3)), np.broadcast_to(bright, (h, w, 3)), np.clip(lit * rng.uniform(0.7, 1.3), 0, 1)
    )


def water(rng: np.random.Generator, h: int, w: int, above: Field | None = None) -> Field:
    """Waves, deeper towards the viewer; mirrors what stands above it when that is given."""
    deep = colour(rng, (0.45, 0.62), (0.15, 0.9), (0.1, 0.6))
    far = colour(rng, (0.48, 0.62), (0.05, 0.6), (0.45, 0.95))
    picture = ramp(h, w, far, deep, float(rng.uniform(0.4, 1.2)))
    if above is not None and len(above):
        mirror = np.asarray(to_image(above[::-1]).resize((w, h)), np.float32) / 255
        picture = mix(picture, mirror, float(rng.uniform(0.3, 0.85)))
    waves = noise(rng, h, w, rng.choice([0.7, 1.2, 1.6]), rng.uniform(0.5, 1.6), rng.uniform(2, 9))
    rise = np.linspace(0.2, 1.0, h, dtype=np.float32)[:, None]
    picture = picture * (1 + (waves - 0.5) * rise * rng.uniform(0.2, 1.2))[..., None]
    foam = np.clip((waves - rng.uniform(0.72, 0.95)) * 8, 0, 1) * (rng.random() < 0.5)
    return mix(picture, np.ones_like(picture), foam.astype(np.float32) * 0.8)


def stacked(back: Field, front: Field, line: Field) -> Field:
    """Front shown under a skyline given in rows."""
    h = back.shape[0]
    soft = np.clip(np.arange(h, dtype=np.float32)[:, None] - line[None, :] + 0.5, 0, 1)
    return mix(back, front, soft)


def grass_colours(rng: np.random.Generator) -> tuple[Field, Field]:
    hue = (0.12, 0.32)
    return colour(rng, hue, (0.3, 0.8), (0.25, 0.65)), colour(rng, hue, (0.3, 0.8), (0.3, 0.8))
