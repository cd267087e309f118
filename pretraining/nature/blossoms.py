"""Blossoms near to the camera, as a macro lens sees them: sharp petals and leaves, all behind them out of focus."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from PIL import ImageFilter

from pretraining.materials.landscape import Light, foliage, ground, in_light
from pretraining.materials.textures import Field, any_colour, colour, mix, noise, to_image, to_picture

Rng = np.random.Generator
LEAF_HUES = (0.15, 0.4)
PETAL_HUES = (-0.25, 0.17)


@dataclass(frozen=True)
class Skin:
    """How a leaf or a petal looks.

    Attributes:
        main, rim, heart: colours of the blade, of its edge and of its foot, float32 [3].
        vein: how much darker (below 0) or lighter the middle line is. ribs: depth of the fine lines along it.
    """

    main: Field
    rim: Field
    heart: Field
    vein: float
    ribs: float


def _leaf_skin(rng: Rng) -> Skin:
    main = colour(rng, LEAF_HUES, (0.15, 0.8), (0.2, 0.75))
    rim = any_colour(rng, (0.1, 0.7), (0.3, 0.9)) if rng.random() < 0.3 else main * rng.uniform(0.7, 1.3)
    return Skin(main, rim, main * rng.uniform(0.6, 1.1), float(rng.uniform(-0.3, 0.4)), float(rng.uniform(0.1, 0.5)))


def _petal_skin(rng: Rng) -> Skin:
    main = colour(rng, PETAL_HUES, (0, 1) if rng.random() < 0.3 else (0.4, 1), (0.55, 1))
    rim = mix(main, any_colour(rng, (0, 0.8), (0.5, 1)), float(rng.uniform(0, 0.6)))
    heart = mix(main, colour(rng, (-0.1, 0.3), (0.2, 1), (0.3, 1)), float(rng.uniform(0, 0.9)))
    return Skin(main, rim, heart, float(rng.uniform(-0.2, 0.1)), float(rng.uniform(0.05, 0.35)))


def blade(rng: Rng, picture: Field, foot: tuple[float, float], angle: float, size: tuple[float, float], skin: Skin,
          bright: float, tip: float = 1.0, soft: float = 0.8) -> Field:  # fmt: skip
    """The picture with one leaf or petal over it.

    Args:
        foot: x and y of where it grows, in pixels. angle: of its axis, in radians, 0 to the right, up is negative.
        size: length and half width in pixels. bright: light on all of it.
        tip: 1 is pointed at both ends alike; above it is widest towards the tip, below towards the foot.
        soft: width of its edge in pixels.
    """
    h, w, _ = picture.shape
    y, x = np.mgrid[0:h, 0:w].astype(np.float32)
    long, half = size
    along = ((x - foot[0]) * np.cos(angle) + (y - foot[1]) * np.sin(angle)) / long
    curl = rng.uniform(-0.35, 0.35) * long
    across = -(x - foot[0]) * np.sin(angle) + (y - foot[1]) * np.cos(angle) - curl * along**2
    t = np.clip(along, 0, 1)
    wide = half * np.sin(np.pi * t**tip) ** 0.8
    inside = np.clip((wide - np.abs(across)) / soft, 0, 1) * (along > 0) * (along < 1)
    off = np.clip(across / np.maximum(wide, 0.5), -1, 1)
    heart, main, rim = (np.broadcast_to(part, picture.shape) for part in (skin.heart, skin.main, skin.rim))
    body = mix(mix(heart, main, np.clip(t * 2, 0, 1)), rim, np.clip((np.abs(off) - 0.6) * 2.5, 0, 1) * 0.9)
    fold = 1 + rng.uniform(-0.3, 0.3) * off + skin.vein * np.exp(-((across / max(1.0, half * 0.08)) ** 2))
    ribs = 1 + skin.ribs * (0.25 * np.cos(across / max(half, 1) * rng.uniform(9, 20)) + noise(rng, h, w, 1.6) - 0.5)
    return mix(picture, (body * (fold * ribs * bright)[..., None]).astype(np.float32), inside.astype(np.float32))


def unfocused(rng: Rng, h: int, w: int, light: Light) -> Field:
    """Leaves, soil and spots of light, far out of focus."""
    back = foliage(rng, h, w, light, (0.08, 0.42))
    if rng.random() < 0.6:
        soil = ground(rng, h, w, colour(rng, (0.03, 0.13), (0.1, 0.6), (0.1, 0.5)),
                      colour(rng, (0.05, 0.3), (0.1, 0.7), (0.1, 0.6)))  # fmt: skip
        back = mix(back, soil, np.clip((noise(rng, h, w, 2.6) - 0.45) * 4, 0, 1))
    y, x = np.mgrid[0:h, 0:w].astype(np.float32)
    for _ in range(int(rng.integers(0, 30))):
        far = np.hypot(x - rng.uniform(0, w), y - rng.uniform(0, h)) / (h * rng.uniform(0.02, 0.12))
        spot = colour(rng, (0.05, 0.45) if rng.random() < 0.8 else (0, 1), (0, 0.7), (0.1, 0.95))
        back = mix(back, np.broadcast_to(spot, back.shape), np.clip((1 - far) * 4, 0, 1) * float(rng.uniform(0.2, 0.9)))
    return to_picture(to_image(back).filter(ImageFilter.GaussianBlur(h * float(rng.uniform(0.015, 0.08)))))


def _leaves(rng: Rng, picture: Field, x: float, y: float, reach: float, soft: float) -> Field:
    """Leaves around a point, the later ones over the earlier."""
    h, skin = picture.shape[0], _leaf_skin(rng)
    for _ in range(int(rng.integers(2, 9))):
        foot = (x + rng.normal(0, 0.25) * reach, y + rng.normal(0, 0.2) * reach)
        long = reach * rng.uniform(0.6, 1.7)
        size = (long, max(1.5, long * rng.uniform(0.08, 0.28)))
        picture = blade(rng, picture, foot, rng.uniform(-np.pi, np.pi), size, skin, rng.uniform(0.5, 1.25),
                        rng.uniform(0.6, 1.2), max(soft, h / 160))  # fmt: skip
    return picture


def _cup(rng: Rng, picture: Field, x: float, y: float, size: float, skin: Skin, soft: float) -> Field:
    """A bud or a blossom from the side: petals that rise from one foot, the outer and darker ones first."""
    spread, lean = rng.uniform(0.15, 1.2), -np.pi / 2 + rng.normal(0, 0.4)
    angles = lean + spread * np.linspace(-1, 1, int(rng.integers(4, 10)))
    for step, angle in enumerate(sorted(angles, key=lambda angle: -abs(angle - lean) + rng.normal(0, 0.2))):
        long = size * rng.uniform(0.85, 1.15)
        bright = 0.6 + 0.5 * step / len(angles) + rng.uniform(-0.1, 0.1)
        picture = blade(rng, picture, (x, y + size * 0.5), float(angle), (long, long * rng.uniform(0.22, 0.42)), skin,
                        bright, rng.uniform(0.9, 1.7), soft)  # fmt: skip
    return picture


def _open(rng: Rng, picture: Field, x: float, y: float, size: float, skin: Skin, soft: float) -> Field:
    """A blossom from the front, in one to three rings of petals, with stamens."""
    h, w, _ = picture.shape
    petals, rings = int(rng.integers(4, 12)), int(rng.choice([1, 1, 2, 3]))
    for ring in range(rings):
        scale, turn = 1 - 0.28 * ring, rng.uniform(0, 6)
        for angle in turn + np.arange(petals) * 2 * np.pi / petals + rng.normal(0, 0.12, petals):
            long = size * scale * rng.uniform(0.85, 1.1)
            picture = blade(rng, picture, (x, y), float(angle), (long, long * rng.uniform(0.8, 1.6) / petals**0.7), skin,
                            rng.uniform(0.7, 1.1), rng.uniform(0.9, 1.9), soft)  # fmt: skip
    v, u = np.mgrid[0:h, 0:w].astype(np.float32)
    far = np.hypot(u - x, v - y) / (size * rng.uniform(0.08, 0.3))
    heart = colour(rng, (0.05, 0.3), (0.3, 1), (0.15, 1)) * (0.5 + 0.8 * noise(rng, h, w, 0.7)[..., None])
    return mix(picture, heart.astype(np.float32), np.clip((1 - far) * 3, 0, 1))


def near(rng: Rng, h: int, w: int, light: Light) -> Field:
    """Blossoms with their leaves before an unfocused ground."""
    picture, skin = unfocused(rng, h, w, light), _petal_skin(rng)
    draw = _cup if rng.random() < 0.5 else _open
    for last in reversed(range(int(rng.choice([1, 1, 1, 2, 4])))):
        size = h * float(np.exp(rng.uniform(np.log(0.1), np.log(0.55)))) * (1.0 if last == 0 else 0.7)
        x, y = rng.uniform(0.2, 0.8) * w, rng.uniform(0.25, 0.75) * h
        soft = h * 0.008 if last == 0 else h * rng.uniform(0.01, 0.05)
        if rng.random() < 0.8:
            picture = _leaves(rng, picture, x, y + size * rng.uniform(0.2, 1.2), size * rng.uniform(0.8, 2.4), soft)
        picture = draw(rng, picture, x, y, size, skin, soft)
    return in_light(picture, light, rng)
