"""The pictures of an opened video in the order they are shown, on the clock; damage is skipped and counted."""

from __future__ import annotations

from collections.abc import Iterator

import av.error
from av.container import InputContainer
from av.packet import Packet
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from errors import InputError
from reading import File
from settings import MAX_PIXELS
from video.decoding.clock import Stamps
from video.decoding.gpu_decoder import RefusedByGpuError

MAX_BAD_PACKETS = 500


def pictures(
    path: File, container: InputContainer, stream: VideoStream, stamps: Stamps, notes: list[str]
) -> Iterator[VideoFrame]:
    """Decoded pictures in presentation order, their stamps settled; what was skipped is said in a note at the end.

    Raises:
        InputError: it is encrypted, or a picture is too large.
        RefusedByGpuError: a GPU decodes, and cannot go on. Whether the file or the GPU is at fault, only the processor can tell.
    """
    bad = Bad()
    for packet in packets(container, stream, bad):
        if packet.has_sidedata("encryption_info"):
            raise InputError(f"{path.name} is encrypted (copy protected). Give a file without protection.")
        stamps.settle(packet)
        try:
            decoded = packet.decode()
        except av.error.EOFError:
            break
        except av.error.FFmpegError as error:
            if stream.codec_context.is_hwaccel:
                raise RefusedByGpuError(str(error)) from error
            bad.count += 1
            continue
        for picture in decoded:
            if isinstance(picture, VideoFrame):
                _check_size(picture, path)
                yield picture
    if bad.count:
        notes.append(f"{bad.count} damaged parts of the file were skipped.")


class Bad:
    """How many parts were damaged."""

    count = 0


def packets(container: InputContainer, stream: VideoStream, bad: Bad) -> Iterator[Packet[VideoStream]]:
    """Packets in the order of the file, the empty one at the end too, until too much is damaged."""
    coming = container.demux(stream)
    while bad.count <= MAX_BAD_PACKETS:
        try:
            packet = next(coming, None)
        except (av.error.FFmpegError, IndexError):
            # IndexError: damage that looks like a new stream. An iterator that raised is spent; reading goes on behind.
            bad.count += 1
            coming = container.demux(stream)
            continue
        if packet is None:
            return
        yield packet


def _check_size(picture: VideoFrame, path: File) -> None:
    if picture.width * picture.height > MAX_PIXELS:
        raise InputError(f"{path.name} has pictures of {picture.width} x {picture.height}. Scale it down first.")
