from __future__ import annotations

import io
import struct
import zlib
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from embedding.pictures import images
from embedding.pictures.images import BadImage


def _smooth(width: int = 320, height: int = 180, seed: int = 0) -> Image.Image:
    cells = np.random.default_rng(seed).integers(0, 255, (9, 16, 3), dtype=np.uint8)
    return Image.fromarray(cells).resize((width, height), Image.Resampling.BICUBIC)


def _bomb() -> bytes:
    """A PNG of 12,800 x 12,800 pixels in some 20 kB."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    side = 12_800
    header = struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0)
    rows = zlib.compress(bytes((1 + side // 8) * side), 9)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def _jpeg(**options: object) -> bytes:
    buffer = io.BytesIO()
    _smooth().save(buffer, "JPEG", quality=90, **options)
    return buffer.getvalue()


def test_reads_pixels_hash_and_size(tmp_path: Path) -> None:
    path = tmp_path / "a.jpg"
    path.write_bytes(_jpeg())
    opened = images.read(path)
    assert opened.pixels.shape == (180, 320, 3)
    assert opened.pixels.dtype == np.uint8
    assert (opened.header.width, opened.header.height, opened.header.format) == (320, 180, "JPEG")
    assert opened.sha256 == images.sha256(path)
    reference = np.asarray(Image.open(path)).astype(int)
    assert np.abs(opened.pixels.astype(int) - reference).mean() < 1


@pytest.mark.parametrize("suffix", ["jpg", "png"])
def test_exif_orientation_is_applied(tmp_path: Path, suffix: str) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    path = tmp_path / f"turned.{suffix}"
    _smooth().save(path, exif=exif)
    opened = images.read(path)
    assert opened.pixels.shape == (320, 180, 3)
    assert (opened.header.width, opened.header.height) == (180, 320)
    expected = np.asarray(_smooth().transpose(Image.Transpose.ROTATE_270)).astype(int)
    assert np.abs(opened.pixels.astype(int) - expected).mean() < 4


@pytest.mark.parametrize(
    ("name", "data", "reason"),
    [
        ("cut.jpg", _jpeg()[:3000], "cut short"),
        ("last_bytes.jpg", _jpeg()[:-400], "cut short"),
        ("page.jpg", b"<!DOCTYPE html><html><body>404</body></html>", "web page"),
        ("noise.jpg", bytes(range(256)) * 4, "not an image"),
        ("empty.png", b"", "empty"),
        ("bomb.png", _bomb(), "limit of 50 million"),
        ("drawing.svg", b"<svg xmlns='x'/>", "not an image"),
    ],
)
def test_bad_files_say_what_is_wrong(tmp_path: Path, name: str, data: bytes, reason: str) -> None:
    path = tmp_path / name
    path.write_bytes(data)
    with pytest.raises(BadImage) as caught:
        images.read(path)
    assert reason in caught.value.reason
    assert caught.value.way_out.endswith(".")
    assert name in str(caught.value)


def test_the_bomb_is_small_and_never_decoded(tmp_path: Path) -> None:
    assert len(_bomb()) < 30_000
    path = tmp_path / "bomb.png"
    path.write_bytes(_bomb())
    with pytest.raises(BadImage, match="limit"):
        images.read(path)


def test_a_missing_file_and_a_cut_png(tmp_path: Path) -> None:
    with pytest.raises(BadImage, match="cannot be read"):
        images.read(tmp_path / "none.jpg")
    path = tmp_path / "cut.png"
    _smooth().save(path)
    path.write_bytes(path.read_bytes()[:-5000])
    with pytest.raises(BadImage):
        images.read(path)


def test_modes_become_rgb(tmp_path: Path) -> None:
    clear = Image.new("RGBA", (40, 30), (0, 0, 0, 0))
    clear.save(tmp_path / "clear.png")
    assert int(images.read(tmp_path / "clear.png").pixels.min()) == 255
    deep = Image.fromarray(np.full((30, 40), 32_896, dtype=np.uint16))
    deep.save(tmp_path / "deep.png")
    pixels = images.read(tmp_path / "deep.png").pixels
    assert pixels.shape == (30, 40, 3)
    assert int(pixels[0, 0, 0]) == 128
    _smooth().convert("CMYK").save(tmp_path / "print.jpg")
    _smooth().convert("L").save(tmp_path / "grey.jpg")
    _smooth().convert("P").save(tmp_path / "few.gif")
    for name in ("print.jpg", "grey.jpg", "few.gif"):
        assert images.read(tmp_path / name).pixels.shape == (180, 320, 3)


def test_thumbnail_is_webp_with_longest_side(tmp_path: Path) -> None:
    out = tmp_path / "thumbs" / "1.webp"
    images.thumbnail(np.asarray(_smooth(1280, 720)), out)
    with Image.open(out) as image:
        assert image.format == "WEBP"
        assert image.size == (352, 198)
    images.thumbnail(np.asarray(_smooth(60, 90)), out)
    with Image.open(out) as image:
        assert image.size == (60, 90)
    assert [path.name for path in out.parent.iterdir()] == ["1.webp"]


def test_perceptual_hash_is_near_for_a_recompressed_copy() -> None:
    def distance(a: str, b: str) -> int:
        return (int(a, 16) ^ int(b, 16)).bit_count()

    original = _smooth(seed=1)
    buffer = io.BytesIO()
    original.resize((200, 112)).save(buffer, "JPEG", quality=40)
    mine = images.perceptual_hash(original)
    assert len(mine) == 16
    assert distance(mine, images.perceptual_hash(Image.open(buffer))) <= 4
    assert distance(mine, images.perceptual_hash(_smooth(seed=2))) > 12


def test_a_reduced_decode_keeps_the_side_that_was_asked_for(tmp_path: Path) -> None:
    path = tmp_path / "large.jpg"
    _smooth(2400, 1600).save(path, quality=90)
    opened = images.read(path, side=300)
    assert (opened.header.width, opened.header.height) == (2400, 1600)
    assert opened.pixels.shape == (400, 600, 3)
    assert images.read(path, side=1000).pixels.shape == (1600, 2400, 3)
