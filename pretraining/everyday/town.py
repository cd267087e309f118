"""Buildings, streets, vehicles, and people as small figures. Every renderer returns a float picture [h, w, 3]."""

from __future__ import annotations

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

from pretraining.materials.indoors import filled, surface
from pretraining.materials.landscape import Light, foliage, sky
from pretraining.materials.lettering import any_font, title
from pretraining.materials.textures import Field, any_colour, colour, noise, rgb, to_image, to_picture

Rng = np.random.Generator


def _facade(rng: Rng, h: int, w: int) -> Field:
    """A wall with windows in rows."""
    picture = surface(rng, h, w, colour(rng, (0.02, 0.14), (0, 0.5), (0.3, 0.9)))
    rows, columns = int(rng.integers(2, 12)), int(rng.integers(2, 9))
    image = to_image(picture)
    pen = ImageDraw.Draw(image)
    glass = any_colour(rng, (0, 0.5), (0.05, 0.6))
    for row in range(rows):
        for column in range(columns):
            x, y = (column + 0.2) * w / columns, (row + 0.2) * h / rows
            tint = rgb(glass * rng.uniform(0.5, 1.6)) if rng.random() < 0.85 else (240, 225, 160)
            pen.rectangle([x, y, x + w / columns * 0.6, y + h / rows * 0.6], fill=tint, outline=rgb(glass * 0.4 + 0.4))
    return to_picture(image)


def building(rng: Rng, h: int, w: int, light: Light) -> Field:
    """One or more buildings against the sky, from the front or from a corner."""
    picture = sky(rng, h, w, light)
    for _ in range(int(rng.integers(1, 5))):
        left, wide, top = rng.uniform(-0.2, 0.7) * w, rng.uniform(0.25, 0.9) * w, rng.uniform(0.02, 0.5) * h
        lean, split = rng.uniform(0, 0.25) * h, rng.uniform(0.3, 0.8)
        mid = left + wide * split
        front, side = _facade(rng, h, w), _facade(rng, h, w) * np.float32(0.6)
        picture = filled(rng, picture, [(left, top + lean), (mid, top), (mid, h), (left, h)], front)
        picture = filled(rng, picture, [(mid, top), (left + wide, top + lean * 1.2), (left + wide, h), (mid, h)], side)
        if rng.random() < 0.25:
            picture = filled(
                rng,
                picture,
                [(left, top + lean), (left + wide / 2, top - h * 0.15), (left + wide, top + lean)],
                surface(rng, h, w, colour(rng, (0, 0.08), (0.2, 0.7), (0.2, 0.6))),
            )
    if rng.random() < 0.5:
        base = int(h * rng.uniform(0.8, 0.95))
        picture[base:] = (surface(rng, h, w) if rng.random() < 0.5 else foliage(rng, h, w, light))[base:]
    return dimmed(picture, light, rng)


def dimmed(picture: Field, light: Light, rng: Rng) -> Field:
    if light.time == "night":
        return (picture * colour(rng, (0.0, 0.7), (0.1, 0.5), (0.25, 0.5))).astype(np.float32)
    return picture


def street(rng: Rng, h: int, w: int, light: Light) -> Field:
    """Houses on both sides of a road, cars, people, signs, lamps."""
    picture = sky(rng, h, w, light)
    vx, vy = w * rng.uniform(0.3, 0.7), h * rng.uniform(0.4, 0.6)
    picture = filled(
        rng,
        picture,
        [(-1.0, h), (vx - 2, vy), (vx + 2, vy), (w + 1.0, h)],
        surface(rng, h, w, any_colour(rng, (0, 0.12), (0.25, 0.65))),
    )
    for side in (-1, 1):
        edge = 0.0 if side < 0 else float(w)
        steps = np.sort(rng.uniform(0.05, 1.1, int(rng.integers(2, 6))))
        previous = 0.02
        for step in steps:
            a, b, up = previous, step, rng.uniform(0.6, 1.6) * h
            xa, xb = vx + (edge - vx) * a, vx + (edge - vx) * b
            corners = [(xa, vy - up * a), (xb, vy - up * b), (xb, vy + h * 0.55 * b), (xa, vy + h * 0.55 * a)]
            picture = filled(
                rng,
                picture,
                corners,
                (_facade(rng, h, w) if rng.random() < 0.8 else foliage(rng, h, w, light))
                * np.float32(rng.uniform(0.5, 1)),
            )
            previous = step
    image = to_image(picture)
    for _ in range(int(rng.integers(1, 6))):
        t = rng.uniform(0.1, 0.7)
        x, y = vx + rng.uniform(-0.8, 0.8) * w * t, vy + t * (h - vy)
        _car(rng, image, x, y, w * 0.35 * t) if rng.random() < 0.6 else _walker(rng, image, x, y, h * 0.5 * t)
    pen = ImageDraw.Draw(image)
    if rng.random() < 0.5:
        x = rng.uniform(0.05, 0.95) * w
        pen.line([x, h * 0.05, x, h * 0.8], fill=(60, 60, 62), width=2)
    if rng.random() < 0.4:
        x, y = rng.uniform(0.05, 0.7) * w, rng.uniform(0.15, 0.5) * h
        pen.rectangle([x, y, x + w * 0.2, y + h * 0.08], fill=rgb(any_colour(rng, (0.3, 1), (0.2, 0.9))))
        pen.text((x + 2, y + 1), title(rng, 1), font=any_font(rng, h * 0.06), fill=(255, 255, 255))
    return dimmed(to_picture(image), light, rng)


def _car(rng: Rng, image: Image.Image, x: float, y: float, s: float) -> None:
    pen = ImageDraw.Draw(image)
    body = any_colour(rng, (0, 0.9), (0.1, 0.95))
    pen.ellipse([x - s * 0.6, y - s * 0.05, x + s * 0.6, y + s * 0.12], fill=(30, 30, 32))
    pen.rounded_rectangle([x - s / 2, y - s * 0.32, x + s / 2, y], max(1.0, s * 0.08), fill=rgb(body))
    pen.polygon(
        [
            (x - s * 0.38, y - s * 0.3),
            (x - s * 0.24, y - s * 0.52),
            (x + s * 0.24, y - s * 0.52),
            (x + s * 0.38, y - s * 0.3),
        ],
        fill=rgb(body * 0.85),
    )
    pen.polygon(
        [
            (x - s * 0.3, y - s * 0.31),
            (x - s * 0.2, y - s * 0.48),
            (x + s * 0.2, y - s * 0.48),
            (x + s * 0.3, y - s * 0.31),
        ],
        fill=(60, 75, 90),
    )
    for side in (-0.32, 0.32):
        pen.ellipse(
            [x + side * s - s * 0.1, y - s * 0.1, x + side * s + s * 0.1, y + s * 0.1],
            fill=(20, 20, 22),
            outline=(120, 120, 120),
        )


def _walker(rng: Rng, image: Image.Image, x: float, y: float, tall: float) -> None:
    pen = ImageDraw.Draw(image)
    skin, top, legs = (
        colour(rng, (0.03, 0.09), (0.2, 0.6), (0.25, 0.9)),
        any_colour(rng, (0, 0.8), (0.05, 0.9)),
        any_colour(rng, (0, 0.5), (0.05, 0.5)),
    )
    pen.polygon(
        [
            (x - tall * 0.1, y),
            (x - tall * 0.08, y - tall * 0.5),
            (x + tall * 0.08, y - tall * 0.5),
            (x + tall * 0.1, y),
            (x + tall * 0.03, y),
            (x, y - tall * 0.35),
            (x - tall * 0.03, y),
        ],
        fill=rgb(legs),
    )
    pen.polygon(
        [
            (x - tall * 0.1, y - tall * 0.45),
            (x - tall * 0.13, y - tall * 0.82),
            (x + tall * 0.13, y - tall * 0.82),
            (x + tall * 0.1, y - tall * 0.45),
        ],
        fill=rgb(top),
    )
    pen.ellipse([x - tall * 0.06, y - tall, x + tall * 0.06, y - tall * 0.84], fill=rgb(skin))


def passers_by(rng: Rng, image: Image.Image, on_water: bool) -> None:
    """A few small people, a boat or a post in a landscape."""
    w, h = image.size
    pen = ImageDraw.Draw(image)
    for _ in range(int(rng.integers(1, 4))):
        x, y, s = rng.uniform(0, w), rng.uniform(0.6, 0.95) * h, h * rng.uniform(0.05, 0.2)
        if not on_water and rng.random() < 0.8:
            _walker(rng, image, x, y, s)
        elif on_water:
            ink = rgb(any_colour(rng, (0, 0.8), (0.1, 0.95)))
            pen.polygon([(x - s, y), (x + s, y), (x + s * 0.7, y + s * 0.35), (x - s * 0.7, y + s * 0.35)], fill=ink)
            pen.polygon([(x, y), (x, y - s * 1.2), (x + s * 0.7, y)], fill=(235, 235, 230))
        else:
            pen.line(
                [x, y - s, x, y + s],
                fill=rgb(colour(rng, (0.05, 0.1), (0.1, 0.5), (0.1, 0.5))),
                width=int(max(1, s * 0.1)),
            )


def vehicle(rng: Rng, h: int, w: int, light: Light) -> Field:
    """A car near, on a road or a yard."""
    picture = (
        building(rng, h, w, light)
        if rng.random() < 0.5
        else np.concatenate([sky(rng, h // 2, w, light), foliage(rng, h - h // 2, w, light)])
    )
    base = int(h * rng.uniform(0.6, 0.75))
    picture[base:] = surface(rng, h - base, w, any_colour(rng, (0, 0.15), (0.3, 0.7)))
    image = to_image(picture)
    _car(rng, image, w * rng.uniform(0.35, 0.65), h * rng.uniform(0.75, 0.9), w * rng.uniform(0.5, 0.85))
    lit = to_picture(image.filter(ImageFilter.GaussianBlur(0.7)))
    return dimmed((lit * (0.75 + 0.5 * noise(rng, h, w, 2.6, 2))[..., None]).astype(np.float32), light, rng)
