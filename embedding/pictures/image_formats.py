"""Which picture formats are read, by which endings they are known, and what of a file's bytes a decoder gets to see.

HEIC and JPEG XL come with the extra `phone`; without it they are told apart from what is no picture at all.
"""

from __future__ import annotations

import importlib
import struct
from collections.abc import Iterator

from PIL import Image

ENDINGS = {
    "JPEG": (".jpg", ".jpeg", ".jpe", ".jfif"),
    "PNG": (".png", ".apng"),
    "WEBP": (".webp",),
    "BMP": (".bmp", ".dib"),
    "GIF": (".gif",),
    "TIFF": (".tif", ".tiff"),
    "AVIF": (".avif",),
    "JPEG2000": (".jp2", ".j2k", ".jpf", ".jpx"),
}
EXTRA = "phone"
EXTRA_ENDINGS = {"HEIF": (".heic", ".heif", ".hif"), "JXL": (".jxl",)}
EXTRA_PACKAGES = {"HEIF": "pillow_heif", "JXL": "pillow_jxl"}
JXL_STREAM, JXL_BOXES = b"\xff\x0a", b"\x00\x00\x00\x0cJXL \x0d\x0a\x87\x0a"
HEIF_BRANDS = (b"heic", b"heix", b"hevc", b"hevx", b"heim", b"heis", b"mif1", b"msf1")
PNG_START = b"\x89PNG\r\n\x1a\n"
# Texts and the colour profile of a PNG: what Pillow unpacks, and refuses when it is long.
PNG_WORDS = frozenset({b"tEXt", b"zTXt", b"iTXt", b"iCCP"})


def _extras() -> frozenset[str]:
    """The formats of the extra that are installed here; importing the JPEG XL package is enough to register it."""
    formats = set()
    for name, package in EXTRA_PACKAGES.items():
        try:
            module = importlib.import_module(package)
            if name == "HEIF":
                module.register_heif_opener()
            else:
                # Pictures are decoded side by side already.
                vars(importlib.import_module(f"{package}.JpegXLImagePlugin"))["DECODE_THREADS"] = 1
        except ImportError:
            continue
        formats.add(name)
    return frozenset(formats)


EXTRAS = _extras()
# Pillow tries them in this order. Multi-picture JPEGs of telephones come in as JPEG too.
FORMATS = (*ENDINGS, *(name for name in EXTRA_ENDINGS if name in EXTRAS))
SUFFIXES = frozenset(suffix for name in FORMATS for suffix in {**ENDINGS, **EXTRA_ENDINGS}[name])
# Endings of pictures that an extra would read.
WANTING = {suffix: EXTRA for name, suffixes in EXTRA_ENDINGS.items() if name not in EXTRAS for suffix in suffixes}


def what_it_is(data: bytes) -> tuple[str, str]:
    """Why bytes that no decoder takes are no picture here, and the way out."""
    save = "Save it as JPEG, PNG or WebP and add it again."
    install = f"Install it with `pip install 'sceneloop[{EXTRA}]'`, or save it as JPEG and add it again."
    start = data[:512].lstrip().lower()
    if start.startswith((b"<!doctype html", b"<html", b"<head", b"<body")):
        return "this is a web page, not an image", save
    if data.startswith((JXL_STREAM, JXL_BOXES)):
        return ("the JPEG XL data is damaged", save) if "JXL" in EXTRAS else ("JPEG XL needs an extra", install)
    if data[4:8] == b"ftyp" and data[8:12] in HEIF_BRANDS:
        return ("the HEIC data is damaged", save) if "HEIF" in EXTRAS else ("HEIC needs an extra", install)
    return "this is not an image in a format that is read here", save


def without_words(data: bytes) -> bytes:
    """A PNG without its texts and its colour profile, which Pillow refuses when they are long; the pixels are the same."""
    kept = [PNG_START, *(piece for kind, piece in _chunks(data) if kind not in PNG_WORDS)]
    return b"".join(kept)


def _chunks(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    place = len(PNG_START)
    while place + 8 <= len(data):
        length = int.from_bytes(data[place : place + 4], "big")
        stop = place + 12 + length
        yield data[place + 4 : place + 8], data[place:stop]
        place = stop


def bits_a_sample(image: Image.Image, data: bytes) -> int:
    """Bits that the file has for each colour of a pixel, as far as it matters: 16 where Pillow would give the upper 8."""
    if image.format == "PNG" and len(data) > 24:
        return data[24]
    if image.format == "TIFF":
        bits = image.tag_v2.get(258, (8,))  # type: ignore[attr-defined]
        return int(max(bits)) if isinstance(bits, tuple) else int(bits)
    return 8


def jxl_size(data: bytes) -> tuple[int, int] | None:
    """Width and height that a JPEG XL says, before anything is decoded (ISO/IEC 18181-1, size header); None where it cannot be found.

    Its decoder gives all pixels at once when the file is opened, so the limit has to be asked before.
    """
    stream = data if data.startswith(JXL_STREAM) else _jxl_stream(data)
    if not stream.startswith(JXL_STREAM) or len(stream) < 12:
        return None
    bits = _Bits(int.from_bytes(stream[2:32], "little"))
    small = bits.take(1)
    height = 8 * (bits.take(5) + 1) if small else 1 + bits.take((9, 13, 18, 30)[bits.take(2)])
    ratio = bits.take(3)
    if ratio:
        across, down = ((1, 1), (12, 10), (4, 3), (3, 2), (16, 9), (5, 4), (2, 1))[ratio - 1]
        return height * across // down, height
    width = 8 * (bits.take(5) + 1) if small else 1 + bits.take((9, 13, 18, 30)[bits.take(2)])
    return width, height


def _jxl_stream(data: bytes) -> bytes:
    """The beginning of the first codestream box."""
    place = 0
    while place + 16 <= len(data):
        length, kind = struct.unpack_from(">I4s", data, place)
        inside = place + 8
        if length == 1:
            (length,) = struct.unpack_from(">Q", data, place + 8)
            inside = place + 16
        if kind in (b"jxlc", b"jxlp"):
            inside += 4 if kind == b"jxlp" else 0
            return data[inside : inside + 40]
        if length < 8:
            break
        place += length
    return b""


class _Bits:
    def __init__(self, value: int) -> None:
        self.value = value

    def take(self, count: int) -> int:
        bits = self.value & ((1 << count) - 1)
        self.value >>= count
        return bits
