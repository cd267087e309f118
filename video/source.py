"""Opening a file that somebody gave us: only local video files, and one plain sentence for what cannot be used.

FFmpeg happily follows a playlist to the network or to another file. The list of formats below has no demuxer that
opens anything but the file itself, and the only protocol is `file`.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import av
import av.error
from av.container import InputContainer
from av.video.stream import VideoStream

from errors import InputError
from settings import MAX_PIXELS

FORMATS = "mov,mp4,m4a,3gp,3g2,mj2,matroska,webm,avi,gif,mpegts,mpeg,flv,asf,ogg,mxf,m4v,h264,hevc,ivf,nut"
ENCRYPTED_TAGS = {"encv", "drmi"}


@dataclass(frozen=True)
class VideoInfo:
    """What the header says, before anything is decoded.

    Attributes:
        width: coded width in pixels.
        height: coded height in pixels.
        aspect: width of a pixel over its height.
        fps: average frames per second; 25 where the file does not say.
        duration_s: stated duration in seconds, 0 where the file does not say.
        codec: FFmpeg's name of the codec.
    """

    width: int
    height: int
    aspect: float
    fps: float
    duration_s: float
    codec: str


@contextmanager
def opened(path: Path, threads: int = 0) -> Iterator[tuple[InputContainer, VideoStream, VideoInfo]]:
    """Open a local video file for decoding.

    Args:
        path: the file.
        threads: decoding threads; 0 lets FFmpeg decide.

    Raises:
        InputError: not a file, empty, not a video, no video stream, encrypted, or too large a picture.
    """
    _check_file(path)
    try:
        # The `file:` prefix keeps a name such as "concat:a|b" from being read as a protocol.
        container = av.open(
            "file:" + os.path.abspath(path),
            options={"format_whitelist": FORMATS, "protocol_whitelist": "file"},
            metadata_errors="replace",
        )
    except (av.error.FFmpegError, ValueError) as error:
        raise InputError(
            f"{path.name} cannot be read as a video: it is damaged, cut short, or of a kind that is not supported. "
            "Play it in a video player to check it, or convert it to MP4 (H.264) and add it again."
        ) from error
    with container:
        stream = _video_stream(container, path)
        stream.thread_type = "AUTO"
        stream.codec_context.thread_count = threads
        yield container, stream, _info(container, stream)


def probe(path: Path) -> VideoInfo:
    """What the header of a video says.

    Raises:
        InputError: as `opened`.
    """
    with opened(path) as (_, _, info):
        return info


def _check_file(path: Path) -> None:
    if path.is_dir():
        raise InputError(f"{path.name} is a folder. Give one video file.")
    if not path.is_file():
        raise InputError(f"There is no file {path}. Check the name and the folder.")
    if path.stat().st_size == 0:
        raise InputError(f"{path.name} is empty (0 bytes). Copy it again from where it came from.")
    if not os.access(path, os.R_OK):
        raise InputError(f"{path.name} may not be read by this account. Change its permissions.")


def _video_stream(container: InputContainer, path: Path) -> VideoStream:
    streams = [s for s in container.streams.video if not s.disposition & s.disposition.attached_pic]
    if not streams:
        raise InputError(f"{path.name} has no video stream, only sound or data. Give a file with pictures.")
    stream = streams[0]
    if stream.codec_context is None:
        raise InputError(f"{path.name} uses a video codec that is not installed. Convert it to MP4 (H.264).")
    if stream.codec_context.codec_tag in ENCRYPTED_TAGS:
        raise InputError(f"{path.name} is encrypted (copy protected). Give a file without protection.")
    width, height = stream.codec_context.width, stream.codec_context.height
    if width * height > MAX_PIXELS:
        raise InputError(
            f"{path.name} has pictures of {width} x {height}; the limit is {MAX_PIXELS // 1_000_000} million pixels. "
            "Scale it down and add it again."
        )
    return stream


def _info(container: InputContainer, stream: VideoStream) -> VideoInfo:
    duration = 0.0
    if stream.duration is not None and stream.time_base is not None:
        duration = float(stream.duration * stream.time_base)
    elif container.duration is not None:
        duration = container.duration / av.time_base
    rate = stream.average_rate or stream.base_rate
    context = stream.codec_context
    return VideoInfo(
        width=context.width,
        height=context.height,
        aspect=float(stream.sample_aspect_ratio or 1),
        fps=float(rate) if rate and 0.1 < rate < 1000 else 25.0,
        duration_s=max(0.0, duration),
        codec=context.name,
    )
