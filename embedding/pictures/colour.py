"""Decoded pixels as a screen would show them: 8 bits, RGB in the sRGB space, upright, without transparency.

What has more than 8 bits is scaled by its own range. Otherwise a 12-bit picture in 16 bits, or a float one, would be black.
"""

from __future__ import annotations

import io
from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageCms, ImageOps

from embedding.pictures import image_formats

EXIF_ORIENTATION = 0x0112
TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
SIDEWAYS = (5, 6, 7, 8)
DEPTHS = (8, 10, 12, 14, 16)
TAILS = (0.1, 99.9)  # percent: what lies outside is clipped, so that one hot pixel does not make the rest black
PIECE = 2**20  # numbers at a time
MOST_PROFILE = 4 * 2**20
SPACES = {"RGB": "RGB ", "CMYK": "CMYK", "L": "GRAY"}
COLOURS = {"RGB": 3, "RGBA": 3, "RGBX": 3, "LA": 1}  # how many bands are colours, of what may have 16 bits
WHITE_IS_ZERO, PHOTOMETRIC, SAMPLE_FORMAT, SIGNED, FLOATING = 0, 262, 339, 2, 3

Samples = npt.NDArray[Any]


class NoBrightness(ValueError):  # noqa: N818 - it says what the numbers are not
    """Numbers that cannot be shown as brightness; the text says why."""


def orientation(image: Image.Image) -> int:
    """The EXIF orientation, 1 to 8, that is still to be applied; damaged metadata is not a reason to refuse the pixels."""
    if image.format == "HEIF" or (image.format == "JXL" and not getattr(image, "jpeg", False)):
        return 1  # the decoder has turned it: what EXIF says there is to be ignored
    try:
        value = image.getexif().get(EXIF_ORIENTATION, 1)
    except Exception:  # noqa: BLE001 - of words beside the picture, in whatever way they are damaged
        return 1
    return value if value in TURNS else 1


def is_srgb(profile: bytes | None, mode: str) -> bool:
    """Whether the numbers of a picture of this mode are sRGB already, or there is nothing by which to change them."""
    return not profile or len(profile) > MOST_PROFILE or mode not in SPACES or _change(profile, mode) is None


def rgb(image: Image.Image, data: bytes) -> Image.Image:
    """A loaded image as upright 8-bit sRGB.

    Args:
        image: loaded; a frame of its own, not to be used afterwards.
        data: the bytes of its file.

    Raises:
        NoBrightness: its numbers cannot be shown.
    """
    turn = TURNS.get(orientation(image))
    picture = _eight_bits(image, data)
    return picture if turn is None else picture.transpose(turn)


def _eight_bits(image: Image.Image, data: bytes) -> Image.Image:
    profile = image.info.get("icc_profile")
    if image.mode.startswith("I") or image.mode == "F":
        picture = Image.fromarray(shown(_samples(image)))
        if image.format == "TIFF" and image.tag_v2.get(PHOTOMETRIC) == WHITE_IS_ZERO:  # type: ignore[attr-defined]
            picture = ImageOps.invert(picture)
        return _in_srgb(picture, profile)
    if image.mode in COLOURS and image_formats.bits_a_sample(image, data) == 16:
        image = _deep_colours(image, data)
    if image.mode in ("CMYK", "LAB"):
        return _in_srgb(image, profile)
    if image.has_transparency_data:
        # The colours under transparency are arbitrary: it is laid on white.
        layered = image.convert("RGBA")
        white = Image.new("RGBA", layered.size, (255, 255, 255, 255))
        return _in_srgb(Image.alpha_composite(white, layered).convert("RGB"), profile)
    return _in_srgb(image if image.mode in ("RGB", "L") else image.convert("RGB"), profile)


def _samples(image: Image.Image) -> Samples:
    """[h, w] in the type that the file has: Pillow keeps 32 bits without a sign in a type with one."""
    samples = np.asarray(image)
    if image.format == "TIFF" and samples.dtype == np.int32:
        kind = image.tag_v2.get(SAMPLE_FORMAT, (1,))  # type: ignore[attr-defined]
        if (kind[0] if isinstance(kind, tuple) else kind) not in (SIGNED, FLOATING):
            return samples.view(np.uint32)
    return samples


def shown(samples: Samples) -> npt.NDArray[np.uint8]:
    """Numbers of any range as 8-bit brightness, same shape.

    Whole numbers without negatives fill the smallest of 8, 10, 12, 14 or 16 bits that holds them; fractions from 0 to 1
    fill that. Anything else is stretched from its lowest to its highest value, without a thousandth at either end.

    Raises:
        NoBrightness: not one number is finite, or all are the same and outside those ranges.
    """
    finite = samples if samples.dtype.kind in "iu" else samples[np.isfinite(samples)]
    if not finite.size:
        raise NoBrightness("it holds no number that is finite")
    low, high = float(finite.min()), float(finite.max())
    if low >= 0 and samples.dtype.kind in "iu" and high < 2 ** DEPTHS[-1]:
        low, high = 0.0, float(next(2**bits - 1 for bits in DEPTHS if high < 2**bits))
    elif low >= 0 and high <= 1:
        low, high = 0.0, 1.0
    else:
        ends = np.percentile(finite.ravel()[:: max(1, finite.size // PIECE)], TAILS)
        low, high = (float(ends[0]), float(ends[1])) if ends[1] > ends[0] else (low, high)
    if not high > low:
        raise NoBrightness(f"all its numbers are {low:g}")
    brightness = np.empty(samples.shape, np.uint8)
    rows = max(1, PIECE // max(1, samples[:1].size))
    for start in range(0, len(samples), rows):  # in pieces: as float64 the whole would take eight times the file
        with np.errstate(invalid="ignore"):  # of a NaN that signals
            piece = samples[start : start + rows].astype(np.float64)
        np.nan_to_num(piece, copy=False, nan=low, posinf=high, neginf=low)
        brightness[start : start + rows] = np.rint((piece - low) * (255.0 / (high - low))).clip(0, 255)
    return brightness


def _deep_colours(image: Image.Image, data: bytes) -> Image.Image:
    """Pillow gives the upper 8 of 16 bits. Where those are nearly empty, all 16 are read by OpenCV and scaled."""
    upper = max(np.asarray(band).max(initial=0) for band in image.split()[: COLOURS[image.mode]])
    if upper >= 2 ** (DEPTHS[-2] - 8):
        return image
    import cv2

    deep: Samples | None = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_UNCHANGED)
    if deep is None or deep.dtype != np.uint16 or deep.ndim != 3 or deep.shape[:2] != (image.height, image.width):
        raise NoBrightness("its 16-bit colours use the lowest bits only, and cannot be read whole")
    picture = Image.fromarray(np.ascontiguousarray(shown(deep[..., 2::-1])))
    if deep.shape[2] == 4:
        picture.putalpha(Image.fromarray((deep[..., 3] >> 8).astype(np.uint8)))
    return picture


def _in_srgb(image: Image.Image, profile: bytes | None) -> Image.Image:
    """RGB in sRGB; a profile that is damaged, or of other colours than the picture's, is passed over as browsers do."""
    change = None if not profile or is_srgb(profile, image.mode) else _change(profile, image.mode)
    if change is not None:
        return ImageCms.applyTransform(image, change) or image
    return image if image.mode == "RGB" else image.convert("RGB")


@lru_cache(maxsize=32)
def _change(profile: bytes, mode: str) -> ImageCms.ImageCmsTransform | None:
    """The transform from a profile to sRGB, None where there is nothing to change."""
    try:
        mine = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        if mine.profile.xcolor_space != SPACES[mode] or "sRGB" in (mine.profile.profile_description or ""):
            return None
        return ImageCms.buildTransform(mine, ImageCms.createProfile("sRGB"), mode, "RGB")
    except Exception:  # noqa: BLE001 - of a profile damaged in whatever way
        return None
