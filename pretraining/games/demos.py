"""Computer graphics for their own sake: flat shapes, meshes, particles, as demonstration programs draw them."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from PIL import Image, ImageDraw

from pretraining.games.solids import block
from pretraining.games.sprites import figure, hud, paste, sprite, vivid
from pretraining.materials.lettering import any_font, words
from pretraining.materials.textures import any_colour, colour, mix, noise, rgb

Rng = np.random.Generator
Ink = tuple[int, int, int]


def _stage(rng: Rng, h: int, w: int) -> tuple[Image.Image, Ink]:
    """A plain ground, light or dark, and a quiet colour for words on it."""
    if rng.random() < 0.6:
        return Image.new("RGB", (w, h), rgb(any_colour(rng, (0, 0.12), (0.85, 1)))), (110, 110, 115)
    return Image.new("RGB", (w, h), rgb(any_colour(rng, (0, 0.7), (0, 0.45)))), (215, 215, 220)


def caption_lines(rng: Rng, image: Image.Image, tone: Ink) -> None:
    """A short title or hints in a corner or the middle, sometimes a frame rate."""
    w, h = image.size
    pen = ImageDraw.Draw(image)
    size = h * rng.uniform(0.04, 0.08)
    for _ in range(int(rng.integers(0, 4))):
        x, y = rng.choice([0.02, 0.3, 0.6]) * w, rng.choice([0.02, 0.1, 0.45, 0.9]) * h
        ink = tone if rng.random() < 0.7 else vivid(rng)
        pen.text((x, y), words(rng, int(rng.integers(1, 5))), font=any_font(rng, size), fill=ink)
    if rng.random() < 0.3:
        pen.text((w * 0.02, h * 0.02), f"{rng.integers(20, 145)} FPS", font=any_font(rng, size), fill=(0, 150, 60))


def flat_shapes(rng: Rng, h: int, w: int) -> Image.Image:
    """Circles, boxes, triangles, lines, stars and rings in strong colours on a plain ground."""
    image, tone = _stage(rng, h, w)
    pen = ImageDraw.Draw(image)
    many = int(rng.choice([1, 3, 8, 40]))
    for _ in range(many):
        x, y, s = rng.uniform(0.05, 0.95) * w, rng.uniform(0.1, 0.9) * h, h * rng.uniform(0.02, 0.3) / max(1, many / 8)
        ink, kind, line = vivid(rng), rng.integers(6), int(max(1, s * 0.1))
        box = [x - s, y - s, x + s, y + s]
        if kind == 0:
            pen.ellipse(box, fill=ink)
        elif kind == 1:
            pen.rectangle([x - s, y - s * rng.uniform(0.3, 1), x + s, y + s * 0.6], fill=ink, outline=vivid(rng))
        elif kind == 2:
            pen.polygon(
                [(x, y - s), (x - s, y + s), (x + s, y + s)], fill=ink if rng.random() < 0.6 else None, outline=ink
            )
        elif kind == 3:
            pen.regular_polygon((x, y, max(2.0, s)), int(rng.integers(3, 9)), float(rng.uniform(0, 90)), fill=ink)
        elif kind == 4:
            pen.line([x, y, x + rng.uniform(-4, 4) * s, y + rng.uniform(-4, 4) * s], fill=ink, width=line)
        else:
            pen.arc(box, int(rng.integers(360)), int(rng.integers(360)) + 120, fill=ink, width=max(2, int(s * 0.3)))
    caption_lines(rng, image, tone)
    return image


def mesh(rng: Rng, h: int, w: int) -> Image.Image:
    """A height field of lit triangles, filled or as wires, over a plain ground."""
    image, tone = _stage(rng, h, w)
    pen = ImageDraw.Draw(image)
    n = int(rng.integers(8, 22))
    field = noise(rng, n + 1, n + 1, float(rng.choice([2.0, 2.6, 3.2]))) * rng.uniform(0.1, 0.5)
    base, high = any_colour(rng, (0.2, 0.9), (0.2, 0.8)), any_colour(rng, (0.1, 0.9), (0.5, 1))
    wires, top, squash = rng.random() < 0.25, h * rng.uniform(0.2, 0.45), rng.uniform(0.35, 0.6)

    def at(i: int, j: int) -> tuple[float, float]:
        u, v = i / n - 0.5, j / n - 0.5
        near = 0.75 + 0.5 * (u + v + 1) / 2
        return w / 2 + (u - v) * w * 0.75 * near, top + (u + v + 1) * h * squash * near * 0.8 - field[i, j] * h

    for i in range(n):
        for j in range(n):
            corners = [at(i, j), at(i + 1, j), at(i + 1, j + 1), at(i, j + 1)]
            slope = float(field[i + 1, j] - field[i, j + 1])
            body = mix(base, high, float(np.clip(field[i, j] * 2.5, 0, 1))) * float(np.clip(0.75 + slope * 6, 0.3, 1.3))
            pen.polygon(
                corners,
                fill=None if wires else rgb(body),
                outline=rgb(body * 0.8) if wires or rng.random() < 0.02 else None,
            )
    if rng.random() < 0.4:
        block(rng, pen, w * rng.uniform(0.3, 0.6), h * rng.uniform(0.4, 0.7), h * rng.uniform(0.05, 0.15))
    caption_lines(rng, image, tone)
    return image


def particles(rng: Rng, h: int, w: int) -> Image.Image:
    """Many small glowing or flat things, a figure or two among them."""
    image, tone = _stage(rng, h, w)
    pen = ImageDraw.Draw(image)
    cx, cy, ink = rng.uniform(0.2, 0.8) * w, rng.uniform(0.2, 0.8) * h, vivid(rng)
    for _ in range(int(rng.integers(30, 260))):
        far, angle = abs(rng.normal(0, 0.3)) * h, rng.uniform(0, 2 * np.pi)
        x, y, s = cx + far * np.cos(angle), cy + far * np.sin(angle), h * rng.uniform(0.004, 0.02)
        pen.ellipse([x - s, y - s, x + s, y + s], fill=ink if rng.random() < 0.5 else vivid(rng))
    for _ in range(int(rng.integers(0, 3))):
        if rng.random() < 0.5:
            paste(image, sprite(rng, 12), rng.uniform(0, 0.8) * w, rng.uniform(0, 0.8) * h, h * rng.uniform(0.1, 0.3))
        else:
            figure(rng, pen, rng.uniform(0.2, 0.8) * w, rng.uniform(0.6, 0.95) * h, h * rng.uniform(0.3, 0.6), False)
    caption_lines(rng, image, tone)
    return image


def model_view(rng: Rng, h: int, w: int) -> Image.Image:
    """A low-polygon figure, house or ship of boxes on a grid, seen by a free camera."""
    image, tone = _stage(rng, h, w)
    pen = ImageDraw.Draw(image)
    horizon = h * rng.uniform(0.25, 0.6)
    if rng.random() < 0.6:
        pen.rectangle([0, 0, w, horizon], fill=rgb(colour(rng, (0.5, 0.65), (0, 0.6), (0.5, 1))))
        pen.rectangle([0, horizon, w, h], fill=rgb(any_colour(rng, (0, 0.7), (0.2, 0.9))))
    for step in np.linspace(-3, 4, int(rng.integers(8, 26))):
        pen.line([w / 2 + (step - 0.5) * w * 0.15, horizon, w / 2 + (step - 0.5) * w * 1.6, h], fill=(150, 150, 150))
    for t in np.geomspace(0.03, 1, int(rng.integers(5, 12))):
        pen.line([0, horizon + t * (h - horizon), w, horizon + t * (h - horizon)], fill=(150, 150, 150))
    ink = vivid(rng)
    for x, y in rng.normal(0, 0.12, (int(rng.integers(2, 14)), 2)):
        block(rng, pen, w * (0.45 + x), h * (0.65 + y), h * rng.uniform(0.03, 0.2), ink if rng.random() < 0.6 else None)
    caption_lines(rng, image, tone)
    if rng.random() < 0.2:
        hud(rng, image)
    return image


RENDERERS: dict[str, Callable[[Rng, int, int], Image.Image]] = {
    "flat_shapes": flat_shapes,
    "mesh": mesh,
    "particles": particles,
    "model_view": model_view,
}
