"""Clothes, things, food and people near. Every renderer returns a float picture [h, w, 3]."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

from pretraining.everyday.town import dimmed, street
from pretraining.materials.indoors import room, surface
from pretraining.materials.landscape import Light, foliage
from pretraining.materials.textures import Field, any_colour, colour, mix, noise, relief, rgb, to_image, to_picture

Rng = np.random.Generator


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


def _shirt(rng: Rng, pen: ImageDraw.ImageDraw, x: float, y: float, s: float) -> None:
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


def _dress(rng: Rng, pen: ImageDraw.ImageDraw, x: float, y: float, s: float) -> None:
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


def _trousers(rng: Rng, pen: ImageDraw.ImageDraw, x: float, y: float, s: float) -> None:
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


def _shoe(_rng: Rng, pen: ImageDraw.ImageDraw, x: float, y: float, s: float) -> None:
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


def _hat(_rng: Rng, pen: ImageDraw.ImageDraw, x: float, y: float, s: float) -> None:
    pen.pieslice([x - s * 0.6, y - s * 0.7, x + s * 0.6, y + s * 0.6], 180, 360, fill=255)
    pen.ellipse([x - s, y - s * 0.15, x + s, y + s * 0.15], fill=255)


_GARMENTS = (_shirt, _dress, _trousers, _shoe, _hat)


def clothing(rng: Rng, h: int, w: int, _light: Light) -> Field:
    """A shirt, dress, trousers, shoe or hat laid on plain ground."""
    picture = surface(rng, h, w, any_colour(rng, (0, 0.4), (0.35, 1)))
    mask = Image.new("L", (w, h))
    pen = ImageDraw.Draw(mask)
    x, y, s = w * rng.uniform(0.45, 0.55), h * 0.5, min(h, w) * rng.uniform(0.3, 0.46)
    _GARMENTS[int(rng.integers(len(_GARMENTS)))](rng, pen, x, y, s)
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
    return dimmed(to_picture(image.filter(ImageFilter.GaussianBlur(0.6))), light, rng)
