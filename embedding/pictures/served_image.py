"""An image as a browser is to show it: the same picture that the model saw, of a type that the decoder found.

What a browser shows just so is sent as it is. Everything else (TIFF, CMYK, 16 bits, what is turned where browsers do not turn it,
animations, transparency) is decoded and sent anew, and so are formats that browsers do not know.
"""

from __future__ import annotations

import io
from dataclasses import dataclass

from PIL import Image

from embedding.pictures import colour, image_formats, images
from reading import File

TYPES = {"JPEG": "image/jpeg", "MPO": "image/jpeg", "PNG": "image/png", "WEBP": "image/webp", "GIF": "image/gif",
         "AVIF": "image/avif"}  # fmt: skip
SHARP = frozenset({"PNG", "GIF", "BMP", "TIFF"})  # drawings and screens: without loss while that is quick
SHARP_PIXELS = 2_000_000
JPEG_QUALITY = 92
MOST_SIDE = 16_000  # JPEG ends at 65,535, and browsers before


@dataclass(frozen=True)
class Served:
    """What is sent: bytes, and their type as the decoder has it."""

    content: bytes
    media_type: str


def picture(path: File) -> Served:
    """An image file for a browser.

    Raises:
        BadImage: it cannot be decoded, or is not a regular file; nothing of it is sent then.
    """
    data = images.content(path)
    with images.explained(path, data), images.opened(path, data) as image:
        if _is_plain(image, data):
            return Served(data, TYPES[str(image.format)])
        kind = str(image.format)
    return _anew(images.decode(path, data), kind)


def _is_plain(image: Image.Image, data: bytes) -> bool:
    """Whether every browser shows these bytes as `images.decode` does."""
    kind = image.format
    if kind not in TYPES or image.mode not in ("RGB", "L", "P", "1") or image.has_transparency_data:
        return False
    if kind in ("JPEG", "MPO"):
        return image.mode in ("RGB", "L") and colour.orientation(image) == _exif_alone(image)
    if getattr(image, "is_animated", False) or image_formats.bits_a_sample(image, data) > 8:
        return False
    if kind == "PNG":
        return b"eXIf" not in data and "gamma" not in image.info
    return colour.orientation(image) == 1


def _exif_alone(image: Image.Image) -> int:
    """The orientation in EXIF, which browsers follow; Pillow also reads it from XMP, which they do not."""
    exif = Image.Exif()
    exif.load(image.info.get("exif", b""))
    value = exif.get(colour.EXIF_ORIENTATION, 1)
    return value if value in colour.TURNS else 1


def _anew(opened: images.Opened, kind: str) -> Served:
    height, width = opened.pixels.shape[:2]
    out = io.BytesIO()
    rendition = (
        images.small(opened.pixels, MOST_SIDE) if max(height, width) > MOST_SIDE else Image.fromarray(opened.pixels)
    )
    if kind in SHARP and height * width <= SHARP_PIXELS:
        rendition.save(out, "PNG", compress_level=1)
        return Served(out.getvalue(), "image/png")
    rendition.save(out, "JPEG", quality=JPEG_QUALITY, subsampling=0)
    return Served(out.getvalue(), "image/jpeg")
