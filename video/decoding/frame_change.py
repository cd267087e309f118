"""How much the picture changes at each frame, measured while decoding.

Two views of one frame pair. `content` is PySceneDetect's score of adjacent frames. The others look some frames to both
sides: a cut separates *all* frames before it from *all* frames after it, while a flash, a blinking sprite or a shaking
camera does not. They are computed on pictures of 32 x 18 cells, which costs next to nothing and forgets small motion.
"""

from __future__ import annotations

from array import array
from dataclasses import dataclass, fields

import cv2
import numpy as np
from numpy.typing import NDArray

from video.decoding.frames import Picture

CELLS = (32, 18)
CELL_CHANGED = 8.0
REACH_S = 0.24
BLEND_S = 0.5
Curve = NDArray[np.float32]


@dataclass(frozen=True)
class Change:
    """Curves over the frames of a video, float32 [n] each; entry t speaks of the change from frame t - 1 to frame t.

    Attributes:
        content: mean absolute difference in hue, saturation and value of adjacent frames, 0 to 255; PySceneDetect's
            `content_val` (its ContentDetector).
        across: least mean difference between a frame before t and one from t on, within the window, 0 to 255.
        step: mean difference of the cells of frames t - 1 and t, 0 to 255.
        within: upper quartile of the steps on the two sides of t, 0 to 255: motion, but not a lone flash.
        area: share of cells whose mean before and mean after differ visibly, 0 to 1.
        edges: share of the contours of two adjacent frames that is not common to both, 0 to 1. Text that is replaced
            by other text changes few pixels but nearly all contours.
        mixed: how much frame t looks like a blend of the pictures half a second before and after it, times the
            difference of the two, 0 to 255; high in the middle of a dissolve, near 0 in cuts and in motion.
        luma: mean brightness of frame t, 0 to 255.
        spread: standard deviation of the cells of frame t, 0 to 128; near 0 in a blank picture.
    """

    content: Curve
    across: Curve
    step: Curve
    within: Curve
    area: Curve
    edges: Curve
    mixed: Curve
    luma: Curve
    spread: Curve

    def __len__(self) -> int:
        return len(self.content)


class ChangeMeter:
    """Collects the curves frame by frame; holds the cell pictures of two seconds and nine numbers a frame.

    Args:
        fps: nominal frames per second; the windows are chosen in seconds.
    """

    def __init__(self, fps: float) -> None:
        self._reach = int(np.clip(round(REACH_S * fps), 3, 10))
        self._half = max(self._reach, min(60, round(BLEND_S * fps)))
        self._hsv: Picture | None = None
        self._contours: Picture | None = None
        self._cells: list[Curve] = []
        self._rows = {f.name: array("f") for f in fields(Change)}

    def add(self, small: Picture) -> None:
        """Take the next frame, uint8 RGB [h, w, 3]."""
        cells = cv2.resize(small, CELLS, interpolation=cv2.INTER_AREA).astype(np.float32)
        self._rows["content"].append(self._content(small))
        self._rows["edges"].append(self._edges(small))
        self._rows["step"].append(float(np.abs(cells - self._cells[-1]).mean()) if self._cells else 0.0)
        self._rows["luma"].append(float(cells.mean()))
        self._rows["spread"].append(float(cells.std()))
        self._cells.append(cells)
        del self._cells[: -4 * self._half - 1]
        self._catch_up(self._rows, self._reach, self._half)

    def curves(self) -> Change:
        """The curves so far; the newest frames are measured against the few that follow them."""
        rows = {name: values[:] for name, values in self._rows.items()}
        self._catch_up(rows, 1, 0)
        return Change(**{name: np.array(values, np.float32) for name, values in rows.items()})

    def _catch_up(self, rows: dict[str, array[float]], reach: int, half: int) -> None:
        """Append what is measurable once `reach` (cuts) or `half` (blends) frames from t on are known."""
        known = len(rows["content"])
        first = known - len(self._cells)
        for t in range(len(rows["across"]), known - reach + 1):
            split = t - first
            sides = self._cells[max(0, split - self._reach) : split], self._cells[split : split + self._reach]
            for name, value in zip(("across", "within", "area"), _around(*sides), strict=True):
                rows[name].append(value)
        for t in range(len(rows["mixed"]), known - max(1, 2 * half) + 1):
            last = len(self._cells) - 1
            around = [min(max(0, t - first + k * self._half), last) for k in (-2, -1, 0, 1, 2)]
            rows["mixed"].append(_blend(*(self._cells[k] for k in around)))

    def _content(self, small: Picture) -> float:
        hsv: Picture = np.asarray(cv2.cvtColor(small, cv2.COLOR_RGB2HSV), np.uint8)
        before, self._hsv = self._hsv, hsv
        if before is None or before.shape != hsv.shape:
            return 0.0
        return float(cv2.norm(hsv, before, cv2.NORM_L1)) / hsv.size

    def _edges(self, small: Picture) -> float:
        grey = cv2.cvtColor(small, cv2.COLOR_RGB2GRAY)
        contours: Picture = np.asarray(cv2.morphologyEx(grey, cv2.MORPH_GRADIENT, np.ones((2, 2))), np.uint8)
        before, self._contours = self._contours, contours
        if before is None or before.shape != contours.shape:
            return 0.0
        total = cv2.sumElems(contours)[0] + cv2.sumElems(before)[0] + 2.0 * contours.size
        return float(cv2.norm(contours, before, cv2.NORM_L1) / total)


def _around(before: list[Curve], after: list[Curve]) -> tuple[float, float, float]:
    """across, within and area (see `Change`) of the pictures on the two sides of a frame; zeros without a side."""
    if not before or not after:
        return 0.0, 0.0, 0.0
    left, right = np.stack(before), np.stack(after)  # [b, 18, 32, 3], [a, 18, 32, 3]
    across = min(float(np.abs(right - other).mean(axis=(1, 2, 3)).min()) for other in left)
    moves = sorted(value for side in (left, right) for value in np.abs(side[1:] - side[:-1]).mean(axis=(1, 2, 3)))
    within = float(moves[(3 * len(moves)) // 4]) if moves else 0.0
    changed = np.abs(left.mean(axis=0) - right.mean(axis=0)).max(axis=2) > CELL_CHANGED
    return across, within, float(changed.mean())


def _blend(earlier: Curve, before: Curve, middle: Curve, after: Curve, later: Curve) -> float:
    """How much `middle` is a blend of its neighbours, weighed by their difference (see `Change.mixed`).

    The blend's share is fitted by least squares, as in the dissolve model of Lienhart, "Comparison of automatic shot
    boundary detection algorithms", 1999; motion leaves a residual, a cut gives a share of 0 or 1. A slow pan over a soft
    picture looks like a blend too, but goes on before and after.
    """
    step = after - before
    energy = float((step * step).sum())
    if energy < middle.size:
        return 0.0
    share = float(((middle - before) * step).sum()) / energy
    if not 0.0 < share < 1.0:
        return 0.0
    size = float(np.abs(step).mean())
    residual = float(np.abs(middle - before - share * step).mean()) / size
    drift = max(float(np.abs(before - earlier).mean()), float(np.abs(later - after).mean()))
    lasting = min(1.0, max(0.0, (size / (drift + 1.0) - 1.5) / 1.5))
    return size * lasting * max(0.0, 1 - 2 * residual) * 4 * share * (1 - share)
