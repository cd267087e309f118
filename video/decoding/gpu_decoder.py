"""Decoding on an NVIDIA GPU (NVDEC), where FFmpeg was built for it and a GPU answers."""

from __future__ import annotations

import io
from functools import cache

import av
import av.error
import numpy as np
from av.codec.hwaccel import HWAccel, hwdevices_available
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

KIND = "cuda"
PROBE_SIDE = 256  # pixels; GPUs refuse pictures of less than some 145
CLOSE = 6.0  # mean difference of 8-bit pixels between what was encoded and what comes back


class RefusedByGpuError(Exception):
    """The GPU does not decode this file, or does not go on; the processor decodes it from the start."""


def accelerator() -> HWAccel | None:
    """What `av.open` decodes on the GPU with, or None where the processor decodes."""
    return HWAccel(KIND, allow_software_fallback=True) if works() else None


@cache
def works() -> bool:
    """Whether a GPU decodes a film that was just encoded. Tried once a process."""
    if KIND not in hwdevices_available():
        return False
    import torch  # after the cheap question; whoever decodes for a model has it loaded

    return torch.cuda.is_available() and decodes(HWAccel(KIND, allow_software_fallback=False))


def decodes(accelerator: HWAccel | None) -> bool:
    """Whether a short H.264 film comes back from a device, or from the processor for None, as it was encoded."""
    picture = np.full((PROBE_SIDE, PROBE_SIDE, 3), (200, 80, 40), np.uint8)
    try:
        with av.open(io.BytesIO(_film(picture)), "r", hwaccel=accelerator) as container:
            first = next(container.decode(container.streams.video[0]))
    except (av.error.FFmpegError, ValueError, StopIteration):
        return False
    return float(np.abs(first.to_ndarray(format="rgb24").astype(np.float32) - picture).mean()) < CLOSE


def _film(picture: np.ndarray[tuple[int, ...], np.dtype[np.uint8]]) -> bytes:
    """Two equal frames as an MP4 file. FFmpegError: there is no encoder for H.264."""
    out = io.BytesIO()
    with av.open(out, "w", format="mp4") as container:
        stream: VideoStream = container.add_stream("h264", rate=25)
        stream.width, stream.height, stream.pix_fmt = picture.shape[1], picture.shape[0], "yuv420p"
        for _ in range(2):
            container.mux(stream.encode(VideoFrame.from_ndarray(picture, format="rgb24")))
        container.mux(stream.encode())
    return out.getvalue()
