"""The loop over HTTP on a workspace whose database is on a PostgreSQL server."""

from __future__ import annotations

import os
import time
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import temporary_postgresql
from starlette.applications import Starlette
from starlette.testclient import TestClient

from errors import StoreError
from jobs import work
from store import workspace
from store.ledger import undo
from store.team import actors, job_owners, job_rows
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
    result: dict[str, Any] = answer.json()
    return result


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


@pytest.mark.skipif(temporary_postgresql.NAMED is not None, reason="the server that is named is not ours to stop")
def test_the_server_restarts_and_the_pages_go_on(client: TestClient, postgresql: str) -> None:
    tile = ask(client, "tiles", order="suspicion", limit=1)["tiles"][0]
    wish = {"kind": "label", "category": tile["category"], "items": [{"id": tile["id"], "version": tile["version"]}]}
    number = str(uuid.uuid4())
    with temporary_postgresql.away(postgresql):
        for answer in (
            client.get("/api/demo/meta"),
            client.post("/api/demo/ops", json={"ops": [{**wish, "id": number}]}),
        ):
            assert answer.status_code == 503, answer.text
            assert "database" in answer.json()["error"]
    assert ask(client, "meta")["items"] == 30
    assert ask(client, "ops", {"ops": [{**wish, "id": number}]})["acks"][0]["status"] == "saved"


def test_a_transaction_that_somebody_left_open_is_ended(
    postgresql: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    workspace.create(tmp_path / "ws", database_url=postgresql).engine.dispose()  # not so impatiently
    monkeypatch.setattr("store.database.postgresql.IDLE_S", 1)
    opened = workspace.open_workspace(tmp_path / "ws")

    def write_slowly() -> None:
        with opened.engine.begin() as connection:
            time.sleep(1.6)
            actors.id_of(connection, "Ann")

    with pytest.raises(StoreError, match="went away"):
        write_slowly()
    with opened.engine.begin() as connection:
        assert actors.id_of(connection, "Ben")
    with opened.read() as connection:
        assert actors.names(connection) == {1: "Ben"}
    opened.engine.dispose()


def test_long_work_notes_its_progress_there(root_on_postgresql: Path) -> None:
    opened = workspace.open_workspace(root_on_postgresql / "demo")
    with opened.engine.begin() as connection:
        ann = actors.id_of(connection, "ann")
        number = job_rows.add(connection, "propose", {"using": "zero-shot"}, ann, owner=job_owners.of(os.getpid()))
    assert work.do(opened.path, number) == 0
    with opened.read() as connection:
        done = job_rows.get(connection, number)
        assert (done.state, done.message) == ("done", "")
        assert undo.replay(connection) == undo.standing(connection)
    opened.engine.dispose()
