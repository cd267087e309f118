"""A real server on a fresh demo workspace, and Chromium on it."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.error import URLError

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from settings import ROOT

FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip
WAIT_MS = 60_000  # for whatever the page has to do on a busy machine
expect.set_options(timeout=WAIT_MS)


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


def start_server(root: Path, port: int) -> subprocess.Popen[bytes]:
    """Start the app on a folder of workspaces and wait until it answers."""
    environment = {**os.environ, "SCENELOOP_WORKSPACE": str(root), "PYTHONPATH": str(ROOT), "SCENELOOP_THREADS": "2"}
    command = [sys.executable, "-P", "-m", "streamlit", "run", str(ROOT / "app.py"), "--server.port", str(port)]
    command += ["--server.headless", "true"]
    with (root / "server.log").open("ab") as log:
        process = subprocess.Popen(command, env=environment, cwd=ROOT, stdout=log, stderr=log)
    for _ in range(240):
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/_stcore/health", timeout=1) as answer:
                if answer.status == 200:
                    return process
        except (URLError, OSError):
            time.sleep(0.25)
    process.kill()
    raise RuntimeError((root / "server.log").read_text())


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo workspace, built once; tests copy it."""
    folder = tmp_path_factory.mktemp("built") / "demo"
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "SCENELOOP_THREADS": "2"}
    subprocess.run(
        [sys.executable, "-P", "-m", "cli", "demo", str(folder)],
        check=True,
        env=environment,
        capture_output=True,
    )
    return folder


@pytest.fixture(scope="module")
def server(demo: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    root = tmp_path_factory.mktemp("served")
    shutil.copytree(demo, root / "demo")
    port = free_port()
    process = start_server(root, port)
    running = Server(f"http://127.0.0.1:{port}/", root / "demo", process, port)
    yield running
    running.process.terminate()
    running.process.wait(20)


@pytest.fixture
def serve() -> Callable[[Path, int], subprocess.Popen[bytes]]:
    """Start a server again after a test has ended it."""
    return start_server


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    found = next(
        (path for name in ("chromium", "chromium-browser", "google-chrome") if (path := shutil.which(name))), None
    )
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def page(chromium: Browser, server: Server) -> Iterator[Page]:
    """A page of somebody who has told their name; an error in it fails the test."""
    context = chromium.new_context(viewport={"width": 1440, "height": 900})
    context.add_cookies([{"name": "sceneloop_actor", "value": "ann", "url": server.url}])
    page = context.new_page()
    page.set_default_timeout(WAIT_MS)
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    yield page
    context.close()
    assert faults == []
