"""What type a video is sent with: by the container that FFmpeg finds in it, never by its name."""

from __future__ import annotations

from functools import lru_cache

import reading
from errors import InputError
from reading import File, Stamp
from video.decoding import source

TYPES = {
    "mov": "video/mp4",
    "matroska": "video/webm",
    "avi": "video/x-msvideo",
    "mpegts": "video/mp2t",
    "mpeg": "video/mpeg",
    "flv": "video/x-flv",
    "asf": "video/x-ms-asf",
    "ogg": "video/ogg",
    "gif": "image/gif",
}
OTHER = "application/octet-stream"


def of(path: File) -> str:
    """The media type of a video file.

    Raises:
        InputError: it is not a video that can be read.
    """
    try:
        there = reading.stamp(path)
    except OSError as error:
        raise InputError(f"{path} cannot be read ({error.strerror}). Put it back where it was.") from error
    return _of(path, there)


@lru_cache(maxsize=256)
def _of(path: File, _stamp: Stamp) -> str:
    """A player asks for many ranges of one file: it is looked at once for each state of it."""
    container = source.probe(path).container
    return next((kind for name, kind in TYPES.items() if name in container.split(",")), OTHER)
