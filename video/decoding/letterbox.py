"""Dark bars and coloured borders around the picture, cropped before embedding: an encoder would look at the bars.

Pale margins stay. A white border is nearly always a page's own, and a page without its margins looks less like the whole
pages that a head was trained on: cropping them lowers the probability of documents on the demo video.
"""

from __future__ import annotations

import cv2
import numpy as np

from video.decoding.frames import Picture

TOLERANCE = 12
LEAST_SHARE = 0.2
# One pixel in fifty may stray: ringing at the edge of the picture, a station's logo does not end a bar.
PLAIN_SHARE = 0.98
# Of 255: a bar is this dark in all channels, or its channels lie this far apart.
DARK = 80
SATURATED = 60


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
    compression does to it, and that colour is dark or saturated.
    """
    height, width = picture.shape[:2]
    top, bottom = _plain_run(picture, 0, False), height - _plain_run(picture, 0, True)
    if top >= bottom:
        return 0, height, 0, width
    middle = picture[top:bottom]
    left, right = _plain_run(middle, 1, False), width - _plain_run(middle, 1, True)
    if (bottom - top) * max(0, right - left) < LEAST_SHARE * height * width:
        return 0, height, 0, width
    return top, bottom, left, right


def _plain_run(picture: Picture, axis: int, backwards: bool) -> int:
    """How many rows (axis 0) or columns (axis 1) from a border on are plain and alike."""
    border = picture.take(-1 if backwards else 0, axis=axis)
    colour = np.median(border, axis=0)
    dark, saturated = colour.max() <= DARK, np.ptp(colour) >= SATURATED
    if not (dark or saturated) or (np.abs(border - colour).max(axis=1) <= TOLERANCE).mean() < PLAIN_SHARE:
        return 0
    alike = cv2.inRange(picture, colour - TOLERANCE, colour + TOLERANCE)
    shares = cv2.reduce(alike, 1 - axis, cv2.REDUCE_AVG, dtype=cv2.CV_32F).ravel() / 255
    plain = (shares[::-1] if backwards else shares) >= PLAIN_SHARE
    return int(plain.size if plain.all() else np.argmin(plain))
