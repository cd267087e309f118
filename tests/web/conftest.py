"""A client of the server's routes on a small real workspace."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.testclient import TestClient

from web.api import routes
from web.api.guard import Guard


@pytest.fixture
def stranger(root: Path) -> Iterator[TestClient]:
    """Somebody without a cookie."""
    assert root.exists()
    app = Starlette(routes=routes.routes(), middleware=[Middleware(Guard)])
    with TestClient(app, base_url="http://127.0.0.1") as client:
        yield client


@pytest.fixture
def client(stranger: TestClient) -> TestClient:
    """Somebody whose name is known, asking as the app's own pages do."""
    stranger.cookies.set("sceneloop_actor", "ann")
    stranger.headers["X-Sceneloop"] = "1"
    return stranger
