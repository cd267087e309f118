"""Stills of computer-animated films: idealised places in soft light, rounded creatures with large eyes.

What tells them from photographs is what a renderer does too well: smooth shading, clear colours, bloom, no grain.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from PIL import Image, ImageDraw, ImageEnhance, ImageFilter

from pretraining.materials.landscape import Light
from pretraining.materials.textures import Field, any_colour, colour, mix, noise, ramp, rgb, ridge, to_image, to_picture
from pretraining.nature import places

Rng = np.random.Generator
GROUNDS = ("mountain", "forest", "meadow", "desert", "canyon", "sea", "beach", "lake", "river", "sky", "tree")
LEAVES = (0.14, 0.42)
BARK = (0.03, 0.11)


@dataclass(frozen=True)
class Sun:
    """Light of a rendered scene.

    Attributes:
        towards: unit vector to the sun, float32 [3]: right, down, to the viewer.
        warm: colour of the lit side, float32 [3]. shade: colour of what the sun does not reach, float32 [3].
    """

    towards: Field
    warm: Field
    shade: Field


def any_sun(rng: Rng) -> Sun:
    """From above and from one side, warm; the shadows take the colour of the sky."""
    towards = np.array([rng.uniform(-1, 1), -rng.uniform(0.3, 1.2), rng.uniform(0.1, 1)], np.float32)
    warm, shade = colour(rng, (0.05, 0.17), (0, 0.35), (0.8, 1.1)), colour(rng, (0.5, 0.85), (0, 0.5), (0.25, 0.5))
    return Sun(towards / np.linalg.norm(towards), warm, shade)


def ball(
    rng: Rng, picture: Field, centre: tuple[float, float], radii: tuple[float, float], ink: Field, sun: Sun, *,
    fur: float = 0.0, gloss: float = 0.0, soft: float = 1.5,
) -> None:  # fmt: skip
    """Paint a shaded ellipsoid into the picture, in place.

    Args:
        centre: x and y in pixels. radii: half width and half height in pixels.
        fur: depth of a fine texture. gloss: strength of the highlight. soft: width of the edge in pixels.
    """
    h, w, _ = picture.shape
    (cx, cy), (rx, ry) = centre, radii
    left, right = max(0, int(cx - rx - soft)), min(w, int(cx + rx + soft) + 1)
    top, bottom = max(0, int(cy - ry - soft)), min(h, int(cy + ry + soft) + 1)
    if left >= right or top >= bottom:
        return
    y, x = np.mgrid[top:bottom, left:right].astype(np.float32)
    u, v = (x - cx) / max(rx, 0.5), (y - cy) / max(ry, 0.5)
    far = np.hypot(u, v)
    z = np.sqrt(np.clip(1 - far**2, 0, 1))
    facing = u * sun.towards[0] + v * sun.towards[1] + z * sun.towards[2]
    lit = np.clip(0.5 + 0.6 * facing, 0, 1)[..., None] ** 1.3  # half Lambert: no hard terminator
    body = ink * (sun.shade * (1 - lit) + sun.warm * lit)
    body = body + (sun.warm * 0.35) * ((1 - z) ** 4 * np.clip(facing + 0.5, 0, 1))[..., None]
    if fur:
        body = body * (1 + fur * (noise(rng, bottom - top, right - left, 0.7) - 0.5))[..., None]
    if gloss:
        body = body + gloss * (np.clip(facing, 0, 1) ** 24)[..., None]
    edge = np.clip((1 - far) * min(rx, ry) / soft + 0.5, 0, 1).astype(np.float32)
    picture[top:bottom, left:right] = mix(picture[top:bottom, left:right], body.astype(np.float32), edge)


def _eyes(rng: Rng, picture: Field, x: float, y: float, r: float, coat: Field, sun: Sun) -> None:
    """Two large eyes that look one way; lids half closed on some."""
    size, gap = r * rng.uniform(0.2, 0.42), r * rng.uniform(0.3, 0.5)
    aside, lid = rng.uniform(-0.3, 0.3) * size, rng.random()
    iris, white = any_colour(rng, (0.2, 0.9), (0.1, 0.6)), np.array([0.97, 0.97, 0.94], np.float32)
    for side in (-1.0, 1.0):
        ex = x + side * gap
        ball(rng, picture, (ex, y), (size, size * 1.15), white, sun, gloss=0.2)
        ball(rng, picture, (ex + aside, y + size * 0.1), (size * 0.6, size * 0.65), iris, sun, gloss=0.5)
        ball(rng, picture, (ex + aside, y + size * 0.1), (size * 0.32, size * 0.36), iris * 0.1, sun, gloss=0.9)
        if lid < 0.35:
            drop = size * (1.5 - 2.2 * lid)
            ball(rng, picture, (ex, y - drop), (size * 1.12, size * 0.95), coat * 0.9, sun)


def _beak(rng: Rng, picture: Field, x: float, y: float, r: float, sun: Sun) -> None:
    ink, wide = colour(rng, (0.04, 0.14), (0.5, 1), (0.5, 1)), r * rng.uniform(0.16, 0.4)
    tall = wide * rng.uniform(0.6, 1.6)
    ball(rng, picture, (x, y + tall * 0.5), (wide * 0.8, tall * 0.8), ink * 0.75, sun)
    ball(rng, picture, (x, y), (wide, tall), ink, sun, gloss=0.3)


def _muzzle(rng: Rng, picture: Field, x: float, y: float, r: float, belly: Field, sun: Sun) -> None:
    """Two cheeks, a nose, teeth on some."""
    for side in (-0.28, 0.28):
        ball(rng, picture, (x + side * r, y + r * 0.1), (r * 0.42, r * 0.34), belly, sun, fur=0.15)
    if rng.random() < 0.4:
        tooth = np.array([0.97, 0.96, 0.9], np.float32)
        ball(rng, picture, (x, y + r * 0.45), (r * 0.13, r * 0.18), tooth, sun)
    nose = colour(rng, (-0.05, 0.08), (0.1, 0.7), (0.1, 0.6))
    ball(rng, picture, (x, y - r * 0.12), (r * 0.17, r * 0.12), nose, sun, gloss=0.6)


def _wing(
    rng: Rng, picture: Field, shoulder: tuple[float, float], side: float, r: float, coat: Field, sun: Sun
) -> None:
    """A raised wing of rounded feathers that hang from an arm."""
    (x, y), rise, reach = shoulder, rng.uniform(-0.3, 1.2), r * rng.uniform(1.2, 2.4)
    for t in np.linspace(0, 1, 9):
        drop = r * (0.9 - 0.5 * abs(t - 0.4)) * 0.8
        at = (x + side * t * reach, y - t * reach * rise + drop * 0.6)
        ball(rng, picture, at, (r * 0.24, drop), coat * rng.uniform(0.8, 1.1), sun, fur=0.4)


def creature(rng: Rng, picture: Field, x: float, y: float, r: float, sun: Sun) -> None:
    """A bird, a furry animal or a person of a cartoon's build; `r` is the radius of the head in pixels."""
    who = str(rng.choice(["bird", "furry", "furry", "person"]))
    coat = colour(rng, (0, 1) if rng.random() < 0.5 else (0.02, 0.12), (0.05, 0.75), (0.3, 0.95))
    belly = mix(coat, any_colour(rng, (0, 0.4), (0.7, 1)), float(rng.uniform(0.4, 1)))
    skin = colour(rng, (0.03, 0.09), (0.2, 0.6), (0.4, 1))
    fur = 0.0 if who == "person" else float(rng.uniform(0, 0.5))
    wide, tall = r * rng.uniform(0.9, 1.9), r * rng.uniform(1.1, 2.2)
    middle = y + r * 0.6 + tall * 0.75
    raised = who == "bird" and rng.random() < 0.4
    for side in (-1.0, 1.0):  # arms or wings, and feet
        if raised:
            _wing(rng, picture, (x + side * wide * 0.8, middle - tall * 0.2), side, r, coat, sun)
        else:
            ball(rng, picture, (x + side * wide * 0.95, middle), (wide * 0.3, tall * 0.65), coat * 0.92, sun, fur=fur)
        ball(rng, picture, (x + side * wide * 0.4, middle + tall), (wide * 0.35, r * 0.25), coat * 0.85, sun, fur=fur)
    ball(rng, picture, (x, middle), (wide, tall), coat, sun, fur=fur)
    ball(rng, picture, (x, middle + tall * 0.15), (wide * 0.65, tall * 0.78), belly, sun, fur=fur)
    if who == "furry":
        ear, up = r * rng.uniform(0.18, 0.45), r * rng.uniform(0.3, 1.2)
        for side in (-1.0, 1.0):
            at = (x + side * r * rng.uniform(0.45, 0.75), y - r * 0.6 - up * 0.5)
            ball(rng, picture, at, (ear, up), coat, sun, fur=fur)
            ball(rng, picture, at, (ear * 0.55, up * 0.7), mix(coat, skin, 0.6), sun)
    head = skin if who == "person" else coat
    ball(rng, picture, (x, y), (r * rng.uniform(0.9, 1.2), r), head, sun, fur=fur, gloss=0.1)
    if who == "person":
        for _ in range(int(rng.integers(3, 9))):
            lock = (x + rng.uniform(-0.8, 0.8) * r, y - r * rng.uniform(0.5, 1.0))
            ball(rng, picture, lock, (r * rng.uniform(0.3, 0.6), r * rng.uniform(0.25, 0.5)), coat * 0.7, sun, fur=0.4)
    if who == "bird":
        for _ in range(int(rng.integers(0, 5))):
            tuft = (x + rng.uniform(-0.3, 0.3) * r, y - r * rng.uniform(0.9, 1.3))
            ball(rng, picture, tuft, (r * 0.1, r * rng.uniform(0.2, 0.45)), coat, sun)
    _eyes(rng, picture, x, y - r * 0.15, r, head, sun)
    if who == "bird":
        _beak(rng, picture, x, y + r * 0.3, r, sun)
    elif who == "furry":
        _muzzle(rng, picture, x, y + r * 0.35, r, belly, sun)
    else:
        ball(rng, picture, (x, y + r * 0.2), (r * 0.14, r * 0.18), head, sun, gloss=0.2)
        ball(rng, picture, (x, y + r * 0.6), (r * rng.uniform(0.15, 0.35), r * 0.07), skin * [0.7, 0.3, 0.3], sun)


def _branch(rng: Rng, picture: Field, sun: Sun, y: float, thick: float) -> None:
    """A bough from one side across the picture, thinner to its end."""
    w, bark = picture.shape[1], colour(rng, BARK, (0.2, 0.6), (0.2, 0.55))
    bend, rise, reach = rng.uniform(-0.15, 0.15) * w, rng.uniform(-0.25, 0.25), rng.uniform(0.7, 1.05)
    flip = rng.random() < 0.5
    for t in np.linspace(0, 1, 48):
        x, size = t * w * reach, thick * (1 - 0.7 * t)
        at = (w - x if flip else x, y + bend * np.sin(t * 3) + rise * x)
        ball(rng, picture, at, (max(size, w / 60), size), bark, sun, fur=0.4)


def _grown(rng: Rng, picture: Field, sun: Sun, horizon: float) -> None:
    """Round trees, bushes, stones, blossoms on the ground, far ones first."""
    h, w, _ = picture.shape
    for y in np.sort(rng.uniform(horizon, 1.05, int(rng.integers(3, 16)))) * h:
        x, near = rng.uniform(-0.1, 1.1) * w, 0.25 + (y / h - horizon) / (1.05 - horizon)
        what, s = rng.random(), h * 0.2 * near * rng.uniform(0.5, 1.5)
        if what < 0.4:
            leaf = colour(rng, LEAVES if rng.random() < 0.8 else (0, 1), (0.4, 0.95), (0.35, 0.9))
            trunk = colour(rng, BARK, (0.3, 0.7), (0.2, 0.6))
            if rng.random() < 0.6:
                ball(rng, picture, (x, y - s * 0.7), (s * 0.13, s * 0.8), trunk, sun, fur=0.3)
            for _ in range(int(rng.integers(1, 7))):
                at = (x + rng.normal(0, 0.35) * s, y - s * rng.uniform(0.8, 1.8))
                ball(rng, picture, at, (s * rng.uniform(0.3, 0.6), s * rng.uniform(0.3, 0.6)), leaf, sun, fur=0.5)
        elif what < 0.6:
            stone = colour(rng, (0.05, 0.7), (0, 0.2), (0.35, 0.75))
            ball(rng, picture, (x, y), (s * rng.uniform(0.4, 1.1), s * rng.uniform(0.2, 0.5)), stone, sun, fur=0.3)
        else:
            bloom = any_colour(rng, (0.4, 1), (0.7, 1))
            for _ in range(int(rng.integers(3, 14))):
                at = (x + rng.normal(0, 0.8) * s, y + rng.normal(0, 0.15) * s)
                ball(rng, picture, at, (s * 0.09, s * 0.07), bloom, sun)


def _blades(rng: Rng, picture: Field, line: float) -> Field:
    """Clean curved blades of grass, each in one colour, brighter to the tip."""
    image = to_image(picture)
    h, w = picture.shape[:2]
    pen, hue = ImageDraw.Draw(image), rng.uniform(*LEAVES)
    for y in np.sort(rng.uniform(line, 1.15, int(rng.integers(60, 260)))) * h:
        x, tall = rng.uniform(0, w), h * rng.uniform(0.04, 0.16) * (0.2 + (y / h - line) * 2)
        lean, ink = rng.normal(0, 0.5) * tall, rgb(colour(rng, (hue - 0.05, hue + 0.05), (0.5, 0.95), (0.3, 0.95)))
        half = max(0.6, tall * 0.06)
        pen.polygon([(x - half, y), (x + lean * 0.3 - half / 2, y - tall * 0.6), (x + lean, y - tall),
                     (x + lean * 0.3 + half / 2, y - tall * 0.6), (x + half, y)], fill=ink)  # fmt: skip
    return to_picture(image)


def _overhead(rng: Rng, picture: Field, sun: Sun) -> Field:
    """A view up into the open: clumps of leaves, a trunk and a bough before the sky, most of them out of focus."""
    h, w, _ = picture.shape
    if rng.random() < 0.6:
        x, thick = w * rng.choice([rng.uniform(-0.05, 0.2), rng.uniform(0.8, 1.05)]), h * rng.uniform(0.05, 0.16)
        bark = colour(rng, BARK, (0.2, 0.6), (0.2, 0.6))
        for y in np.linspace(-0.1, 1.1, 30) * h:
            ball(rng, picture, (x + rng.normal(0, 0.05) * thick, y), (thick, thick), bark, sun, fur=0.4)
    for _ in range(int(rng.integers(0, 9))):
        x, y = rng.uniform(-0.1, 1.1) * w, rng.choice([-0.05, 0.1, 0.9]) * h
        leaf = colour(rng, LEAVES, (0.4, 0.9), (0.4, 1))
        for _ in range(int(rng.integers(2, 7))):
            s = h * rng.uniform(0.04, 0.2)
            at = (x + rng.normal(0, s), y + rng.normal(0, s))
            ball(rng, picture, at, (s, s), leaf, sun, fur=0.4, soft=s / 3)
    if rng.random() < 0.7:
        _branch(rng, picture, sun, h * rng.uniform(0.4, 0.95), h * rng.uniform(0.02, 0.07))
    return picture


def modelled(rng: Rng, h: int, w: int, sun: Sun) -> Field:
    """A place put together from smooth hills, round trees, blades of grass."""
    low, high = colour(rng, (0.05, 0.65), (0.05, 0.5), (0.8, 1)), colour(rng, (0.5, 0.75), (0.2, 0.8), (0.5, 1))
    picture = ramp(h, w, high, low, float(rng.uniform(0.6, 1.6)))
    for _ in range(int(rng.integers(0, 9))):
        at = (rng.uniform(0, w), rng.uniform(0, 0.4) * h)
        radii = (h * rng.uniform(0.08, 0.3), h * rng.uniform(0.05, 0.12))
        ball(rng, picture, at, radii, np.ones(3, np.float32), sun, soft=h * 0.06)
    if rng.random() < 0.3:
        return _overhead(rng, picture, sun)
    horizon, x = float(rng.uniform(0.3, 0.75)), np.linspace(0, 1, w, dtype=np.float32)
    green = colour(rng, LEAVES if rng.random() < 0.75 else (0, 1), (0.3, 0.9), (0.4, 0.9))
    for step in np.linspace(0, 1, int(rng.integers(1, 5))):
        tone = mix(low, green * rng.uniform(0.75, 1.1), float(0.35 + 0.65 * step))
        line = h * (horizon + 0.18 * step - rng.uniform(0.02, 0.2) * ridge(rng, w, 3.2, 2))
        depth = np.clip((np.arange(h, dtype=np.float32)[:, None] - line) / h, 0, 1)
        slope = 0.75 + 0.5 * noise(rng, h, w, 3.2, 2) * (1 - depth) + 0.1 * np.sin(x * rng.uniform(3, 9))
        fine = 1 + rng.uniform(0, 0.5) * (noise(rng, h, w, 0.7, 0.8) - 0.5)
        hill = tone * (slope * fine)[..., None] * (0.4 * sun.shade + 0.75 * sun.warm)
        picture = mix(picture, hill.astype(np.float32), np.clip(depth * h + 0.5, 0, 1))
    _grown(rng, picture, sun, horizon)
    return _blades(rng, picture, horizon + 0.1) if rng.random() < 0.5 else picture


def scenery(rng: Rng, h: int, w: int, sun: Sun) -> Field:
    """A place as a film shows it: modelled, or a natural one made smoother and brighter than it is."""
    if rng.random() < 0.7:
        return modelled(rng, h, w, sun)
    light = Light("sunset" if rng.random() < 0.2 else "day", str(rng.choice(["clear", "cloudy"])), 0.0)
    place = to_image(places.RENDERERS[str(rng.choice(GROUNDS))](rng, h, w, light))
    place = place.filter(ImageFilter.MedianFilter(int(rng.choice([3, 5, 7]))))
    picture = to_picture(place)
    if rng.random() < 0.4:
        _grown(rng, picture, sun, float(rng.uniform(0.5, 0.8)))
    return _blades(rng, picture, float(rng.uniform(0.5, 0.8))) if rng.random() < 0.35 else picture


def graded(rng: Rng, picture: Field) -> Image.Image:
    """Bloom, clear colours, a grade over all."""
    image = to_image(picture)
    glow = to_picture(image.filter(ImageFilter.GaussianBlur(image.height * float(rng.uniform(0.02, 0.06)))))
    picture = to_picture(image) + np.clip(glow - 0.45, 0, 1) * np.float32(rng.uniform(0, 0.8))
    picture = picture * mix(np.ones(3, np.float32), any_colour(rng, (0, 0.6), (0.8, 1)), float(rng.uniform(0, 0.5)))
    image = ImageEnhance.Color(to_image(picture)).enhance(float(rng.uniform(0.9, 1.9)))
    return ImageEnhance.Brightness(image).enhance(float(rng.uniform(0.8, 1.3)))


def film(rng: Rng, h: int, w: int, heads: tuple[float, float] = (0.06, 0.4), empty: float = 0.35) -> Image.Image:
    """A still of a computer-animated film.

    Args:
        heads: range of a creature's head radius as a share of the height. empty: how often nobody is in the picture.
    """
    sun = any_sun(rng)
    picture = scenery(rng, h, w, sun)
    if rng.random() < 0.6:
        blur = ImageFilter.GaussianBlur(h * float(rng.choice([0.004, 0.01, 0.03])))
        picture = to_picture(to_image(picture).filter(blur))
    if rng.random() >= empty:
        count = int(rng.choice([1, 1, 1, 2, 3]))
        for _ in range(count):
            r = h * rng.uniform(*heads) / count**0.5
            x, y = rng.uniform(0.15, 0.85) * w, rng.uniform(0.3, 0.65) * h
            if rng.random() < 0.3:
                _branch(rng, picture, sun, y + r * rng.uniform(1.5, 3), r * rng.uniform(0.2, 0.45))
            creature(rng, picture, x, y, r, sun)
    return graded(rng, picture)
