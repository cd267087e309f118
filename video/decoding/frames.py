"""One decode of a video: a small picture of every frame, a larger one of a few frames a second.

Times are presentation timestamps on the clock of `video.decoding.clock`, so a variable frame rate is right by construction. The
small pictures serve the cut detectors, the larger ones the encoder; both come from the same decoded frame.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import islice

import numpy as np
from av.codec.hwaccel import HWAccel
from av.video.frame import VideoFrame
from av.video.reformatter import Interpolation, VideoReformatter
from numpy.typing import NDArray

from errors import CancelledError, InputError
from progress import Progress, silent
from reading import File
from video.decoding import gpu_decoder, source
from video.decoding.clock import Break, Clock, Stamps, described
from video.decoding.frame_reader import pictures
from video.decoding.gpu_decoder import RefusedByGpuError
from video.decoding.orientation import upright
from video.decoding.source import VideoInfo

Picture = NDArray[np.uint8]
_Timed = tuple[VideoFrame, float, Break | None]  # a picture, its time in seconds on the clock, the break before it
MAX_GAP_S = 60.0
# A header that lies about the duration must not leave a video without samples.
MAX_INTERVAL_S = 5.0


@dataclass(frozen=True)
class DecodeOptions:
    """What is kept of each frame.

    Attributes:
        small_side: longer side of the pictures for cut detection, in pixels.
        sample_side: shorter side of the pictures for the encoder, in pixels.
        samples_per_s: how many pictures a second go to the encoder.
        halves: whether a second picture is taken half way to the next one.
        max_samples: at most so many, halves apart; long videos are sampled more thinly.
        threads: decoding threads; 0 lets FFmpeg decide.
    """

    small_side: int = 320
    sample_side: int = 256
    samples_per_s: float = 3.0
    halves: bool = False
    max_samples: int = 40_000
    threads: int = 0


@dataclass(frozen=True)
class Frame:
    """One decoded frame.

    Attributes:
        index: position in presentation order, from 0.
        time_s: presentation time in seconds on the container's clock, see `video.decoding.clock`.
        duration_s: how long it is shown, as far as the file says.
        small: uint8 RGB [h, w, 3], longer side `small_side`, as coded (not rotated).
        sample: uint8 RGB [h, w, 3], shorter side `sample_side`, upright (turned and mirrored as a player would), square
            pixels; None between samples.
        is_half: whether the sample was taken half way between two of the rate.
    """

    index: int
    time_s: float
    duration_s: float
    small: Picture
    sample: Picture | None
    is_half: bool = False


@dataclass
class Decoding:
    """A decode in progress: iterate `frames`.

    `breaks` then holds where the video does not go on from frame to frame, and `notes` what was wrong with the file, in
    plain words.
    """

    info: VideoInfo
    frames: Iterator[Frame]
    notes: list[str] = field(default_factory=list)
    breaks: list[Break] = field(default_factory=list)


def decode(path: File, options: DecodeOptions | None = None, progress: Progress = silent) -> Decoding:
    """Start decoding a video; memory does not grow with its length.

    Args:
        progress: called once a frame with the seconds behind and the seconds in all (0 where unknown).

    Raises:
        InputError: the file cannot be used (see `video.decoding.source.opened`); while iterating, when no picture can be
            decoded.
        CancelledError: while iterating, where `progress` stops it.
    """
    options = options or DecodeOptions()
    decoding = Decoding(source.probe(path), iter(()))
    decoding.frames = _frames(path, options, progress, decoding)
    return decoding


def _frames(path: File, options: DecodeOptions, progress: Progress, decoding: Decoding) -> Iterator[Frame]:
    info = decoding.info
    interval = max(1 / options.samples_per_s, min(MAX_INTERVAL_S, info.duration_s / options.max_samples))
    small, large = VideoReformatter(), VideoReformatter()
    small_size = display_size(info, options.small_side, longer=True)
    large_size = display_size(info, options.sample_side, longer=False)
    index, next_sample, next_half, time_s, shown_s = 0, 0.0, math.inf, 0.0, 0.0
    for picture, time_s, broken in _timed(path, options.threads, decoding):
        try:
            progress(time_s, info.duration_s)
        except CancelledError as error:
            raise CancelledError(f"Stopped. Nothing of {path.name} was kept.") from error
        if broken is not None:
            decoding.breaks.append(broken)
        shown_s = _shown_seconds(picture, 1 / info.fps)
        sample, is_half = None, time_s < next_sample
        if time_s >= min(next_sample, next_half):
            sample = upright(_resized(large, picture, large_size, Interpolation.BILINEAR), picture)
            wait = interval - 0.5 / info.fps
            next_sample = next_sample if is_half else time_s + wait
            next_half = time_s + wait - interval / 2 if options.halves and not is_half else math.inf
        seen = _resized(small, picture, small_size, Interpolation.FAST_BILINEAR)
        yield Frame(index, time_s, shown_s, seen, sample, is_half)
        index += 1
    if index == 0:
        raise InputError(
            f"No picture of {path.name} can be decoded: it is damaged or encrypted. "
            "Play it in a video player to check it, or convert it to MP4 (H.264)."
        )
    _note_surprises(time_s + shown_s, info, decoding)


def _timed(path: File, threads: int, decoding: Decoding) -> Iterator[_Timed]:
    """Pictures in presentation order: on the GPU where there is one, from the first one that it cannot decode on the processor."""
    accelerator, done = gpu_decoder.accelerator(), 0
    if accelerator is not None:
        with suppress(RefusedByGpuError):
            for timed in _on(accelerator, path, threads, decoding):
                yield timed
                done += 1
            if done:
                return
    yield from islice(_on(None, path, threads, decoding), done, None)


def _on(accelerator: HWAccel | None, path: File, threads: int, decoding: Decoding) -> Iterator[_Timed]:
    with source.opened(path, threads, accelerator) as (container, stream, info):
        stamps = Stamps(stream, info)
        clock = Clock(stamps, info)
        for index, picture in enumerate(pictures(path, container, stream, stamps, decoding.notes)):
            yield (picture, *clock.read(picture.time, index))


def _shown_seconds(picture: VideoFrame, nominal_s: float) -> float:
    if picture.duration and picture.time_base:
        seconds = float(picture.duration * picture.time_base)
        if 0 < seconds < MAX_GAP_S:
            return seconds
    return nominal_s


def display_size(info: VideoInfo, side: int, longer: bool) -> tuple[int, int]:
    """Width and height with square pixels whose longer or shorter side is `side`; never larger than the coded one."""
    width, height = info.width * info.aspect, float(info.height)
    reference = max(width, height) if longer else min(width, height)
    scale = min(1.0, side / reference)
    # The cap keeps a 10,000 x 20 banner from becoming a picture of 128,000 x 256.
    return max(8, min(4 * side, round(width * scale))), max(8, min(4 * side, round(height * scale)))


def _resized(reformatter: VideoReformatter, picture: VideoFrame, size: tuple[int, int], how: Interpolation) -> Picture:
    small = reformatter.reformat(picture, width=size[0], height=size[1], format="rgb24", interpolation=how)
    return np.ascontiguousarray(small.to_ndarray())


def _note_surprises(end_s: float, info: VideoInfo, decoding: Decoding) -> None:
    decoding.notes += described(decoding.breaks)
    if info.duration_s > 1 and end_s < 0.9 * info.duration_s - 0.5 and not any(b.closed for b in decoding.breaks):
        decoding.notes.append(
            f"The file ends after {end_s:.1f} s although it says {info.duration_s:.1f} s: it seems to be cut short. "
            "What is there was used."
        )
