"""The app as a process of its own, on a folder of workspaces."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from bench.screens import app_server
from bench.screens.app_server import free_port as free_port

THREADS = 1 if "PYTEST_XDIST_WORKER" in os.environ else 2
WAIT_S = 120.0  # until it answers on a busy machine


@dataclass
class Server:
    """A running app."""

    url: str
    workspace: Path
    process: subprocess.Popen[bytes]
    port: int


def start_server(
    root: Path, port: int, address: str = "127.0.0.1", before: Sequence[str] = ()
) -> subprocess.Popen[bytes]:
    """Start the app on a folder of workspaces and wait until it answers; `before` is what its command line begins with."""
    with (root / "server.log").open("ab") as log:
        process = app_server.started(root, port, THREADS, address=address, before=before, log=log)
    host = f"[{address}]" if ":" in address else address
    if app_server.answers(f"http://{host}:{port}/", WAIT_S):
        return process
    process.kill()
    raise RuntimeError((root / "server.log").read_text())
