"""What is none of the three: rooms, streets, buildings, people, clothes and things, as a camera sees them.

Every renderer takes a generator and a `Light` and returns a float picture [h, w, 3].
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

from sample_data.lettering import any_font, title
from sample_data.nature import Light, foliage, sky
from sample_data.textures import Field, any_colour, colour, mix, noise, relief, rgb, to_image, to_picture

Rng = np.random.Generator
Corner = tuple[float, float]


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


def _fill(rng: Rng, picture: Field, corners: list[Corner], skin: Field) -> Field:
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
    picture = _fill(rng, picture, far, surface(rng, h, w, wall * 0.85))
    picture = _fill(
        rng, picture, [(w + 1.0, -1.0), (right, t), (right, b), (w + 1.0, h + 1.0)], surface(rng, h, w, wall * 0.75)
    )
    picture = _fill(
        rng,
        picture,
        [(-1.0, -1.0), (left, t), (right, t), (w + 1.0, -1.0)],
        surface(rng, h, w, any_colour(rng, (0, 0.1), (0.7, 1))),
    )
    picture = _fill(
        rng,
        picture,
        [(-1.0, h + 1.0), (left, b), (right, b), (w + 1.0, h + 1.0)],
        surface(rng, h, w, colour(rng, (0.03, 0.12), (0, 0.6), (0.2, 0.8))),
    )
    if rng.random() < 0.5:
        x0, y0, x1, y1 = left + (right - left) * 0.2, t + (b - t) * 0.15, left + (right - left) * 0.7, t + (b - t) * 0.6
        picture = _fill(
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
    picture = _fill(
        rng, picture, [(x, y - tall), (x + wide, y - tall), (x + wide, y), (x, y)], surface(rng, h, w, body)
    )
    picture = _fill(
        rng,
        picture,
        [(x, y - tall), (x + deep, y - tall - deep), (x + wide + deep, y - tall - deep), (x + wide, y - tall)],
        surface(rng, h, w, np.clip(body * 1.3, 0, 1)),
    )
    picture = _fill(
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
        picture = _fill(rng, picture, [(left, top + lean), (mid, top), (mid, h), (left, h)], front)
        picture = _fill(rng, picture, [(mid, top), (left + wide, top + lean * 1.2), (left + wide, h), (mid, h)], side)
        if rng.random() < 0.25:
            picture = _fill(
                rng,
                picture,
                [(left, top + lean), (left + wide / 2, top - h * 0.15), (left + wide, top + lean)],
                surface(rng, h, w, colour(rng, (0, 0.08), (0.2, 0.7), (0.2, 0.6))),
            )
    if rng.random() < 0.5:
        base = int(h * rng.uniform(0.8, 0.95))
        picture[base:] = (surface(rng, h, w) if rng.random() < 0.5 else foliage(rng, h, w, light))[base:]
    return _dim(picture, light, rng)


def _dim(picture: Field, light: Light, rng: Rng) -> Field:
    if light.time == "night":
        return (picture * colour(rng, (0.0, 0.7), (0.1, 0.5), (0.25, 0.5))).astype(np.float32)
    return picture


def street(rng: Rng, h: int, w: int, light: Light) -> Field:
    """Houses on both sides of a road, cars, people, signs, lamps."""
    picture = sky(rng, h, w, light)
    vx, vy = w * rng.uniform(0.3, 0.7), h * rng.uniform(0.4, 0.6)
    picture = _fill(
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
            picture = _fill(
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
    return _dim(to_picture(image), light, rng)


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
    return _dim((lit * (0.75 + 0.5 * noise(rng, h, w, 2.6, 2))[..., None]).astype(np.float32), light, rng)


def _lit_shape(rng: Rng, picture: Field, mask: Image.Image, body: Field) -> Field:
    """A soft object: material, folds, rounded shading and a shadow under a mask."""
    h, w, _ = picture.shape
    flat = np.asarray(mask.filter(ImageFilter.GaussianBlur(0.7)), np.float32) / 255
    round_ = np.asarray(mask.filter(ImageFilter.GaussianBlur(h * 0.06)), np.float32) / 255
    shadow = (
        np.asarray(
            mask.filter(ImageFilter.GaussianBlur(h * 0.03)).rotate(0, translate=(int(w * 0.02), int(h * 0.02))),
            np.float32,
        )
        / 255
    )
    picture = picture * (1 - 0.45 * shadow)[..., None]
    folds = relief(
        noise(rng, h, w, 2.6, rng.uniform(0.5, 1.2), rng.uniform(0.3, 1.5)), rng.uniform(0, 6), rng.uniform(3, 14)
    )
    skin = surface(rng, h, w, body) * (0.5 + 0.5 * round_ + 0.6 * (folds - 0.5))[..., None]
    return mix(picture.astype(np.float32), skin.astype(np.float32), flat)


def clothing(rng: Rng, h: int, w: int, _light: Light) -> Field:
    """A shirt, dress, trousers, shoe or hat laid on plain ground."""
    picture = surface(rng, h, w, any_colour(rng, (0, 0.4), (0.35, 1)))
    mask = Image.new("L", (w, h))
    pen = ImageDraw.Draw(mask)
    x, y, s = w * rng.uniform(0.45, 0.55), h * 0.5, min(h, w) * rng.uniform(0.3, 0.46)
    kind = rng.integers(5)
    if kind == 0:
        arm = rng.uniform(0.4, 1.5)
        pen.polygon(
            [
                (x - s * 0.3, y - s),
                (x + s * 0.3, y - s),
                (x + s, y - s + s * arm * 0.6),
                (x + s * 0.8, y - s + s * arm * 0.8),
                (x + s * 0.55, y - s * 0.4),
                (x + s * 0.6, y + s),
                (x - s * 0.6, y + s),
                (x - s * 0.55, y - s * 0.4),
                (x - s * 0.8, y - s + s * arm * 0.8),
                (x - s, y - s + s * arm * 0.6),
            ],
            fill=255,
        )
    elif kind == 1:
        pen.polygon(
            [
                (x - s * 0.25, y - s),
                (x + s * 0.25, y - s),
                (x + s * 0.3, y - s * 0.2),
                (x + s * rng.uniform(0.5, 0.9), y + s),
                (x - s * rng.uniform(0.5, 0.9), y + s),
                (x - s * 0.3, y - s * 0.2),
            ],
            fill=255,
        )
    elif kind == 2:
        end = y + s * rng.uniform(0.2, 1)
        pen.polygon(
            [
                (x - s * 0.4, y - s),
                (x + s * 0.4, y - s),
                (x + s * 0.6, end),
                (x + s * 0.15, end),
                (x, y - s * 0.4),
                (x - s * 0.15, end),
                (x - s * 0.6, end),
            ],
            fill=255,
        )
    elif kind == 3:
        pen.polygon(
            [
                (x - s, y - s * 0.3),
                (x - s * 0.5, y - s * 0.35),
                (x + s * 0.2, y),
                (x + s, y + s * 0.15),
                (x + s, y + s * 0.4),
                (x - s, y + s * 0.4),
            ],
            fill=255,
        )
    else:
        pen.pieslice([x - s * 0.6, y - s * 0.7, x + s * 0.6, y + s * 0.6], 180, 360, fill=255)
        pen.ellipse([x - s, y - s * 0.15, x + s, y + s * 0.15], fill=255)
    mask = mask.rotate(float(rng.normal(0, 12)))
    return _lit_shape(rng, picture, mask, any_colour(rng, (0, 0.9), (0.05, 0.95)))


def thing(rng: Rng, h: int, w: int, _light: Light) -> Field:
    """Cups, bottles, boxes, balls, tools on a table."""
    picture = surface(rng, h, w)
    if rng.random() < 0.6:
        base = int(h * rng.uniform(0.45, 0.75))
        picture[base:] = surface(rng, h - base, w)
    for _ in range(int(rng.choice([1, 1, 2, 4]))):
        mask = Image.new("L", (w, h))
        pen = ImageDraw.Draw(mask)
        x, y, s = w * rng.uniform(0.25, 0.75), h * rng.uniform(0.4, 0.7), h * rng.uniform(0.12, 0.35)
        kind = rng.integers(4)
        if kind == 0:
            pen.ellipse([x - s, y - s, x + s, y + s], fill=255)
        elif kind == 1:
            pen.rounded_rectangle([x - s * 0.45, y - s * 0.6, x + s * 0.45, y + s], s * 0.15, fill=255)
            pen.rectangle([x - s * 0.15, y - s * 1.1, x + s * 0.15, y - s * 0.5], fill=255)
        elif kind == 2:
            pen.rounded_rectangle([x - s, y - s * rng.uniform(0.4, 1), x + s, y + s * 0.7], s * 0.1, fill=255)
        else:
            pen.rounded_rectangle([x - s * 0.6, y - s * 0.6, x + s * 0.6, y + s * 0.7], s * 0.2, fill=255)
            pen.arc(
                [x + s * 0.3, y - s * 0.4, x + s * 1.1, y + s * 0.4], -90, 90, fill=255, width=int(max(2, s * 0.15))
            )
        picture = _lit_shape(rng, picture, mask.rotate(float(rng.normal(0, 6))), any_colour(rng, (0, 1), (0.1, 1)))
    return picture


def food(rng: Rng, h: int, w: int, _light: Light) -> Field:
    """A plate with heaps on it, from above."""
    picture = surface(rng, h, w)
    y, x = np.mgrid[0:h, 0:w].astype(np.float32)
    cx, cy, r = w * rng.uniform(0.4, 0.6), h * rng.uniform(0.45, 0.6), h * rng.uniform(0.35, 0.5)
    squash = rng.uniform(1, 1.6)
    far = np.hypot(x - cx, (y - cy) * squash) / r
    plate = any_colour(rng, (0, 0.25), (0.75, 1)) * (0.85 + 0.2 * np.cos(far * 8))[..., None]
    picture = mix(picture, plate.astype(np.float32), np.clip((1 - far) * r / 2, 0, 1))
    for _ in range(int(rng.integers(1, 7))):
        ox, oy, s = cx + rng.uniform(-0.4, 0.4) * r, cy + rng.uniform(-0.3, 0.3) * r, r * rng.uniform(0.2, 0.5)
        lump = np.hypot(x - ox, (y - oy) * squash) / s + (noise(rng, h, w, 1.6) - 0.5) * 0.6
        body = (
            colour(rng, (-0.03, 0.33), (0.3, 0.95), (0.3, 0.95))
            * (0.4 + 1.1 * relief(noise(rng, h, w, 1.2, 0.7), 0.8, 6))[..., None]
        )
        picture = mix(picture, body.astype(np.float32), np.clip((1 - lump) * 5, 0, 1).astype(np.float32))
    return picture


def person(rng: Rng, h: int, w: int, light: Light) -> Field:
    """Head and shoulders of a photographed person, softly lit, before a blurred room or garden."""
    back = (room if rng.random() < 0.5 else street if rng.random() < 0.4 else lambda r, a, b, c: foliage(r, a, b, c))(
        rng, h, w, light
    )
    picture = to_picture(to_image(back).filter(ImageFilter.GaussianBlur(float(rng.uniform(1, 7)))))
    x, y, r = w * rng.uniform(0.35, 0.65), h * rng.uniform(0.35, 0.45), h * rng.uniform(0.14, 0.26)
    skin = colour(rng, (0.02, 0.09), (0.25, 0.65), (0.3, 0.95))

    def part(draw: Callable[[ImageDraw.ImageDraw], None], body: Field) -> None:
        nonlocal picture
        mask = Image.new("L", (w, h))
        draw(ImageDraw.Draw(mask))
        picture = _lit_shape(rng, picture, mask, body)

    hair = colour(rng, (0.03, 0.12), (0.1, 0.7), (0.03, 0.7))
    part(
        lambda pen: pen.ellipse([x - r * 1.05, y - r * 1.35, x + r * 1.05, y + r * rng.uniform(0.3, 1.6)], fill=255),
        hair,
    )
    part(
        lambda pen: pen.rounded_rectangle([x - r * 2.1, y + r * 1.5, x + r * 2.1, h + r], r * 0.8, fill=255),
        any_colour(rng, (0, 0.8), (0.05, 0.9)),
    )
    part(lambda pen: pen.rectangle([x - r * 0.4, y + r * 0.6, x + r * 0.4, y + r * 1.7], fill=255), skin * 0.85)
    part(lambda pen: pen.ellipse([x - r * 0.8, y - r, x + r * 0.8, y + r * 1.15], fill=255), skin)
    image = to_image(picture)
    pen = ImageDraw.Draw(image)
    for side in (-0.33, 0.33):
        pen.ellipse(
            [x + side * r - r * 0.13, y - r * 0.12, x + side * r + r * 0.13, y + r * 0.02], fill=rgb(skin * 0.25)
        )
        pen.line(
            [x + side * r - r * 0.17, y - r * 0.27, x + side * r + r * 0.17, y - r * 0.27],
            fill=rgb(hair * 0.8),
            width=max(1, int(r * 0.07)),
        )
    pen.line(
        [x - r * 0.22, y + r * 0.62, x + r * 0.22, y + r * 0.62],
        fill=rgb(skin * np.array([0.8, 0.4, 0.4], np.float32)),
        width=max(1, int(r * 0.1)),
    )
    pen.line([x, y, x + r * 0.06, y + r * 0.3], fill=rgb(skin * 0.7), width=1)
    return _dim(to_picture(image.filter(ImageFilter.GaussianBlur(0.6))), light, rng)


RENDERERS: dict[str, Callable[[Rng, int, int, Light], Field]] = {
    "room": room,
    "kitchen": kitchen,
    "building": building,
    "street": street,
    "vehicle": vehicle,
    "clothing": clothing,
    "thing": thing,
    "food": food,
    "person": person,
}
