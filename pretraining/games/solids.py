"""Games with depth: roads, blocks, lit solids, dungeons, slanted maps. Each renderer returns a Pillow image."""

from __future__ import annotations

import numpy as np
from PIL import Image, ImageDraw

from pretraining.games.sprites import dark, ground_tile, hud, paste, sprite, vivid
from pretraining.materials.landscape import Light, sky
from pretraining.materials.lettering import any_font, words
from pretraining.materials.textures import any_colour, colour, mix, noise, rgb, to_image, to_picture

Ink = tuple[int, int, int]
Rng = np.random.Generator


def racing(rng: Rng, h: int, w: int) -> Image.Image:
    """A road into the distance with kerbs, cars and a speed."""
    day = Light(str(rng.choice(["day", "sunset", "night"])), "clear", 0.0)
    image = to_image(sky(rng, h, w, day)) if rng.random() < 0.5 else Image.new("RGB", (w, h), vivid(rng))
    pen = ImageDraw.Draw(image)
    top = int(h * rng.uniform(0.35, 0.55))
    centre, bend = w * rng.uniform(0.35, 0.65), rng.uniform(-0.5, 0.5) * w
    near, far = vivid(rng), vivid(rng)
    grass = (near, tuple(int(part * 0.8) for part in near))
    road = rgb(any_colour(rng, (0, 0.1), (0.2, 0.5)))
    for row in range(top, h, 2):
        t, y = (row - top) / (h - top) + 0.01, float(row)
        band = int(4 / t) % 2
        middle, half = centre + bend * (1 - t) ** 2, w * (0.03 + 0.55 * t)
        pen.rectangle([0, y, w, y + 1], fill=grass[band])
        pen.rectangle([middle - half * 1.12, y, middle + half * 1.12, y + 1], fill=(230, 230, 230) if band else far)
        pen.rectangle([middle - half, y, middle + half, y + 1], fill=road)
        if band:
            pen.rectangle([middle - half * 0.03, y, middle + half * 0.03, y + 1], fill=(240, 240, 240))
    for _ in range(int(rng.integers(1, 4))):
        t = rng.uniform(0.1, 0.9)
        x, y, s = (
            centre + bend * (1 - t) ** 2 + rng.uniform(-0.3, 0.3) * w * t,
            top + t * (h - top),
            w * (0.04 + 0.2 * t),
        )
        body = vivid(rng)
        pen.rectangle([x - s / 2, y - s * 0.45, x + s / 2, y], fill=body)
        pen.polygon(
            [
                (x - s * 0.35, y - s * 0.45),
                (x - s * 0.25, y - s * 0.7),
                (x + s * 0.25, y - s * 0.7),
                (x + s * 0.35, y - s * 0.45),
            ],
            fill=(40, 50, 70),
        )
        pen.rectangle([x - s / 2, y - s * 0.1, x - s * 0.3, y + s * 0.08], fill=(10, 10, 10))
        pen.rectangle([x + s * 0.3, y - s * 0.1, x + s / 2, y + s * 0.08], fill=(10, 10, 10))
    hud(rng, image)
    return image


def strategy(rng: Rng, h: int, w: int) -> Image.Image:
    """A slanted map with buildings, units and panels."""
    size = w / rng.integers(8, 18)
    image = Image.new("RGB", (w, h), dark(rng))
    pen = ImageDraw.Draw(image)
    field = noise(rng, 32, 32, 2.0)
    inks = [vivid(rng), vivid(rng), rgb(colour(rng, (0.2, 0.4), (0.3, 0.8), (0.3, 0.7)))]
    for row in range(-2, 32):
        for column in range(-16, 32):
            x, y = (column - row) * size / 2 + w / 2, (column + row) * size / 4
            if not (-size < x < w + size and -size < y < h + size):
                continue
            ink = inks[min(2, int(field[row % 32, column % 32] * 3))]
            pen.polygon(
                [(x, y), (x + size / 2, y + size / 4), (x, y + size / 2), (x - size / 2, y + size / 4)], fill=ink
            )
            if rng.random() < 0.1:
                tall, roof = size * rng.uniform(0.3, 1.2), vivid(rng)
                pen.polygon(
                    [
                        (x - size / 3, y + size / 4 - tall),
                        (x, y + size / 2 - tall),
                        (x, y + size / 2),
                        (x - size / 3, y + size / 4),
                    ],
                    fill=tuple(int(p * 0.6) for p in roof),
                )
                pen.polygon(
                    [
                        (x + size / 3, y + size / 4 - tall),
                        (x, y + size / 2 - tall),
                        (x, y + size / 2),
                        (x + size / 3, y + size / 4),
                    ],
                    fill=tuple(int(p * 0.8) for p in roof),
                )
                pen.polygon(
                    [
                        (x, y - tall),
                        (x + size / 3, y + size / 4 - tall),
                        (x, y + size / 2 - tall),
                        (x - size / 3, y + size / 4 - tall),
                    ],
                    fill=roof,
                )
    if rng.random() < 0.7:
        pen.rectangle([0, h * rng.uniform(0.75, 0.88), w, h], fill=dark(rng), outline=(150, 140, 110))
    hud(rng, image)
    return image


def world_3d(rng: Rng, h: int, w: int) -> Image.Image:
    """First or third person in a simple lit world: textured floor and walls, blocks, a weapon or a cross-hair."""
    light = Light(
        str(rng.choice(["day", "sunset", "night"], p=[0.6, 0.2, 0.2])), str(rng.choice(["clear", "cloudy"])), 0.0
    )
    horizon = int(h * rng.uniform(0.35, 0.6))
    picture = (
        sky(rng, h, w, light)
        if rng.random() < 0.6
        else np.ones((h, w, 3), np.float32) * any_colour(rng, (0, 0.6), (0, 1))
    )
    y, x = np.mgrid[horizon:h, 0:w].astype(np.float32)
    far = 1.0 / (y - horizon + 1.5)
    u, v = (x - w / 2) * far * rng.uniform(2, 9), far * h * rng.uniform(2, 9) + rng.uniform(0, 9)
    a, b = any_colour(rng, (0.1, 0.8), (0.2, 0.9)), any_colour(rng, (0.1, 0.8), (0.2, 0.9))
    checks = (
        ((np.floor(u) + np.floor(v)) % 2)[..., None]
        if rng.random() < 0.5
        else noise(rng, h - horizon, w, 0.7, 1, 4)[..., None]
    )
    fade = np.clip(far * 6, 0, 1)[..., None]
    picture[horizon:] = (a * checks + b * (1 - checks)) * (1 - fade * 0.7) + picture[horizon - 1 : horizon] * fade * 0.7
    image = to_image(picture)
    pen = ImageDraw.Draw(image)
    for size in sorted(rng.uniform(0.05, 0.5, int(rng.integers(1, 9)))):
        block(rng, pen, rng.uniform(0, w), horizon + size * (h - horizon), size * h * rng.uniform(0.5, 1.2))
    if rng.random() < 0.4:
        ink = rgb(any_colour(rng, (0, 0.3), (0.15, 0.5)))
        pen.polygon(
            [(w * 0.62, h), (w * 0.58, h * 0.75), (w * 0.64, h * 0.7), (w * 0.85, h)], fill=ink, outline=(20, 20, 20)
        )
    if rng.random() < 0.4:
        pen.line([w * 0.47, h * 0.5, w * 0.53, h * 0.5], fill=(255, 255, 255))
        pen.line([w * 0.5, h * 0.46, w * 0.5, h * 0.54], fill=(255, 255, 255))
    hud(rng, image)
    return image


def block(rng: Rng, pen: ImageDraw.ImageDraw, x: float, y: float, s: float, ink: Ink | None = None) -> None:
    """A box with three faces of different light, standing at (x, y)."""
    ink = ink or vivid(rng)
    top, side = tuple(min(255, int(p * 1.2)) for p in ink), tuple(int(p * 0.6) for p in ink)
    tall, d = s * rng.uniform(0.6, 1.6), s * 0.3
    pen.rectangle([x, y - tall, x + s, y], fill=ink)
    pen.polygon([(x, y - tall), (x + d, y - tall - d), (x + s + d, y - tall - d), (x + s, y - tall)], fill=top)
    pen.polygon([(x + s, y), (x + s + d, y - d), (x + s + d, y - tall - d), (x + s, y - tall)], fill=side)


def shapes_3d(rng: Rng, h: int, w: int) -> Image.Image:
    """Shaded solids over a grid on a plain ground, as in a graphics demonstration."""
    pale = rng.random() < 0.5
    ground_ink = any_colour(rng, (0, 0.15), (0.85, 1)) if pale else any_colour(rng, (0, 0.6), (0, 0.6))
    image = Image.new("RGB", (w, h), rgb(ground_ink))
    pen = ImageDraw.Draw(image)
    line = (190, 190, 190) if pale else (90, 90, 100)
    cx, cy = w * rng.uniform(0.4, 0.6), h * rng.uniform(0.5, 0.7)
    if rng.random() < 0.7:
        for step in np.linspace(-1, 1, int(rng.integers(7, 21))):
            pen.line(
                [
                    cx + (step - 1) * w * 0.45,
                    cy + (step + 1) * h * 0.2,
                    cx + (step + 1) * w * 0.45,
                    cy + (step - 1) * h * 0.2,
                ],
                fill=line,
            )
            pen.line(
                [
                    cx + (step - 1) * w * 0.45,
                    cy - (step + 1) * h * 0.2,
                    cx + (step + 1) * w * 0.45,
                    cy - (step - 1) * h * 0.2,
                ],
                fill=line,
            )
    for _ in range(int(rng.integers(1, 6))):
        x, y, s = cx + rng.uniform(-0.3, 0.3) * w, cy + rng.uniform(-0.2, 0.2) * h, h * rng.uniform(0.08, 0.28)
        if rng.random() < 0.5:
            block(rng, pen, x, y, s)
        else:
            image = _ball(rng, image, x, y, s)
            pen = ImageDraw.Draw(image)
    if rng.random() < 0.7:
        font = any_font(rng, h * rng.uniform(0.05, 0.08))
        for row in range(int(rng.integers(1, 4))):
            pen.text(
                (w * 0.02, h * (0.02 + 0.08 * row)),
                words(rng, int(rng.integers(2, 5))),
                font=font,
                fill=(80, 80, 80) if pale else (220, 220, 220),
            )
    return image


def _ball(rng: Rng, image: Image.Image, x: float, y: float, s: float) -> Image.Image:
    picture = to_picture(image)
    h, w, _ = picture.shape
    v, u = np.mgrid[0:h, 0:w].astype(np.float32)
    dx, dy = (u - x) / s, (v - y) / s
    inside = dx**2 + dy**2 < 1
    up = np.sqrt(np.clip(1 - dx**2 - dy**2, 0, 1))
    shade = np.clip(0.25 + 0.8 * (up * 0.6 - dx * 0.4 - dy * 0.6), 0, 1.3)
    body = any_colour(rng, (0.3, 1), (0.4, 1)) * shade[..., None] + np.clip(shade - 0.95, 0, 1)[..., None] * 2
    return to_image(np.where(inside[..., None], body, picture).astype(np.float32))


def dungeon(rng: Rng, h: int, w: int) -> Image.Image:
    """A dark cellar of stone with a torch, side or corridor view."""
    tile = to_picture(ground_tile(rng).convert("L").resize((w // 8, h // 6), Image.Resampling.NEAREST))
    wall = np.tile(tile, (7, 9, 1))[:h, :w] * any_colour(rng, (0.1, 0.5), (0.4, 0.9))
    v, u = np.mgrid[0:h, 0:w].astype(np.float32)
    glow = sum(
        np.exp(-np.hypot(u - rng.uniform(0, w), v - rng.uniform(0, h)) / (h * rng.uniform(0.2, 0.5)))
        for _ in range(int(rng.integers(1, 4)))
    )
    picture = wall * np.clip(glow, 0.05, 1.2)[..., None]
    image = to_image(
        mix(picture.astype(np.float32), picture.astype(np.float32) * np.array([1, 0.8, 0.5], np.float32), 0.6)
    )
    for _ in range(int(rng.integers(1, 5))):
        paste(image, sprite(rng, 12), rng.uniform(0, w), rng.uniform(0.3, 0.8) * h, h * rng.uniform(0.1, 0.25))
    hud(rng, image)
    return image
