"""Opening images that strangers hand over: an allow-list of formats, a pixel cap, upright RGB pixels.

Pillow does both the checking and the decoding: torchvision's decoder is deprecated and, in front of the same
libjpeg-turbo, no more than a tenth faster. What is cheaper in torchvision is the resize, and that is used.
"""

from __future__ import annotations

import hashlib
import io
import logging
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import imagehash
import numpy as np
import numpy.typing as npt
from PIL import Image, ImageFile, UnidentifiedImageError

import reading
from embedding.pictures import colour, image_formats
from errors import AppError, InputError
from files import replacing
from reading import Elsewhere, File
from settings import MAX_PIXELS

MAX_BYTES = 512 * 2**20
THUMBNAIL_SIDE = 352
# A JPEG is decoded to at least three times the model's input, so that the resize still does the averaging.
DECODE_MARGIN = 3
# Formats whose file may hold several pictures in a row. A telephone's JPEG with a second picture is one picture.
SEVERAL = frozenset({"TIFF", "GIF", "WEBP", "PNG", "AVIF", "HEIF"})

# Pillow's own guard is kept as a second line behind the explicit check in `opened`. It is process-wide on
# purpose: `warnings.catch_warnings` is not safe in the decoding threads.
Image.MAX_IMAGE_PIXELS = MAX_PIXELS
warnings.filterwarnings("ignore", module=r"PIL\.")  # of metadata that is damaged beside sound pixels
warnings.filterwarnings("error", category=Image.DecompressionBombWarning)
ImageFile.LOAD_TRUNCATED_IMAGES = False
logging.getLogger("PIL").setLevel(logging.CRITICAL)  # it says of damaged files what stands in their reason already

Pixels = npt.NDArray[np.uint8]


class BadFile(InputError):  # noqa: N818 - it names the file's state, as the quarantine shows it
    """A file that cannot be added. `reason` says what is wrong, `way_out` what to do; `path` can be stored and shown."""

    def __init__(self, path: File | str, reason: str, way_out: str) -> None:
        shown = path if isinstance(path, Elsewhere) else Path(reading.readable(path))
        super().__init__(f"{shown.name}: {reason}. {way_out}")
        self.path: File = shown
        self.reason = reason
        self.way_out = way_out

    def __reduce__(self) -> tuple[type[BadFile], tuple[File, str, str]]:
        """Pickled by what it was made of: it may come back from another process."""
        return type(self), (self.path, self.reason, self.way_out)


class BadImage(BadFile):
    """A file that is not a usable image."""


@dataclass(frozen=True)
class Header:
    """What the file says. Width and height in pixels, as displayed (EXIF orientation applied).

    Attributes:
        format: Pillow's name of it.
        frames: pages or moments of an animation, of which the first is used.
    """

    format: str
    width: int
    height: int
    frames: int = 1


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


def decoded_side(image_size: tuple[int, int]) -> int:
    """Pixels that the shorter side of a decoded JPEG keeps: enough for the resize to a model's (height, width) and a sharp thumbnail.

    The same everywhere, so that a file gives the same vector whoever asks.
    """
    return max(DECODE_MARGIN * max(image_size), THUMBNAIL_SIDE)


def sha256(path: File) -> str:
    """Hex digest of a regular file's bytes, read in pieces.

    Raises:
        OSError: it cannot be read, or is not a regular file. StoreError: what keeps it does not answer.
    """
    with reading.opened(path) as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def read(path: File, side: int = 0) -> Opened:
    """Read, check and decode one image file.

    Args:
        path: the file.
        side: a JPEG may be decoded at a half, a quarter or an eighth of its size as long as both its sides
            keep at least so many pixels; 0 decodes all of them.

    Raises:
        BadImage: unreadable, empty, not an allowed image format, too large, or damaged.
    """
    return decode(path, content(path), side)


def decode(path: File, data: bytes, side: int = 0) -> Opened:
    """As `read`, of bytes that were read already; `path` is for what is said of them."""
    with explained(path, data):
        header, pixels = _decoded(path, data, side)
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
    with replacing(out, durable=False, sweep=False) as part:
        picture.save(part, "WEBP", quality=80, method=2)
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


def content(path: File) -> bytes:
    """The bytes of an image file.

    Raises:
        BadImage: it cannot be read, is not a regular file, is empty or too large.
    """
    try:
        size = reading.size(path)
        if size > MAX_BYTES:
            raise BadImage(
                path, f"{size / 2**20:.0f} MB is too large for an image", "Save it smaller and add it again."
            )
        data = reading.content(path, MAX_BYTES)
    except OSError as error:
        raise BadImage(path, f"cannot be read ({error.strerror})", "Check that it exists and may be read.") from error
    if not data:
        raise BadImage(path, "the file is empty", "Copy it again from its source.")
    return data


def _decoded(path: File, data: bytes, side: int) -> tuple[Header, Pixels]:
    """Long texts in a PNG are no damage: where Pillow refuses them, the rest is decoded without."""
    try:
        return _first_frame(path, data, side)
    except ValueError as error:
        if "MAX_TEXT" not in str(error):
            raise
    return _first_frame(path, image_formats.without_words(data), side)


def _first_frame(path: File, data: bytes, side: int) -> tuple[Header, Pixels]:
    with opened(path, data) as image:
        full = image.size
        if side:
            image.draft(None, (side, side))
        image.load()
        turned = colour.orientation(image) in colour.SIDEWAYS
        pixels = np.array(colour.rgb(image, data))
        width, height = full[::-1] if turned else full
        return Header(image.format or "", width, height, _frames(image)), pixels


def _frames(image: Image.Image) -> int:
    """How many frames there are; as many as can be told where a later one is damaged."""
    if image.format not in SEVERAL:
        return 1
    try:
        return max(1, int(getattr(image, "n_frames", 1)))
    except Exception:  # noqa: BLE001 - the first frame is sound, whatever the others are
        return 1


def opened(path: File, data: bytes) -> Image.Image:
    """The image in some bytes, not decoded yet; call it inside `explained`.

    Raises:
        BadImage: it is too large.
        Exception: whatever the decoder has to say.
    """
    if data.startswith((image_formats.JXL_STREAM, image_formats.JXL_BOXES)) and "JXL" in image_formats.EXTRAS:
        size = image_formats.jxl_size(data)
        if size is None:
            raise ValueError("no size is found in it")
        if size[0] * size[1] > MAX_PIXELS:
            raise _too_large(path, size)
    image = Image.open(io.BytesIO(data), formats=image_formats.FORMATS)
    if image.width * image.height > MAX_PIXELS:
        raise _too_large(path, image.size)
    return image


@contextmanager
def explained(path: File, data: bytes) -> Iterator[None]:
    """Decoders fail on damaged bytes in whatever way their languages have; each failure is this file's alone."""
    again = "Copy it again from its source."
    try:
        yield
    except (AppError, KeyboardInterrupt, SystemExit, GeneratorExit):
        raise
    except (Image.DecompressionBombWarning, Image.DecompressionBombError) as error:
        raise _too_large(path) from error
    except UnidentifiedImageError as error:
        raise BadImage(path, *image_formats.what_it_is(data)) from error
    except MemoryError as error:
        way_out = "Scale it down, or close other programs, and add it again."
        raise BadImage(path, "it takes more memory than there is", way_out) from error
    except colour.NoBrightness as error:
        way_out = "Save it with 8 bits a colour and add it again."
        raise BadImage(path, f"it cannot be shown as a picture: {error}", way_out) from error
    except BaseException as error:  # a decoder written in Rust panics outside of `Exception`
        cut = "truncated" in str(error) or "requires a buffer" in str(error)
        what = " ".join(str(error).split())[:160] or type(error).__name__
        reason = "the image is cut short" if cut else f"the image data is damaged ({what})"
        raise BadImage(path, reason, again) from error


def _too_large(path: File, size: tuple[int, int] | None = None) -> BadImage:
    shown = f"{size[0]} x {size[1]} pixels are" if size else "it is"
    limit = MAX_PIXELS // 1_000_000
    return BadImage(path, f"{shown} over the limit of {limit} million pixels", "Scale it down and add it again.")
