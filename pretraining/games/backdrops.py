"""Richer pieces of game pictures: painted and digitised backgrounds, shaded figures, menus of choices."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

from pretraining.everyday import others
from pretraining.games.cartoons import cel, drawn_place, face
from pretraining.games.films import film
from pretraining.games.sprites import dark, dialogue, hud, paste, pixelate, sprite, vivid
from pretraining.materials.landscape import any_light
from pretraining.materials.lettering import any_font, title, word
from pretraining.materials.textures import any_colour, noise, ramp, rgb, to_image
from pretraining.nature import places

Rng = np.random.Generator
GROUNDS = ("mountain", "forest", "meadow", "desert", "canyon", "sea", "beach", "lake", "sky", "tree")
ROOMS = ("room", "street", "building", "kitchen")


def digitised(rng: Rng, image: Image.Image) -> Image.Image:
    """As an old console shows a picture: few colours, often dithered, often few pixels."""
    w, h = image.size
    rows = int(rng.choice([h, 120, 96, 64]))
    small = image.resize((max(8, rows * w // h), rows), Image.Resampling.BOX)
    dither = Image.Dither.FLOYDSTEINBERG if rng.random() < 0.5 else Image.Dither.NONE
    few = small.quantize(int(rng.choice([8, 12, 16, 24, 48])), dither=dither).convert("RGB")
    if rng.random() < 0.3:
        shift = rng.permutation(3)
        few = Image.merge("RGB", [few.getchannel(int(i)) for i in shift])
    return few.resize((w, h), Image.Resampling.NEAREST)


def backdrop(rng: Rng, h: int, w: int) -> Image.Image:
    """A painted, digitised or flat background of a game."""
    draw = rng.random()
    if draw < 0.35:
        place = places.RENDERERS[str(rng.choice(GROUNDS))]
        return digitised(rng, to_image(place(rng, h, w, any_light(rng))))
    if draw < 0.5:
        return digitised(rng, to_image(others.RENDERERS[str(rng.choice(ROOMS))](rng, h, w, any_light(rng))))
    if draw < 0.65:
        return cel(rng, to_image(places.RENDERERS[str(rng.choice(GROUNDS))](rng, h, w, any_light(rng))))
    if draw < 0.85:
        return drawn_place(rng, h, w)
    return to_image(ramp(h, w, any_colour(rng), any_colour(rng)))


def figure_of_noise(rng: Rng, cells: int) -> Image.Image:
    """A shaded creature, ship or monster: a mirrored blob with an outline, RGBA, cells x cells pixels."""
    half = (cells + 1) // 2
    y, x = np.mgrid[0:cells, 0:half].astype(np.float32) / cells
    shape = noise(rng, max(8, cells), max(8, half), 1.6)[:cells, :half]
    reach = 1 - np.hypot((x - 0.5) * rng.uniform(1.2, 2.6), (y - 0.5) * rng.uniform(1.4, 2.2))
    inside = shape * 0.9 + reach * 1.1 > rng.uniform(0.85, 1.15)
    band = (noise(rng, max(8, cells), max(8, half), 2.0)[:cells, :half] * 3).astype(int)
    inks = np.array([vivid(rng), vivid(rng), vivid(rng), vivid(rng)], np.float32)
    light = np.clip(1.25 - y * 0.7 + (x - 0.3) * 0.4, 0.4, 1.4)[..., None]
    pixels = np.clip(inks[np.minimum(band, 3)] * light, 0, 255)
    edge = inside & ~(np.roll(inside, 1, 0) & np.roll(inside, -1, 0) & np.roll(inside, 1, 1))
    if rng.random() < 0.7:
        pixels[edge] = dark(rng)
    left = np.dstack([pixels, inside * 255]).astype(np.uint8)
    return Image.fromarray(np.concatenate([left, left[:, ::-1][:, cells % 2 :]], axis=1))


def _choices(rng: Rng, image: Image.Image) -> None:
    """A framed list of commands."""
    w, h = image.size
    pen, size = ImageDraw.Draw(image), h * rng.uniform(0.05, 0.075)
    x, y, rows = rng.uniform(0.02, 0.6) * w, rng.uniform(0.55, 0.7) * h, int(rng.integers(3, 5))
    ground = dark(rng) if rng.random() < 0.7 else vivid(rng)
    pen.rectangle([x, y, x + w * 0.35, y + rows * size * 1.4 + 6], fill=ground, outline=(255, 255, 255), width=2)
    font = any_font(rng, size)
    for row in range(rows):
        text = str(rng.choice(["Attack", "Magic", "Item", "Run", "Fight", "Talk", "Look", "Use", word(rng).title()]))
        pen.text((x + size, y + 4 + row * size * 1.4), text, font=font, fill=(255, 255, 255))


def battle(rng: Rng, h: int, w: int) -> Image.Image:
    """Monsters before a background, a list of commands, points."""
    image = backdrop(rng, h, w)
    for _ in range(int(rng.integers(1, 4))):
        size = h * rng.uniform(0.2, 0.5)
        paste(
            image,
            figure_of_noise(rng, int(rng.choice([16, 24, 32, 48]))),
            rng.uniform(0, w - size),
            h * 0.65 - size,
            size,
        )
    _choices(rng, image)
    if rng.random() < 0.5:
        hud(rng, image)
    return image


def adventure(rng: Rng, h: int, w: int) -> Image.Image:
    """A painted scene with a figure in it and a line of speech or commands."""
    image = backdrop(rng, h, w)
    size = h * rng.uniform(0.2, 0.45)
    paste(
        image,
        figure_of_noise(rng, int(rng.choice([16, 24, 32]))),
        rng.uniform(0, w - size),
        h * rng.uniform(0.75, 0.95) - size,
        size,
    )
    if rng.random() < 0.45:
        dialogue(rng, image)
    elif rng.random() < 0.5:
        _choices(rng, image)
    else:
        pen, size = ImageDraw.Draw(image), h * 0.06
        pen.text(
            (w / 2, h * 0.06),
            title(rng, 3),
            font=any_font(rng, size),
            fill=(255, 255, 255),
            anchor="mt",
            stroke_width=1,
            stroke_fill=(0, 0, 0),
        )
    return image


def cutscene(rng: Rng, h: int, w: int) -> Image.Image:
    """A still of an animated film or a game's film: a large face or figure, digitised or soft, dark or tinted."""
    if rng.random() < 0.6:
        return film(rng, h, w)
    image = backdrop(rng, h, w)
    pen = ImageDraw.Draw(image)
    for _ in range(int(rng.choice([0, 1, 1, 2]))):
        face(rng, pen, rng.uniform(0.2, 0.8) * w, rng.uniform(0.35, 0.65) * h, h * rng.uniform(0.2, 0.5))
    if rng.random() < 0.5:
        image = digitised(rng, image)
    else:
        image = image.filter(ImageFilter.GaussianBlur(float(rng.uniform(0, 1.5))))
    if rng.random() < 0.35:
        image = Image.blend(
            image, Image.new("RGB", (w, h), rgb(any_colour(rng, (0.2, 1), (0, 0.6)))), float(rng.uniform(0.2, 0.6))
        )
    if rng.random() < 0.25:
        ImageDraw.Draw(image).text(
            (w / 2, h * 0.92), title(rng, 3), font=any_font(rng, h * 0.06), fill=(255, 255, 255), anchor="mm"
        )
    return image


def scroller(rng: Rng, h: int, w: int) -> Image.Image:
    """Side view over a painted background: ground, enemies, shots."""
    image = backdrop(rng, h, w)
    pen = ImageDraw.Draw(image)
    if rng.random() < 0.6:
        pen.rectangle([0, h * rng.uniform(0.8, 0.92), w, h], fill=vivid(rng))
    for _ in range(int(rng.integers(2, 8))):
        size = h * rng.uniform(0.08, 0.28)
        maker = figure_of_noise(rng, int(rng.choice([12, 16, 24]))) if rng.random() < 0.7 else sprite(rng, 12)
        paste(image, maker, rng.uniform(0, w), rng.uniform(0.1, 0.85) * h, size)
    for _ in range(int(rng.integers(0, 6))):
        x, y = rng.uniform(0, w), rng.uniform(0, h)
        pen.line([x, y, x + w * 0.06, y], fill=(255, 240, 160), width=2)
    hud(rng, image)
    return pixelate(rng, image, int(rng.choice([64, 96, 120]))) if rng.random() < 0.3 else image


RENDERERS: dict[str, Callable[[Rng, int, int], Image.Image]] = {
    "battle": battle,
    "adventure": adventure,
    "cutscene": cutscene,
    "scroller": scroller,
}
