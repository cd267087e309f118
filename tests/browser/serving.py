"""The app as a process of its own, on a folder of workspaces."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.error import URLError

from settings import ROOT

THREADS = "1" if "PYTEST_XDIST_WORKER" in os.environ else "2"


@dataclass
class Server:
    """A running app."""

    url: str
    workspace: Path
    process: subprocess.Popen[bytes]
    port: int


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def start_server(
    root: Path, port: int, address: str = "127.0.0.1", before: Sequence[str] = ()
) -> subprocess.Popen[bytes]:
    """Start the app on a folder of workspaces and wait until it answers; `before` is what its command line begins with."""
    environment = {
        **os.environ,
        "SCENELOOP_WORKSPACE": str(root),
        "PYTHONPATH": str(ROOT),
        "SCENELOOP_THREADS": THREADS,
    }
    command = [
        *before,
        sys.executable,
        "-P",
        "-m",
        "streamlit",
        "run",
        str(ROOT / "app.py"),
        "--server.port",
        str(port),
    ]
    command += ["--server.headless", "true", "--server.address", address]
    host = f"[{address}]" if ":" in address else address
    with (root / "server.log").open("ab") as log:
        process = subprocess.Popen(command, env=environment, cwd=ROOT, stdout=log, stderr=log)
    for _ in range(240):
        try:
            with urllib.request.urlopen(f"http://{host}:{port}/_stcore/health", timeout=1) as answer:
                if answer.status == 200:
                    return process
        except (URLError, OSError):
            time.sleep(0.25)
    process.kill()
    raise RuntimeError((root / "server.log").read_text())
