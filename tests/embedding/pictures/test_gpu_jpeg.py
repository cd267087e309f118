"""Decoding on a GPU, with torchvision's decoder on the processor in its place: what it is given, and what comes of it."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image, ImageCms

from embedding.pictures import gpu_jpeg, images
from embedding.pictures.gpu_jpeg import GpuDecoder, PlainJpeg
from embedding.pictures.images import BadImage

CPU = torch.device("cpu")


def _picture(mode: str = "RGB", size: tuple[int, int] = (160, 90)) -> Image.Image:
    cells = np.random.default_rng(0).integers(0, 255, (9, 16, 3), dtype=np.uint8)
    return Image.fromarray(cells).resize(size, Image.Resampling.BICUBIC).convert(mode)


def _saved(path: Path, picture: Image.Image | None = None, kind: str = "JPEG", **options: object) -> Path:
    (picture or _picture()).save(path, kind, **options)
    return path


def _plain(path: Path) -> PlainJpeg:
    file = gpu_jpeg.plain(path)
    assert file is not None
    return file


@pytest.mark.parametrize("turn", range(1, 9))
def test_every_orientation_stands_as_pillow_has_it(tmp_path: Path, turn: int) -> None:
    exif = Image.Exif()
    exif[0x0112] = turn
    path = _saved(tmp_path / "a.jpg", exif=exif, quality=95)
    [pixels] = GpuDecoder(CPU).pixels([_plain(path)])
    expected = images.read(path)
    assert pixels is not None
    assert pixels.shape == (3, expected.header.height, expected.header.width)
    assert np.abs(pixels.permute(1, 2, 0).numpy().astype(int) - expected.pixels.astype(int)).max() <= 2


@pytest.mark.parametrize("options", [{"progressive": True}, {"subsampling": 0}, {"optimize": True}])
def test_what_pillow_shows_alike_is_for_the_gpu(tmp_path: Path, options: dict[str, object]) -> None:
    assert _plain(_saved(tmp_path / "a.jpg", **options)).header == images.Header("JPEG", 160, 90)
    assert gpu_jpeg.plain(_saved(tmp_path / "grey.jpg", _picture("L"), **options)) is not None


def test_what_it_would_show_otherwise_is_not_for_the_gpu(tmp_path: Path) -> None:
    cut = tmp_path / "cut.jpg"
    cut.write_bytes(_saved(tmp_path / "a.jpg").read_bytes()[:-400])
    lab = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")).tobytes()
    others = [
        cut,
        _saved(tmp_path / "cmyk.jpg", _picture("CMYK")),
        _saved(tmp_path / "a.png", kind="PNG"),
        _saved(tmp_path / "named.jpg", kind="PNG"),
    ]
    assert [gpu_jpeg.plain(path) for path in others] == [None] * 4
    srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    for profile in (srgb, lab, b"damaged"):  # passed over as on the processor: nothing changes by them
        assert gpu_jpeg.plain(_saved(tmp_path / "p.jpg", icc_profile=profile)) is not None


def test_a_picture_of_another_colour_space_is_not_for_the_gpu(tmp_path: Path, wide_profile: bytes) -> None:
    assert gpu_jpeg.plain(_saved(tmp_path / "wide.jpg", icc_profile=wide_profile)) is None


@pytest.fixture
def wide_profile() -> bytes:
    """sRGB's profile with red and green exchanged: valid, and not sRGB by name."""
    profile = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    profile = bytearray(
        profile.replace(b"sRGB", b"wide").replace("sRGB".encode("utf-16-be"), "wide".encode("utf-16-be"))
    )
    red, green = profile.index(b"rXYZ"), profile.index(b"gXYZ")
    profile[red : red + 4], profile[green : green + 4] = b"gXYZ", b"rXYZ"
    return bytes(profile)


def test_the_gpu_sees_no_byte_of_what_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = _saved(tmp_path / "large.jpg")
    monkeypatch.setattr(images, "MAX_PIXELS", 160 * 90 - 1)
    with pytest.raises(BadImage, match="over the limit"):
        gpu_jpeg.plain(path)
    empty = tmp_path / "empty.jpg"
    empty.write_bytes(b"")
    with pytest.raises(BadImage, match="empty"):
        gpu_jpeg.plain(empty)


def test_one_that_is_refused_takes_no_other_with_it(tmp_path: Path) -> None:
    files = [_plain(_saved(tmp_path / f"{number}.jpg")) for number in range(9)]
    files[4] = PlainJpeg(b"\xff\xd8 no picture \xff\xd9", "", files[4].header, 1)
    files[7] = PlainJpeg(
        files[7].data, "", images.Header("JPEG", 80, 90), 1
    )  # decoded to another size than its header's
    pixels = GpuDecoder(CPU).pixels(files)
    assert [number for number, one in enumerate(pixels) if one is None] == [4, 7]


def test_without_memory_for_many_it_decodes_fewer_at_once(tmp_path: Path) -> None:
    calls = []

    def small(files: list[torch.Tensor], device: torch.device) -> list[torch.Tensor]:
        calls.append(len(files))
        if len(files) > 2:
            raise torch.OutOfMemoryError("no memory")
        return gpu_jpeg.by_torchvision(files, device)

    files = [_plain(_saved(tmp_path / f"{number}.jpg")) for number in range(7)]
    assert all(one is not None for one in GpuDecoder(CPU, small).pixels(files))
    assert max(calls) == 7


def test_a_call_is_bounded_in_pixels(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    calls = []

    def counted(files: list[torch.Tensor], device: torch.device) -> list[torch.Tensor]:
        calls.append(len(files))
        return gpu_jpeg.by_torchvision(files, device)

    monkeypatch.setattr(gpu_jpeg, "MOST_PIXELS", 3 * 160 * 90)
    files = [_plain(_saved(tmp_path / f"{number}.jpg")) for number in range(7)]
    GpuDecoder(CPU, counted).pixels(files)
    assert sorted(calls) == [1, 3, 3]


def test_a_decoder_that_does_not_work_says_so() -> None:
    def broken(_files: list[torch.Tensor], _device: torch.device) -> list[torch.Tensor]:
        raise RuntimeError("nvJPEG is not part of this build")

    assert not GpuDecoder(CPU, broken).works()
    assert GpuDecoder(CPU).works()


def test_a_small_copy_is_as_the_thumbnail(tmp_path: Path) -> None:
    path = _saved(tmp_path / "a.jpg", _picture(size=(1280, 720)), quality=95)
    [pixels] = GpuDecoder(CPU).pixels([_plain(path)])
    assert pixels is not None
    copy = gpu_jpeg.small(pixels)
    assert copy.shape == (198, 352, 3)
    expected = np.asarray(images.small(images.read(path).pixels)).astype(int)
    assert np.abs(copy.astype(int) - expected).mean() < 1.5
    one = io.BytesIO()
    Image.fromarray(gpu_jpeg.small(pixels[:, :20, :30])).save(one, "PNG")
    assert gpu_jpeg.small(pixels[:, :20, :30]).shape == (20, 30, 3)
