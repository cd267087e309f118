"""Video files with sound whose every sample is known."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class Track:
    """One sound track: samples float32 [channels, n] at `rate`, its first sample at `start_s`."""

    samples: NDArray[np.float32]
    rate: int = 16_000
    layout: str = "mono"
    start_s: float = 0.0
    codec: str = "pcm_s16le"
    default: bool = False


def tone(seconds: float, hertz: float = 440.0, rate: int = 16_000, level: float = 0.5) -> NDArray[np.float32]:
    """A tone, float32 [1, n]."""
    times = np.arange(round(seconds * rate)) / rate
    return np.asarray(level * np.sin(2 * np.pi * hertz * times), np.float32)[None]


def write(path: Path, tracks: Sequence[Track], *, picture_s: float = 2.0, picture_start_s: float = 0.0) -> Path:
    """Write a film of grey pictures with sound; `picture_s` of 0 leaves the pictures out."""
    with av.open(str(path), "w") as container:
        video = None
        if picture_s:
            video = container.add_stream("libx264", rate=25, options={"preset": "ultrafast"})
            video.width, video.height, video.pix_fmt = 64, 48, "yuv420p"
        streams = []
        for track in tracks:
            stream = container.add_stream(track.codec, rate=track.rate)
            stream.layout = track.layout
            if track.default:
                stream.disposition = av.stream.Disposition.default
            streams.append(stream)
        if video is not None:
            _pictures(container, video, picture_s, picture_start_s)
        for track, stream in zip(tracks, streams, strict=True):
            _sound(container, stream, track)
    return path


def _pictures(container, video, seconds, start_s):
    for number in range(round(25 * seconds)):
        frame = av.VideoFrame.from_ndarray(np.full((48, 64, 3), 90, np.uint8), format="rgb24")
        frame.pts, frame.time_base = number + round(25 * start_s), Fraction(1, 25)
        container.mux(video.encode(frame))
    container.mux(video.encode(None))


def _sound(container, stream, track):
    size = 1024
    whole = np.asarray(np.clip(track.samples * 32767, -32768, 32767), np.int16)
    for start in range(0, whole.shape[1], size):
        part = np.ascontiguousarray(whole[:, start : start + size].T.reshape(1, -1))
        frame = av.AudioFrame.from_ndarray(part, format="s16", layout=track.layout)
        frame.sample_rate = track.rate
        frame.pts, frame.time_base = start + round(track.rate * track.start_s), Fraction(1, track.rate)
        container.mux(stream.encode(frame))
    container.mux(stream.encode(None))
