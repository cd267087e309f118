"""Long work in child processes: `python -P -m jobs WORKSPACE ID`.

The job row carries progress to the page and the wish to cancel to the child. A page change, a reload or a restart of the server
leaves the work running; a child that dies is marked as interrupted, and what it had committed is kept. Videos wait for each
other: one child works them off one by one, so that a long list does not fight for the cores.
"""

from jobs.processes import cancel, is_watched, start, start_once, tend, warm_up
from jobs.showing import get, is_running, latest, recent, running

__all__ = [
    "cancel",
    "get",
    "is_running",
    "is_watched",
    "latest",
    "recent",
    "running",
    "start",
    "start_once",
    "tend",
    "warm_up",
]
