"""Opening images that strangers hand over: an allow-list of formats, a pixel cap, upright RGB pixels.

Pillow does both the checking and the decoding: torchvision's decoder is deprecated and, in front of the same
libjpeg-turbo, no more than a tenth faster. What is cheaper in torchvision is the resize, and that is used.
"""

from __future__ import annotations

import hashlib
import io
import os
import struct
import tempfile
import warnings
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import imagehash
import numpy as np
import numpy.typing as npt
from PIL import Image, ImageFile, ImageOps, UnidentifiedImageError

from errors import InputError
from settings import MAX_PIXELS

# Multi-picture JPEGs of telephones come in as JPEG too.
FORMATS = ("JPEG", "PNG", "WEBP", "BMP", "GIF", "TIFF", "AVIF")
SUFFIXES = frozenset({".jpg", ".jpeg", ".png", ".webp", ".bmp", ".gif", ".tif", ".tiff", ".avif"})
MAX_BYTES = 512 * 2**20
THUMBNAIL_SIDE = 352
# A JPEG is decoded to at least three times the model's input, so that the resize still does the averaging.
DECODE_MARGIN = 3
EXIF_ORIENTATION = 0x0112
SIDEWAYS = (5, 6, 7, 8)

# Pillow's own guard is kept as a second line behind the explicit check in `_open`. It is process-wide on
# purpose: `warnings.catch_warnings` is not safe in the decoding threads.
Image.MAX_IMAGE_PIXELS = MAX_PIXELS
warnings.filterwarnings("error", category=Image.DecompressionBombWarning)
ImageFile.LOAD_TRUNCATED_IMAGES = False

Pixels = npt.NDArray[np.uint8]


class BadFile(InputError):  # noqa: N818 - it names the file's state, as the quarantine shows it
    """A file that cannot be added. `reason` says what is wrong, `way_out` what to do."""

    def __init__(self, path: Path | str, reason: str, way_out: str) -> None:
        super().__init__(f"{Path(path).name}: {reason}. {way_out}")
        self.path = Path(path)
        self.reason = reason
        self.way_out = way_out


class BadImage(BadFile):
    """A file that is not a usable image."""


@dataclass(frozen=True)
class Header:
    """What is known before decoding. Width and height in pixels, as displayed (EXIF orientation applied)."""

    format: str
    width: int
    height: int


@dataclass(frozen=True)
class Opened:
    """A decoded image.

    Attributes:
        pixels: uint8 [h, w, 3], RGB, upright; smaller than the header says after a reduced decode.
        sha256: hex digest of the file's bytes.
        header: format and full size.
    """

    pixels: Pixels
    sha256: str
    header: Header


def sha256(path: Path) -> str:
    """Hex digest of a file's bytes, read in pieces."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def check(path: Path) -> Header:
    """Format and size. Decodes nothing but a PNG, whose EXIF block may stand behind the pixels.

    Raises:
        BadImage: unreadable, empty, not an allowed image format, or too large.
    """
    data = _bytes(path)
    with _explained(path, data), _open(data, path) as image:
        return _header(image, image.size)


def read(path: Path, side: int = 0) -> Opened:
    """Read, check and decode one image file.

    Args:
        path: the file.
        side: a JPEG may be decoded at a half, a quarter or an eighth of its size as long as both its sides
            keep at least so many pixels; 0 decodes all of them.

    Raises:
        BadImage: unreadable, empty, not an allowed image format, too large, or damaged.
    """
    data = _bytes(path)
    with _explained(path, data), _open(data, path) as image:
        full = image.size
        if side:
            image.draft(None, (side, side))
        image.load()
        header = _header(image, full)
        pixels = np.array(_rgb(ImageOps.exif_transpose(image)))
    return Opened(pixels, hashlib.sha256(data).hexdigest(), header)


def thumbnail(pixels: Pixels, out: Path, size: int = THUMBNAIL_SIDE) -> Image.Image:
    """Write a WebP whose longest side is at most `size`, complete or not at all; returns what was written.

    Args:
        pixels: uint8 [h, w, 3], RGB.
        out: the file to write.
        size: in pixels.
    """
    out.parent.mkdir(parents=True, exist_ok=True)
    picture = small(pixels, size)
    handle, name = tempfile.mkstemp(dir=out.parent, suffix=".part")
    try:
        with os.fdopen(handle, "wb") as file:
            picture.save(file, "WEBP", quality=80, method=2)
        os.replace(name, out)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
    return picture


def small(pixels: Pixels, size: int = THUMBNAIL_SIDE) -> Image.Image:
    """A copy whose longest side is at most `size`."""
    image = Image.fromarray(np.ascontiguousarray(pixels))
    image.thumbnail((size, size), Image.Resampling.BILINEAR, reducing_gap=2.0)
    return image


def perceptual_hash(image: Image.Image | Pixels) -> str:
    """64-bit pHash as 16 hex digits; near-duplicates differ in few bits (imagehash)."""
    picture = image if isinstance(image, Image.Image) else Image.fromarray(image)
    return str(imagehash.phash(picture))


def _bytes(path: Path) -> bytes:
    try:
        size = path.stat().st_size
        if size > MAX_BYTES:
            raise BadImage(
                path, f"{size / 2**20:.0f} MB is too large for an image", "Save it smaller and add it again."
            )
        data = path.read_bytes()
    except OSError as error:
        raise BadImage(path, f"cannot be read ({error.strerror})", "Check that it exists and may be read.") from error
    if not data:
        raise BadImage(path, "the file is empty", "Copy it again from its source.")
    return data


def _open(data: bytes, path: Path) -> Image.Image:
    image = Image.open(io.BytesIO(data), formats=FORMATS)
    if image.width * image.height > MAX_PIXELS:
        raise _too_large(path, image.size)
    return image


@contextmanager
def _explained(path: Path, data: bytes) -> Iterator[None]:
    """Pillow's decoders fail in many ways on damaged bytes; each becomes one reason."""
    try:
        yield
    except (Image.DecompressionBombWarning, Image.DecompressionBombError) as error:
        raise _too_large(path) from error
    except UnidentifiedImageError as error:
        raise BadImage(path, _what_it_is(data), "Save it as JPEG, PNG or WebP and add it again.") from error
    except (OSError, ValueError, SyntaxError, EOFError, IndexError, struct.error, zlib.error) as error:
        cut = "truncated" in str(error) or "requires a buffer" in str(error)
        reason = "the image is cut short" if cut else f"the image data is damaged ({error})"
        raise BadImage(path, reason, "Copy it again from its source.") from error


def _too_large(path: Path, size: tuple[int, int] | None = None) -> BadImage:
    shown = f"{size[0]} x {size[1]} pixels are" if size else "it is"
    limit = MAX_PIXELS // 1_000_000
    return BadImage(path, f"{shown} over the limit of {limit} million pixels", "Scale it down and add it again.")


def _what_it_is(data: bytes) -> str:
    start = data[:512].lstrip().lower()
    if start.startswith((b"<!doctype html", b"<html", b"<head", b"<body")):
        return "this is a web page, not an image"
    return "this is not an image in a format that is read here"


def _header(image: Image.Image, size: tuple[int, int]) -> Header:
    turned = image.getexif().get(EXIF_ORIENTATION, 1) in SIDEWAYS
    width, height = size[::-1] if turned else size
    return Header(image.format or "", width, height)


def _rgb(image: Image.Image) -> Image.Image:
    """8-bit RGB; transparency is laid on white, because the colours under it are arbitrary."""
    if image.mode.startswith("I"):
        # Pillow clips 16-bit greys at 255 instead of scaling them.
        deep = np.asarray(image, dtype=np.float64)
        return Image.fromarray((deep / 257.0).clip(0, 255).astype(np.uint8)).convert("RGB")
    if "A" in image.getbands() or "transparency" in image.info:
        layered = image.convert("RGBA")
        white = Image.new("RGBA", layered.size, (255, 255, 255, 255))
        return Image.alpha_composite(white, layered).convert("RGB")
    return image.convert("RGB")
