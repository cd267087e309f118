"""Copies of a picture as they come about: saved again, scaled, trimmed, brightened, with a logo."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PIL import Image, ImageDraw, ImageEnhance

Altered = tuple[Image.Image, int]  # the picture, and the JPEG quality it is saved with
QUALITY = 90
TRIMMED = 0.02  # of width and height, on every side
LOGO = 0.12  # its side, of the picture's shorter one


def _saved(quality: int) -> Callable[[Image.Image], Altered]:
    return lambda picture: (picture, quality)


def _scaled(picture: Image.Image, factor: float = 0.5) -> Altered:
    size = (max(32, round(picture.width * factor)), max(32, round(picture.height * factor)))
    return picture.resize(size, Image.Resampling.BICUBIC), QUALITY


def _trimmed(picture: Image.Image) -> Altered:
    x, y = round(picture.width * TRIMMED), round(picture.height * TRIMMED)
    return picture.crop((x, y, picture.width - x, picture.height - y)), QUALITY


def _lit(factor: float) -> Callable[[Image.Image], Altered]:
    return lambda picture: (ImageEnhance.Brightness(picture).enhance(factor), QUALITY)


def _with_logo(picture: Image.Image) -> Altered:
    out = picture.copy()
    side = round(LOGO * min(picture.size))
    left, top = picture.width - side - side // 3, side // 3
    draw = ImageDraw.Draw(out)
    draw.ellipse((left, top, left + side, top + side), fill=(250, 250, 250), outline=(200, 30, 40), width=side // 6 + 1)
    return out, QUALITY


ALTERATIONS: dict[str, Callable[[Image.Image], Altered]] = {
    "jpeg_85": _saved(85),
    "jpeg_50": _saved(50),
    "jpeg_20": _saved(20),
    "half_size": _scaled,
    "trimmed": _trimmed,
    "darker": _lit(0.8),
    "brighter": _lit(1.2),
    "logo": _with_logo,
}


def write(source: Path, kind: str, out: Path) -> None:
    """Write an altered copy of a picture as JPEG."""
    with Image.open(source) as opened:
        picture, quality = ALTERATIONS[kind](opened.convert("RGB"))
    picture.save(out, "JPEG", quality=quality)
