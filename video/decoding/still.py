"""One picture of a video at a time, as a JPEG: what a frame's page shows in full, and a player that cannot play."""

from __future__ import annotations

import io
from bisect import bisect_right
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache

import av.error
import numpy as np
from av.container import InputContainer
from av.video.frame import VideoFrame
from av.video.reformatter import Interpolation
from av.video.stream import VideoStream
from PIL import Image

import reading
from errors import InputError
from reading import File, Stamp
from video.decoding import frame_reader
from video.decoding.clock import Clock, Stamps
from video.decoding.orientation import Picture, on_its_side, upright
from video.decoding.source import VideoInfo, opened

JPEG_QUALITY = 88
NEAR_S = 1e-3
# Formats that can be read from any byte on. Sought by time they may answer with a keyframe behind it.
BY_BYTE = {"mpegts", "mpeg"}


def at(path: File, time_s: float, side: int | None = None) -> bytes:
    """The picture that is on screen at a time, upright and with square pixels, as JPEG bytes.

    Args:
        path: the video.
        time_s: seconds on the container's clock (`video.decoding.clock`); a time before the first picture gives that one, a time past
            the end the last.
        side: longer side in pixels at most; None leaves the picture as large as it is.

    Raises:
        InputError: it is not a readable video, or it has no picture.
    """
    shown = _picture_at(path, time_s)
    if shown is None:
        raise InputError(f"{path.name} has no picture at {time_s:.1f} s. Add the video again to read it anew.")
    out = io.BytesIO()
    image = Image.fromarray(shown)
    if side is not None:
        image.thumbnail((side, side))
    image.save(out, "JPEG", quality=JPEG_QUALITY)
    return out.getvalue()


def size(path: File) -> tuple[int, int]:
    """Width and height of a video as shown: upright, square pixels; as coded where no picture can be decoded.

    Raises:
        InputError: it is not a readable video.
    """
    with opened(path, threads=1) as (container, stream, info):
        width, height = round(info.width * info.aspect), info.height
        first = next(frame_reader.pictures(path, container, stream, Stamps(stream, info), []), None)
        return (height, width) if first is not None and on_its_side(first) else (width, height)


def _picture_at(path: File, time_s: float) -> Picture | None:
    parts = _parts(path)
    with opened(path, threads=1) as (container, stream, info):
        part = parts.at(time_s)
        if part is not None and _sought(container, stream, info, part, time_s):
            shown = _shown(path, container, stream, Stamps(stream, info, part.offset), info, time_s, late=False)
            if shown is not None:
                return _pixels(shown, info)
    with opened(path, threads=1) as (container, stream, info):
        shown = _shown(path, container, stream, Stamps(stream, info), info, time_s, late=True)
        return None if shown is None else _pixels(shown, info)


def _sought(container: InputContainer, stream: VideoStream, info: VideoInfo, part: _Part, time_s: float) -> bool:
    """Go to a place from which the picture is reached; False where that cannot be done."""
    with suppress(av.error.FFmpegError, OverflowError):
        if part.places:
            place = bisect_right(part.times, time_s - NEAR_S) - 1
            if place < 0:
                return False
            container.seek(part.places[place], unsupported_byte_offset=True)
            return True
        if part.whole and stream.time_base:
            container.seek(int((time_s + info.origin_s) / stream.time_base), stream=stream)
            return True
    return False


def _shown(
    path: File,
    container: InputContainer,
    stream: VideoStream,
    stamps: Stamps,
    info: VideoInfo,
    time_s: float,
    late: bool,
) -> VideoFrame | None:
    """The last picture up to a time; where none is so early, None, or with `late` the first."""
    clock, shown = Clock(stamps, info), None
    for index, picture in enumerate(frame_reader.pictures(path, container, stream, stamps, [])):
        now, _ = clock.read(picture.time, index)
        if now > time_s + NEAR_S and (shown is not None or not late):
            break
        shown = picture
    return shown


def _pixels(picture: VideoFrame, info: VideoInfo) -> Picture:
    width = round(picture.width * info.aspect)
    small = picture.reformat(width=width, format="rgb24", interpolation=Interpolation.BILINEAR)
    return upright(np.asarray(small.to_ndarray(), np.uint8), picture)


@dataclass(frozen=True)
class _Part:
    """A stretch of a file in which the stamps do not jump.

    Attributes:
        start_s: on the clock.
        offset: what brings its stamps onto the clock, in ticks.
        whole: whether it is the whole file, so that it can be sought by time.
        places: bytes at which its keyframes begin, where it can be read from there.
        times: theirs, on the clock.
    """

    start_s: float
    offset: int
    whole: bool
    places: tuple[int, ...] = ()
    times: tuple[float, ...] = ()


@dataclass(frozen=True)
class _Parts:
    parts: tuple[_Part, ...]

    def at(self, time_s: float) -> _Part | None:
        """The part that a time lies in; None where the file is to be read from its beginning."""
        before = [part for part in self.parts if part.start_s <= time_s + NEAR_S]
        return before[-1] if before else None


def _parts(path: File) -> _Parts:
    try:
        return _scanned(path, reading.stamp(path))
    except OSError:
        return _Parts(())


@lru_cache(maxsize=256)
def _scanned(path: File, stamp: Stamp) -> _Parts:
    """Where a file's stamps jump: all of its packets are read, none is decoded. Once for each state of a file."""
    del stamp
    with opened(path, threads=1) as (container, stream, info):
        if "mov" in info.container.split(","):  # its stamps are sums of lengths and never step back
            return _Parts((_Part(0.0, 0, True),))
        stamps = Stamps(stream, info)
        keys = list(_keyframes(container, stream, stamps))
    if not BY_BYTE & set(info.container.split(",")):
        return _Parts(() if stamps.joins else (_Part(0.0, 0, True),))
    starts = [(0.0, 0), *((join.time_s, join.offset) for join in stamps.joins)]
    parts = []
    for start_s, offset in starts:
        mine = [(time, pos) for time, pos, of in keys if of == offset]
        parts.append(_Part(start_s, offset, False, tuple(pos for _, pos in mine), tuple(time for time, _ in mine)))
    return _Parts(tuple(parts))


def _keyframes(container: InputContainer, stream: VideoStream, stamps: Stamps) -> Iterator[tuple[float, int, int]]:
    """(time, place in bytes, offset) of the keyframes."""
    for packet in frame_reader.packets(container, stream, frame_reader.Bad()):
        stamps.settle(packet)
        if packet.is_keyframe and packet.pos is not None and packet.pts is not None:
            yield stamps.seconds(packet.pts), packet.pos, stamps.joins[-1].offset if stamps.joins else 0
