"""One picture is told from another part by part, whatever was done to it as a whole."""

from __future__ import annotations

import io

import cv2
import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageEnhance

from embedding.pictures.likeness import Likeness, compare, sketch


def scene(seed: int) -> Image.Image:
    """Blocks of colour under soft light, 400 x 300."""
    random = np.random.default_rng(seed)
    cells = random.integers(20, 235, (7, 9, 3)).astype(np.uint8)
    return Image.fromarray(cv2.resize(cells, (400, 300), interpolation=cv2.INTER_CUBIC))


def page(seed: int) -> Image.Image:
    """A white page with a heading that all pages share, and words of its own."""
    random = np.random.default_rng(seed)
    picture = Image.new("RGB", (300, 400), (246, 246, 244))
    draw = ImageDraw.Draw(picture)
    draw.rectangle((30, 20, 270, 44), fill=(40, 60, 120))
    for y in range(70, 380, 14):
        x = 30
        while x < 260:
            word = int(random.integers(8, 40))
            draw.rectangle((x, y, min(x + word, 270), y + 6), fill=(50, 50, 50))
            x += word + int(random.integers(6, 30))
    return picture


def pair(one: Image.Image, other: Image.Image) -> Likeness:
    return compare(*(sketch(np.asarray(picture.convert("RGB")))[None] for picture in (one, other)))


def saved(picture: Image.Image, quality: int) -> Image.Image:
    buffer = io.BytesIO()
    picture.save(buffer, "JPEG", quality=quality)
    return Image.open(buffer)


def trimmed(picture: Image.Image) -> Image.Image:
    width, height = picture.size
    return picture.crop((round(0.02 * width), round(0.02 * height), round(0.98 * width), round(0.98 * height)))


@pytest.mark.parametrize("original", [scene(1), page(1)], ids=["scene", "page"])
@pytest.mark.parametrize(
    "alter",
    [
        lambda picture: saved(picture, 20),
        lambda picture: picture.resize((picture.width // 2, picture.height // 2)),
        trimmed,
        lambda picture: ImageEnhance.Brightness(picture).enhance(0.8),
    ],
    ids=["saved", "smaller", "trimmed", "darker"],
)
def test_an_altered_copy_has_the_same_structure_and_colours(original: Image.Image, alter) -> None:
    result = pair(original, alter(original))
    assert result.structure[0] > 0.8
    assert result.colour[0] < 8
    assert not result.flat[0]


def test_another_picture_of_the_same_kind_has_not() -> None:
    assert pair(scene(1), scene(2)).structure[0] < 0.4
    assert pair(page(1), page(2)).structure[0] < 0.6, "the same layout with other words"


def test_colours_and_blank_pictures_are_told_apart() -> None:
    grey = scene(1).convert("L").convert("RGB")
    result = pair(scene(1), grey)
    assert result.structure[0] > 0.8
    assert result.colour[0] > 12
    black, white = (Image.new("RGB", (200, 100), colour) for colour in ((2, 2, 2), (250, 250, 250)))
    blank = pair(black, white)
    assert blank.flat[0]
    assert blank.grey[0] > 200
    assert pair(black, scene(1)).flat[0] == np.False_


def test_no_pairs_give_no_figures() -> None:
    nothing = np.empty((0, 64, 64, 3), np.uint8)
    assert compare(nothing, nothing).structure.shape == (0,)
