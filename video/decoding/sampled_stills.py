"""Stills of a video for labelling: one every two seconds, cropped of bars, the same ones every time."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from reading import File
from video.decoding.frames import DecodeOptions, decode
from video.decoding.letterbox import crop

EVERY_S = 2.0
MOST = 300  # all stills of a video are added in one step and wait in memory until then
SIDE = 512


def stills(path: File) -> Iterator[tuple[float, npt.NDArray[np.uint8]]]:
    """(seconds, uint8 RGB [h, w, 3]) of a video: every two seconds, in a long one at most 300 over its length.

    Raises:
        InputError: the file cannot be used.
    """
    options = DecodeOptions(small_side=16, sample_side=SIDE, samples_per_s=1 / EVERY_S, max_samples=MOST)
    for frame in decode(path, options).frames:
        if frame.sample is not None:
            yield frame.time_s, crop(frame.sample)
