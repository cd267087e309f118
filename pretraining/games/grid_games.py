"""Pictures of games on a grid: mazes, puzzles, boards and cards. Every renderer returns a Pillow image."""

from __future__ import annotations

import numpy as np
from PIL import Image, ImageDraw

from pretraining.games.sprites import (
    dark,
    ground_colour,
    hud,
    paste,
    sprite,
    vivid,
)
from pretraining.materials.lettering import any_font
from pretraining.materials.textures import any_colour, ramp, rgb, to_image

Rng = np.random.Generator


def maze(rng: Rng, h: int, w: int) -> Image.Image:
    """Walls on a grid, dots, small figures."""
    image = Image.new("RGB", (w, h), dark(rng) if rng.random() < 0.75 else ground_colour(rng))
    pen = ImageDraw.Draw(image)
    size = h / rng.integers(7, 16)
    wall, thick = vivid(rng), int(max(2, size * rng.uniform(0.15, 0.6)))
    for row in range(int(h / size) + 1):
        for column in range(int(w / size) + 1):
            x, y = column * size, row * size
            if rng.random() < 0.45:
                pen.line([x, y, x + size, y], fill=wall, width=thick)
            if rng.random() < 0.35:
                pen.line([x, y, x, y + size], fill=wall, width=thick)
            if rng.random() < 0.3:
                pen.ellipse([x + size * 0.45, y + size * 0.45, x + size * 0.6, y + size * 0.6], fill=(250, 240, 200))
    for _ in range(int(rng.integers(1, 7))):
        paste(
            image,
            sprite(rng),
            rng.integers(int(w / size)) * size + 2,
            rng.integers(int(h / size)) * size + 2,
            size * 0.8,
        )
    hud(rng, image)
    return image


def puzzle(rng: Rng, h: int, w: int) -> Image.Image:
    """Falling blocks or matching gems on a board."""
    image = Image.new("RGB", (w, h), ground_colour(rng))
    if rng.random() < 0.4:
        image = to_image(ramp(h, w, any_colour(rng), any_colour(rng)))
    pen = ImageDraw.Draw(image)
    rows = int(rng.integers(6, 18))
    size = h * 0.9 / rows
    columns = int(min(float(rng.integers(6, 12)), w * 0.95 / size))
    left = rng.uniform(0.02, max(0.03, 0.98 - columns * size / w)) * w
    pen.rectangle(
        [left - 2, h * 0.05 - 2, left + columns * size + 2, h * 0.95 + 2], fill=dark(rng), outline=(220, 220, 220)
    )
    inks, full, round_ = [vivid(rng) for _ in range(int(rng.integers(3, 7)))], rng.random() < 0.5, rng.random() < 0.4
    for column in range(columns):
        stack = 0 if full else int(rng.integers(0, rows))
        for row in range(stack, rows):
            if rng.random() < 0.1:
                continue
            x, y, ink = left + column * size, h * 0.05 + row * size, inks[rng.integers(len(inks))]
            box = [x + 1, y + 1, x + size - 1, y + size - 1]
            pen.ellipse(box, fill=ink, outline=(255, 255, 255)) if round_ else pen.rectangle(
                box, fill=ink, outline=(240, 240, 240)
            )
    hud(rng, image)
    return image


def board(rng: Rng, h: int, w: int) -> Image.Image:
    """A board or cards on a table, drawn."""
    image = Image.new("RGB", (w, h), ground_colour(rng))
    pen = ImageDraw.Draw(image)
    if rng.random() < 0.5:
        cells, size = 8, h * 0.9 / 8
        left, a, b = (w - 8 * size) * rng.uniform(0, 1), vivid(rng), rgb(any_colour(rng, (0, 0.4), (0.6, 1)))
        for row in range(cells):
            for column in range(cells):
                box = [
                    left + column * size,
                    h * 0.05 + row * size,
                    left + (column + 1) * size,
                    h * 0.05 + (row + 1) * size,
                ]
                pen.rectangle(box, fill=a if (row + column) % 2 else b)
                if rng.random() < 0.3:
                    pen.ellipse(
                        [box[0] + size * 0.2, box[1] + size * 0.2, box[2] - size * 0.2, box[3] - size * 0.2],
                        fill=dark(rng) if rng.random() < 0.5 else (245, 240, 230),
                        outline=(60, 60, 60),
                    )
    else:
        size = h * rng.uniform(0.2, 0.35)
        for _ in range(int(rng.integers(3, 14))):
            x, y = rng.uniform(0, w - size * 0.5), rng.uniform(0, h - size)
            pen.rounded_rectangle(
                [x, y, x + size * 0.7, y + size], size * 0.08, fill=(250, 250, 245), outline=(60, 60, 60)
            )
            ink = (200, 30, 40) if rng.random() < 0.5 else (20, 20, 25)
            pen.text(
                (x + size * 0.06, y), str(rng.choice(list("A23456789KQJ"))), font=any_font(rng, size * 0.3), fill=ink
            )
            pen.ellipse([x + size * 0.25, y + size * 0.45, x + size * 0.5, y + size * 0.7], fill=ink)
    hud(rng, image)
    return image
