"""Fragments of videos as they come about elsewhere: trimmed, mirrored, with a logo or bars, at half the bit rate, faster, muted, grey."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction
from pathlib import Path

import av
import cv2
import numpy as np

from video.decoding.frames import DecodeOptions, Picture, decode

SIDE, FPS = 240, 12.5  # shorter side of a fragment in pixels, and its pictures a second
TRIMMED, LOGO, BAR = 0.05, 0.18, 0.14  # shares of the picture
FASTER = 1.05
RATE = 400_000  # bits a second of a plain fragment


def _trim(picture: Picture) -> Picture:
    y, x = round(picture.shape[0] * TRIMMED), round(picture.shape[1] * TRIMMED)
    return picture[y:-y, x:-x]


def _logo(picture: Picture) -> Picture:
    out = picture.copy()
    side = round(LOGO * min(out.shape[:2]))
    at = (out.shape[1] - side, side)
    cv2.circle(out, at, side // 2, (250, 250, 250), -1)
    cv2.circle(out, at, side // 2, (200, 30, 40), max(2, side // 8))
    return out


def _bars(picture: Picture) -> Picture:
    bar = round(picture.shape[0] * BAR)
    return cv2.copyMakeBorder(picture, bar, bar, 0, 0, cv2.BORDER_CONSTANT, value=(0, 0, 0)).astype(np.uint8)


def _grey(picture: Picture) -> Picture:
    return np.repeat(cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY)[..., None], 3, axis=2).astype(np.uint8)


ALTERATIONS: dict[str, Callable[[Picture], Picture]] = {
    "trim": _trim,
    "mirror": lambda picture: np.ascontiguousarray(picture[:, ::-1]),
    "logo": _logo,
    "bars": _bars,
    "half_bit_rate": lambda picture: picture,
    "faster": lambda picture: picture,
    "muted": lambda picture: picture,  # fragments are written without sound
    "grey": _grey,
}


def pictures(path: Path) -> tuple[list[Picture], list[float]]:
    """Small pictures of a video, 12.5 a second, with their times."""
    options = DecodeOptions(small_side=16, sample_side=SIDE, samples_per_s=FPS)
    taken = [(frame.sample, frame.time_s) for frame in decode(path, options).frames if frame.sample is not None]
    return [picture for picture, _ in taken], [time_s for _, time_s in taken]


def write(path: Path, some: list[Picture], kind: str) -> None:
    """Write pictures as an altered fragment."""
    altered = [_even(ALTERATIONS[kind](picture)) for picture in some]
    rate = FPS * (FASTER if kind == "faster" else 1)
    with av.open(str(path), "w") as output:
        stream = output.add_stream(
            "libx264", rate=Fraction(rate).limit_denominator(1000), options={"preset": "superfast"}
        )
        stream.height, stream.width = altered[0].shape[:2]
        stream.pix_fmt = "yuv420p"
        stream.bit_rate = RATE // 2 if kind == "half_bit_rate" else RATE
        for picture in altered:
            output.mux(stream.encode(av.VideoFrame.from_ndarray(picture, format="rgb24")))
        output.mux(stream.encode(None))


def _even(picture: Picture) -> Picture:
    return np.ascontiguousarray(picture[: picture.shape[0] // 2 * 2, : picture.shape[1] // 2 * 2])


def spans(times: list[float], length_s: float, step_s: float) -> Iterator[tuple[int, int]]:
    """(first, end) of the pictures of fragments of a length, a step apart."""
    start = 0.0
    while start + length_s <= times[-1] + 2 / FPS:
        first, end = np.searchsorted(times, [start, start + length_s]).tolist()
        yield first, end
        start += step_s
