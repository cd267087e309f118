"""Children give way to the pages, in their group of the scheduler too."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from settings import ROOT, Settings

CHILD = """
import os
from pathlib import Path
from jobs.niceness import NICE_FIRST, be_nice
be_nice()
be_nice(NICE_FIRST)
group = Path("/proc/self/autogroup")
levels = group.read_text().split() if group.exists() else []
print(os.nice(0), levels[-1] if levels else "none")
"""
GROUP = Path("/proc/self/autogroup")


def levels(own_session: bool, **environment: str) -> list[str]:
    """The child's nice level, and that of its group or `none`."""
    child = subprocess.run(
        [sys.executable, "-P", "-c", CHILD], cwd=ROOT, env={"PYTHONPATH": str(ROOT), **environment}, capture_output=True,
        text=True, start_new_session=own_session, check=True,
    )  # fmt: skip
    return child.stdout.split()


def test_a_child_of_its_own_session_lowers_itself_and_its_group_and_never_rises_again() -> None:
    level, group = levels(own_session=True)
    assert int(level) >= Settings.nice
    assert group in (level, "none")


def test_somebody_elses_session_keeps_its_share() -> None:
    # Absent where the kernel groups no sessions, empty in the group of its first process.
    before = GROUP.read_text(encoding="ascii").split() if GROUP.exists() else []
    level, group = levels(own_session=False)
    assert int(level) >= Settings.nice
    assert group == (before[-1] if before else "none")


@pytest.mark.parametrize("wanted", [0, 19])
def test_the_level_is_a_setting(wanted: int) -> None:
    level, _ = levels(own_session=True, SCENELOOP_NICE=str(wanted))
    assert int(level) == max(os.nice(0), wanted)
