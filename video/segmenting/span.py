"""A stretch of a video, in seconds and in frames."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class Span:
    """Half-open stretch [start, end) of one video.

    Attributes:
        start_s: presentation time of the first frame, in seconds on the container's clock (`video.decoding.clock`).
        end_s: presentation time at which the last frame gives way.
        start_frame: index of the first frame in presentation order.
        end_frame: index after the last frame.
    """

    start_s: float
    end_s: float
    start_frame: int
    end_frame: int

    @property
    def seconds(self) -> float:
        """Length in seconds."""
        return self.end_s - self.start_s

    @property
    def frames(self) -> int:
        """Length in frames."""
        return self.end_frame - self.start_frame

    def joined(self, other: Span) -> Span:
        """The stretch from this one's start to the other's end."""
        return Span(self.start_s, other.end_s, self.start_frame, other.end_frame)


def between(cuts: list[int], times: NDArray[np.float64], end_s: float) -> list[Span]:
    """Spans between cuts.

    Args:
        cuts: frames that start a new span, ascending, within 1 .. n - 1.
        times: float64 [n], presentation time of each frame in seconds.
        end_s: end of the last frame in seconds.
    """
    starts = [0, *cuts]
    ends = [*cuts, len(times)]
    return [
        Span(float(times[a]), float(times[b]) if b < len(times) else end_s, a, b)
        for a, b in zip(starts, ends, strict=True)
    ]
