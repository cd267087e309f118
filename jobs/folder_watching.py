"""A watched folder as a job: it goes on until somebody stops it, and shows what came."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from embedding.pictures import file_walk
from jobs.reporter import Reporter
from maintenance import watching
from maintenance.watch_tally import Tally
from settings import current
from store.workspace import Workspace


def watch(workspace: Workspace, folder: Path, report: Reporter) -> Mapping[str, object]:
    """Add what comes into a folder, until the job is cancelled.

    Raises:
        CancelledError: somebody stopped it.
        InputError: there is no such folder, or this server takes no paths there.
        EncoderError, StoreError: as `watching.watch`.
    """
    if current().allowed_roots:  # begun anew, it may find others than when somebody named it
        file_walk.must_lie_below(folder, current().allowed_roots)
    tally = Tally()

    def rest(seconds: float) -> None:
        if tally.is_due():
            report.show(tally.as_json())
        report.rest(seconds)

    report.show(tally.as_json())
    for done in watching.watch(workspace, folder, progress=report, rest=rest):
        tally.add(done)
    return tally.as_json()
