"""Animals near to the camera: heads that fill the picture, and upright birds. Every renderer returns a float picture [h, w, 3]."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

from pretraining.materials.indoors import room, surface
from pretraining.materials.landscape import Light, foliage, in_light
from pretraining.materials.textures import Field, any_colour, colour, mix, noise, to_image, to_picture
from pretraining.nature.land import desert, forest, meadow
from pretraining.nature.vistas import lake, open_sky

Rng = np.random.Generator
HABITATS = (meadow, forest, open_sky, desert, lake)


@dataclass(frozen=True)
class Coat:
    """Fur or feathers.

    Attributes:
        main, second: colours, float32 [3]. grain: how deep its texture is. length: how long its hairs are.
    """

    main: Field
    second: Field
    grain: float
    length: float


def any_coat(rng: Rng) -> Coat:
    """White, grey, brown and black fur, now and then a parrot's colours."""
    if rng.random() < 0.2:
        main, second = any_colour(rng, (0.3, 0.9), (0.3, 0.9)), any_colour(rng, (0.2, 0.9), (0.2, 0.95))
    elif rng.random() < 0.4:
        main, second = any_colour(rng, (0, 0.1), (0.1, 0.95)), any_colour(rng, (0, 0.1), (0.1, 0.95))
    else:
        main = colour(rng, (0.02, 0.13), (0.1, 0.75), (0.15, 0.95))
        second = colour(rng, (0.02, 0.13), (0, 0.5), (0.1, 0.98))
    return Coat(main, second, float(rng.uniform(0.25, 0.9)), float(rng.uniform(1.5, 7)))


def fur(rng: Rng, h: int, w: int, coat: Coat) -> Field:
    """The coat as a picture: fine hairs over soft folds."""
    upright = rng.random() < 0.5
    hairs = noise(rng, *((w, h) if upright else (h, w)), 0.7, float(rng.uniform(0.6, 1.4)), coat.length)
    hairs = hairs.T if upright else hairs
    folds = noise(rng, h, w, 2.0, float(rng.uniform(0.7, 2)))
    base = mix(np.broadcast_to(coat.main, (h, w, 3)), np.broadcast_to(coat.second, (h, w, 3)),
               np.clip((noise(rng, h, w, 2.6) - rng.uniform(0.4, 1)) * 6, 0, 1))  # fmt: skip
    return base * ((0.7 + 0.5 * folds) * (1 + coat.grain * (hairs - 0.5)))[..., None]


def background(rng: Rng, h: int, w: int, light: Light) -> Field:
    """Out of doors behind most; a wall or a room behind tame ones, some of them dim; out of focus."""
    draw = rng.random()
    if draw < 0.5:
        picture = HABITATS[int(rng.integers(len(HABITATS)))](rng, h, w, light)
    elif draw < 0.62:
        picture = in_light(foliage(rng, h, w, light), light, rng)
    else:
        picture = room(rng, h, w, light) if draw < 0.85 else surface(rng, h, w)
        picture = picture * np.float32(rng.uniform(0.3, 1.05))
    return to_picture(to_image(picture).filter(ImageFilter.GaussianBlur(h * float(rng.uniform(0.004, 0.06)))))


def _shape(h: int, w: int, soft: float, *ellipses: tuple[float, float, float, float]) -> Field:
    """Mask float32 [h, w] of a union of ellipses given as centre and radii."""
    mask = Image.new("L", (w, h))
    pen = ImageDraw.Draw(mask)
    for x, y, rx, ry in ellipses:
        pen.ellipse([x - rx, y - ry, x + rx, y + ry], fill=255)
    return np.asarray(mask.filter(ImageFilter.GaussianBlur(soft)), np.float32) / 255


def _rounded(h: int, w: int, x: float, y: float, r: float, side: float) -> Field:
    """Light on a round head, brighter above and on one side."""
    v, u = np.mgrid[0:h, 0:w].astype(np.float32)
    lit: Field = np.clip(1.05 - 0.35 * (v - y) / r - 0.25 * side * (u - x) / r, 0.35, 1.4)[..., None]
    return lit


def _markings(rng: Rng, head: Field, coat: Coat, x: float, y: float, r: float) -> Field:
    """A blaze down the middle, a mask around the eyes, light cheeks: some of them."""
    h, w, _ = head.shape
    other = fur(rng, h, w, Coat(coat.second, coat.main, coat.grain, coat.length))
    draw = rng.random()
    if draw < 0.35:
        mask = _shape(h, w, r * 0.06, (x, y - r * 0.1, r * rng.uniform(0.12, 0.35), r * 1.2))
    elif draw < 0.6:
        mask = _shape(h, w, r * 0.06, (x - r * 0.42, y - r * 0.2, r * 0.33, r * 0.3),
                      (x + r * 0.42, y - r * 0.2, r * 0.33, r * 0.3))  # fmt: skip
    elif draw < 0.8:
        mask = _shape(h, w, r * 0.08, (x, y + r * 0.55, r * 0.6, r * 0.5))
    else:
        return head
    return mix(head, other, mask)


def _gaze(rng: Rng, picture: Field, centres: list[tuple[float, float]], size: float, coat: Coat) -> Field:
    """Dark wet eyes with a rim and the sky in them."""
    image, big = to_image(picture), 3
    over = Image.new("RGBA", (image.width * big, image.height * big))
    pen, iris = ImageDraw.Draw(over), any_colour(rng, (0, 0.7), (0.05, 0.6))
    pupil = size * rng.uniform(0.45, 0.95)
    for ex, ey in centres:
        for radius, ink in ((size * 1.35, coat.second * rng.uniform(0.1, 0.7)), (size, iris), (pupil, iris * 0.12)):
            tint = tuple(int(c) for c in np.clip(ink, 0, 1) * 255)
            pen.ellipse([(ex - radius) * big, (ey - radius) * big, (ex + radius) * big, (ey + radius) * big],
                        fill=(*tint, 255))  # fmt: skip
        gx, gy, g = ex - size * 0.3, ey - size * 0.35, size * rng.uniform(0.12, 0.3)
        pen.ellipse([(gx - g) * big, (gy - g) * big, (gx + g) * big, (gy + g) * big], fill=(245, 248, 255, 255))
    small = over.resize(image.size, Image.Resampling.BOX)
    image.paste(small, (0, 0), small)
    return to_picture(image)


def _front(rng: Rng, picture: Field, coat: Coat, x: float, y: float, r: float) -> Field:
    """A head that looks at the camera: ears or a crest, markings, eyes, nose or beak."""
    h, w, _ = picture.shape
    bird, side = rng.random() < 0.4, float(rng.choice([-1, 1]))
    ears = [(x + s * r * 0.75, y - r * rng.uniform(0.7, 1.1), r * rng.uniform(0.2, 0.4), r * rng.uniform(0.35, 0.8))
            for s in (-1, 1)]  # fmt: skip
    crest = [(x, y - r * 1.1, r * 0.3, r * rng.uniform(0.2, 0.7))]
    neck = (x + rng.uniform(-0.3, 0.3) * r, y + r * 1.6, r * rng.uniform(0.7, 1.4), r * 1.3)
    shape = _shape(h, w, max(0.7, r * 0.03), neck, (x, y, r * rng.uniform(0.8, 1.05), r), *(crest if bird else ears))
    head = _markings(rng, fur(rng, h, w, coat) * _rounded(h, w, x, y, r, side), coat, x, y, r)
    picture = mix(picture, head.astype(np.float32), shape)
    gap, height = r * rng.uniform(0.35, 0.7), y - r * rng.uniform(0.05, 0.3)
    picture = _gaze(rng, picture, [(x - gap, height), (x + gap, height)], r * rng.uniform(0.08, 0.18), coat)
    if bird:
        horn = colour(rng, (0.02, 0.16), (0, 0.9), (0.08, 0.9))
        wide, tall = r * rng.uniform(0.15, 0.4), r * rng.uniform(0.3, 0.9)
        mask = _shape(h, w, max(0.6, r * 0.02), (x, y + tall * 0.4, wide, tall * 0.7))
        ridge = np.clip(1.25 - np.abs(np.arange(w, dtype=np.float32) - x) / wide, 0.3, 1.2)[None, :, None]
        return mix(picture, (horn * ridge * _rounded(h, w, x, y, r, side)).astype(np.float32), mask)
    snout = _shape(h, w, r * 0.08, (x, y + r * 0.45, r * rng.uniform(0.3, 0.45), r * rng.uniform(0.25, 0.4)))
    pale = fur(rng, h, w, Coat(mix(coat.main, np.ones(3, np.float32), 0.4), coat.main, coat.grain * 0.5, coat.length))
    picture = mix(picture, pale.astype(np.float32), snout * float(rng.uniform(0, 1)))
    nose = _shape(h, w, max(0.6, r * 0.02), (x, y + r * 0.3, r * rng.uniform(0.1, 0.2), r * 0.1))
    return mix(picture, np.broadcast_to(colour(rng, (-0.05, 0.08), (0, 0.5), (0.05, 0.5)), picture.shape), nose)


def _profile(rng: Rng, picture: Field, coat: Coat, x: float, y: float, r: float) -> Field:
    """A bird upright or a beast's head from the side, one eye seen."""
    h, w, _ = picture.shape
    side, v = float(rng.choice([-1, 1])), np.arange(h, dtype=np.float32)[:, None]
    body = (x - side * r * rng.uniform(0.2, 0.8), y + r * rng.uniform(1.6, 2.4), r * rng.uniform(0.9, 1.5), r * 1.9)
    back = fur(rng, h, w, coat) * _rounded(h, w, x, y + r, r * 2, side)
    belly = fur(rng, h, w, Coat(coat.second, coat.main, coat.grain, coat.length))
    back = mix(back, belly, np.clip((v - y - r * 1.2) / (r * 0.8), 0, 1) * np.ones((1, w), np.float32) * rng.random())
    snout = (x + side * r * rng.uniform(0.7, 1.1), y + r * 0.2, r * rng.uniform(0.35, 0.7), r * rng.uniform(0.25, 0.4))
    horn = colour(rng, (0.02, 0.16), (0, 0.9), (0.05, 0.8))
    beak = rng.random() < 0.6
    if beak:
        picture = mix(picture, np.broadcast_to(horn, picture.shape), _shape(h, w, 0.8, snout))
    parts = [body, (x, y, r, r * rng.uniform(0.85, 1)), *([] if beak else [snout])]
    picture = mix(picture, back.astype(np.float32), _shape(h, w, max(0.7, r * 0.03), *parts))
    return _gaze(rng, picture, [(x + side * r * 0.4, y - r * 0.15)], r * rng.uniform(0.1, 0.2), coat)


def portrait(rng: Rng, h: int, w: int, light: Light) -> Field:
    """One animal near: its head a sixth of the picture's height up to larger than the picture."""
    r = h * float(np.exp(rng.uniform(np.log(0.14), np.log(0.75))))
    x, y = rng.uniform(0.25, 0.75) * w, rng.uniform(0.35, 0.65) * h
    picture, coat = background(rng, h, w, light), any_coat(rng)
    draw = _front if rng.random() < 0.55 else _profile
    return draw(rng, picture, coat, x, y, r)
