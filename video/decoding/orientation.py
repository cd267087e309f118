"""The way up: a file's display matrix says how its pictures are to be turned or mirrored; every player does so."""

from __future__ import annotations

import numpy as np
from av.sidedata.sidedata import SideData
from av.video.frame import VideoFrame
from numpy.typing import NDArray

Picture = NDArray[np.uint8]


def upright(pixels: Picture, picture: VideoFrame) -> Picture:
    """Pixels as a player shows them.

    Args:
        pixels: uint8 RGB [h, w, 3] of `picture`, as coded, in any size.
        picture: the decoded picture, which carries the matrix.

    Returns:
        uint8 RGB [h, w, 3], or [w, h, 3] where the picture lies on its side.
    """
    transposed, left, over = _turn(picture)
    shown = pixels.swapaxes(0, 1) if transposed else pixels
    shown = shown[::-1] if over else shown
    return np.ascontiguousarray(shown[:, ::-1] if left else shown)


def on_its_side(picture: VideoFrame) -> bool:
    """Whether width and height change places when the picture is put upright."""
    return _turn(picture)[0]


def _turn(picture: VideoFrame) -> tuple[bool, bool, bool]:
    """(rows and columns change places, then left and right, then top and bottom): the matrix by its nearest right angle.

    The matrix maps a coded point (x, y) to the shown one (a x + c y, b x + d y).
    """
    data = picture.side_data.get("DISPLAYMATRIX")
    if not isinstance(data, SideData):
        return False, False, False
    a, b, _, c, d = (int(number) for number in np.frombuffer(bytes(data), np.int32)[:5])
    if abs(a) + abs(d) >= abs(b) + abs(c):
        return False, a < 0, d < 0
    return True, c < 0, b < 0
