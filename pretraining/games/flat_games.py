"""Flat games: platforms, mazes, boards, arcades. Each renderer returns a Pillow image."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from PIL import Image, ImageDraw

from pretraining.games.grid_games import board, maze, puzzle
from pretraining.games.solids import dungeon, racing, shapes_3d, strategy, world_3d
from pretraining.games.sprites import (
    dark,
    dialogue,
    figure,
    ground_colour,
    ground_tile,
    hud,
    lay_tiles,
    paste,
    pixelate,
    sprite,
    tile_map,
    vivid,
)
from pretraining.materials.landscape import Light, ground, sky
from pretraining.materials.lettering import any_font, title
from pretraining.materials.textures import any_colour, colour, ramp, ridge, to_image

Rng = np.random.Generator


def platformer(rng: Rng, h: int, w: int) -> Image.Image:
    """Side view: platforms of tiles, figures, coins."""
    if rng.random() < 0.35:
        image = to_image(sky(rng, h, w, Light("day", "cloudy", 0.0)))
    else:
        image = (
            to_image(
                ramp(
                    h,
                    w,
                    np.array(ground_colour(rng), np.float32) / 255,
                    np.array(ground_colour(rng), np.float32) / 255,
                )
            )
            if rng.random() < 0.4
            else Image.new("RGB", (w, h), ground_colour(rng))
        )
    pen = ImageDraw.Draw(image)
    for _ in range(int(rng.integers(0, 3))):
        line = h * (rng.uniform(0.4, 0.9) - 0.3 * ridge(rng, w, 2.0))
        pen.polygon([(0, h), *[(x, float(line[x])) for x in range(0, w, 4)], (w, h)], fill=vivid(rng))
    size = int(h * rng.uniform(0.06, 0.12))
    columns, rows = w // size + 1, h // size + 1
    height = int(rng.integers(rows - 4, rows - 1))
    floor = [(c, r) for c in range(columns) for r in range(height, rows) if rng.random() < 0.97]
    lay_tiles(image, ground_tile(rng), size, floor)
    for _ in range(int(rng.integers(1, 6))):
        start, row = int(rng.integers(columns)), int(rng.integers(2, max(3, height - 1)))
        lay_tiles(image, ground_tile(rng), size, [(start + i, row) for i in range(int(rng.integers(2, 7)))])
    for _ in range(int(rng.integers(1, 5))):
        paste(
            image, sprite(rng, int(rng.choice([8, 12, 16]))), rng.uniform(0, w), height * size - size * 1.5, size * 1.5
        )
    for _ in range(int(rng.integers(0, 8))):
        x, y = rng.uniform(0, w), rng.uniform(0.1, 0.7) * h
        pen.ellipse([x, y, x + size * 0.5, y + size * 0.5], fill=(250, 210, 40))
    hud(rng, image)
    return image


def rpg(rng: Rng, h: int, w: int) -> Image.Image:
    """A map of tiles from above, figures, often a box of dialogue."""
    size = int(h * rng.uniform(0.06, 0.12))
    image = tile_map(rng, h, w, size)
    for _ in range(int(rng.integers(2, 12))):
        paste(image, sprite(rng, int(rng.choice([8, 12]))), float(rng.integers(w)), float(rng.integers(h)), size * 1.3)
    if rng.random() < 0.5:
        dialogue(rng, image)
    else:
        hud(rng, image)
    return image


def shooter(rng: Rng, h: int, w: int) -> Image.Image:
    """Space: stars, rows of invaders or rocks, shots."""
    image = Image.new("RGB", (w, h), dark(rng))
    pen = ImageDraw.Draw(image)
    for _ in range(int(rng.integers(0, 90))):
        pen.point((int(rng.integers(w)), int(rng.integers(h))), fill=(200, 200, 220))
    size = h * rng.uniform(0.05, 0.12)
    if rng.random() < 0.6:
        figure = sprite(rng)
        for row in range(int(rng.integers(1, 6))):
            figure = sprite(rng) if rng.random() < 0.5 else figure
            for column in range(int(rng.integers(3, 9))):
                paste(image, figure, w * 0.08 + column * size * 1.5, h * 0.12 + row * size * 1.3, size)
    for _ in range(int(rng.integers(0, 8))):
        paste(image, sprite(rng, 12), rng.uniform(0, w), rng.uniform(0, h), size * rng.uniform(0.6, 2))
    for _ in range(int(rng.integers(1, 10))):
        x, y = rng.uniform(0, w), rng.uniform(0, h)
        pen.line([x, y, x, y + size], fill=vivid(rng), width=2)
    paste(image, sprite(rng, 12), w * rng.uniform(0.2, 0.8), h * 0.85, size * 1.4)
    hud(rng, image)
    return image


def arcade(rng: Rng, h: int, w: int) -> Image.Image:
    """The oldest kind: a few large blocks and a score on one colour."""
    image = Image.new("RGB", (w, h), dark(rng) if rng.random() < 0.6 else vivid(rng))
    pen = ImageDraw.Draw(image)
    for _ in range(int(rng.integers(0, 6))):
        top = rng.uniform(0, h)
        pen.rectangle(
            [0, top, w, top + h * rng.uniform(0.02, 0.3)], fill=vivid(rng) if rng.random() < 0.6 else dark(rng)
        )
    if rng.random() < 0.4:
        size = w / rng.integers(8, 18)
        for row in range(int(rng.integers(3, 8))):
            ink = vivid(rng)
            for column in range(int(w / size) + 1):
                if rng.random() < 0.9:
                    pen.rectangle(
                        [
                            column * size,
                            h * 0.15 + row * size * 0.4,
                            column * size + size - 2,
                            h * 0.15 + row * size * 0.4 + size * 0.4 - 2,
                        ],
                        fill=ink,
                    )
    for _ in range(int(rng.integers(1, 9))):
        x, y, s = rng.uniform(0, w), rng.uniform(0, h), h * rng.uniform(0.02, 0.2)
        if rng.random() < 0.5:
            pen.rectangle([x, y, x + s * rng.uniform(0.2, 2), y + s * rng.uniform(0.2, 2)], fill=vivid(rng))
        else:
            paste(image, sprite(rng), x, y, s)
    font = any_font(rng, h * rng.uniform(0.07, 0.15))
    pen.text(
        (w * rng.uniform(0.1, 0.5), h * 0.02),
        f"{rng.integers(99999):0{rng.integers(2, 7)}d}",
        font=font,
        fill=vivid(rng),
    )
    return pixelate(rng, image, int(rng.choice([48, 64, 96]))) if rng.random() < 0.8 else image


def fighting(rng: Rng, h: int, w: int) -> Image.Image:
    """Two large figures facing each other under two bars."""
    image = (
        to_image(ramp(h, w, any_colour(rng), any_colour(rng))) if rng.random() < 0.6 else tile_map(rng, h, w, h // 6)
    )
    pen = ImageDraw.Draw(image)
    pen.rectangle([0, h * 0.8, w, h], fill=vivid(rng))
    for x in (0.3, 0.68):
        figure(
            rng,
            pen,
            x * w + rng.uniform(-0.05, 0.05) * w,
            h * 0.85,
            h * rng.uniform(0.4, 0.55),
            outline=rng.random() < 0.5,
        )
    for x, full in ((0.04, rng.uniform(0.1, 1)), (0.54, rng.uniform(0.1, 1))):
        pen.rectangle([x * w, h * 0.05, (x + 0.42) * w, h * 0.1], fill=(120, 20, 20), outline=(255, 255, 255))
        pen.rectangle([x * w, h * 0.05, (x + 0.42 * full) * w, h * 0.1], fill=(250, 220, 40))
    pen.text((w * 0.47, h * 0.03), str(rng.integers(10, 99)), font=any_font(rng, h * 0.09), fill=(255, 255, 255))
    return pixelate(rng, image, int(rng.choice([64, 96]))) if rng.random() < 0.5 else image


def menu(rng: Rng, h: int, w: int) -> Image.Image:
    """A title screen: a large name, choices under it."""
    if rng.random() < 0.5:
        image = (platformer if rng.random() < 0.5 else world_3d)(rng, h, w)
        image = Image.blend(image, Image.new("RGB", (w, h), dark(rng)), float(rng.uniform(0.2, 0.7)))
    else:
        image = to_image(ramp(h, w, any_colour(rng, (0, 1), (0, 0.7)), any_colour(rng, (0, 1), (0, 0.7))))
    pen = ImageDraw.Draw(image)
    name, font = title(rng, int(rng.integers(1, 3))), any_font(rng, h * rng.uniform(0.14, 0.26))
    pen.text(
        (w / 2, h * 0.28),
        name,
        font=font,
        fill=vivid(rng),
        anchor="mm",
        stroke_width=int(rng.integers(0, 4)),
        stroke_fill=dark(rng),
    )
    for row in range(int(rng.integers(1, 5))):
        text = str(
            rng.choice(
                [
                    "START",
                    "NEW GAME",
                    "OPTIONS",
                    "PRESS START",
                    "CONTINUE",
                    "EXIT",
                    "1 PLAYER",
                    "2 PLAYERS",
                    "GAME OVER",
                ]
            )
        )
        pen.text((w / 2, h * (0.55 + 0.1 * row)), text, font=any_font(rng, h * 0.08), fill=(255, 255, 255), anchor="mm")
    return pixelate(rng, image, 96) if rng.random() < 0.4 else image


def sports(rng: Rng, h: int, w: int) -> Image.Image:
    """A field with lines seen from above, little players, a ball."""
    image = (
        to_image(
            ground(
                rng,
                h,
                w,
                colour(rng, (0.25, 0.4), (0.4, 0.9), (0.3, 0.7)),
                colour(rng, (0.25, 0.4), (0.4, 0.9), (0.3, 0.7)),
                depth=False,
            )
        )
        if rng.random() < 0.3
        else Image.new("RGB", (w, h), vivid(rng))
    )
    pen = ImageDraw.Draw(image)
    pen.rectangle([w * 0.06, h * 0.12, w * 0.94, h * 0.92], outline=(255, 255, 255), width=2)
    pen.line([w * 0.5, h * 0.12, w * 0.5, h * 0.92], fill=(255, 255, 255), width=2)
    pen.ellipse([w * 0.4, h * 0.38, w * 0.6, h * 0.65], outline=(255, 255, 255), width=2)
    for team in range(2):
        shirt = sprite(rng)
        for _ in range(int(rng.integers(1, 8))):
            paste(image, shirt, rng.uniform(0.08, 0.9) * w, rng.uniform(0.15, 0.85) * h, h * (0.08 + 0.02 * team))
    hud(rng, image)
    return pixelate(rng, image, 80) if rng.random() < 0.4 else image


RENDERERS: dict[str, Callable[[Rng, int, int], Image.Image]] = {
    "platformer": platformer,
    "rpg": rpg,
    "shooter": shooter,
    "maze": maze,
    "arcade": arcade,
    "puzzle": puzzle,
    "racing": racing,
    "strategy": strategy,
    "fighting": fighting,
    "board": board,
    "menu": menu,
    "sports": sports,
    "world": world_3d,
    "shapes": shapes_3d,
    "dungeon": dungeon,
}
