"""Stills of a video for labelling: one every few seconds, the same ones every time."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

from video.decode import DecodeOptions, Picture, decode

EVERY_S = 2.0
MOST = 300
SIDE = 512


def stills(
    path: Path, *, threads: int = 0, cancelled: Callable[[], bool] | None = None
) -> Iterator[tuple[float, Picture]]:
    """Decode a video once and keep a picture every two seconds, at most 300, spread over its length.

    Yields:
        Seconds from the start, and uint8 RGB [h, w, 3], upright, shorter side at most 512 pixels.

    Raises:
        InputError: the file cannot be used.
        CancelledError: `cancelled` said so.
    """
    options = DecodeOptions(
        small_side=16, sample_side=SIDE, samples_per_s=1 / EVERY_S, max_samples=MOST, threads=threads
    )
    for frame in decode(path, options, cancelled).frames:
        if frame.sample is not None:
            yield frame.time_s, frame.sample
