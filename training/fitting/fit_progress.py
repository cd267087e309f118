"""Progress of a training: its stages, the fits behind and the loss."""

from __future__ import annotations

from threading import Lock

from errors import CancelledError
from progress import Progress

STAGES = ("Judging candidates on held-out labels", "Fitting the head")


class FitProgress:
    """Thread-safe progress: reports fits and losses, raises on cancel.

    Attributes:
        total: number of fits. losses: of the candidate with the largest share.
    """

    def __init__(self, progress: Progress, total: int) -> None:
        self._progress, self._done, self._stage = progress, 0, STAGES[0]
        self._lock = Lock()
        self.total = total
        self.losses: list[float] = []

    def fitted(self) -> None:
        """Count one more fit.

        Raises:
            CancelledError: `progress` stopped it; so for the methods below.
        """
        with self._lock:
            self._done += 1
            self._report()

    def final(self) -> None:
        """Begin the last stage: the fit on all labels."""
        self._stage = STAGES[1]
        self._report()

    def loss(self, loss: float) -> None:
        """Add a loss of the candidate with the largest share."""
        self.losses.append(loss)
        self._report()

    def _report(self) -> None:
        loss = f", step {len(self.losses)}, loss {self.losses[-1]:.3f}" if self.losses else ""
        try:
            self._progress(self._done, self.total, f"{self._stage}{loss}", self.losses)
        except CancelledError as error:
            raise CancelledError("Training was cancelled. The head in use stays as it is.") from error
