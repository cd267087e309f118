"""Size and care of a picture, and where its camera has moved to."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class View:
    """How a painter's subject is looked at.

    Attributes:
        width, height: pixels. samples: of each pixel.
        travel: movement of the camera from where the painter puts it, to its right, up and ahead, in units of the scene.
        mouth: how wide the mouths of figures stand open, 0 to 1; as chance has it where None.
    """

    width: int = 480
    height: int = 360
    samples: int = 16
    travel: tuple[float, float, float] = (0.0, 0.0, 0.0)
    mouth: float | None = None
