"""The loop over HTTP on a workspace whose database is on a PostgreSQL server."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from store import workspace
from store.ledger import undo
from web.api import routes


@pytest.fixture
def client(root_on_postgresql: Path) -> Iterator[TestClient]:
    """Somebody who asks as the app's own pages do."""
    assert not (root_on_postgresql / "demo" / workspace.DATABASE).exists()
    with TestClient(Starlette(routes=routes.routes()), base_url="http://127.0.0.1") as client:
        client.cookies.set("sceneloop_actor", "ann")
        client.headers["X-Sceneloop"] = "1"
        yield client


def ask(client: TestClient, path: str, body: dict[str, Any] | None = None, **query: Any) -> dict[str, Any]:
    url = f"/api/demo/{path}"
    answer = client.get(url, params=query) if body is None else client.post(url, json=body)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def test_label_undo_next_draft_publish_and_propose(client: TestClient, root_on_postgresql: Path) -> None:
    meta = ask(client, "meta")
    assert meta["items"] == 30
    tile = ask(client, "tiles", order="suspicion", limit=5)["tiles"][0]
    other = next(c["id"] for c in meta["categories"] if c["id"] != tile["category"])
    number = str(uuid.uuid4())
    wish = {"id": number, "kind": "label", "category": other, "items": [{"id": tile["id"], "version": tile["version"]}]}
    done = ask(client, "ops", {"ops": [wish]})["acks"][0]
    assert done["status"] == "saved"
    assert ask(client, f"item/{tile['id']}")["history"][0]["category"] == other
    assert ask(client, "undo", {"batch": done["batch"]})["reverted"] == 1
    dealt = ask(client, "next", {"order": "next", "limit": 10})
    assert len(dealt["tiles"]) >= 10
    assert client.get(f"/thumb/demo/{tile['id']}.webp").status_code == 200
    row = next(c for c in ask(client, "prompts")["categories"] if c["id"] == other)
    draft = {"categories": [{"id": other, "prompts": [*row["prompts"], {"text": "a forest", "on": True}]}], "base": 1}
    assert ask(client, "draft", {**draft, "save": True})["counts"]
    assert ask(client, "prompts")["draft"]["actor"] == "ann"
    assert ask(client, "publish", {**draft, "note": "x", "propose": True})["version"] == 2
    opened = workspace.open_workspace(root_on_postgresql / "demo")
    with opened.read() as connection:
        assert undo.replay(connection)
    opened.engine.dispose()
