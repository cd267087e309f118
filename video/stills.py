"""Stills of a video for labelling: about three a second, cropped of bars, in the order of time."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import numpy.typing as npt

from video.decode import decode
from video.letterbox import crop


def stills(path: Path) -> Iterator[tuple[float, npt.NDArray[np.uint8]]]:
    """(seconds, uint8 RGB [h, w, 3]) of a video.

    Raises:
        InputError: the file cannot be used.
    """
    for frame in decode(path).frames:
        if frame.sample is not None:
            yield frame.time_s, crop(frame.sample)
