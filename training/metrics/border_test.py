"""Probes for shortcuts: accuracy with borders, corners and logos covered, and with bars added.

Features learned under supervision tend to lean on what is easy (Geirhos et al. 2020, shortcut learning). A logo sits in a corner; letterbox
bars and page borders are the same in a whole source.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Frame = npt.NDArray[np.uint8]
Ints = npt.NDArray[np.int64]
BORDER = 0.08  # of each side
CORNER = 0.25
BAR = 0.12
WARN = 0.05  # accuracy that a change may cost before it is reported


@dataclass(frozen=True)
class Probe:
    """A change of the image and its cost in accuracy.

    Attributes:
        accuracy: on changed images. cost: accuracy on untouched ones minus that. reference: the cost for zero-shot.
        low: lower end of the 95 % interval of `cost - reference`.
    """

    name: str
    accuracy: float
    cost: float
    reference: float
    low: float

    @property
    def warns(self) -> bool:
        """Whether the head relies on what was covered, with certainty more than zero-shot does."""
        return self.cost > WARN and self.low > 0


def _filled(frame: Frame, *boxes: tuple[int, int, int, int]) -> Frame:
    """Boxes (top, bottom, left, right) filled with the frame's mean colour."""
    out = frame.copy()
    colour = frame.reshape(-1, 3).mean(axis=0).astype(np.uint8)
    for top, bottom, left, right in boxes:
        out[top:bottom, left:right] = colour
    return out


def cover_border(frame: Frame) -> Frame:
    """uint8 [h, w, 3] with its outer margin covered."""
    h, w = frame.shape[:2]
    a, b = max(1, round(BORDER * h)), max(1, round(BORDER * w))
    return _filled(frame, (0, a, 0, w), (h - a, h, 0, w), (0, h, 0, b), (0, h, w - b, w))


def cover_corners(frame: Frame) -> Frame:
    """uint8 [h, w, 3] with its four corners covered, where channel logos are."""
    h, w = frame.shape[:2]
    a, b = max(1, round(CORNER * h)), max(1, round(CORNER * w))
    return _filled(frame, (0, a, 0, b), (0, a, w - b, w), (h - a, h, 0, b), (h - a, h, w - b, w))


def add_bars(frame: Frame) -> Frame:
    """uint8 [h, w, 3] with black bars above and below."""
    h = frame.shape[0]
    bar = max(1, round(BAR * h))
    out = frame.copy()
    out[:bar] = 0
    out[h - bar :] = 0
    return out


CHANGES: dict[str, Callable[[Frame], Frame]] = {
    "border covered": cover_border,
    "corners covered": cover_corners,
    "bars added": add_bars,
}


def judge(
    name: str, before: npt.NDArray[np.bool_], after: npt.NDArray[np.bool_], zero_before: npt.NDArray[np.bool_],
    zero_after: npt.NDArray[np.bool_], low: Callable[[npt.NDArray[np.float64]], float],
) -> Probe:  # fmt: skip
    """One probe from right and wrong answers before and after a change.

    Args:
        before, after: bool [n], right answers of the head. zero_before, zero_after: bool [n], those of zero-shot.
        low: lower end of an interval of a mean.
    """
    cost = before.astype(np.float64) - after
    reference = zero_before.astype(np.float64) - zero_after
    return Probe(name, float(after.mean()), float(cost.mean()), float(reference.mean()), low(cost - reference))


def warning(probes: list[Probe]) -> str | None:
    """One sentence on the costliest shortcut, or None without one."""
    relied = [probe for probe in probes if probe.warns]
    if not relied:
        return None
    worst = max(relied, key=lambda probe: probe.cost)
    return (
        f"The head relies on a shortcut: with the {worst.name} it loses {100 * worst.cost:.0f} points "
        f"(zero-shot {100 * worst.reference:.0f}). Label images of other sources, or without such marks."
    )
