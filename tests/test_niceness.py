"""Children give way to the pages, in their group of the scheduler too."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from jobs.niceness import NICE
from settings import ROOT

CHILD = """
import os
from pathlib import Path
from jobs.niceness import NICE, be_nice
be_nice(NICE)
be_nice(NICE - 5)
group = Path("/proc/self/autogroup")
print(os.nice(0), group.read_text().split()[-1] if group.exists() else "none")
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


@pytest.mark.skipif(not Path("/proc/self/autogroup").exists(), reason="this kernel groups no sessions")
def test_somebody_elses_session_keeps_its_share() -> None:
    before = Path("/proc/self/autogroup").read_text(encoding="ascii").split()[-1]
    level, group = told(own_session=False)
    assert int(level) >= NICE
    assert group == before
