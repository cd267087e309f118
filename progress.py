"""Progress of long work: one protocol between what works and who watches, who may also want it to stop."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol


class Progress(Protocol):
    """Takes reports of long work: an import, a training, a decode, the layout of a map."""

    def __call__(self, done: float, total: float, message: str = "", losses: Sequence[float] = (), /) -> None:
        """Take a report.

        Args:
            done: amount of work behind. total: amount in all, in the same unit; 0 where it is not known.
            message: step that the work is at.
            losses: of a fit, one a step so far.

        Raises:
            CancelledError: the work shall stop. The work catches it and raises it anew with a sentence on what was kept.
        """


def silent(done: float, total: float, message: str = "", losses: Sequence[float] = (), /) -> None:
    """Take a report where nobody watches."""
