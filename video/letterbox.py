"""Bars and plain borders around the picture, cropped before embedding: an encoder would look at the bars."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from video.decode import Picture

TOLERANCE = 12
LEAST_SHARE = 0.2


def crop(picture: Picture) -> Picture:
    """The picture without plain bars at its borders; itself where there are none or little would be left.

    Args:
        picture: uint8 RGB [h, w, 3].

    Returns:
        uint8 RGB [h', w', 3], a view.
    """
    top, bottom, left, right = box(picture)
    return picture[top:bottom, left:right]


def box(picture: Picture) -> tuple[int, int, int, int]:
    """Rows top:bottom and columns left:right inside the bars.

    A bar is a run of rows or columns from a border inwards that all have the colour of that border, within what
    compression does to it.
    """
    height, width = picture.shape[:2]
    top, bottom = _plain_run(picture), height - _plain_run(picture[::-1])
    if top >= bottom:
        return 0, height, 0, width
    columns = picture[top:bottom].transpose(1, 0, 2)
    left, right = _plain_run(columns), width - _plain_run(columns[::-1])
    if (bottom - top) * max(0, right - left) < LEAST_SHARE * height * width:
        return 0, height, 0, width
    return top, bottom, left, right


def _plain_run(lines: NDArray[np.uint8]) -> int:
    """How many lines [n, length, 3] from the first on are plain and alike."""
    colour = np.median(lines[0], axis=0)
    off = np.abs(lines.astype(np.int16) - colour.astype(np.int16)).max(axis=2)  # [n, length]
    # One pixel in fifty may stray: ringing at the edge of the picture, a station's logo does not end a bar.
    plain = (off <= TOLERANCE).mean(axis=1) >= 0.98
    return int(plain.size if plain.all() else np.argmin(plain))
