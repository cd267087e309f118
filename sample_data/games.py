"""Screens of games: tiles, sprites, heads-up displays, simple 3-D. Each renderer returns a Pillow image."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from PIL import Image, ImageDraw

from sample_data.lettering import any_font, title, words
from sample_data.nature import Light, ground, sky
from sample_data.textures import any_colour, colour, mix, noise, ramp, rgb, ridge, to_image, to_picture

Rng = np.random.Generator
Ink = tuple[int, int, int]


def vivid(rng: Rng) -> Ink:
    """A colour that a screen likes."""
    return rgb(any_colour(rng, (0.35, 1), (0.45, 1)))


def dark(rng: Rng) -> Ink:
    """A dark ground, often black."""
    return (0, 0, 0) if rng.random() < 0.5 else rgb(any_colour(rng, (0, 1), (0, 0.3)))


def _ground_colour(rng: Rng) -> Ink:
    draw = rng.random()
    return dark(rng) if draw < 0.45 else vivid(rng) if draw < 0.8 else rgb(any_colour(rng, (0, 0.3), (0.6, 1)))


def sprite(rng: Rng, cells: int = 8) -> Image.Image:
    """A mirrored little figure of few colours, RGBA, cells x cells pixels."""
    half = rng.random((cells, (cells + 1) // 2)) < 0.6
    grid = np.concatenate([half, half[:, : cells // 2][:, ::-1]], axis=1)
    palette = np.array([[*vivid(rng), 255], [*vivid(rng), 255], [*dark(rng), 255]], np.uint8)
    figure = palette[np.minimum(rng.integers(0, 5, (cells, 1)) * np.ones((1, cells), int) // 2, 2)]
    figure[~grid] = 0
    return Image.fromarray(figure, "RGBA") if False else Image.fromarray(figure)


def paste(image: Image.Image, figure: Image.Image, x: float, y: float, size: float) -> None:
    """A sprite enlarged without smoothing."""
    big = figure.resize((max(2, int(size)), max(2, int(size))), Image.Resampling.NEAREST)
    image.paste(big, (int(x), int(y)), big)


def hud(rng: Rng, image: Image.Image) -> None:
    """Score, lives, bars, a small map: some of them."""
    pen = ImageDraw.Draw(image)
    w, h = image.size
    size = h * rng.uniform(0.05, 0.1)
    ink = (255, 255, 255) if rng.random() < 0.6 else vivid(rng)
    corners = [(0.03, 0.02), (0.65, 0.02), (0.03, 0.9), (0.65, 0.9)]
    for x, y in (corners[i] for i in rng.permutation(4)[: rng.integers(1, 4)]):
        what = rng.random()
        if what < 0.5:
            text = f"{rng.choice(['SCORE', 'LV', 'TIME', 'HP', '1UP', 'x', 'LAP', '$', 'STAGE'])} {rng.integers(10000)}"
            pen.text((x * w, y * h), text, font=any_font(rng, size), fill=ink)
        elif what < 0.75:
            full = rng.uniform(0.1, 1)
            pen.rectangle([x * w, y * h + 2, x * w + w * 0.3, y * h + size], outline=ink)
            pen.rectangle([x * w, y * h + 2, x * w + w * 0.3 * full, y * h + size], fill=vivid(rng))
        else:
            figure = sprite(rng)
            for step in range(int(rng.integers(1, 6))):
                paste(image, figure, x * w + step * size * 1.2, y * h, size)


def pixelate(rng: Rng, image: Image.Image, rows: int) -> Image.Image:
    """Fewer pixels and fewer colours, enlarged again without smoothing."""
    w, h = image.size
    small = image.resize((max(8, rows * w // h), rows), Image.Resampling.BOX)
    small = small.quantize(int(rng.choice([4, 8, 16, 32]))).convert("RGB")
    return small.resize((w, h), Image.Resampling.NEAREST)


def _tile(rng: Rng, cells: int = 8) -> Image.Image:
    """A square of ground: bricks, checks, stipple or plain."""
    a, b = np.array(vivid(rng)), np.array(vivid(rng))
    b = (a * rng.uniform(0.4, 0.9)).astype(int) if rng.random() < 0.7 else b
    y, x = np.mgrid[0:cells, 0:cells]
    kind = rng.integers(5)
    mask = [
        (y % 4 == 0) | ((x + (y // 4) * 2) % 4 == 0),
        (x // 4 + y // 4) % 2 == 0,
        rng.random((cells, cells)) < 0.3,
        (x == 0) | (y == 0),
        y < 2,
    ][kind]
    return Image.fromarray(np.where(mask[..., None], b, a).astype(np.uint8))


def _tiles(image: Image.Image, tile: Image.Image, size: int, cells: list[tuple[int, int]]) -> None:
    big = tile.resize((size, size), Image.Resampling.NEAREST)
    for column, row in cells:
        image.paste(big, (column * size, row * size))


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
                    np.array(_ground_colour(rng), np.float32) / 255,
                    np.array(_ground_colour(rng), np.float32) / 255,
                )
            )
            if rng.random() < 0.4
            else Image.new("RGB", (w, h), _ground_colour(rng))
        )
    pen = ImageDraw.Draw(image)
    for _ in range(int(rng.integers(0, 3))):
        line = h * (rng.uniform(0.4, 0.9) - 0.3 * ridge(rng, w, 2.0))
        pen.polygon([(0, h), *[(x, float(line[x])) for x in range(0, w, 4)], (w, h)], fill=vivid(rng))
    size = int(h * rng.uniform(0.06, 0.12))
    columns, rows = w // size + 1, h // size + 1
    height = int(rng.integers(rows - 4, rows - 1))
    floor = [(c, r) for c in range(columns) for r in range(height, rows) if rng.random() < 0.97]
    _tiles(image, _tile(rng), size, floor)
    for _ in range(int(rng.integers(1, 6))):
        start, row = int(rng.integers(columns)), int(rng.integers(2, max(3, height - 1)))
        _tiles(image, _tile(rng), size, [(start + i, row) for i in range(int(rng.integers(2, 7)))])
    for _ in range(int(rng.integers(1, 5))):
        paste(
            image, sprite(rng, int(rng.choice([8, 12, 16]))), rng.uniform(0, w), height * size - size * 1.5, size * 1.5
        )
    for _ in range(int(rng.integers(0, 8))):
        x, y = rng.uniform(0, w), rng.uniform(0.1, 0.7) * h
        pen.ellipse([x, y, x + size * 0.5, y + size * 0.5], fill=(250, 210, 40))
    hud(rng, image)
    return image


def _top_down(rng: Rng, h: int, w: int, size: int) -> Image.Image:
    image = Image.new("RGB", (w, h))
    columns, rows = w // size + 1, h // size + 1
    field = noise(rng, max(8, rows), max(8, columns), 2.0, 1.0)
    kinds = [_tile(rng) for _ in range(int(rng.integers(2, 5)))]
    for index, tile in enumerate(kinds):
        low, high = index / len(kinds), (index + 1) / len(kinds) + (index == len(kinds) - 1)
        _tiles(image, tile, size, [(c, r) for c in range(columns) for r in range(rows) if low <= field[r, c] < high])
    return image


def rpg(rng: Rng, h: int, w: int) -> Image.Image:
    """A map of tiles from above, figures, often a box of dialogue."""
    size = int(h * rng.uniform(0.06, 0.12))
    image = _top_down(rng, h, w, size)
    for _ in range(int(rng.integers(2, 12))):
        paste(image, sprite(rng, int(rng.choice([8, 12]))), float(rng.integers(w)), float(rng.integers(h)), size * 1.3)
    if rng.random() < 0.5:
        dialogue(rng, image)
    else:
        hud(rng, image)
    return image


def dialogue(rng: Rng, image: Image.Image) -> None:
    """A framed box with words at the lower edge."""
    w, h = image.size
    pen = ImageDraw.Draw(image)
    top = h * rng.uniform(0.62, 0.78)
    pen.rectangle(
        [w * 0.04, top, w * 0.96, h * 0.97],
        fill=dark(rng) if rng.random() < 0.7 else (245, 245, 240),
        outline=(255, 255, 255),
        width=2,
    )
    ink = (255, 255, 255) if image.getpixel((int(w * 0.5), int(top + 4)))[0] < 128 else (20, 20, 20)  # type: ignore[index]
    font = any_font(rng, h * 0.065)
    for row in range(2):
        pen.text((w * 0.07, top + h * (0.03 + 0.09 * row)), words(rng, 4), font=font, fill=ink)


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


def maze(rng: Rng, h: int, w: int) -> Image.Image:
    """Walls on a grid, dots, small figures."""
    image = Image.new("RGB", (w, h), dark(rng) if rng.random() < 0.75 else _ground_colour(rng))
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


def puzzle(rng: Rng, h: int, w: int) -> Image.Image:
    """Falling blocks or matching gems on a board."""
    image = Image.new("RGB", (w, h), _ground_colour(rng))
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


def fighting(rng: Rng, h: int, w: int) -> Image.Image:
    """Two large figures facing each other under two bars."""
    image = (
        to_image(ramp(h, w, any_colour(rng), any_colour(rng))) if rng.random() < 0.6 else _top_down(rng, h, w, h // 6)
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


def figure(rng: Rng, pen: ImageDraw.ImageDraw, x: float, foot: float, tall: float, outline: bool) -> None:
    """A drawn person: legs, body, arms, head, hair; flat colours, perhaps black lines around them."""
    skin, shirt, legs, hair = (
        rgb(colour(rng, (0.03, 0.11), (0.15, 0.6), (0.5, 1))),
        vivid(rng),
        vivid(rng),
        vivid(rng),
    )
    edge = (15, 15, 20) if outline else None
    wide = tall * rng.uniform(0.09, 0.16)
    for side in (-1.0, 1.0):
        pen.line(
            [x + side * wide * 0.4, foot - tall * 0.45, x + side * wide * rng.uniform(0.2, 1.6), foot],
            fill=legs,
            width=int(max(2, wide * 0.7)),
        )
        pen.line(
            [
                x + side * wide * 0.7,
                foot - tall * 0.72,
                x + side * wide * rng.uniform(1, 3.2),
                foot - tall * rng.uniform(0.4, 0.8),
            ],
            fill=skin,
            width=int(max(2, wide * 0.5)),
        )
    pen.rectangle([x - wide, foot - tall * 0.78, x + wide, foot - tall * 0.42], fill=shirt, outline=edge)
    r = tall * rng.uniform(0.1, 0.18)
    pen.ellipse(
        [x - r * 1.15, foot - tall * 0.88 - r * 1.3, x + r * 1.15, foot - tall * 0.88 + r * 0.6],
        fill=hair,
        outline=edge,
    )
    pen.ellipse(
        [x - r * 0.85, foot - tall * 0.88 - r * 0.8, x + r * 0.85, foot - tall * 0.88 + r], fill=skin, outline=edge
    )
    for side in (-0.35, 0.35):
        pen.ellipse(
            [
                x + side * r - r * 0.15,
                foot - tall * 0.88 - r * 0.1,
                x + side * r + r * 0.15,
                foot - tall * 0.88 + r * 0.35,
            ],
            fill=(20, 20, 30),
        )


def board(rng: Rng, h: int, w: int) -> Image.Image:
    """A board or cards on a table, drawn."""
    image = Image.new("RGB", (w, h), _ground_colour(rng))
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
    tile = to_picture(_tile(rng).convert("L").resize((w // 8, h // 6), Image.Resampling.NEAREST))
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
