"""A real server on the demo workspace, put back to how it was shipped for each file, and Chromium on it."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.error import URLError

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

import jobs
from maintenance import demo
from settings import ROOT
from store.workspace import Workspace, open_workspace

FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip
WAIT_MS = 60_000  # for whatever the page has to do on a busy machine
THREADS = "1" if "PYTEST_XDIST_WORKER" in os.environ else "2"
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


@pytest.fixture(scope="session")
def running(built_demo: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """One server for all files: starting one costs more than most of them."""
    root = tmp_path_factory.mktemp("served")
    shutil.copytree(built_demo, root / "demo")
    port = free_port()
    one = Server(f"http://127.0.0.1:{port}/", root / "demo", start_server(root, port), port)
    yield one
    one.process.terminate()
    one.process.wait(20)


@pytest.fixture(scope="module")
def server(running: Server) -> Server:
    """The server, with nothing left in the demo of what an earlier file did."""
    root = running.workspace.parent
    if running.process.poll() is not None:
        running.process = start_server(root, running.port)
    for aside in root.glob("demo-until-*"):
        shutil.rmtree(aside)
    opened = open_workspace(running.workspace)
    at_rest(opened)
    demo.reset(opened, keep=False)
    opened.engine.dispose()
    return running


def at_rest(workspace: Workspace) -> None:
    """Cancel what still runs or waits, and wait until it has ended."""
    for job in jobs.running(workspace):
        jobs.cancel(workspace, job["id"])
    for _ in range(600):
        if not jobs.running(workspace):
            return
        time.sleep(0.1)
    raise RuntimeError(f"still at work: {jobs.running(workspace)}")


@pytest.fixture
def serve() -> Callable[..., subprocess.Popen[bytes]]:
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
    """A page of somebody who has told their name; an error in it, or anything that its own policy blocks, fails the test."""
    context = chromium.new_context(viewport={"width": 1440, "height": 900})
    context.add_cookies([{"name": "sceneloop_actor", "value": "ann", "url": server.url}])
    page = context.new_page()
    page.set_default_timeout(WAIT_MS)
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("console", lambda said: faults.append(said.text) if "Content Security Policy" in said.text else None)
    yield page
    context.close()
    assert faults == []
