"""Size and care of a picture."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class View:
    """Pixels and samples a pixel."""

    width: int = 480
    height: int = 360
    samples: int = 16
