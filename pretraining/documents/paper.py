"""Paper, ink and paragraphs; `handled` makes a scan or a photograph of a page."""

from __future__ import annotations

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

from pretraining.materials.landscape import any_light
from pretraining.materials.lettering import Font, fill_line
from pretraining.materials.textures import Field, any_colour, colour, noise, rgb, to_image, to_picture
from pretraining.nature import places

Ink = tuple[int, int, int]
Rng = np.random.Generator


def paper(rng: Rng, h: int, w: int) -> Image.Image:
    """White, cream or greyish paper."""
    return Image.new(
        "RGB",
        (w, h),
        rgb(colour(rng, (0.08, 0.17), (0, rng.choice([0.0, 0.03, 0.1, 0.3], p=[0.45, 0.3, 0.18, 0.07])), (0.86, 1))),
    )


def ink(rng: Rng) -> Ink:
    """Mostly black."""
    return (
        rgb(colour(rng, (0, 1), (0, 0.2), (0, 0.3)))
        if rng.random() < 0.8
        else rgb(any_colour(rng, (0.4, 1), (0.2, 0.6)))
    )


def accent(rng: Rng) -> Ink:
    """The second colour of a layout."""
    return rgb(any_colour(rng, (0.2, 0.95), (0.25, 0.95)))


def picture(rng: Rng, h: int, w: int) -> Image.Image:
    """A small photograph, as pages and screens carry them."""
    names = list(places.RENDERERS)
    small = places.RENDERERS[names[rng.integers(len(names))]](rng, max(24, h), max(24, w), any_light(rng))
    return to_image(small).resize((max(1, w), max(1, h)))


def paragraph(
    rng: Rng, pen: ImageDraw.ImageDraw, box: tuple[float, float, float, float], font: Font, gap: float, tone: Ink
) -> None:
    """Lines of words in a box, the last of each paragraph shorter."""
    left, top, right, bottom = box
    y = top
    while y + gap <= bottom:
        short = rng.random() < 0.15
        fill_line(pen, rng, left, y, (right - left) * (rng.uniform(0.2, 0.8) if short else 1), font, tone)
        y += gap * (1.6 if short else 1)


def handled(rng: Rng, image: Image.Image, forced: str = "") -> tuple[Image.Image, str]:
    """What happened to the page: nothing, a scanner, or a camera over a desk. Returns the picture and its way."""
    draw = {"clean": 0.0, "scan": 0.5, "photo": 0.9, "": rng.random()}[forced]
    if draw < 0.35:
        return image, "clean"
    w, h = image.size
    if draw < 0.65:
        turned = image.rotate(
            float(rng.normal(0, 2)),
            fillcolor=(235, 235, 235) if rng.random() < 0.7 else (20, 20, 20),
            resample=Image.Resampling.BILINEAR,
        )
        scan = to_picture(turned if rng.random() < 0.4 else turned.convert("L").convert("RGB"))
        scan = (
            (scan - 0.5) * rng.uniform(0.6, 1.3)
            + rng.uniform(0.42, 0.58)
            + (noise(rng, h, w, 2.6)[..., None] - 0.5) * rng.uniform(0, 0.2)
        )
        return to_image(scan.astype(np.float32)).filter(ImageFilter.GaussianBlur(float(rng.uniform(0, 0.9)))), "scan"
    desk = (
        np.broadcast_to(any_colour(rng, (0, 0.6), (0.05, 0.8)), (h, w, 3))
        * (0.7 + 0.5 * noise(rng, h, w, 1.6, 1, rng.choice([1.0, 8.0])))[..., None]
    )
    corners = np.array([[0, 0], [1, 0], [1, 1], [0, 1]]) * 0.92 + 0.04 + rng.normal(0, 0.06, (4, 2))
    inside = _project(image, corners * [w, h])
    shade = 0.65 + 0.5 * noise(rng, h, w, 3.2, 2)
    fold = 1 - 0.2 * np.exp(-(((np.arange(w) - rng.uniform(0, w)) / (w * 0.02)) ** 2)) * (rng.random() < 0.4)
    lit = np.asarray(inside.convert("RGB"), np.float32) / 255 * shade[..., None] * fold[None, :, None]
    mask = np.asarray(inside.getchannel("A"), np.float32)[..., None] / 255
    return to_image((desk * (1 - mask) + lit * mask).astype(np.float32)), "photo"


def _project(image: Image.Image, corners: Field) -> Image.Image:
    """The image drawn into four corners [4, 2] in pixels, transparent outside."""
    w, h = image.size
    source = np.array([[0, 0], [w, 0], [w, h], [0, h]], float)
    rows = []
    for (x, y), (u, v) in zip(corners, source, strict=True):
        rows.append([x, y, 1, 0, 0, 0, -u * x, -u * y])
        rows.append([0, 0, 0, x, y, 1, -v * x, -v * y])
    solved = np.linalg.solve(np.array(rows), source.reshape(-1))
    return image.convert("RGBA").transform(
        (w, h), Image.Transform.PERSPECTIVE, tuple(solved), Image.Resampling.BILINEAR
    )
