"""Opening a file that somebody gave us: only video files, and one plain sentence for what cannot be used.

FFmpeg happily follows a playlist to the network or to another file. The list of formats below has no demuxer that
opens anything but the file itself, and the only protocol is `file`. A file elsewhere is read for FFmpeg by its own reader.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace

import av
import av.error
from av.codec.hwaccel import HWAccel
from av.container import InputContainer
from av.video.stream import VideoStream

import reading
from errors import InputError
from reading import Elsewhere, File
from settings import MAX_PIXELS
from video.decoding.gpu_decoder import RefusedByGpuError

FORMATS = "mov,mp4,m4a,3gp,3g2,mj2,matroska,webm,avi,gif,mpegts,mpeg,flv,asf,ogg,mxf,m4v,h264,hevc,ivf,nut"
# Formats that browsers play: there the container's zero is what a player counts from.
PLAYED = {"mov", "mp4", "matroska", "webm", "ogg"}
LENGTH = re.compile(r"(\d+):(\d+):(\d+(?:\.\d+)?)")  # of one stream, as Matroska files note it
ENCRYPTED_TAGS = {"encv", "drmi"}


@dataclass(frozen=True)
class VideoInfo:
    """What the header says, before anything is decoded.

    Attributes:
        width: coded width in pixels.
        height: coded height in pixels.
        aspect: width of a pixel over its height.
        fps: average frames per second; 25 where the file does not say.
        duration_s: when it ends by what the header says, on the clock (see `video.decoding.clock`); 0 where it does not say.
        codec: FFmpeg's name of the codec.
        container: FFmpeg's name of the format.
        origin_s: the container's presentation time at which the clock is 0, in seconds.
        start_s: when the first picture or sound comes by what the header says, on the clock; mostly 0.
    """

    width: int
    height: int
    aspect: float
    fps: float
    duration_s: float
    codec: str
    container: str = ""
    origin_s: float = 0.0
    start_s: float = 0.0

    @property
    def played(self) -> bool:
        """Whether it is a format that browsers play, if they know the codec."""
        return not PLAYED.isdisjoint(self.container.split(","))


@contextmanager
def opened(
    path: File, threads: int = 0, accelerator: HWAccel | None = None
) -> Iterator[tuple[InputContainer, VideoStream, VideoInfo]]:
    """Open a video file for decoding.

    Args:
        path: the file.
        threads: decoding threads; 0 lets FFmpeg decide.
        accelerator: decodes on a device (see `video.decoding.gpu_decoder`).

    Raises:
        InputError: not a file, empty, not a video, no video stream, encrypted, or too large a picture.
        RefusedByGpuError: the device of `accelerator` does not open it.
    """
    with any_container(path, accelerator) as container:
        stream = _video_stream(container, path)
        stream.thread_type = "AUTO"
        stream.codec_context.thread_count = threads
        yield container, stream, _info(container, stream)


@contextmanager
def any_container(path: File, accelerator: HWAccel | None = None) -> Iterator[InputContainer]:
    """Open a file of a kind that holds videos, whatever streams are in it.

    Raises:
        InputError: not a file, empty, or of another kind. RefusedByGpuError: as `opened`.
    """
    _check_file(path)
    with ExitStack() as stack:
        try:
            # The `file:` prefix keeps a name such as "concat:a|b" from being read as a protocol.
            local = not isinstance(path, Elsewhere)
            given = "file:" + os.path.abspath(str(path)) if local else stack.enter_context(reading.opened(path))
            container = av.open(
                given,
                "r",
                options={"format_whitelist": FORMATS, "protocol_whitelist": "file"},
                metadata_errors="replace",
                hwaccel=accelerator,
            )
        except (av.error.FFmpegError, ValueError) as error:
            if accelerator is not None:
                raise RefusedByGpuError(str(error)) from error
            raise InputError(
                f"{path.name} cannot be read as a video: it is damaged, cut short, or of a kind that is not supported. "
                "Play it in a video player to check it, or convert it to MP4 (H.264) and add it again."
            ) from error
        yield stack.enter_context(container)


def probe(path: File) -> VideoInfo:
    """What the header of a video says.

    Raises:
        InputError: as `opened`.
    """
    with opened(path) as (_, _, info):
        return info


def _check_file(path: File) -> None:
    if not reading.is_text(path):
        raise InputError(
            f"{reading.readable(path.name)} has a name that is not UTF-8 text. Rename it, then add it again."
        )
    try:
        size = reading.size(path)
    except FileNotFoundError as error:
        raise InputError(f"There is no file {path}. Check the name and the folder.") from error
    except OSError as error:
        if not isinstance(path, Elsewhere) and os.path.isdir(path):
            raise InputError(f"{path.name} is a folder. Give one video file.") from error
        raise InputError(f"{path} cannot be read ({error.strerror}). Give one video file.") from error
    if size == 0:
        raise InputError(f"{path.name} is empty (0 bytes). Copy it again from where it came from.")
    if not isinstance(path, Elsewhere) and not os.access(path, os.R_OK):
        raise InputError(f"{path.name} may not be read by this account. Change its permissions.")


def _video_stream(container: InputContainer, path: File) -> VideoStream:
    streams = [s for s in container.streams.video if not s.disposition & s.disposition.attached_pic]
    if not streams:
        raise InputError(f"{path.name} has no video stream, only sound or data. Give a file with pictures.")
    stream = streams[0]
    if stream.codec_context is None:
        raise InputError(f"{path.name} uses a video codec that is not installed. Convert it to MP4 (H.264).")
    if stream.codec_context.codec_tag in ENCRYPTED_TAGS:
        raise InputError(f"{path.name} is encrypted (copy protected). Give a file without protection.")
    width, height = stream.codec_context.width, stream.codec_context.height
    if width < 1 or height < 1:
        raise InputError(
            f"{path.name} does not say how large its pictures are: it is damaged or cut short. Copy it again."
        )
    if width * height > MAX_PIXELS:
        raise InputError(
            f"{path.name} has pictures of {width} x {height}; the limit is {MAX_PIXELS // 1_000_000} million pixels. "
            "Scale it down and add it again."
        )
    return stream


def _info(container: InputContainer, stream: VideoStream) -> VideoInfo:
    rate = stream.average_rate or stream.base_rate
    context = stream.codec_context
    begins = (container.start_time or 0) / av.time_base
    name = container.format.name
    info = VideoInfo(
        width=context.width,
        height=context.height,
        aspect=float(stream.sample_aspect_ratio or 1),
        fps=float(rate) if rate and 0.1 < rate < 1000 else 25.0,
        duration_s=0.0,
        codec=context.name,
        container=name,
    )
    origin = origin_s(container)
    ends = _end_s(container, stream, begins)
    return replace(info, origin_s=origin, start_s=begins - origin, duration_s=max(0.0, ends - origin) if ends else 0.0)


def origin_s(container: InputContainer) -> float:
    """The container's presentation time at which the clock is 0, in seconds."""
    begins = (container.start_time or 0) / av.time_base
    return begins if PLAYED.isdisjoint(container.format.name.split(",")) else min(0.0, begins)


def _end_s(container: InputContainer, stream: VideoStream, begins: float) -> float:
    """When the video ends by what the header says, in the container's time; 0 where it does not say."""
    if stream.duration is not None and stream.time_base is not None:
        return float(((stream.start_time or 0) + stream.duration) * stream.time_base)
    tagged = LENGTH.fullmatch(stream.metadata.get("DURATION", ""))
    if tagged is not None:
        hours, minutes, seconds = (float(part) for part in tagged.groups())
        return 3600 * hours + 60 * minutes + seconds
    if container.duration is None:
        return 0.0
    # Matroska counts its duration from zero, the others from where they begin.
    return container.duration / av.time_base + (0.0 if "matroska" in container.format.name else begins)
