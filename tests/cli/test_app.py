"""The command that serves the app."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import pytest

from settings import ROOT


@pytest.mark.skipif(not Path("/proc/self/cmdline").exists(), reason="reads /proc")
def test_ending_the_command_ends_the_server(tmp_path: Path) -> None:
    command = [sys.executable, "-P", "-m", "cli", "app", str(tmp_path), "--port", "8719", "--headless"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        for _ in range(200):
            words = Path(f"/proc/{process.pid}/cmdline").read_bytes()
            if b"streamlit" in words:
                break
            time.sleep(0.1)
        assert b"streamlit" in words, "the command is the server itself, no parent that would leave it behind"
        process.terminate()
        process.wait(30)
