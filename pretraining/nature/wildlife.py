"""Living nature near: blossoms, animals, life under water. Every renderer returns a float picture [h, w, 3]."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from PIL import ImageDraw, ImageFilter

from pretraining.materials.landscape import Light, foliage, ground, in_light, stacked
from pretraining.materials.textures import Field, any_colour, colour, mix, noise, ramp, rgb, ridge, to_image, to_picture
from pretraining.nature import blossoms
from pretraining.nature.portraits import HABITATS, portrait


def flower(rng: np.random.Generator, h: int, w: int, light: Light) -> Field:
    """One or more blossoms near, soft leaves behind; most as a macro lens sees them."""
    if rng.random() < 0.6:
        return blossoms.near(rng, h, w, light)
    back = to_picture(
        to_image(in_light(foliage(rng, h, w, light), light, rng)).filter(
            ImageFilter.GaussianBlur(float(rng.uniform(1, 8)))
        )
    )
    y, x = np.mgrid[0:h, 0:w].astype(np.float32)
    picture = back
    for _ in range(int(rng.choice([1, 1, 2, 5]))):
        cx, cy, size = rng.uniform(0.2, 0.8) * w, rng.uniform(0.2, 0.8) * h, rng.uniform(0.12, 0.5) * h
        angle, far = np.arctan2(y - cy, x - cx), np.hypot(x - cx, (y - cy) * rng.uniform(0.8, 1.5)) / size
        petals = int(rng.integers(4, 14))
        reach = 0.65 + 0.35 * np.abs(np.cos(angle * petals / 2 + rng.uniform(0, 6)))
        body = (
            colour(rng, (-0.25, 0.17), (0.1, 1), (0.6, 1))
            * (0.55 + 0.55 * far[..., None])
            * (0.8 + 0.4 * noise(rng, h, w, 1.6)[..., None])
        )
        picture = mix(picture, body.astype(np.float32), np.clip((reach - far) * 12, 0, 1))
        heart = colour(rng, (0.08, 0.16), (0.6, 1), (0.4, 1)) * (0.6 + 0.6 * noise(rng, h, w, 0.7)[..., None])
        picture = mix(picture, heart.astype(np.float32), np.clip((rng.uniform(0.15, 0.35) - far) * 15, 0, 1))
    return picture


Blob = tuple[float, float, float]  # centre and radius, in pixels


def _legs_and_ears(rng: np.random.Generator, pen: ImageDraw.ImageDraw, body: Blob, head: Blob) -> None:
    (cx, cy, s), (hx, hy, r) = body, head
    for leg in (-0.7, -0.4, 0.4, 0.7):
        pen.line(
            [cx + leg * s, cy, cx + leg * s + rng.uniform(-0.15, 0.15) * s, cy + s * 1.3],
            fill=255,
            width=int(max(2, s * 0.16)),
        )
    for ear in (-0.6, 0.4):
        pen.polygon(
            [
                (hx + ear * r, hy - r * 0.5),
                (hx + ear * r + r * 0.2, hy - r * 1.7),
                (hx + ear * r + r * 0.6, hy - r * 0.5),
            ],
            fill=255,
        )


def _beak_and_tail(rng: np.random.Generator, pen: ImageDraw.ImageDraw, body: Blob, head: Blob, side: float) -> None:
    (cx, cy, s), (hx, hy, r) = body, head
    pen.polygon(
        [
            (hx + side * r * 0.7, hy - r * 0.3),
            (hx + side * r * 2.0, hy + r * 0.1),
            (hx + side * r * 0.7, hy + r * 0.4),
        ],
        fill=255,
    )
    pen.polygon(
        [
            (cx - side * s * 0.7, cy - s * 0.3),
            (cx - side * s * 1.9, cy + s * rng.uniform(-0.3, 0.5)),
            (cx - side * s * 0.7, cy + s * 0.3),
        ],
        fill=255,
    )


def animal(rng: np.random.Generator, h: int, w: int, light: Light) -> Field:
    """A bird or a four-legged animal of textured fur or feathers in front of a natural ground; half of them near."""
    if rng.random() < 0.55:
        return portrait(rng, h, w, light)
    back = HABITATS[int(rng.integers(len(HABITATS)))](rng, h, w, light)
    back = to_picture(to_image(back).filter(ImageFilter.GaussianBlur(float(rng.uniform(0, 5)))))
    shape = to_image(np.zeros((h, w, 3), np.float32)).convert("L")
    pen = ImageDraw.Draw(shape)
    cx, cy, s = rng.uniform(0.3, 0.7) * w, rng.uniform(0.4, 0.65) * h, rng.uniform(0.15, 0.42) * h
    side = float(rng.choice([-1, 1]))
    pen.ellipse([cx - s, cy - s * 0.55, cx + s, cy + s * 0.55], fill=255)
    hx, hy, r = cx + side * s * rng.uniform(0.8, 1.1), cy - s * rng.uniform(0.4, 0.8), s * rng.uniform(0.25, 0.42)
    pen.ellipse([hx - r, hy - r, hx + r, hy + r], fill=255)
    pen.line([cx + side * s * 0.6, cy - s * 0.1, hx, hy], fill=255, width=int(max(2, s * 0.4)))
    if rng.random() < 0.6:
        _legs_and_ears(rng, pen, (cx, cy, s), (hx, hy, r))
    else:
        _beak_and_tail(rng, pen, (cx, cy, s), (hx, hy, r), side)
    mask = np.asarray(shape.filter(ImageFilter.GaussianBlur(1)), np.float32) / 255
    fur = noise(rng, h, w, 1.2, 0.8, rng.uniform(0.3, 3))
    y = np.clip(1.3 - 0.8 * (np.arange(h)[:, None] - cy + s * 0.5) / (s * 1.5), 0.35, 1.3)
    main, patch = (colour(rng, (0.02, 0.14), (0, 0.7), (0.1, 0.95)), any_colour(rng, (0, 0.6), (0.05, 1)))
    coat = mix(
        np.broadcast_to(main, back.shape),
        np.broadcast_to(patch, back.shape),
        np.clip((noise(rng, h, w, 2.0, 0.6) - rng.uniform(0.4, 0.9)) * 9, 0, 1),
    )
    picture = mix(
        back, in_light((coat * (0.6 + 0.7 * fur)[..., None] * y[..., None]).astype(np.float32), light, rng), mask
    )
    dot = to_image(picture)
    e = max(1.0, r * 0.12)
    ImageDraw.Draw(dot).ellipse(
        [hx + side * r * 0.4 - e, hy - r * 0.2 - e, hx + side * r * 0.4 + e, hy - r * 0.2 + e],
        fill=rgb(any_colour(rng, (0, 0.4), (0, 0.2))),
    )
    return to_picture(dot)


def underwater(rng: np.random.Generator, h: int, w: int, _light: Light) -> Field:
    """Blue depth, light from above, coral below, fish."""
    picture = ramp(
        h, w, colour(rng, (0.45, 0.6), (0.3, 0.9), (0.5, 0.95)), colour(rng, (0.5, 0.65), (0.5, 1), (0.05, 0.4))
    )
    rays = noise(rng, 8, w, 1.6)[4][None, :] * np.linspace(1, 0, h)[:, None]
    picture = picture * (0.8 + 0.7 * rays[..., None])
    reef = ground(
        rng, h, w, colour(rng, (-0.1, 0.15), (0.3, 0.9), (0.3, 0.8)), any_colour(rng, (0.3, 0.9), (0.2, 0.8)), 0.7
    )
    picture = stacked(
        picture.astype(np.float32),
        mix(reef, picture.astype(np.float32), 0.35),
        (rng.uniform(0.6, 1.0) - 0.3 * ridge(rng, w, 1.6)) * h,
    )
    image = to_image(picture)
    pen = ImageDraw.Draw(image)
    for _ in range(int(rng.integers(0, 14))):
        x, y, s = rng.uniform(0, w), rng.uniform(0.1, 0.9) * h, rng.uniform(0.015, 0.08) * h
        body = rgb(any_colour(rng, (0.2, 1), (0.4, 1)))
        pen.ellipse([x - 2 * s, y - s, x + 2 * s, y + s], fill=body)
        pen.polygon([(x + 1.6 * s, y), (x + 3 * s, y - s), (x + 3 * s, y + s)], fill=body)
    return to_picture(image.filter(ImageFilter.GaussianBlur(0.6)))


RENDERERS: dict[str, Callable[[np.random.Generator, int, int, Light], Field]] = {
    "flower": flower,
    "animal": animal,
    "underwater": underwater,
}
