"""Rooms and the surfaces they are made of. Every renderer returns a float picture [h, w, 3]."""

from __future__ import annotations

import numpy as np
from PIL import Image, ImageDraw

from pretraining.materials.landscape import Light, sky
from pretraining.materials.textures import Field, any_colour, colour, mix, noise, rgb, to_image, to_picture

Corner = tuple[float, float]
Rng = np.random.Generator


def surface(rng: Rng, h: int, w: int, base: Field | None = None) -> Field:
    """Plaster, wood, stone, cloth or tiles: one material under soft light."""
    base = any_colour(rng, (0, 0.5), (0.3, 0.95)) if base is None else base
    grain = noise(rng, h, w, rng.choice([1.2, 2.0]), rng.uniform(0.5, 2), rng.choice([1.0, 6.0, 0.15]))
    picture = np.broadcast_to(base, (h, w, 3)) * (1 + (grain - 0.5) * rng.uniform(0.05, 0.5))[..., None]
    if rng.random() < 0.3:
        y, x = np.mgrid[0:h, 0:w]
        step = rng.integers(8, 30)
        joints = (y % step < 1) | (
            (x + (y // step % 2) * step // 2 * (rng.random() < 0.5)) % int(step * rng.choice([1, 2])) < 1
        )
        picture = np.where(joints[..., None], picture * rng.uniform(0.6, 1.2), picture)
    light = 0.75 + 0.5 * noise(rng, h, w, 3.2, 3)
    return (picture * light[..., None]).astype(np.float32)


def filled(rng: Rng, picture: Field, corners: list[Corner], skin: Field) -> Field:
    """A polygon filled with a material."""
    h, w, _ = picture.shape
    mask = Image.new("L", (w, h))
    ImageDraw.Draw(mask).polygon(corners, fill=255)
    return mix(picture, skin, np.asarray(mask, np.float32) / 255 * float(rng.uniform(0.97, 1)))


def room(rng: Rng, h: int, w: int, light: Light) -> Field:
    """Walls, floor and ceiling in perspective, furniture, a window or a lamp, pictures."""
    vx, vy, s = w * rng.uniform(0.3, 0.7), h * rng.uniform(0.35, 0.55), rng.uniform(0.25, 0.6)
    left, right, t, b = vx - w * s / 2, vx + w * s / 2, vy - h * s / 2, vy + h * s / 2
    wall = any_colour(rng, (0, 0.45), (0.45, 0.97))
    picture = surface(rng, h, w, wall)
    far = [(-left * 0.0 - 1, -1.0), (left, t), (left, b), (-1.0, h + 1.0)]
    picture = filled(rng, picture, far, surface(rng, h, w, wall * 0.85))
    picture = filled(
        rng, picture, [(w + 1.0, -1.0), (right, t), (right, b), (w + 1.0, h + 1.0)], surface(rng, h, w, wall * 0.75)
    )
    picture = filled(
        rng,
        picture,
        [(-1.0, -1.0), (left, t), (right, t), (w + 1.0, -1.0)],
        surface(rng, h, w, any_colour(rng, (0, 0.1), (0.7, 1))),
    )
    picture = filled(
        rng,
        picture,
        [(-1.0, h + 1.0), (left, b), (right, b), (w + 1.0, h + 1.0)],
        surface(rng, h, w, colour(rng, (0.03, 0.12), (0, 0.6), (0.2, 0.8))),
    )
    if rng.random() < 0.5:
        x0, y0, x1, y1 = left + (right - left) * 0.2, t + (b - t) * 0.15, left + (right - left) * 0.7, t + (b - t) * 0.6
        picture = filled(
            rng, picture, [(x0, y0), (x1, y0), (x1, y1), (x0, y1)], np.clip(sky(rng, h, w, light) * 1.3, 0, 1)
        )
    for _ in range(int(rng.integers(2, 9))):
        picture = _furniture(rng, picture, b)
    return picture


def _furniture(rng: Rng, picture: Field, back: float) -> Field:
    h, w, _ = picture.shape
    x, y = rng.uniform(-0.1, 0.9) * w, rng.uniform(back, h * 1.05)
    near = (y - back) / (h - back + 1) + 0.4
    wide, tall, deep = w * rng.uniform(0.1, 0.45) * near, h * rng.uniform(0.08, 0.5) * near, h * 0.08 * near
    body = (
        colour(rng, (0.02, 0.13), (0.1, 0.7), (0.1, 0.8))
        if rng.random() < 0.6
        else any_colour(rng, (0, 0.6), (0.1, 0.95))
    )
    picture = filled(
        rng, picture, [(x, y - tall), (x + wide, y - tall), (x + wide, y), (x, y)], surface(rng, h, w, body)
    )
    picture = filled(
        rng,
        picture,
        [(x, y - tall), (x + deep, y - tall - deep), (x + wide + deep, y - tall - deep), (x + wide, y - tall)],
        surface(rng, h, w, np.clip(body * 1.3, 0, 1)),
    )
    picture = filled(
        rng,
        picture,
        [(x + wide, y), (x + wide + deep, y - deep), (x + wide + deep, y - tall - deep), (x + wide, y - tall)],
        surface(rng, h, w, body * 0.6),
    )
    if rng.random() < 0.5:
        image = to_image(picture)
        pen = ImageDraw.Draw(image)
        for step in range(1, int(rng.integers(2, 5))):
            pen.line([x, y - tall * step / 4, x + wide, y - tall * step / 4], fill=rgb(body * 0.5))
        picture = to_picture(image)
    return picture


def kitchen(rng: Rng, h: int, w: int, _light: Light) -> Field:
    """A room with rows of cupboards, a worktop, a hob or a fridge."""
    picture = surface(rng, h, w, any_colour(rng, (0, 0.3), (0.6, 0.97)))
    body = (
        colour(rng, (0.03, 0.12), (0.1, 0.7), (0.25, 0.9))
        if rng.random() < 0.6
        else any_colour(rng, (0, 0.15), (0.7, 1))
    )
    image = to_image(picture)
    cabinets = to_image(surface(rng, h, w, body))
    top, work, floor = h * rng.uniform(0.1, 0.3), h * rng.uniform(0.5, 0.62), h * rng.uniform(0.82, 0.95)
    image.paste(cabinets.crop((0, 0, w, int(top))), (0, 0))
    image.paste(cabinets.crop((0, int(work), w, int(floor))), (0, int(work)))
    image.paste(to_image(surface(rng, h, w)).crop((0, 0, w, h - int(floor))), (0, int(floor)))
    image.paste(to_image(surface(rng, h, w)).crop((0, 0, w, int(h * 0.05))), (0, int(work - h * 0.05)))
    pen = ImageDraw.Draw(image)
    x = -rng.uniform(0, 0.1) * w
    while x < w:
        wide = w * rng.uniform(0.1, 0.22)
        for y0, y1 in ((0.0, top), (work, floor)):
            pen.rectangle([x, y0, x + wide, y1], outline=rgb(body * 0.6))
            pen.line(
                [x + wide * 0.85, y0 + (y1 - y0) * 0.4, x + wide * 0.85, y0 + (y1 - y0) * 0.6],
                fill=(190, 190, 190),
                width=2,
            )
        if rng.random() < 0.25:
            pen.rectangle(
                [x, top * rng.choice([0.3, 1.0]), x + wide, floor],
                fill=rgb(any_colour(rng, (0, 0.1), (0.1, 0.95))),
                outline=(80, 80, 80),
            )
        if rng.random() < 0.4:
            s = w * rng.uniform(0.02, 0.06)
            pen.ellipse(
                [x, work - h * 0.05 - s * 1.5, x + s * 1.6, work - h * 0.05],
                fill=rgb(any_colour(rng, (0, 0.9), (0.2, 1))),
            )
        x += wide
    picture = to_picture(image)
    if rng.random() < 0.5:
        for _ in range(int(rng.integers(1, 4))):
            picture = _furniture(rng, picture, work)
    return picture * (0.8 + 0.4 * noise(rng, h, w, 3.2, 3))[..., None]
