"""What a watched folder has brought since it began to be watched, as pages show it."""

from __future__ import annotations

import datetime as dt
import time
from dataclasses import asdict, dataclass, field

from maintenance.watching import Refused, Round

SHOW_S = 15.0  # between two notes of a look that brought nothing
LISTED = 20  # refused files


@dataclass
class Tally:
    """Sums of what came.

    Attributes:
        looked_at: when the folder was last looked at, ISO 8601 in UTC, to within `SHOW_S`.
        added, duplicates, changed, proposed, tagged, gone: as of `Round`, summed. quarantined: how many files were refused.
        refused: the newest of those, the last one first.
        growing: how many files are being written. note: of the last look.
    """

    looked_at: str = ""
    added: int = 0
    duplicates: int = 0
    changed: int = 0
    proposed: int = 0
    tagged: int = 0
    gone: int = 0
    quarantined: int = 0
    growing: int = 0
    note: str = ""
    refused: list[Refused] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._shown_at = -SHOW_S

    def add(self, done: Round) -> None:
        """Count in what a look brought; it is due at once."""
        self.added += done["added"]
        self.duplicates += done["duplicates"]
        self.changed += len(done["changed"])
        self.proposed += done["proposed"]
        self.tagged += done["tagged"]
        self.gone += len(done["gone"])
        self.quarantined += len(done["quarantined"])
        self.refused = [*reversed(done["quarantined"]), *self.refused][:LISTED]
        self.growing, self.note = len(done["growing"]), done["note"]
        self._shown_at = -SHOW_S

    def is_due(self) -> bool:
        """Whether it is time to show it; then it counts as shown."""
        if time.monotonic() - self._shown_at < SHOW_S:
            return False
        self._shown_at = time.monotonic()
        return True

    def as_json(self) -> dict[str, object]:
        """Plain values, looked at now."""
        self.looked_at = dt.datetime.now(dt.UTC).isoformat(timespec="seconds")
        return asdict(self)
