"""Small whole videos that the tests make themselves: a picture of the demo world, a sound, or none."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import av
import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

import sample_data

RATE, FPS = 16_000, 5


def tone(seconds: float, hertz: float = 440.0, level: float = 0.5) -> NDArray[np.float32]:
    """A tone, float32 [n]."""
    return np.asarray(level * np.sin(2 * np.pi * hertz * np.arange(round(seconds * RATE)) / RATE), np.float32)


def film(
    path: Path,
    picture: Path | int,
    seconds: float = 3.0,
    sound: NDArray[np.float32] | None = None,
    start_s: float = 0.0,
) -> Path:
    """A still picture (or one of a grey level) for some seconds, with a sound at `start_s` where one is given."""
    if isinstance(picture, int):
        pixels = np.full((72, 96, 3), picture, np.uint8)
    else:
        pixels = np.asarray(Image.open(picture).convert("RGB").resize((96, 72)))
    with av.open(str(path), "w") as output:
        stream = output.add_stream("mpeg4", rate=Fraction(FPS))
        stream.width, stream.height, stream.pix_fmt, stream.bit_rate = 96, 72, "yuv420p", 800_000
        heard = None
        if sound is not None:
            heard = output.add_stream("pcm_s16le", rate=RATE)
            heard.layout = "mono"
        for number in range(round(FPS * seconds)):
            frame = av.VideoFrame.from_ndarray(pixels, format="rgb24")
            frame.pts, frame.time_base = number, Fraction(1, FPS)
            output.mux(stream.encode(frame))
        output.mux(stream.encode(None))
        if heard is not None and sound is not None:
            _sound(output, heard, sound, start_s)
    return path


def show(path: Path, numbers: list[int], mirror: bool = False) -> Path:
    """Pictures of the demo world by their numbers, each for a second and a half, in H.264 without sound."""
    pictures = sorted(sample_data.images_folder().glob("*.jpg"))
    with av.open(str(path), "w") as output:
        stream = output.add_stream("libx264", rate=Fraction(10), options={"preset": "ultrafast"})
        stream.width, stream.height, stream.pix_fmt = 160, 120, "yuv420p"
        for number in numbers:
            picture = cv2.resize(np.asarray(Image.open(pictures[number]).convert("RGB")), (160, 120))
            pixels = np.ascontiguousarray(picture[:, ::-1] if mirror else picture).astype(np.uint8)
            for _ in range(15):
                output.mux(stream.encode(av.VideoFrame.from_ndarray(pixels, format="rgb24")))
        output.mux(stream.encode(None))
    return path


def _sound(
    output: av.container.OutputContainer, stream: av.AudioStream, sound: NDArray[np.float32], start_s: float
) -> None:
    whole = np.asarray(np.clip(sound * 32767, -32768, 32767), np.int16)
    for start in range(0, len(whole), 1024):
        frame = av.AudioFrame.from_ndarray(
            np.ascontiguousarray(whole[None, start : start + 1024]), format="s16", layout="mono"
        )
        frame.sample_rate = RATE
        frame.pts, frame.time_base = start + round(RATE * start_s), Fraction(1, RATE)
        output.mux(stream.encode(frame))
    output.mux(stream.encode(None))
