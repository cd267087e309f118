"""Pixels of every depth, mode and orientation: as a screen would show them, never black."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt
import pytest
from PIL import Image, ImageCms, PngImagePlugin

from embedding.pictures import colour, image_formats, images
from embedding.pictures.images import BadImage

RAMP = np.add.outer(np.arange(64), np.arange(96)) / 158  # 0 to 1
EIGHT = np.rint(RAMP * 255)


def _saved(path: Path, samples: npt.NDArray[Any], **options: Any) -> Path:
    Image.fromarray(samples).save(path, **options)
    return path


def _near(path: Path, tolerance: float = 2.0) -> None:
    pixels = images.read(path).pixels
    assert pixels.shape == (64, 96, 3)
    assert np.abs(pixels[..., 0] - EIGHT).mean() < tolerance


@pytest.mark.parametrize("suffix", ["tif", "png"])
@pytest.mark.parametrize("bits", [8, 10, 12, 14, 16])
def test_fewer_bits_in_sixteen_are_scaled(tmp_path: Path, suffix: str, bits: int) -> None:
    _near(_saved(tmp_path / f"a.{suffix}", np.rint(RAMP * (2**bits - 1)).astype(np.uint16)))


@pytest.mark.parametrize("suffix", ["tif", "png"])
@pytest.mark.parametrize("bits", [10, 12, 16])
def test_colours_of_sixteen_bits_are_scaled(tmp_path: Path, suffix: str, bits: int) -> None:
    path = tmp_path / f"a.{suffix}"
    blue, rest = np.rint(RAMP * (2**bits - 1)).astype(np.uint16), np.zeros((64, 96), np.uint16)
    cv2.imwrite(str(path), np.stack([rest, rest, blue], -1))
    pixels = images.read(path).pixels
    assert np.abs(pixels[..., 0] - EIGHT).mean() < 2
    assert pixels[..., 1:].max() == 0


@pytest.mark.parametrize(
    "samples",
    [
        RAMP.astype(np.float32),
        (RAMP * 4000 - 90).astype(np.float32),
        (RAMP * 1e-3 - 5).astype(np.float32),
        (RAMP * 900_000).astype(np.int32),
        (RAMP * 4095).astype(np.int32),
        (RAMP * 60 - 30).astype(np.int32),
    ],
    ids=["fractions", "floats", "small floats", "int32", "12 bits in 32", "negative int32"],
)
def test_other_numbers_are_scaled(tmp_path: Path, samples: npt.NDArray[Any]) -> None:
    _near(_saved(tmp_path / "a.tif", samples), 3)


def test_one_hot_pixel_and_one_that_is_no_number_leave_the_rest_as_it_is(tmp_path: Path) -> None:
    samples = (RAMP * 300).astype(np.float32)
    samples[0, 0], samples[3, 3], samples[5, 5] = 1e9, np.nan, -np.inf
    _near(_saved(tmp_path / "a.tif", samples), 3)


@pytest.mark.parametrize("value", [np.nan, 7.0, -3.0])
def test_numbers_that_are_no_picture_are_refused(tmp_path: Path, value: float) -> None:
    path = _saved(tmp_path / "a.tif", np.full((8, 8), value, np.float32))
    with pytest.raises(BadImage, match="cannot be shown as a picture"):
        images.read(path)


def test_without_a_sign_the_highest_numbers_are_the_brightest() -> None:
    output = colour.shown(np.array([[0, 2**31 - 1, 2**32 - 1]], np.uint32))
    assert output.tolist() == [[0, 127, 255]] or output.tolist() == [[0, 128, 255]]


def test_white_is_zero_is_turned_over_and_big_endian_is_read(tmp_path: Path) -> None:
    _near(_saved(tmp_path / "a.tif", np.rint((1 - RAMP) * 65535).astype(np.uint16), tiffinfo={262: 0}))
    _near(_saved(tmp_path / "b.tif", np.rint(RAMP * 65535).astype(">u2")))


@pytest.mark.parametrize("name", ["a.tif", "a.jpg", "la.png", "p.tif", "p.gif", "lab.tif", "l.webp", "l.jp2"])
def test_modes_of_eight_bits(tmp_path: Path, name: str) -> None:
    modes = {"a": "CMYK", "la": "LA", "p": "P", "lab": "LAB", "l": "L"}
    picture = Image.fromarray(EIGHT.astype(np.uint8)).convert("RGB")
    mode = modes[Path(name).stem]
    output = picture.quantize(256) if mode == "P" else picture.convert(mode)
    output.save(tmp_path / name)
    _near(tmp_path / name, 4)


@pytest.mark.parametrize("suffix", ["jpg", "png", "webp", "tif", "avif", "heic", "jxl"])
def test_orientation_is_the_same_in_every_format(tmp_path: Path, suffix: str) -> None:
    picture = Image.new("RGB", (96, 64), (20, 20, 20))
    picture.paste((240, 240, 240), (0, 0, 40, 24))  # bright at the top left
    exif = Image.Exif()
    exif[0x0112] = 6  # to be turned a quarter to the right
    path = tmp_path / f"a.{suffix}"
    if suffix == "jxl":  # its own header says how it is turned, and what EXIF says is to be ignored
        picture = picture.transpose(Image.Transpose.ROTATE_270)
    picture.save(path, exif=exif.tobytes())
    opened = images.read(path)
    assert opened.pixels.shape == (96, 64, 3)
    assert (opened.header.width, opened.header.height) == (64, 96)
    assert opened.pixels[5, -5].min() > 180
    assert opened.pixels[5, 5].max() < 80
    assert opened.pixels[-5, 5].max() < 80


def _swapped() -> bytes:
    """sRGB with the primaries red and green swapped: what is stored as red has to be shown as green."""
    data = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    red, green = data.index(b"rXYZ"), data.index(b"gXYZ")
    data[red : red + 4], data[green : green + 4] = b"gXYZ", b"rXYZ"
    return bytes(data).replace(b"s\0R\0G\0B", b"o\0t\0h\0r").replace(b"sRGB", b"othr")


def test_a_colour_profile_is_applied(tmp_path: Path) -> None:
    for suffix in ("png", "jpg", "tif", "webp"):
        path = tmp_path / f"a.{suffix}"
        Image.new("RGB", (40, 30), (250, 10, 10)).save(path, icc_profile=_swapped())
        red, green, _ = images.read(path).pixels[15, 20]
        assert (green > 200, red < 80) == (True, True), suffix


def test_a_colour_profile_that_does_not_fit_is_passed_over(tmp_path: Path) -> None:
    for profile in (
        b"nonsense" * 40,
        ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")).tobytes(),
        _swapped()[:300],
    ):
        Image.new("RGB", (40, 30), (250, 10, 10)).save(tmp_path / "a.png", icc_profile=profile)
        assert images.read(tmp_path / "a.png").pixels[15, 20].tolist() == [250, 10, 10]


def test_long_texts_in_a_png_are_no_damage(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x0112] = 3
    for number, (length, times, packed) in enumerate(
        [(5_000_000, 1, True), (900_000, 90, False), (3_000_000, 1, False)]
    ):
        info = PngImagePlugin.PngInfo()
        for k in range(times):
            info.add_text(f"key {k}", "words " * (length // 6), zip=packed)
        path = tmp_path / f"{number}.png"
        Image.fromarray(EIGHT.astype(np.uint8)[::-1, ::-1]).save(path, pnginfo=info, exif=exif)
        _near(path)


def test_the_first_frame_is_used_and_the_others_are_counted(tmp_path: Path) -> None:
    first, *others = [Image.new("RGB", (40, 30), colours) for colours in ((200, 30, 30), (30, 30, 200), (30, 200, 30))]
    for suffix in ("tif", "gif", "webp", "png", "avif"):
        path = tmp_path / f"a.{suffix}"
        first.save(path, save_all=True, append_images=others)
        opened = images.read(path)
        assert opened.header.frames == 3, suffix
        assert opened.pixels[15, 20, 0] > 150, suffix
        first.save(path)
        assert images.read(path).header.frames == 1, suffix


@pytest.mark.parametrize("size", [(8, 8), (256, 256), (1000, 777), (1920, 1080), (3000, 3)])
def test_the_size_of_a_jpeg_xl_is_known_before_it_is_decoded(size: tuple[int, int]) -> None:
    out = io.BytesIO()
    Image.new("RGB", size).save(out, "JXL")
    assert image_formats.jxl_size(out.getvalue()) == size


def test_a_jpeg_xl_that_is_too_large_is_never_decoded(tmp_path: Path) -> None:
    out = io.BytesIO()
    Image.new("RGB", (1920, 1080)).save(out, "JXL")
    # 1 + u(18) for the height, ratio 1: a square of 200,001 pixels a side.
    bits = (2 << 1) | (200_000 << 3) | (1 << 21)
    (tmp_path / "a.jxl").write_bytes(b"\xff\x0a" + bits.to_bytes(3, "little") + out.getvalue()[5:])
    with pytest.raises(BadImage, match="limit of 50 million"):
        images.read(tmp_path / "a.jxl")
