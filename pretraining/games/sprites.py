"""Small parts of game pictures: sprites, tiles, heads-up displays, boxes of dialogue, drawn figures."""

from __future__ import annotations

import numpy as np
from PIL import Image, ImageDraw

from pretraining.materials.lettering import any_font, words
from pretraining.materials.textures import any_colour, colour, noise, rgb

Ink = tuple[int, int, int]
Rng = np.random.Generator


def vivid(rng: Rng) -> Ink:
    """A colour that a screen likes."""
    return rgb(any_colour(rng, (0.35, 1), (0.45, 1)))


def dark(rng: Rng) -> Ink:
    """A dark ground, often black."""
    return (0, 0, 0) if rng.random() < 0.5 else rgb(any_colour(rng, (0, 1), (0, 0.3)))


def ground_colour(rng: Rng) -> Ink:
    draw = rng.random()
    return dark(rng) if draw < 0.45 else vivid(rng) if draw < 0.8 else rgb(any_colour(rng, (0, 0.3), (0.6, 1)))


def sprite(rng: Rng, cells: int = 8) -> Image.Image:
    """A mirrored little figure of few colours, RGBA, cells x cells pixels."""
    half = rng.random((cells, (cells + 1) // 2)) < 0.6
    grid = np.concatenate([half, half[:, : cells // 2][:, ::-1]], axis=1)
    palette = np.array([[*vivid(rng), 255], [*vivid(rng), 255], [*dark(rng), 255]], np.uint8)
    figure = palette[np.minimum(rng.integers(0, 5, (cells, 1)) * np.ones((1, cells), int) // 2, 2)]
    figure[~grid] = 0
    return Image.fromarray(figure)


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


def ground_tile(rng: Rng, cells: int = 8) -> Image.Image:
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


def lay_tiles(image: Image.Image, tile: Image.Image, size: int, cells: list[tuple[int, int]]) -> None:
    big = tile.resize((size, size), Image.Resampling.NEAREST)
    for column, row in cells:
        image.paste(big, (column * size, row * size))


def tile_map(rng: Rng, h: int, w: int, size: int) -> Image.Image:
    image = Image.new("RGB", (w, h))
    columns, rows = w // size + 1, h // size + 1
    field = noise(rng, max(8, rows), max(8, columns), 2.0, 1.0)
    kinds = [ground_tile(rng) for _ in range(int(rng.integers(2, 5)))]
    for index, tile in enumerate(kinds):
        low, high = index / len(kinds), (index + 1) / len(kinds) + (index == len(kinds) - 1)
        lay_tiles(image, tile, size, [(c, r) for c in range(columns) for r in range(rows) if low <= field[r, c] < high])
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
