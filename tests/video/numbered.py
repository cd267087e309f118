"""Videos whose pictures carry their number, so that a test can tell which one it looks at, whatever its time says."""

from __future__ import annotations

import io
from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
from numpy.typing import NDArray
from PIL import Image

WIDTH, HEIGHT, BITS = 320, 180, 8
TICK = Fraction(1, 1000)
FAST = {"libx264": {"preset": "ultrafast"}, "libvpx-vp9": {"deadline": "realtime", "cpu-used": "8"}}


def picture(number: int, shade: int = 60) -> NDArray[np.uint8]:
    """Bars that spell a number, on a background of one shade; uint8 RGB [180, 320, 3]."""
    canvas = np.full((HEIGHT, WIDTH, 3), shade, np.uint8)
    canvas[:34, :150] = (220, 30, 30)  # a red corner and a blue one: which way up it is
    canvas[146:, 250:] = (30, 30, 220)
    for bit in range(BITS):
        canvas[40:140, 20 + 36 * bit : 52 + 36 * bit] = 235 if number >> bit & 1 else 15
    return canvas


def number_of(pixels: NDArray[np.uint8]) -> int:
    """The number that a picture spells; uint8 RGB [h, w, 3] of any size."""
    shown = np.asarray(Image.fromarray(pixels).resize((WIDTH, HEIGHT)))
    return sum(1 << bit for bit in range(BITS) if shown[60:120, 26 + 36 * bit : 46 + 36 * bit].mean() > 125)


def number_in(jpeg: bytes) -> int:
    """The number that a JPEG spells."""
    return number_of(pixels(jpeg))


def pixels(image: bytes) -> NDArray[np.uint8]:
    """A JPEG or PNG as uint8 RGB [h, w, 3]."""
    return np.asarray(Image.open(io.BytesIO(image)).convert("RGB"))


def assert_alike(shown: NDArray[np.uint8], wanted: NDArray[np.uint8], most: float = 25) -> None:
    """The two pictures are the same way up and look alike; uint8 RGB of any size."""
    assert (shown.shape[0] > shown.shape[1]) == (wanted.shape[0] > wanted.shape[1])
    size = (wanted.shape[1], wanted.shape[0])
    resized = np.asarray(Image.fromarray(np.ascontiguousarray(shown)).resize(size)).astype(float)
    assert np.abs(resized - wanted).mean() < most


def even(start_s: float, count: int, fps: float = 25) -> list[float]:
    """Times at a constant rate."""
    return [start_s + k / fps for k in range(count)]


def write(
    path: Path,
    times: Sequence[float],
    codec: str = "libx264",
    sound: tuple[float, float] | None = None,
    first: int = 0,
    shades: Sequence[int] = (60,),
    container: dict[str, str] | None = None,
    **stream_options: Any,
) -> Path:
    """A video with picture k (from `first` on) at times[k] seconds.

    Args:
        sound: from and to in seconds, or None for none.
        shades: one after the other in parts of equal length; each change is a cut.
        container: options of the muxer.
        stream_options: attributes of the stream's codec context, such as `max_b_frames`.
    """
    with av.open(str(path), "w", options=container or {}) as output:
        video = output.add_stream(codec, rate=25)
        video.width, video.height, video.pix_fmt, video.gop_size = WIDTH, HEIGHT, "yuv420p", 12
        video.bit_rate = 2_000_000
        tick = Fraction(1, 25) if codec.startswith("mpeg") else TICK
        video.codec_context.time_base = tick
        video.options = FAST.get(codec, {})
        for name, value in stream_options.items():
            setattr(video.codec_context, name, value)
        if sound is not None:
            _beep(output, *sound, codec="libopus" if path.suffix == ".webm" else "aac")
        for k, time in enumerate(times):
            shade = shades[len(shades) * k // len(times)]
            frame = av.VideoFrame.from_ndarray(picture(first + k, shade), format="rgb24")
            frame.pts, frame.time_base = round(time / tick), tick
            output.mux(video.encode(frame))
        output.mux(video.encode(None))
    return path


def _beep(output: av.container.OutputContainer, start_s: float, end_s: float, codec: str) -> None:
    audio = output.add_stream(codec, rate=48000, layout="mono")
    step, form = (960, "flt") if codec == "libopus" else (1024, "fltp")
    for at in range(round(start_s * 48000), round(end_s * 48000) - step, step):
        wave = (0.1 * np.sin(2 * np.pi * 440 / 48000 * np.arange(at, at + step))).astype(np.float32)[None]
        frame = av.AudioFrame.from_ndarray(wave, format=form, layout="mono")
        frame.sample_rate, frame.pts, frame.time_base = 48000, at, Fraction(1, 48000)
        output.mux(audio.encode(frame))
    output.mux(audio.encode(None))


def copied(source: Path, target: Path, degrees: int = 0, hflip: bool = False, vflip: bool = False) -> Path:
    """The same packets with another display matrix; `degrees` are counter-clockwise."""
    with av.open(str(source)) as given, av.open(str(target), "w") as output:
        stream = output.add_stream_from_template(given.streams.video[0])
        stream.set_display_rotation(degrees, hflip=hflip, vflip=vflip)
        for packet in given.demux(video=0):
            if packet.dts is not None:
                packet.stream = stream
                output.mux(packet)
    return target


def joined(path: Path, *parts: Path) -> Path:
    """Files one after the other, as `cat` joins transport streams."""
    path.write_bytes(b"".join(part.read_bytes() for part in parts))
    return path
