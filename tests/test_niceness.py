"""Children give way to the pages, in their group of the scheduler too."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from jobs.niceness import NICE
from settings import ROOT

CHILD = """
import os
from pathlib import Path
from jobs.niceness import NICE, be_nice
be_nice(NICE)
be_nice(NICE - 5)
group = Path("/proc/self/autogroup")
told = group.read_text().split() if group.exists() else []
print(os.nice(0), told[-1] if told else "none")
"""


def told(own_session: bool) -> list[str]:
    """The child's nice level, and that of its group or `none`."""
    child = subprocess.run(
        [sys.executable, "-P", "-c", CHILD], cwd=ROOT, env={"PYTHONPATH": str(ROOT)}, capture_output=True, text=True,
        start_new_session=own_session, check=True,
    )  # fmt: skip
    return child.stdout.split()


def test_a_child_of_its_own_session_lowers_itself_and_its_group_and_never_rises_again() -> None:
    level, group = told(own_session=True)
    assert int(level) >= NICE
    assert group in (level, "none")


def test_somebody_elses_session_keeps_its_share() -> None:
    group_file = Path("/proc/self/autogroup")
    # Absent where the kernel groups no sessions, empty in the group of its first process.
    before = group_file.read_text(encoding="ascii").split() if group_file.exists() else []
    level, group = told(own_session=False)
    assert int(level) >= NICE
    assert group == (before[-1] if before else "none")
