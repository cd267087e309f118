"""A real server on the demo workspace, put back to how it was shipped for each file, and Chromium on it."""

from __future__ import annotations

import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from app_process import Server, free_port, start_server
from one_tab import ONE_PROCESS, WAIT_MS, Tab
from playwright.sync_api import Browser, Page, expect

import jobs
from bench.screens import app_server
from maintenance import demo
from store.workspace import Workspace, open_workspace

expect.set_options(timeout=WAIT_MS)


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
    with app_server.chromium(ONE_PROCESS) as browser:
        yield browser


@pytest.fixture(scope="session")
def tab(chromium: Browser) -> Iterator[Tab]:
    """One tab for all tests: a new one compiles the scripts of the pages anew, which costs more than most tests."""
    one = Tab(chromium)
    yield one
    one.close()


@pytest.fixture
def page(tab: Tab, server: Server) -> Iterator[Page]:
    """A page of somebody who has told their name; an error in it, or anything that its own policy blocks, fails the test."""
    page = tab.opened()
    page.context.add_cookies([{"name": "sceneloop_actor", "value": "ann", "url": server.url}])
    yield page
    faults = tab.cleared(server.url)
    assert faults == []
