"""JPEGs decoded on a GPU, many at a time.

The GPU decodes pixels and judges nothing. What is refused, how large it may be and which way up it is are read from the header by
Pillow before the GPU sees a byte. What it would show otherwise than Pillow (CMYK, another colour space, a file that is cut short)
is not given to it.
"""

from __future__ import annotations

import hashlib
import io
import warnings
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import torch
from PIL import Image
from torchvision.io import ImageReadMode, decode_jpeg
from torchvision.transforms.v2 import InterpolationMode
from torchvision.transforms.v2 import functional as F

from embedding.pictures import colour, images
from embedding.pictures.images import Header
from reading import File

STREAMS = 4  # decoders at work at once; each keeps some of the GPU's memory
AT_ONCE = 64  # files a call
MOST_PIXELS = 2**28  # a call: 0.8 GB of RGB
END = b"\xff\xd9"
YCBCR = 1  # Adobe's mark of the usual colours

DecodeJpegs = Callable[[list[torch.Tensor], torch.device], list[torch.Tensor]]


@dataclass(frozen=True)
class PlainJpeg:
    """A JPEG that a GPU shows as Pillow does.

    Attributes:
        data: the bytes of the file. sha256: their hex digest.
        header: format and size as displayed.
        turn: the EXIF orientation, 1 to 8, that is still to be applied.
    """

    data: bytes
    sha256: str
    header: Header
    turn: int


def plain(path: File) -> PlainJpeg | None:
    """Read a file; None where it is not for the GPU.

    Raises:
        BadImage: unreadable, empty, not an allowed image format, or too large.
    """
    data = images.content(path)
    if not data.startswith(b"\xff\xd8") or not data.rstrip(b"\0").endswith(END):
        return None
    with images.explained(path, data):
        image = images.opened(path, data)
        info = image.info
        usual = image.format == "JPEG" and image.mode in ("RGB", "L") and info.get("adobe_transform", YCBCR) == YCBCR
        if not usual or not colour.is_srgb(info.get("icc_profile"), image.mode):
            return None
        turn = colour.orientation(image)
        width, height = image.size[::-1] if turn in colour.SIDEWAYS else image.size
    return PlainJpeg(data, hashlib.sha256(data).hexdigest(), Header("JPEG", width, height), turn)


def by_torchvision(files: list[torch.Tensor], device: torch.device) -> list[torch.Tensor]:
    """JPEG files as uint8 [bytes] -> uint8 [3, h, w] each, on the device; nvJPEG decodes on a GPU.

    Raises:
        RuntimeError: one of them is refused. torch.OutOfMemoryError: they do not fit.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        pixels: list[torch.Tensor] = decode_jpeg(files, ImageReadMode.RGB, device)
    return pixels


class GpuDecoder:
    """Decodes on one device. `decode` may be another decoder than torchvision's."""

    def __init__(self, device: torch.device, decode: DecodeJpegs = by_torchvision) -> None:
        self.device = device
        self._decode = decode

    def works(self) -> bool:
        """Whether this build of torchvision and this GPU decode a JPEG at all."""
        data = io.BytesIO()
        Image.new("RGB", (16, 16)).save(data, "JPEG")
        return self.pixels([PlainJpeg(data.getvalue(), "", Header("JPEG", 16, 16), 1)])[0] is not None

    def pixels(self, files: Sequence[PlainJpeg]) -> list[torch.Tensor | None]:
        """Upright uint8 [3, h, w] of each file, on the device; None where it is refused."""
        lots = list(_lots(files))
        with ThreadPoolExecutor(STREAMS) as pool:
            return [pixels for lot in pool.map(self._lot, lots) for pixels in lot]

    def _lot(self, files: list[PlainJpeg]) -> list[torch.Tensor | None]:
        """One call; in halves where it does not fit, or where one of several is refused."""
        on_gpu = self.device.type == "cuda"
        stream = torch.cuda.Stream(self.device) if on_gpu else None  # type: ignore[no-untyped-call]
        try:
            with torch.cuda.stream(stream) if stream is not None else nullcontext():
                data = [torch.from_numpy(np.frombuffer(file.data, np.uint8).copy()) for file in files]
                decoded = self._decode(data, self.device)
                upright = [turned(pixels, file.turn) for pixels, file in zip(decoded, files, strict=True)]
            if stream is not None:
                stream.synchronize()
        except RuntimeError:  # torch.OutOfMemoryError is one too
            if len(files) == 1:
                return [None]
            half = len(files) // 2
            if on_gpu:
                torch.cuda.empty_cache()
            return self._lot(files[:half]) + self._lot(files[half:])
        fits = [(pixels.shape[-1], pixels.shape[-2]) for pixels in upright]
        return [
            pixels if size == (file.header.width, file.header.height) else None
            for pixels, size, file in zip(upright, fits, files, strict=True)
        ]


def turned(pixels: torch.Tensor, turn: int) -> torch.Tensor:
    """uint8 [3, h, w] as its EXIF orientation `turn` asks for, [3, h, w] or [3, w, h]."""
    if turn in colour.SIDEWAYS:
        pixels = pixels.transpose(-1, -2)
    flips = {2: (-1,), 3: (-1, -2), 4: (-2,), 6: (-1,), 7: (-1, -2), 8: (-2,)}.get(turn, ())
    return pixels.flip(flips) if flips else pixels


def small(pixels: torch.Tensor, size: int = images.THUMBNAIL_SIDE) -> npt.NDArray[np.uint8]:
    """uint8 [3, h, w] on any device -> a copy [h', w', 3] in memory whose longest side is at most `size`."""
    height, width = pixels.shape[-2:]
    scale = min(1.0, size / max(height, width))
    if scale < 1:
        wanted = [max(1, round(height * scale)), max(1, round(width * scale))]
        pixels = F.resize(pixels, wanted, interpolation=InterpolationMode.BILINEAR, antialias=True)
    copy: npt.NDArray[np.uint8] = pixels.permute(1, 2, 0).contiguous().cpu().numpy()
    return copy


def _lots(files: Sequence[PlainJpeg]) -> Iterator[list[PlainJpeg]]:
    """Files of one call each: neither too many nor too many pixels."""
    lot: list[PlainJpeg] = []
    pixels = 0
    for file in files:
        area = file.header.width * file.header.height
        if lot and (len(lot) == AT_ONCE or pixels + area > MOST_PIXELS):
            yield lot
            lot, pixels = [], 0
        lot.append(file)
        pixels += area
    if lot:
        yield lot
