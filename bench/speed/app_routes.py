"""The app's routes without a server: what measurements of answers share."""

from __future__ import annotations

import os
from pathlib import Path

from starlette.applications import Starlette
from starlette.testclient import TestClient

import settings
from web.api import routes


def client(root: Path) -> TestClient:
    """Somebody whose name is known, asking as the app's own pages do. root: a folder of workspaces."""
    settings.current.cache_clear()
    os.environ["SCENELOOP_WORKSPACE"] = str(root)
    test_client = TestClient(Starlette(routes=routes.routes()), base_url="http://127.0.0.1")
    test_client.cookies.set("sceneloop_actor", "ann")
    test_client.headers["X-Sceneloop"] = "1"
    return test_client
