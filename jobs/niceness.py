"""How little a child asks of the processor, so that the pages come first."""

from __future__ import annotations

import os
import time
from pathlib import Path

from settings import MAX_NICE, current

NICE_FIRST = 3  # of the work for a video's first segment: somebody waits for it
_AUTOGROUP = Path("/proc/self/autogroup")


def be_nice(level: int = MAX_NICE) -> None:
    """Lower this process' priority to a nice level, or to the one of the settings where that is lower.

    A priority never rises again.

    Linux shares the processor among sessions first where it groups them (sched(7), "autogroup"), and a child is a session of its
    own: there its level says nothing to the server, so the group is given the same one.
    """
    os.nice(max(0, min(level, current().nice) - os.nice(0)))
    if os.getsid(0) != os.getpid():
        return  # somebody else's session
    for _ in range(3):
        try:
            _AUTOGROUP.write_text(str(os.nice(0)), encoding="ascii")
            return
        except BlockingIOError:  # the kernel takes ten a second
            time.sleep(0.12)
        except OSError:  # another system, or one without groups
            return
