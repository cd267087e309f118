"""Progress of a training: the stages that a person sees, and the way to cancel."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from threading import Lock

from errors import CancelledError

STAGES = ("Judging candidates on held-out labels", "Fitting the head")


@dataclass(frozen=True)
class Step:
    """A state of the work: fits done, fits in all, and the losses so far of the candidate with the largest share."""

    stage: str
    done: int
    total: int
    losses: tuple[float, ...]


Progress = Callable[[Step], bool]  # False cancels


class FitProgress:
    """Thread-safe progress: reports fits and losses, raises on cancel.

    Attributes:
        total: number of fits. losses: of the candidate with the largest share.
    """

    def __init__(self, progress: Progress | None) -> None:
        self._progress, self._done, self._stage = progress, 0, STAGES[0]
        self._lock = Lock()
        self.total = 0
        self.losses: list[float] = []

    def fitted(self) -> None:
        """Count one more fit.

        Raises:
            CancelledError: `progress` returned False; so for the methods below.
        """
        with self._lock:
            self._done += 1
            self._report()

    def final(self) -> None:
        """Begin the last stage: the fit on all labels."""
        self._stage = STAGES[1]
        self._report()

    def loss(self, iteration: int, loss: float) -> bool:
        """Add a loss of the candidate with the largest share."""
        del iteration
        self.losses.append(loss)
        self._report()
        return True

    def _report(self) -> None:
        if self._progress is not None and not self._progress(
            Step(self._stage, self._done, self.total, tuple(self.losses))
        ):
            raise CancelledError("Training was cancelled. The head in use stays as it is.")
